import Glibc
import Kafka
import Streams
import StreamsTesting
import Testing

/// A process that has something to learn before it can go on from a broadcast.
struct WaitingTests {
    private static let log = [
        toyRecord(0, "a", "add 1", at: 1_000), toyRecord(1, "b", "wake 500 0 0", at: 1_000),
        toyRecord(2, nil, "both 5", at: 2_000), toyRecord(3, "a", "add 2", at: 2_001),
        toyRecord(4, nil, "both 6", at: 1_500), toyRecord(5, "b", "add 3", at: 3_000),
    ]

    private func straight() throws -> LogReplay {
        try LogReplay(
            Topology.toy(), partition: 0, inputPartitions: 1, outputPartitions: [1, 1],
            group: "toys", log: Self.log)
    }

    @Test func `it stops in front of the broadcast, and what comes of it is the same later`() throws {
        let gaps = ToyGaps([5, 6])
        let task = try Topology.toy(Toy(gaps: gaps)).fresh()
        let sink = TransactionalSink(topics: task.topics, changelog: "state.toy")
        for record in Self.log[..<2] { try task.finish(record, into: sink) }
        #expect(task.missing == nil)
        for number: Int64 in [5, 6] {
            let marker = Self.log[number == 5 ? 2 : 4]
            for _ in 0..<2 {
                let progress = try marker.withView { try task.process($0, into: sink) }
                #expect(progress == .waits(for: "number \(number)"))
                #expect(task.nextOffset == marker.offset && task.missing == "number \(number)")
                // Wake-ups of before have run; the task's time is not the broadcast's yet.
                #expect(task.streamTime == (number == 5 ? 1_500 : 2_001))
            }
            try task.commit(into: sink)
            gaps.fill(number)
            #expect(task.missing == nil)
            for record in Self.log[(number == 5 ? 2 : 4)...(number == 5 ? 3 : 5)] {
                try task.finish(record, into: sink)
            }
        }
        while try task.advance(budget: 10, into: sink) {}
        try task.commit(into: sink)
        let whole = try straight()
        #expect(sink.outputs.map(\.text).sorted() == whole.outputs.map(\.text).sorted())
        #expect(sink.table.filter { $0.key != ReservedKey.task } == whole.states.filter {
            $0.key != ReservedKey.task
        })
    }

    @Test func `given up, it forgets that it stood there`() throws {
        let task = try Topology.toy(Toy(gaps: ToyGaps([5]))).fresh()
        let sink = TransactionalSink(topics: task.topics, changelog: "state.toy")
        try task.finish(Self.log[0], into: sink)
        _ = try Self.log[2].withView { try task.process($0, into: sink) }
        #expect(task.missing != nil)
        sink.abort()
        task.didAbort()
        #expect(task.missing == nil && task.nextOffset == nil)
    }

    @Test func `as the first record of a log it leaves nothing to commit`() throws {
        let task = try Topology.toy(Toy(gaps: ToyGaps([5]))).fresh()
        let sink = TransactionalSink(topics: task.topics, changelog: "state.toy")
        let progress = try Self.log[2].withView { try task.process($0, into: sink) }
        #expect(progress == .waits(for: "number 5"))
        #expect(!task.hasUncommitted && task.nextOffset == nil)
    }

    @Test func `restored in another process it waits, also for what only laggards still see`() throws {
        let first = try Topology.toy().fresh()
        let sink = TransactionalSink(topics: first.topics, changelog: "state.toy")
        for record in Self.log { try first.finish(record, into: sink) }
        try first.commit(into: sink)
        for (gap, isWaiting) in [(Int64(5), first.hasBacklog), (6, true), (7, false)] {
            let topology = Topology.toy(Toy(gaps: ToyGaps([gap])))
            let task = topology.task(
                partition: 0, inputPartitions: 1, outputPartitions: [1, 1], group: "toys",
                writer: "w")
            for record in sink.changelog {
                try record.withView { (view) throws(TaskError) in
                    try task.restore(key: view.key, value: view.value)
                }
            }
            try task.finishRestore(committed: sink.committedOffset)
            #expect((task.missing != nil) == isWaiting, "gap \(gap)")
        }
    }

    @Test func `a replay has nothing to wait for, and says what it lacks`() throws {
        #expect {
            _ = try LogReplay(
                Topology.toy(Toy(gaps: ToyGaps([5]))), partition: 0, inputPartitions: 1,
                outputPartitions: [1, 1], group: "toys", log: Self.log)
        } throws: { "\($0)".contains("number 5") }
    }

    @Test(.enabled(if: TestBroker.isAvailable, "\(TestBroker.need)"))
    func `a worker waits with one partition, goes on with others, and then with it`() throws {
        let gaps = ToyGaps([7])
        let cluster = try ToyCluster("waiting", partitions: 2, toy: Toy(gaps: gaps))
        for partition: Int32 in 0..<2 {
            var record = toyRecord(0, nil, "both \(7 + partition)", at: 900_000)
            record.partition = partition
            try cluster.feed(Array(ToyCluster.mixture(300, seed: 3)))
            try cluster.feed([record])
        }
        try cluster.feed(ToyCluster.mixture(300, seed: 4, from: 2_000_000))
        let admin = try Admin(TestBroker.client("test"))
        let places = (0..<Int32(2)).map { TopicPartition(cluster.topology.input, $0) }
        func committed() throws -> [Int64] {
            try admin.committed(group: cluster.group, places).map { $0 ?? 0 }
        }
        let marker = try #require(
            try TestBroker.readAll(cluster.topology.input).first {
                $0.key == nil && $0.partition == 0
            }).offset
        cluster.start()
        let end = try admin.ends([places[1]])[0]
        let deadline = WorkerClock.system.monotonic() + 60_000
        while try committed() != [marker, end], WorkerClock.system.monotonic() < deadline {
            usleep(50_000)
        }
        // In front of the broadcast, with all before it committed.
        #expect(try committed() == [marker, end])
        cluster.stopAll()
        let second = cluster.start("1")
        usleep(500_000)
        #expect(try committed() == [marker, end])
        gaps.fill(7)
        try cluster.waitUntilCaughtUp()
        #expect(cluster.stop(second).exit == .stopped)
        #expect(try cluster.differences() == [])
    }
}
