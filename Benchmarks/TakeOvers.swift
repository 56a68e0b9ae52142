import Glibc
import Kafka
import Streams
import StreamsTesting

/// (i), (j), (k): how long partitions stand still when one of two monitor processes stops in order,
/// and when it is killed in the middle of a transaction, without and with a warm copy at the other.
/// What counts is what a reader of committed records sees: every transaction leaves a task record,
/// which names its writer, in the changelog.
final class TakeOvers {
    private let client: ClientSettings
    private let partitions: Int32
    private let feeder: Feeder
    private let changelog: Consumer
    private let places: [TopicPartition]
    private let admin: Admin
    private let stable: Consumer
    private let folder: String
    private var launched = 0
    /// By partition: who committed last, and when it was seen.
    private var last: [Int32: (writer: String, at: Int64)] = [:]

    /// `scripts/broker`'s and the command's default (docs/DESIGN.md, section 4, item 9).
    private static let sessionMilliseconds = 6_000
    private static let rounds = 7
    /// Facts a second: both processes are always at work, neither is busy.
    private static let rate = 300.0
    /// A broker that is well does all of this within a few seconds.
    private static let patience: Int64 = 90_000

    init(client: ClientSettings, load: Load, partitions: Int32) throws {
        self.client = client
        self.partitions = partitions
        feeder = try Feeder(client: client, load: load, recordsPerSecond: Self.rate)
        places = (0..<partitions).map { TopicPartition("state.monitor", $0) }
        admin = try Admin(client)
        let settings = ConsumerSettings(client: client, group: "bench.takeovers")
        stable = try Consumer(settings)
        changelog = try Consumer(settings)
        let ends = try admin.ends(places)
        try changelog.start(zip(places, ends).map { PartitionOffset($0, $1) })
        var template = Array("/tmp/shouwang-bench-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { fatalError("no folder in /tmp") }
        folder = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    }

    /// Milliseconds since 1970.
    static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
    }

    /// Measures the parts named.
    func measure(_ parts: String) throws {
        defer { for name in 1...max(1, launched) { unlink("\(folder)/\(name).log") } }
        if parts.contains("i") { try handOver() }
        if parts.contains("j") { try kill("(j)", standby: 0) }
        if parts.contains("k") { try kill("(k)", standby: 1) }
    }

    // MARK: The three parts

    private func handOver() throws {
        let stays = launch("a", standby: 0)
        var left: [Double] = []
        var joined: [Double] = []
        for _ in 0..<Self.rounds {
            var leaves = launch("b", standby: 0)
            try wait("both are at work") { writers == ["a", "b"] }
            // The rebalance it came with is over.
            try rest()
            var before = last
            leaves.signal(SIGTERM)
            var paused: [Int32: Int64] = [:]
            try watch("the other has its partitions") { partition, writer, at in
                if let (old, since) = before[partition], old == "b", writer == "b" {
                    before[partition] = (old, max(since, at))
                } else if let (old, since) = before[partition], old == "b", paused[partition] == nil
                {
                    paused[partition] = at - since
                }
            } until: {
                paused.count == before.values.count { $0.writer == "b" }
            }
            guard leaves.wait() == 0 else { fatalError("the monitor failed: \(leaves.output)") }
            left += paused.values.map(Double.init)
            try rest()
            // And back: what stands still is the partition that goes to the newcomer.
            before = last
            leaves = launch("b", standby: 0)
            var back: [Int32: Int64] = [:]
            try watch("it has a partition again") { partition, writer, at in
                if writer == "a", back[partition] == nil {
                    before[partition] = (writer, at)
                } else if writer == "b", back[partition] == nil, let (_, since) = before[partition]
                {
                    back[partition] = at - since
                }
            } until: {
                !back.isEmpty
            }
            joined += back.values.map(Double.init)
            leaves.signal(SIGTERM)
            _ = leaves.wait()
            try wait("one is at work") { writers == ["a"] }
        }
        end(stays)
        spread("(i) planned hand-over: a partition's pause when its process stops in order", left)
        spread("    when one joins", joined)
    }

    private func kill(_ name: String, standby: Int) throws {
        let stays = launch("a", standby: standby)
        var sinceKill: [Double] = []
        var sinceAssigned: [Double] = []
        while sinceKill.count < Self.rounds {
            let dies = launch("b", standby: standby)
            try wait("both are at work") { writers == ["a", "b"] }
            try rest(milliseconds: standby > 0 ? 8_000 : 3_000)
            guard let partition = last.first(where: { $0.value.writer == "b" })?.key else { continue }
            let killedAt = try stopWithinTransaction(dies, places[Int(partition)])
            dies.signal(SIGKILL)
            dies.wait()
            var first: Int64?
            try watch("the other has its partition") { found, writer, at in
                if found == partition, writer == "a", first == nil { first = at }
            } until: {
                first != nil
            }
            guard let first else { continue }
            sinceKill.append(Double(first - killedAt))
            let assigned = assignments(stays, of: partition).last { $0 > killedAt && $0 <= first }
            if let assigned { sinceAssigned.append(Double(first - assigned)) }
        }
        end(stays)
        spread(
            "\(name) killed in a transaction\(standby > 0 ? ", a warm copy at the other" : ""), to "
                + "the other's first committed output (session timeout "
                + "\(Self.sessionMilliseconds) ms)", sinceKill)
        spread("    of that, since the partition was assigned", sinceAssigned)
    }

    /// Stops the process so that a transaction of its stays open, and returns since when it stands.
    private func stopWithinTransaction(
        _ process: ChildProcess, _ place: TopicPartition
    ) throws -> Int64 {
        let deadline = Self.now() + Self.patience
        while Self.now() < deadline {
            let stopped = Self.now()
            process.signal(SIGSTOP)
            // A commit that was under way is over by then.
            usleep(20_000)
            if try isOpen(place) { return stopped }
            process.signal(SIGCONT)
            try rest(milliseconds: 50)
        }
        fatalError("no transaction was met")
    }

    // MARK: Processes

    private func launch(_ ordinal: String, standby: Int) -> ChildProcess {
        launched += 1
        return ChildProcess(
            ["/proc/self/exe", MonitorProcess.word]
                + MonitorProcess.arguments(
                    servers: client.bootstrapServers, ordinal: ordinal, standby: standby,
                    sessionMilliseconds: Self.sessionMilliseconds),
            log: "\(folder)/\(launched).log")
    }

    private func end(_ process: ChildProcess) {
        process.signal(SIGTERM)
        if process.wait() != 0 { print("a monitor ended with \(process.wait())") }
        last = [:]
    }

    /// When a process was given this partition: it says `assigned [0, 1]`.
    private func assignments(_ process: ChildProcess, of partition: Int32) -> [Int64] {
        process.output.split(separator: "\n").compactMap { line in
            guard let list = line.split(separator: "assigned [").last, line.contains("assigned ["),
                list.prefix(while: { $0 != "]" }).split(separator: ", ").contains("\(partition)")
            else { return nil }
            return line.split(separator: " ").first.flatMap { Int64($0) }
        }
    }

    // MARK: Watching

    /// Who committed last, on all partitions, by ordinal; empty before the first of each.
    private var writers: Set<String> {
        last.count == Int(partitions) ? Set(last.values.map(\.writer)) : []
    }

    /// True while a transaction is open on the partition.
    private func isOpen(_ place: TopicPartition) throws -> Bool {
        try stable.ends([place], timeoutMilliseconds: 10_000)[0] < admin.ends([place])[0]
    }

    /// Sends what is due, and reads what has been committed.
    private func step(_ note: (Int32, String, Int64) -> Void = { _, _, _ in }) throws {
        try feeder.topUp()
        while true {
            let result = changelog.poll(timeoutMilliseconds: 1) { record in
                guard record.key.map({ $0.elementsEqual(ReservedKey.task) }) == true,
                    let task = record.value.flatMap({ try? TaskRecord(decoding: $0) })
                else { return }
                // `shouwang.monitor-<ordinal>-<lane>`
                let writer = task.writer.split(separator: "-").dropFirst().first.map(String.init)
                let now = Self.now()
                note(record.partition, writer ?? "", now)
                last[record.partition] = (writer ?? "", now)
            }
            if case .record = result { continue }
            return
        }
    }

    private func watch(
        _ what: String, _ note: (Int32, String, Int64) -> Void, until isDone: () -> Bool
    ) throws {
        let deadline = Self.now() + Self.patience
        while !isDone() {
            try step(note)
            guard Self.now() < deadline else { fatalError("waited in vain until \(what); \(last)") }
        }
    }

    private func wait(_ what: String, until isDone: () -> Bool) throws {
        try watch(what, { _, _, _ in }, until: isDone)
    }

    /// Goes on feeding for a while.
    private func rest(milliseconds: Int64 = 3_000) throws {
        let end = Self.now() + milliseconds
        while Self.now() < end { try step() }
    }

    private func spread(_ name: String, _ values: [Double]) {
        let sorted = values.sorted()
        guard let worst = sorted.last else { return print("\(name): none") }
        show("\(name): median", sorted[sorted.count / 2], "ms")
        show("    worst of \(sorted.count)", worst, "ms")
    }
}
