package import JSON
internal import Synchronization

/// JSON readers to lend: a processor is shared between lanes and keeps no state of its own, but a
/// reader's buffers are worth keeping. Which reader serves which record makes no difference to
/// what is read.
package final class IntakeReaderPool: Sendable {
    /// A reader in a box, so that it can be handed around. One thread holds it at a time: the
    /// pool gives it out and takes it back under its lock.
    package final class Lent: @unchecked Sendable {
        package var reader = JSONReader()
    }

    private let free = Mutex<[Lent]>([])

    package init() {}

    /// A reader for this thread; give it back when nothing read with it is used any more.
    package func take() -> Lent {
        free.withLock { $0.popLast() } ?? Lent()
    }

    package func give(_ lent: Lent) {
        free.withLock { $0.append(lent) }
    }
}
