internal import Glibc
internal import Synchronization

/// When a lane last moved; written by the lane, read by the watchdog.
final class Heartbeat: Sendable {
    private let last = Atomic<Int64>(Int64.max)

    /// The lane moves. Before the first call, and after `end`, it is not watched.
    func beat(_ now: Int64) { last.store(now, ordering: .relaxed) }
    func end() { last.store(.max, ordering: .relaxed) }

    func stalled(_ now: Int64, limit: Int64) -> Bool {
        let last = last.load(ordering: .relaxed)
        return last != .max && now - last > limit
    }
}

/// Ends the process when a lane hangs: transactional calls can ignore their timeouts (design
/// D4.4), and a lane that hangs keeps its partitions from everybody. Runs on a thread of its own.
final class Watchdog: Sendable {
    private let isEnded = Atomic<Bool>(false)

    /// Looks at every heartbeat a few times in each limit until `end`. `onStall` is called with
    /// the lane's number; it normally does not return.
    func watch(
        _ heartbeats: [Heartbeat], limit: Int64, clock: WorkerClock,
        onStall: @Sendable (Int) -> Void
    ) {
        let pause = UInt32(max(10, min(1_000, limit / 4))) * 1_000
        while !isEnded.load(ordering: .relaxed) {
            let now = clock.monotonic()
            for (lane, heartbeat) in heartbeats.enumerated()
            where heartbeat.stalled(now, limit: limit) {
                onStall(lane)
                return
            }
            usleep(pause)
        }
    }

    func end() { isEnded.store(true, ordering: .relaxed) }
}
