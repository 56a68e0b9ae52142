import Glibc
import Kafka
import Streams
import StreamsTesting
import Testing

/// Whole processes that die, on a real broker.
@Suite(.enabled(if: TestBroker.isAvailable, "\(TestBroker.need)"), .serialized)
struct KilledWorkerTests {
    /// Runs a worker in this process until `work` says that it is time to die.
    private static func dieWhen(_ condition: (WorkerStatus) -> Bool) -> Never {
        let name = String(cString: getenv("SHOUWANG_TEST_CLUSTER"))
        let ordinal = String(cString: getenv("SHOUWANG_TEST_ORDINAL"))
        let folder = getenv("SHOUWANG_TEST_FOLDER").map { String(cString: $0) }
        guard
            let cluster = try? ToyCluster("", partitions: 3, crashFolder: folder, existing: name)
        else { exit(2) }
        // Transactions that nobody but the test ends, under one name.
        let isLong = getenv("SHOUWANG_TEST_LONG") != nil
        let worker = cluster.start(ordinal, lanes: isLong ? 1 : 2) { settings in
            guard isLong else { return }
            settings.commitIntervalMilliseconds = 30_000
            settings.transactionTimeoutMilliseconds = 90_000
        }
        while !condition(worker.status) {
            if let exit = worker.status.exit { _exit(exit.rawValue) }
            usleep(1_000)
        }
        kill(getpid(), SIGKILL)
        exit(3)
    }

    /// True when a transaction stands open on the first partition of a topic.
    private static func isOpen(_ topic: String) throws -> Bool {
        let client = TestBroker.client("test")
        let admin = try Admin(client)
        let reader = try Consumer(ConsumerSettings(client: client, group: "test"))
        let place = [TopicPartition(topic, 0)]
        let stable = try reader.ends(place, timeoutMilliseconds: 5_000)
        pause(milliseconds: 20)
        return try admin.ends(place) != stable
            && reader.ends(place, timeoutMilliseconds: 5_000) == stable
    }

    @Test func `kill -9 at any moment leaves every output there once`() async throws {
        let cluster = try ToyCluster("killed", partitions: 3)
        let records = ToyCluster.mixture(12_000, seed: ToyCluster.seed)
        setenv("SHOUWANG_TEST_CLUSTER", cluster.topology.name, 1)
        setenv("SHOUWANG_TEST_BROKER", TestBroker.bootstrapServers, 1)
        unsetenv("SHOUWANG_TEST_FOLDER")
        var next = 0
        // The same name comes back, as a process under a supervisor does: its first call settles
        // what the dead one left open.
        setenv("SHOUWANG_TEST_ORDINAL", "5", 1)
        for round in 1...6 {
            let end = min(next + 2_000, records.count)
            try cluster.feed(Array(records[next..<end]))
            next = end
            setenv("SHOUWANG_TEST_DIE_AT", "\(150 * round)", 1)
            await #expect(processExitsWith: .signal(SIGKILL)) {
                let limit = Int(String(cString: getenv("SHOUWANG_TEST_DIE_AT")))!
                Self.dieWhen { $0.counters.records >= limit }
            }
        }
        cluster.start("5", lanes: 2)
        try cluster.waitUntilCaughtUp()
        cluster.stopAll()
        #expect(try cluster.differences() == [])
    }

    @Test func `kill -9 while snapshots are written leaves every output there once`() async throws {
        let folder = try temporaryFolder()
        let cluster = try ToyCluster("snapped", partitions: 3, crashFolder: folder)
        let records = ToyCluster.mixture(10_000, seed: ToyCluster.seed)
        setenv("SHOUWANG_TEST_CLUSTER", cluster.topology.name, 1)
        setenv("SHOUWANG_TEST_BROKER", TestBroker.bootstrapServers, 1)
        setenv("SHOUWANG_TEST_FOLDER", folder, 1)
        setenv("SHOUWANG_TEST_ORDINAL", "5", 1)
        for round in 1...3 {
            try cluster.feed(Array(records[3_000 * (round - 1)..<3_000 * round]))
            setenv("SHOUWANG_TEST_DIE_AT", "\(700 * round)", 1)
            await #expect(processExitsWith: .signal(SIGKILL)) {
                let limit = Int(String(cString: getenv("SHOUWANG_TEST_DIE_AT")))!
                Self.dieWhen { $0.counters.records >= limit }
            }
        }
        // Something for the last one, however far the others came.
        try cluster.feed(Array(records[9_000...]))
        let before = LogLines()
        cluster.start("5", lanes: 2) { $0.log = before.write }
        try cluster.waitUntilCaughtUp()
        cluster.stopAll()
        #expect(try cluster.differences() == [])
        // And once more from what the last one has left.
        let log = LogLines()
        let worker = cluster.start("5") { $0.log = log.write }
        try cluster.wait("all three read") { worker.status.running.count == 3 }
        for partition in 0..<3 {
            #expect(
                log.count("/\(partition) restored from a snapshot") >= 1,
                "\(before.all) and then \(log.all)")
        }
    }

    @Test func `what a dead process left open is ended by who takes its partitions over`()
        async throws
    {
        let cluster = try ToyCluster("left", partitions: 3)
        let records = ToyCluster.mixture(30_000, seed: ToyCluster.seed)
        // First it commits, so that it is known who works there.
        try cluster.feed(Array(records[..<2_000]))
        let before = cluster.start("7")
        try cluster.waitUntilCaughtUp()
        _ = cluster.stop(before)
        try cluster.feed(Array(records[2_000...]))
        setenv("SHOUWANG_TEST_CLUSTER", cluster.topology.name, 1)
        setenv("SHOUWANG_TEST_BROKER", TestBroker.bootstrapServers, 1)
        unsetenv("SHOUWANG_TEST_FOLDER")
        setenv("SHOUWANG_TEST_ORDINAL", "7", 1)
        setenv("SHOUWANG_TEST_LONG", "1", 1)
        defer { unsetenv("SHOUWANG_TEST_LONG") }
        await #expect(processExitsWith: .signal(SIGKILL)) {
            let topic = "\(String(cString: getenv("SHOUWANG_TEST_CLUSTER"))).out"
            Self.dieWhen { $0.counters.records > 500 && (try? Self.isOpen(topic)) == true }
        }
        let places = (0..<3).map { TopicPartition(cluster.topology.outputs[0], $0) }
        let admin = try Admin(TestBroker.client("test"))
        let reader = try Consumer(ConsumerSettings(client: TestBroker.client("test"), group: "test"))
        func isStable() throws -> Bool {
            try reader.ends(places, timeoutMilliseconds: 5_000) == admin.ends(places)
        }
        let isDone = try isStable()
        try #require(!isDone, "nothing was left open")
        let log = LogLines()
        let worker = cluster.start("8") { $0.log = log.write }
        // Far sooner than the broker would end it: after 90 s and up to 10 s more.
        try cluster.wait("everything read and committed", seconds: 45) {
            try cluster.isCaughtUp() && isStable()
        }
        #expect(log.count("ended what a dead worker had left open") >= 1, "\(log.all)")
        #expect(worker.status.exit == nil)
        cluster.stopAll()
        #expect(try cluster.differences() == [])
    }

    @Test func `a live lane that handed a partition over is left alone`() throws {
        let cluster = try ToyCluster("alive", partitions: 3)
        let first = LogLines()
        let one = cluster.start("1") {
            $0.log = first.write
            // Its transactions stand for seconds while records come.
            $0.commitIntervalMilliseconds = 3_000
        }
        let records = ToyCluster.mixture(40_000, seed: ToyCluster.seed)
        try cluster.feed(Array(records[..<10_000]))
        try cluster.waitUntilCaughtUp()
        let second = LogLines()
        let two = cluster.start("2") { $0.log = second.write }
        for part in 1...3 { try cluster.feed(Array(records[10_000 * part..<10_000 * (part + 1)])) }
        try cluster.waitUntilCaughtUp()
        try cluster.wait("both have partitions") {
            !one.status.lanes[0].tasks.isEmpty && !two.status.lanes[0].tasks.isEmpty
        }
        #expect(first.count("ended what a dead") + second.count("ended what a dead") == 0)
        #expect(first.count("fenced") == 0)
        cluster.stopAll()
        #expect(try cluster.differences() == [])
    }

    @Test func `a record that kills the process is not tried a fourth time`() async throws {
        let folder = try temporaryFolder()
        let cluster = try ToyCluster("deadly", partitions: 3, crashFolder: folder)
        try cluster.feed("a", "add 1", at: 1_000)
        try cluster.feed("a", "trap", at: 2_000)
        try cluster.feed("a", "add 2", at: 3_000)
        setenv("SHOUWANG_TEST_CLUSTER", cluster.topology.name, 1)
        setenv("SHOUWANG_TEST_BROKER", TestBroker.bootstrapServers, 1)
        setenv("SHOUWANG_TEST_FOLDER", folder, 1)
        setenv("SHOUWANG_TEST_ORDINAL", "0", 1)
        for _ in 1...3 {
            await #expect(processExitsWith: .signal(SIGILL)) {
                Self.dieWhen { _ in false }
            }
        }
        let worker = cluster.start()
        try cluster.wait("the refusal") { worker.status.exit != nil }
        #expect(worker.status.exit == .record)
        let input = try TestBroker.readAll(cluster.topology.input)
        let deadly = try #require(input.first { $0.text == "trap" })
        let place = "\(deadly.topic)/\(deadly.partition)/\(deadly.offset)"
        #expect(worker.status.message?.contains("record \(place) has ended the process 3") == true)

        // By an operator's order it becomes a dead letter, and life goes on.
        cluster.start {
            $0.skipping = [PartitionOffset(deadly.topic, deadly.partition, deadly.offset)]
        }
        try cluster.waitUntilCaughtUp()
        cluster.stopAll()
        let dead = try TestBroker.readAll(cluster.topology.deadLetters)
        #expect(dead.map(\.text) == ["trap"])
        let written = try TestBroker.readAll(cluster.topology.outputs[0])
        #expect(written.map { $0.header("verb") } == ["add", "add"])
    }

    @Test func `nodes of a broker that are killed and come back cost time, and nothing else`()
        throws
    {
        let broker = try #require(OwnBroker("own", nodes: 3))
        let cluster = try ToyCluster("nodes", partitions: 2, broker: broker)
        let records = ToyCluster.mixture(8_000, seed: ToyCluster.seed)
        try cluster.feed(Array(records[..<2_000]))
        let worker = cluster.start(lanes: 2) { $0.transactionTimeoutMilliseconds = 3_000 }
        try cluster.wait("some records") { worker.status.counters.records > 300 }
        for node in 1...3 {
            broker.kill(node: node)
            try cluster.feed(Array(records[2_000 * node..<2_000 * (node + 1)]))
            try cluster.waitUntilCaughtUp(seconds: 120)
            // Two of three must be there, or nothing more can be written.
            #expect(broker.comeBack())
        }
        #expect(worker.status.exit == nil)
        cluster.stopAll()
        #expect(worker.status.exit == .stopped)
        #expect(try cluster.differences() == [])
    }

    // Nothing is in flight here when the only node dies: a commit that it has written down, but
    // not yet carried out, is lost by Kafka itself (docs/GUARANTEES.md, "A hanging transaction").
    @Test func `while the broker is away a worker waits, says so, and can be stopped`() throws {
        let broker = try #require(OwnBroker("own"))
        let cluster = try ToyCluster("away", partitions: 2, broker: broker)
        let records = ToyCluster.mixture(2_000, seed: ToyCluster.seed)
        try cluster.feed(Array(records[..<1_000]))
        let worker = cluster.start(lanes: 2)
        try cluster.waitUntilCaughtUp()
        try cluster.wait("the worker is ready") { worker.status.isReady }
        broker.kill()
        try cluster.wait("the idle worker is not ready") { !worker.status.isReady }
        #expect(worker.status.exit == nil)
        #expect(broker.comeBack())
        try cluster.wait("the worker is ready again") { worker.status.isReady }
        try cluster.feed(Array(records[1_000...]))
        try cluster.waitUntilCaughtUp()
        broker.kill()
        try cluster.wait("the worker is not ready") { !worker.status.isReady }
        // The watchdog would end a lane that hangs with another exit.
        #expect(cluster.stop(worker).exit == .stopped)
        #expect(broker.comeBack())
        #expect(try cluster.differences() == [])
    }
}
