import Foundation

/// SIGTERM and SIGINT, taken by a thread of their own instead of ending the process.
enum StopSignals {
    /// From now on `body` is called with each of them, on that thread. Call it before other threads
    /// are started, which inherit what is blocked.
    static func watch(_ body: @escaping @Sendable (Int32) -> Void) {
        var set = stopping
        pthread_sigmask(SIG_BLOCK, &set, nil)
        Thread {
            var set = stopping
            while true {
                var signal: Int32 = 0
                guard sigwait(&set, &signal) == 0 else { continue }
                body(signal)
            }
        }.start()
    }

    private static var stopping: sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, SIGTERM)
        sigaddset(&set, SIGINT)
        return set
    }
}
