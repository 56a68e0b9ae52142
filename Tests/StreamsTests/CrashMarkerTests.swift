import Glibc
import Kafka
import Synchronization
import Testing

@testable import Streams

struct CrashMarkerTests {
    private let place = TopicPartition("toy.in", 3)

    private func withFolder(_ body: (String) throws -> Void) throws {
        var template = Array("/tmp/shouwang-crash-XXXXXX".utf8CString)
        let made = try #require(mkdtemp(&template))
        let folder = String(cString: made)
        defer {
            unlink("\(folder)/group.toy.in.3.crash")
            rmdir(folder)
        }
        try body(folder)
    }

    private func open(_ folder: String) throws -> CrashMarker {
        try #require(CrashMarker(folder: folder, group: "group", place: place))
    }

    @Test func `a record in hand when the process died is remembered, and counted`() throws {
        try withFolder { folder in
            #expect(try open(folder).deaths() == nil)
            for death: Int64 in 1...3 {
                let marker = try open(folder)
                if death > 1 { #expect(marker.deaths()! == (17, death - 1)) }
                marker.begin(16)
                marker.end()
                marker.begin(17)
                // The process dies: nothing is tidied up.
            }
            #expect(try open(folder).deaths()! == (17, 3))
            // Looking does not count.
            #expect(try open(folder).deaths()! == (17, 3))
        }
    }

    @Test func `another record's death begins a new count`() throws {
        try withFolder { folder in
            try open(folder).begin(17)
            let marker = try open(folder)
            #expect(marker.deaths()! == (17, 1))
            marker.begin(18)
            #expect(try open(folder).deaths()! == (18, 1))
        }
    }

    @Test func `a commit past the record settles it`() throws {
        try withFolder { folder in
            try open(folder).begin(17)
            let marker = try open(folder)
            #expect(marker.deaths()! == (17, 1))
            marker.settle(before: 17)
            #expect(marker.deaths()! == (17, 1))
            marker.settle(before: 18)
            #expect(marker.deaths() == nil)
        }
    }

    @Test func `a folder that cannot be written gives no marker, and no crash`() {
        #expect(CrashMarker(folder: "/proc/nowhere", group: "g", place: place) == nil)
    }
}

struct WatchdogTests {
    @Test func `a lane that hangs is named, one that moves or has ended is not`() {
        let clock = JumpingClock()
        let moving = Heartbeat()
        let ended = Heartbeat()
        let hanging = Heartbeat()
        moving.beat(1_000_000_000)
        ended.beat(0)
        ended.end()
        hanging.beat(0)
        let named = Mutex<[Int]>([])
        Watchdog().watch(
            [moving, ended, hanging], limit: 4_000,
            clock: WorkerClock(monotonic: { clock.next() }, wall: { 0 })
        ) { lane in named.withLock { $0.append(lane) } }
        #expect(named.withLock { $0 } == [2])
    }
}
