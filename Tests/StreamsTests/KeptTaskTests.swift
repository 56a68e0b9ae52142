import Kafka
import StreamsTesting
import Testing

@testable import Streams

/// A task that is kept over a rebalance, and looked at when its partition comes back.
///
/// A process that stands still between its last commit and asking where the changelog ends may have
/// missed an owner that ran a broadcast's sweep on: it moves no offset, and what the process asks
/// then is the end behind that.
@Suite("A task kept over a rebalance")
struct KeptTaskTests {
    private let topology = Topology.toy()
    private let sink: TransactionalSink
    /// Committed with a broadcast that has met one key of three.
    private let kept: any AnyTask

    init() throws {
        var slices = WorkSlices()
        slices.broadcastKeysPerRecord = 1
        kept = topology.task(
            partition: 0, inputPartitions: 1, outputPartitions: [1, 1], group: "toys",
            writer: "toys-1-0", slices: slices)
        try kept.finishRestore(committed: nil)
        sink = TransactionalSink(topics: kept.topics, changelog: "state.toy")
        for offset in 0..<3 {
            try kept.finish(toyRecord(Int64(offset), "key\(offset)", "add 1", at: 1_000), into: sink)
        }
        try kept.finish(toyRecord(3, nil, "both 7", at: 1_000), into: sink)
        #expect(kept.hasBacklog)
        try kept.commit(into: sink)
    }

    /// Another owner brings the broadcast to the other keys, and commits.
    private func sweep(writer: String) throws {
        let other = topology.task(
            partition: 0, inputPartitions: 1, outputPartitions: [1, 1], group: "toys",
            writer: writer)
        for record in sink.changelog {
            try record.withView { try other.restore(key: $0.key, value: $0.value) }
        }
        try other.finishRestore(committed: 4)
        while try other.advance(budget: 1, into: sink) {}
        try other.commit(into: sink)
        #expect(sink.committedOffset == 4)
    }

    /// The slot of the task when its partition has come back.
    private func comeBack(keptAt: Int64, planted: PlantedFault? = nil) throws -> Slot {
        let topology = topology
        let restorer = try Restorer(
            logClient: ScriptedClient(log: ScriptedLog(offsets: [4], changelog: sink.changelog)),
            client: ClientSettings(bootstrapServers: "none"), group: "toys",
            changelog: "state.toy", disk: nil, transactionTimeoutMilliseconds: 1_000,
            clock: WorkerClock(monotonic: { 0 }, wall: { 0 }), log: { _, _, _ in },
            planted: planted
        ) { partition in
            topology.task(
                partition: partition, inputPartitions: 1, outputPartitions: [1, 1], group: "toys",
                writer: "toys-1-0")
        }
        let slot = Slot(place: TopicPartition("toy.in", 0), task: kept, marker: nil, now: 0)
        slot.keptAt = keptAt
        restorer.add([slot])
        for _ in 0..<20 where slot.phase != .ready { _ = try restorer.slice() }
        try #require(slot.phase == .ready)
        return slot
    }

    private var end: Int64 { Int64(sink.changelog.count) }

    @Test func `goes on when nobody has written since`() throws {
        let slot = try comeBack(keptAt: end)
        #expect(slot.task === kept)
        #expect(slot.position.offset == 4)
    }

    @Test func `is restored when another has written before it asked for the end`() throws {
        try sweep(writer: "toys-2-0")
        let slot = try comeBack(keptAt: end)
        #expect(slot.task !== kept)
        #expect(!slot.task.hasBacklog)
        // What was trusted before: the same end, and the same offset.
        #expect(try comeBack(keptAt: end, planted: .trustKeptEnd).task === kept)
    }

    @Test func `is restored when another has written afterwards`() throws {
        let keptAt = end
        try sweep(writer: "toys-2-0")
        #expect(try comeBack(keptAt: keptAt).task !== kept)
    }

    @Test func `is restored when the changelog was made anew`() throws {
        #expect(try comeBack(keptAt: end + 1).task !== kept)
    }
}
