import Kafka
import Streams
import StreamsTesting
import Glibc
import Synchronization
import Testing

/// A toy pipeline with topics of its own on the real broker, workers that run it, and the check
/// that what they wrote is what replay makes of the same input log (design D4, item 13).
final class ToyCluster {
    let topology: Topology
    let group: String
    let partitions: Int32
    private var workers: [Worker] = []
    let crashFolder: String?
    private let broker: OwnBroker?

    private func client(_ name: String = "test") -> ClientSettings {
        broker?.client(name) ?? TestBroker.client(name)
    }

    private func readAll(_ topic: String) throws -> [OwnedRecord] {
        try TestBroker.readAll(topic, from: client("test-reader"))
    }

    init(
        _ name: String, partitions: Int32, toy: Toy = Toy(), crashFolder: String? = nil,
        outputSettings: [(name: String, value: String)] = [], existing: String? = nil,
        broker: OwnBroker? = nil
    ) throws {
        self.broker = broker
        let unique = existing ?? TestBroker.unique(name)
        var toy = toy
        toy.outputs = ["\(unique).out", "\(unique).second"]
        topology = Topology(name: unique, input: "\(unique).in", processor: toy)
        group = "group.\(unique)"
        self.partitions = partitions
        self.crashFolder = crashFolder
        guard existing == nil else { return }
        let keep: [(name: String, value: String)] = [("retention.ms", "-1")]
        try TestBroker.makeTopics(at: client(), [
            NewTopic(topology.input, partitions: partitions, settings: keep),
            NewTopic(toy.outputs[0], partitions: partitions, settings: keep + outputSettings),
            NewTopic(toy.outputs[1], partitions: 2, settings: keep),
            NewTopic(topology.deadLetters, partitions: 2, settings: keep),
            NewTopic(
                topology.changelog!, partitions: partitions,
                settings: [("cleanup.policy", "compact")]),
        ])
    }

    deinit { stopAll() }

    // MARK: Workers

    @discardableResult
    func start(
        _ ordinal: String = "0", lanes: Int = 1, _ change: (inout WorkerSettings) -> Void = { _ in }
    ) -> Worker {
        var settings = WorkerSettings(
            client: client(ordinal), group: group, ordinal: ordinal)
        settings.lanes = lanes
        settings.sessionTimeoutMilliseconds = 2_000
        settings.heartbeatMilliseconds = 500
        settings.disk = crashFolder.map(StateFolder.init)
        settings.snapshotMilliseconds = 200
        if getenv("SHOUWANG_TEST_LOG") != nil {
            settings.log = { level, message, fields in
                print("\(ordinal) \(level) \(message) \(fields)")
            }
        }
        change(&settings)
        let worker = Worker(topology, settings)
        workers.append(worker)
        worker.start()
        return worker
    }

    @discardableResult
    func stop(_ worker: Worker) -> (exit: WorkerExit, message: String) {
        worker.requestStop()
        workers.removeAll { $0 === worker }
        return worker.wait()
    }

    func stopAll() {
        for worker in workers { worker.requestStop() }
        for worker in workers { _ = worker.wait() }
        workers = []
    }

    // MARK: Input

    /// Adds, wake-ups, failures and twofold outputs for some keys, mixed by a seed, a second apart.
    static func mixture(_ count: Int, seed: UInt64, from: Instant = 1_000_000) -> [OwnedRecord] {
        var random = SeededRandom(seed: seed)
        return (0..<count).map { index in
            let key = "key-\(Int.random(in: 0..<40, using: &random))"
            let value: String
            switch Int.random(in: 0..<20, using: &random) {
            case 0: value = "wake \(Int.random(in: 1...20_000, using: &random)) 2 1500"
            case 1: value = "fail \(index)"
            case 2: value = "refuse"
            case 3: value = "clear"
            case 4...8: value = "two \(index)"
            default: value = "add \(index)"
            }
            return toyRecord(0, key, value, at: from + Int64(index) * 1_000)
        }
    }

    static var seed: UInt64 {
        let seed = getenv("SHOUWANG_SEED").flatMap { UInt64(String(cString: $0)) } ?? 20_260_101
        print("seed \(seed) (set SHOUWANG_SEED for another)")
        return seed
    }

    /// Appends records; a `nil` key goes to the partition given, others where their key says.
    func feed(_ records: [OwnedRecord]) throws {
        let producer = try Producer(client("feed"))
        let topic = try producer.topic(topology.input)
        for record in records {
            let error = record.withView { view in
                let headers = HeaderList(capacity: view.headers.count)
                for header in view.headers { headers.add(name: header.name, value: header.value) }
                return producer.produce(
                    to: topic, partition: view.key == nil ? view.partition : nil, key: view.key,
                    value: view.value, headers: headers, timestamp: view.timestamp)
            }
            if let error { throw error }
        }
        if let error = producer.flush(timeoutMilliseconds: 30_000) { throw error }
        try #require(producer.failed == 0)
    }

    func feed(_ key: String?, _ value: String?, at time: Instant, partition: Int32 = 0) throws {
        var record = toyRecord(0, key, value, at: time)
        record.partition = partition
        try feed([record])
    }

    // MARK: Waiting and checking

    private var places: [TopicPartition] {
        (0..<partitions).map { TopicPartition(topology.input, $0) }
    }

    /// True when the group has committed the end of every partition that has records.
    func isCaughtUp() throws -> Bool {
        let admin = try Admin(client())
        let committed = try admin.committed(group: group, places)
        for (place, offset) in zip(places, committed) {
            let ends = try admin.watermarks(place)
            if (offset ?? 0) < ends.upperBound { return false }
        }
        return true
    }

    /// Waits for a condition, at most so many seconds.
    func wait(_ what: String, seconds: Double = 60, until condition: () throws -> Bool) throws {
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(seconds)
        while try !condition() {
            if clock.now > deadline {
                Issue.record("waited \(seconds) s in vain for: \(what); \(workers.map(\.status))")
                throw Vain()
            }
            pause(milliseconds: 20)
        }
    }

    struct Vain: Error {}

    func waitUntilCaughtUp(seconds: Double = 60) throws {
        try wait("everything read and committed", seconds: seconds) { try isCaughtUp() }
    }

    /// Everything written, dead letters included, as a reader of committed records finds it.
    func outputs() throws -> [OwnedRecord] {
        try (topology.outputs + [topology.deadLetters]).flatMap { try readAll($0) }
    }

    /// Compares what lies on the broker with what replay makes of the input. Returns what is
    /// wrong; nothing when every output is there once, in order, and every state is right.
    func differences() throws -> [String] {
        let input = try readAll(topology.input)
        let written = try outputs()
        let changelog = try readAll(topology.changelog!)
        let admin = try Admin(client())
        let committed = try admin.committed(group: group, places)
        var wrong: [String] = []
        for partition in 0..<partitions {
            let replay = try LogReplay(
                topology, partition: partition, inputPartitions: partitions,
                outputPartitions: [partitions, 2], group: group,
                log: input.filter { $0.partition == partition },
                endOffset: committed[Int(partition)])
            let origin = "\(topology.input)/\(partition)"
            let real = written.filter {
                $0.cause!.hasPrefix(origin + "/") || $0.cause!.hasPrefix(origin + "@")
            }
            wrong += compare(real, replay.outputs, partition)
            wrong += try compareStates(
                changelog.filter { $0.partition == partition }, replay, partition)
        }
        return wrong
    }

    /// Same records per topic and key, in the same order.
    private func compare(
        _ real: [OwnedRecord], _ wanted: [OwnedRecord], _ partition: Int32
    ) -> [String] {
        func lines(_ records: [OwnedRecord]) -> [String: [String]] {
            var lines: [String: [String]] = [:]
            for record in records {
                let headers = record.headers.filter { !$0.name.hasPrefix("kafka_dlt-original") }
                lines["\(record.topic) \(record.keyText)", default: []].append(
                    "\(record.timestamp) \(record.text.prefix(200)) \(headers.map(\.name)) "
                        + "\(record.cause!)")
            }
            return lines
        }
        let real = lines(real)
        let wanted = lines(wanted)
        var wrong: [String] = []
        for key in Set(real.keys).union(wanted.keys).sorted() where real[key] != wanted[key] {
            let difference = (wanted[key] ?? []).difference(from: real[key] ?? [])
            wrong.append("partition \(partition), \(key): \(difference)")
        }
        return wrong
    }

    private func compareStates(
        _ changelog: [OwnedRecord], _ replay: LogReplay, _ partition: Int32
    ) throws -> [String] {
        let fold = StateFold()
        for record in changelog { try fold.take(record) }
        var real = fold.states
        var wanted = replay.states
        let recordOf: ([UInt8]?) -> TaskRecord? = { bytes in
            bytes?.withUnsafeBytes { try? TaskRecord(decoding: $0).withoutWriter }
        }
        var wrong: [String] = []
        if recordOf(real[ReservedKey.task]) != recordOf(wanted[ReservedKey.task]) {
            wrong.append(
                "partition \(partition), task record: "
                    + "\(String(describing: recordOf(real[ReservedKey.task]))) instead of "
                    + "\(String(describing: recordOf(wanted[ReservedKey.task])))")
        }
        real[ReservedKey.task] = nil
        wanted[ReservedKey.task] = nil
        if real != wanted {
            wrong.append(
                "partition \(partition): \(real.count) states instead of \(wanted.count), or "
                    + "other ones")
        }
        return wrong
    }
}

/// Sleeps inside a wait for a condition; never instead of one.
func pause(milliseconds: UInt32) {
    usleep(milliseconds * 1_000)
}

/// A folder of its own for a test.
func temporaryFolder() throws -> String {
    var template = Array("/tmp/shouwang-test-XXXXXX".utf8CString)
    return String(cString: try #require(mkdtemp(&template)))
}

/// What workers have said.
final class LogLines: Sendable {
    private let lines = Mutex<[String]>([])

    var write: WorkerLog {
        { level, message, fields in
            self.lines.withLock { $0.append("\(level) \(message) \(fields)") }
        }
    }

    /// How many lines hold these words.
    func count(_ words: String) -> Int {
        lines.withLock { $0.count { $0.contains(words) } }
    }

    var all: [String] { lines.withLock { $0 } }
}

/// A clock that is five seconds later at each look.
final class JumpingClock: Sendable {
    private let now = Atomic<Int64>(0)
    func next() -> Int64 { now.add(5_000, ordering: .relaxed).newValue }
}
