internal import Glibc

/// Makes a call that may ignore its timeout on a thread of its own, and waits for it so long.
/// `nil` when it has not come back: the thread goes on waiting, and what `call` has captured lives
/// until it does. Costs a thread's start, some 20 to 50 µs.
func withinTime<Answer: Sendable>(
    milliseconds: Int, _ call: @escaping @Sendable () -> Answer
) -> Answer? {
    let pending = PendingCall(call)
    withUnsafeTemporaryAllocation(of: pthread_attr_t.self, capacity: 1) { attributes in
        let attributes = attributes.baseAddress!
        pthread_attr_init(attributes)
        defer { pthread_attr_destroy(attributes) }
        pthread_attr_setdetachstate(attributes, Int32(PTHREAD_CREATE_DETACHED))
        var thread: pthread_t = 0
        let code = pthread_create(
            &thread, attributes,
            { opaque in
                Unmanaged<AnyPendingCall>.fromOpaque(opaque!).takeRetainedValue().run()
                return nil
            }, Unmanaged<AnyPendingCall>.passRetained(pending).toOpaque())
        precondition(code == 0, "cannot start a thread: error \(code)")
    }
    return pending.wait(milliseconds: milliseconds)
}

/// What the C entry of a thread can hold: a call without its type.
private class AnyPendingCall {
    func run() {}
}

/// A call under way: shared by its thread and whoever waits, freed by the later of the two.
private final class PendingCall<Answer: Sendable>: AnyPendingCall {
    /// Let go by the thread when it begins, so that what it holds is free when the call is over.
    private var call: (@Sendable () -> Answer)?
    /// Under the lock.
    private var answer: Answer?
    private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let isAnswered = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    init(_ call: @escaping @Sendable () -> Answer) {
        self.call = call
        pthread_mutex_init(lock, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(isAnswered, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(isAnswered)
        pthread_mutex_destroy(lock)
        isAnswered.deallocate()
        lock.deallocate()
    }

    override func run() {
        let given = call!()
        call = nil
        pthread_mutex_lock(lock)
        answer = given
        pthread_cond_signal(isAnswered)
        pthread_mutex_unlock(lock)
    }

    func wait(milliseconds: Int) -> Answer? {
        var until = timespec()
        clock_gettime(CLOCK_MONOTONIC, &until)
        until.tv_sec += milliseconds / 1_000
        until.tv_nsec += milliseconds % 1_000 * 1_000_000
        if until.tv_nsec >= 1_000_000_000 {
            until.tv_sec += 1
            until.tv_nsec -= 1_000_000_000
        }
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        while answer == nil {
            if pthread_cond_timedwait(isAnswered, lock, &until) == ETIMEDOUT { break }
        }
        return answer
    }
}
