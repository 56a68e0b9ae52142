package import Kafka

/// What a worker keeps on its machine: nothing that Kafka does not have, so losing it costs time at
/// most. Its lanes ask from their own threads.
package protocol WorkerDisk: Sendable {
    /// Where it is, for messages.
    var name: String { get }
    /// The crash marker of an input partition, as the last process left it; `nil` when none can be
    /// kept (a full disk).
    func crashMarker(group: String, place: TopicPartition) -> CrashMarker?
    /// The snapshot of the task of an input partition that was written last; `nil` when there is
    /// none, or it cannot be opened.
    func snapshot(group: String, place: TopicPartition) -> (any SnapshotSource)?
    /// Begins a new snapshot, which takes the old one's place when it is whole. Throws when that is
    /// not possible (a disk that is full, or cannot be written to).
    func newSnapshot(group: String, place: TopicPartition) throws(DiskError) -> any SnapshotSink
}

/// What a disk refused: the place and the system's words.
package struct DiskError: Error, Equatable, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}

/// A snapshot being read, from its beginning. Owned by one thread; closed when let go.
package protocol SnapshotSource: AnyObject {
    /// Fills the buffer with what comes next; returns how many bytes, fewer than wanted only at the
    /// end. `nil` when the disk fails.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int?
}

/// A snapshot being written, perhaps behind the writer's back. Owned by one thread. Let go before
/// `finish` it leaves nothing behind.
package protocol SnapshotSink: AnyObject {
    /// Takes the payload of a block, to be written behind those before with its head
    /// (`SnapshotBlock.head`). What goes wrong is told by `outcome`.
    func append(_ payload: [UInt8])
    /// True while so much waits to be written that the next `append` should wait, too.
    var isBehind: Bool { get }
    /// All is appended: makes it lasting, then puts it in the place of the one before.
    func finish()
    /// How it went, so far.
    var outcome: SnapshotOutcome { get }
}

/// How the writing of a snapshot goes.
package enum SnapshotOutcome: Equatable, Sendable {
    case writing
    /// It is on the disk, so many bytes long.
    case written(bytes: Int)
    /// It is not; the one before still is.
    case failed(DiskError)
}
