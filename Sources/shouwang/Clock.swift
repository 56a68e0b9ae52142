import Glibc

/// The wall clock and waiting, for commands; nothing of the data path looks here.
enum Clock {
    /// Milliseconds since 1970.
    static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
    }

    static func sleep(milliseconds: UInt32) {
        usleep(milliseconds * 1_000)
    }
}
