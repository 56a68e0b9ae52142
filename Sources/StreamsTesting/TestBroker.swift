package import Kafka
internal import Glibc
internal import Synchronization

/// The real broker that tests run against: one Apache Kafka node per test process, started
/// through `scripts/broker` on a free port when a test first asks for it, and stopped when the
/// process has ended, however it ended. Only from `KAFKA_HOME`: nothing less proves exactly-once.
/// `SHOUWANG_TEST_BROKER=host:port` uses one that runs already, and leaves it alone.
package enum TestBroker {
    /// Why broker tests are skipped; `nil` when they run.
    package static let whyNot: String? = {
        if environment("SHOUWANG_TEST_BROKER") != nil { return nil }
        if environment("KAFKA_HOME") != nil { return nil }
        return "no real broker: set KAFKA_HOME to an Apache Kafka distribution"
    }()

    /// For `.enabled(if:)`.
    package static var isAvailable: Bool { whyNot == nil }

    /// What `.enabled(if:_:)` prints for skipped tests.
    package static let need = "needs a real broker: KAFKA_HOME set to an Apache Kafka distribution"

    /// `host:port` of the broker; starts it at the first call. Ends the process with a message
    /// when it cannot be started, because every broker test would fail for that reason.
    package static let bootstrapServers: String = {
        if let given = environment("SHOUWANG_TEST_BROKER") { return given }
        let folder = "\(environment("TMPDIR") ?? "/tmp")/shouwang-broker-\(getpid())"
        stopWithProcess(folder)
        for attempt in 0..<5 {
            if let line = start(folder, port: freePort(attempt)) { return line }
        }
        fatalError("scripts/broker could not start a broker; see its words above")
    }()

    /// The script that starts brokers.
    static let script = SourceTree.root + "/scripts/broker"

    /// Settings of a client of the broker.
    package static func client(_ name: String = "test") -> ClientSettings {
        ClientSettings(bootstrapServers: bootstrapServers, clientID: name)
    }

    private static let counter = Atomic<Int>(0)

    /// A name no other test has: topics and groups of a run do not meet those of another.
    package static func unique(_ name: String) -> String {
        let number = counter.add(1, ordering: .relaxed).newValue
        return "\(name)-\(getpid())-\(number)"
    }

    /// Makes a topic and returns its name. It keeps records of any age, because tests stamp them
    /// as they like and the broker deletes old ones within half a minute.
    package static func makeTopic(
        _ name: String, partitions: Int32 = 1, settings: [(name: String, value: String)] = []
    ) throws -> String {
        let topic = unique(name)
        let all = [("retention.ms", "-1")] + settings
        try makeTopics([NewTopic(topic, partitions: partitions, settings: all)])
        return topic
    }

    /// Makes topics with just these names.
    package static func makeTopics(
        at broker: ClientSettings? = nil, _ topics: [NewTopic]
    ) throws {
        let admin = try Admin(broker ?? client("test-admin"))
        for error in try admin.createTopics(topics) {
            if let error { throw error }
        }
    }

    /// Every record of a topic as a reader of committed records sees it, by partition, in order.
    package static func readAll(
        _ topic: String, isolation: Isolation = .readCommitted, from broker: ClientSettings? = nil
    ) throws -> [OwnedRecord] {
        let consumer = try Consumer(
            ConsumerSettings(
                client: broker ?? client("test-reader"), group: "test", isolation: isolation))
        let count = try consumer.partitionCount(of: topic, timeoutMilliseconds: 10_000)
        var starts: [PartitionOffset] = []
        for partition in 0..<count {
            let place = TopicPartition(topic, partition)
            let ends = try consumer.watermarks(place, timeoutMilliseconds: 10_000)
            starts.append(PartitionOffset(place, ends.lowerBound))
        }
        try consumer.start(starts)
        var open = Set(starts.map(\.partition))
        var records: [[OwnedRecord]] = Array(repeating: [], count: Int(count))
        while !open.isEmpty {
            let result = consumer.poll(timeoutMilliseconds: 1_000) { view in
                records[Int(view.partition)].append(OwnedRecord(copying: view))
            }
            switch result {
            case .endOfPartition(let place): open.remove(place.partition)
            case .failed(let error, let partition) where partition != nil: throw error
            default: break
            }
        }
        return records.flatMap { $0 }
    }

    /// Stops the broker of a folder once this process is gone, whatever ended it.
    static func stopWithProcess(_ folder: String) {
        _ = spawn(
            """
            exec > /dev/null 2>&1 < /dev/null
            while kill -0 \(getpid()); do sleep 1; done
            '\(script)' stop --dir '\(folder)'; rm -rf '\(folder)' '\(folder).answer'
            """)
    }

    /// Starts a broker, or starts it again on the data that is there. Answers `host:port`.
    static func start(_ folder: String, port: Int, nodes: Int = 1) -> String? {
        let child = spawn(
            """
            export BROKER_HEAP=\(nodes == 1 ? 768 : 384)m KAFKA_BOOTSTRAP_SERVERS=
            '\(script)' start --dir '\(folder)' --port \(port) --nodes \(nodes) \
                > '\(folder).answer'
            """)
        var status: Int32 = 0
        waitpid(child, &status, 0)
        return status == 0 ? firstLine(of: "\(folder).answer") : nil
    }

    static func environment(_ name: String) -> String? {
        guard let value = getenv(name) else { return nil }
        let text = String(cString: value)
        return text.isEmpty ? nil : text
    }

    /// Runs a shell script in a session of its own, with no signal blocked: threads of this
    /// process have some blocked, and a broker that inherits that cannot be stopped.
    static func spawn(_ script: String) -> pid_t {
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGMASK) | 0x80)  // 0x80: POSIX_SPAWN_SETSID
        let words = ["/bin/sh", "-c", script].map { (word: String) in strdup(word) }
        defer { for word in words { free(word) } }
        var child: pid_t = -1
        let code = posix_spawn(&child, "/bin/sh", nil, &attributes, words + [nil], environ)
        precondition(code == 0, "cannot run /bin/sh: error \(code)")
        return child
    }

    static func firstLine(of path: String) -> String? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var buffer = [UInt8](repeating: 0, count: 256)
        let count = fread(&buffer, 1, buffer.count, file)
        let line = buffer[0..<count].prefix { $0 != UInt8(ascii: "\n") }
        return line.isEmpty ? nil : String(decoding: line, as: UTF8.self)
    }

    /// A port that is free, as is the next one. Below the range that outgoing connections use.
    static func freePort(_ attempt: Int) -> Int {
        for step in 0..<1_000 {
            let port = 20_000 + (Int(getpid()) * 7 + attempt * 200 + step * 2) % 10_000
            if isFree(port), isFree(port + 1) { return port }
        }
        return 20_000
    }

    private static func isFree(_ port: Int) -> Bool {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var reuse: Int32 = 1
        setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &reuse, 4)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
