import Glibc
import Kafka
import Streams
import StreamsTesting
import Testing

/// The Kafka driver on a real broker.
@Suite(.enabled(if: TestBroker.isAvailable, "\(TestBroker.need)"), .serialized)
struct WorkerTests {
    @Test func `what a worker writes is what replay makes of the log`() throws {
        let cluster = try ToyCluster("same", partitions: 3)
        try cluster.feed(ToyCluster.mixture(3_000, seed: ToyCluster.seed))
        for partition: Int32 in 0..<3 {
            try cluster.feed(nil, "both 7", at: 5_000_000, partition: partition)
        }
        let worker = cluster.start(lanes: 2)
        try cluster.waitUntilCaughtUp()
        #expect(cluster.stop(worker).exit == .stopped)
        #expect(worker.status.counters.records == 3_003)
        #expect(try cluster.differences() == [])
    }

    @Test func `null keys, null values, ticks and throwing processors are outputs or nothing`()
        throws
    {
        let cluster = try ToyCluster("odd", partitions: 2)
        try cluster.feed("a", "add 1", at: 1_000)
        try cluster.feed("a", nil, at: 2_000)
        try cluster.feed(nil, "alone", at: 3_000, partition: 1)
        try cluster.feed(nil, nil, at: 4_000, partition: 1)
        try cluster.feed("a", "fail 5", at: 5_000)
        try cluster.feed("", "add 6", at: 6_000)
        cluster.start()
        try cluster.waitUntilCaughtUp()
        cluster.stopAll()
        #expect(try cluster.differences() == [])
        let dead = try TestBroker.readAll(cluster.topology.deadLetters)
        #expect(
            dead.compactMap { $0.header("shouwang-reason") }.sorted() == [
                "record.failed", "record.json",
            ])
    }

    @Test func `a restarted worker goes on from restored state`() throws {
        let cluster = try ToyCluster("restart", partitions: 2)
        let records = ToyCluster.mixture(2_000, seed: ToyCluster.seed)
        try cluster.feed(Array(records[..<900]))
        cluster.start()
        try cluster.waitUntilCaughtUp()
        cluster.stopAll()
        try cluster.feed(Array(records[900...]))
        let second = cluster.start("1")
        try cluster.waitUntilCaughtUp()
        cluster.stopAll()
        #expect(second.status.lanes[0].recordsRestored > 0)
        #expect(try cluster.differences() == [])
    }

    @Test func `a lane whose name is taken restores its tasks and goes on`() throws {
        let cluster = try ToyCluster("fenced", partitions: 2)
        let records = ToyCluster.mixture(4_000, seed: ToyCluster.seed)
        try cluster.feed(Array(records[..<2_000]))
        let worker = cluster.start("7")
        // While nothing is open: a thief that comes amid a transaction takes the name twice, the
        // second time after the broker has aborted what it found.
        try cluster.waitUntilCaughtUp()
        do {
            let thief = try TransactionalProducer(
                TransactionalProducerSettings(
                    client: TestBroker.client(), transactionalID: "\(cluster.group)-7-0"))
            #expect(thief.initialize(timeoutMilliseconds: 20_000) == nil)
        }
        try cluster.feed(Array(records[2_000...]))
        try cluster.waitUntilCaughtUp()
        cluster.stopAll()
        #expect(worker.status.lanes[0].producersRenewed == 1)
        #expect(try cluster.differences() == [])
    }

    @Test func `two processes with one name end with the exit code that says so`() throws {
        let cluster = try ToyCluster("namesakes", partitions: 2)
        let first = cluster.start("7")
        try cluster.wait("the first is ready") { first.status.isReady }
        let second = cluster.start("7")
        var number: Int64 = 0
        try cluster.wait("one of them gives up") {
            number += 1
            for key in 0..<8 { try cluster.feed("\(key)", "add 1", at: number * 1_000) }
            return first.status.exit != nil || second.status.exit != nil
        }
        let ended = [first, second].filter { $0.status.exit != nil }
        #expect(ended.allSatisfy { $0.status.exit == .fenced })
        #expect(ended[0].status.message?.contains("another process has my name") == true)
        try cluster.waitUntilCaughtUp()
        cluster.stopAll()
        #expect(try cluster.differences() == [])
    }

    @Test func `members come and go and every output is there once`() throws {
        let cluster = try ToyCluster("moving", partitions: 4)
        let records = ToyCluster.mixture(12_000, seed: ToyCluster.seed)
        let first = cluster.start("0", lanes: 2)
        var next = 0
        func feedSome() throws {
            let end = min(next + 1_000, records.count)
            try cluster.feed(Array(records[next..<end]))
            next = end
        }
        try feedSome()
        try cluster.wait("the first is ready") { first.status.isReady }
        try feedSome()
        let second = cluster.start("1")
        for _ in 0..<3 { try feedSome() }
        try cluster.wait("the second has partitions") { !second.status.running.isEmpty }
        for _ in 0..<3 { try feedSome() }
        cluster.stop(first)
        for _ in 0..<2 { try feedSome() }
        try cluster.wait("the second has all") { second.status.running.count == 4 }
        let third = cluster.start("2", lanes: 2)
        while next < records.count { try feedSome() }
        try cluster.wait("the third has partitions") { !third.status.running.isEmpty }
        try cluster.waitUntilCaughtUp()
        cluster.stopAll()
        #expect(second.status.lanes[0].rebalances >= 3)
        #expect(try cluster.differences() == [])
    }

    @Test func `a standby's warm copy takes over, and follows again when it has handed back`() throws {
        let cluster = try ToyCluster("standby", partitions: 4)
        let records = ToyCluster.mixture(4_000, seed: ToyCluster.seed)
        try cluster.feed(Array(records[..<1_500]))
        let one = LogLines()
        let two = LogLines()
        let first = cluster.start("1") {
            $0.log = one.write
            $0.standbyCopies = 1
        }
        cluster.start("2", lanes: 2) {
            $0.log = two.write
            $0.standbyCopies = 1
        }
        try cluster.waitUntilCaughtUp()
        // Each follows what the other runs.
        try cluster.wait("four copies") { one.count("following") + two.count("following") >= 4 }
        try cluster.feed(Array(records[1_500..<2_500]))
        try cluster.waitUntilCaughtUp()
        pause(milliseconds: 1_500)  // what was committed last reaches the copies
        let own = first.status.lanes[0].tasks.count
        #expect(cluster.stop(first).exit == .stopped)
        try cluster.wait("all copies in use") { two.count("from a standby's copy") == own }
        try cluster.feed(Array(records[2_500..<3_000]))
        try cluster.waitUntilCaughtUp()
        let third = LogLines()
        cluster.start("3") {
            $0.log = third.write
            $0.standbyCopies = 1
        }
        try cluster.wait("the newcomer follows what it does not run") {
            third.count("following") >= 1
        }
        try cluster.feed(Array(records[3_000...]))
        try cluster.waitUntilCaughtUp()
        cluster.stopAll()
        #expect(two.count("left aside") == 0, "\(two.all)")
        #expect(try cluster.differences() == [])
    }

    @Test func `an output over the limit makes its record a dead letter`() throws {
        let cluster = try ToyCluster("large", partitions: 1)
        try cluster.feed("a", "add 1", at: 1_000)
        try cluster.feed("a", "big 1000001", at: 2_000)
        try cluster.feed("a", "add 2", at: 3_000)
        cluster.start()
        try cluster.waitUntilCaughtUp()
        cluster.stopAll()
        #expect(try cluster.differences() == [])
        let dead = try TestBroker.readAll(cluster.topology.deadLetters)
        #expect(dead.map { $0.header("shouwang-reason") } == ["record.size"])
    }

    @Test func `what the broker refuses becomes a dead letter, its neighbours do not`() throws {
        // The topic takes less than librdkafka sends, so only the broker finds out.
        let cluster = try ToyCluster(
            "refused", partitions: 1, outputSettings: [("max.message.bytes", "20000")])
        var records = (0..<50).map { toyRecord(0, "k\($0)", "add \($0)", at: 1_000) }
        records.insert(toyRecord(0, "k7", "big 30000", at: 1_000), at: 25)
        try cluster.feed(records)
        let worker = cluster.start()
        try cluster.waitUntilCaughtUp()
        cluster.stopAll()
        #expect(worker.status.lanes[0].aborts >= 1)
        let dead = try TestBroker.readAll(cluster.topology.deadLetters)
        #expect(dead.map(\.text) == ["big 30000"])
        #expect(dead.map { $0.header("shouwang-reason") } == ["record.size"])
        #expect(dead.map { $0.header("shouwang-attempts") } == ["2"])
        let written = try TestBroker.readAll(cluster.topology.outputs[0])
        #expect(written.map { $0.header("verb") } == Array(repeating: "add", count: 50))
        #expect(Set(written.map(\.keyText)).count == 50)
    }

    @Test func `offsets that somebody reset are refused, and the message says so`() throws {
        let cluster = try ToyCluster("reset", partitions: 1)
        try cluster.feed((0..<10).map { toyRecord(0, "a", "add \($0)", at: 1_000) })
        cluster.start()
        try cluster.waitUntilCaughtUp()
        cluster.stopAll()
        // What a reset does: other offsets, without the state.
        let member = try Consumer(
            ConsumerSettings(client: TestBroker.client(), group: cluster.group))
        let producer = try TransactionalProducer(
            TransactionalProducerSettings(
                client: TestBroker.client(), transactionalID: TestBroker.unique("tx")))
        #expect(producer.initialize(timeoutMilliseconds: 20_000) == nil)
        #expect(producer.begin() == nil)
        guard let nobody = member.groupMetadata() else { return }
        let isMember = nobody.isMember
        #expect(!isMember)
        #expect(
            producer.sendOffsets(
                [PartitionOffset(cluster.topology.input, 0, 3)], of: nobody,
                timeoutMilliseconds: 20_000) == nil)
        #expect(producer.commit(timeoutMilliseconds: 20_000) == nil)
        let worker = cluster.start()
        try cluster.wait("the refusal") { worker.status.exit != nil }
        #expect(worker.status.exit == .state)
        #expect(worker.status.message?.contains("committed offset is 3") == true)
        #expect(worker.status.message?.contains("Somebody reset") == true)
    }

    @Test func `records deleted before they were read end the worker`() throws {
        let cluster = try ToyCluster("deleted", partitions: 1)
        try cluster.feed((0..<10).map { toyRecord(0, "a", "add \($0)", at: 1_000) })
        cluster.start()
        try cluster.waitUntilCaughtUp()
        cluster.stopAll()
        try cluster.feed((0..<10).map { toyRecord(0, "a", "add \($0)", at: 1_000) })
        let admin = try Admin(TestBroker.client())
        try admin.deleteRecords(before: [PartitionOffset(cluster.topology.input, 0, 15)])
        let worker = cluster.start()
        try cluster.wait("the refusal") { worker.status.exit != nil }
        #expect(worker.status.exit == .offsetsGone)
        #expect(worker.status.message?.contains("offset 10 are not there") == true)
    }

    @Test func `a log that no longer begins at 0 is read from its start`() throws {
        let cluster = try ToyCluster("begun", partitions: 1)
        try cluster.feed((0..<10).map { toyRecord(0, "a", "add \($0)", at: 1_000) })
        let admin = try Admin(TestBroker.client())
        try admin.deleteRecords(before: [PartitionOffset(cluster.topology.input, 0, 4)])
        let worker = cluster.start()
        try cluster.waitUntilCaughtUp()
        cluster.stopAll()
        #expect(worker.status.counters.records == 6)
        #expect(try cluster.differences() == [])
    }

    @Test func `an idle partition's time is moved by ticks under wall time`() throws {
        let cluster = try ToyCluster("ticking", partitions: 1)
        // Long ago, so that the wall clock is ahead; its wake-up is due soon after.
        try cluster.feed("a", "wake 5000 0 0", at: 1_000_000)
        let worker = cluster.start { $0.tickIntervalMilliseconds = 60_000 }
        try cluster.wait("a tick and the wake-up") { worker.status.counters.wakeUps == 1 }
        cluster.stopAll()
        #expect(worker.status.lanes[0].ticksWritten >= 1)
        let input = try TestBroker.readAll(cluster.topology.input)
        #expect(input.dropFirst().allSatisfy { $0.header(Tick.name) != nil && $0.value == nil })
        #expect(try cluster.differences() == [])
    }

    @Test func `missing topics are named after a while`() {
        var settings = WorkerSettings(client: TestBroker.client(), group: "x", ordinal: "0")
        // A clock that jumps, so that nobody waits.
        let clock = JumpingClock()
        settings.clock = WorkerClock(monotonic: { clock.next() }, wall: { 0 })
        let worker = Worker(
            Topology(name: "nowhere", input: "nowhere.in", processor: Toy()), settings)
        let ended = worker.run()
        #expect(ended.exit == .broker)
        #expect(ended.message.contains("nowhere.in"))
        #expect(ended.message.contains("shouwang topics apply"))
    }
}
