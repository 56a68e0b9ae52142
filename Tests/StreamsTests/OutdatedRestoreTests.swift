import Kafka
import StreamsTesting
import Testing

@testable import Streams

/// A process that stands still in the middle of a restore, for longer than its session, goes on
/// with an offset that is no more the group's: another had the partition meanwhile. Found by the
/// simulated fleet: the worker gave up, and told the operator that somebody had reset the offsets.
@Suite("A restore that was overtaken")
struct OutdatedRestoreTests {
    /// Ten records, committed after the third and after the last.
    private let sink: TransactionalSink
    private let topology = Topology.toy()

    init() throws {
        let task = try topology.fresh()
        sink = TransactionalSink(topics: task.topics, changelog: "state.toy")
        for offset in 0..<10 {
            try task.finish(
                toyRecord(Int64(offset), "key\(offset % 3)", "add 1", at: 1_000), into: sink)
            if offset == 2 { try task.commit(into: sink) }
        }
        try task.commit(into: sink)
    }

    private func restored(offsets: [Int64?]) throws -> Slot {
        let log = ScriptedLog(offsets: offsets, changelog: sink.changelog)
        let topology = topology
        let makeTask: (Int32) -> any AnyTask = { partition in
            topology.task(
                partition: partition, inputPartitions: 1,
                outputPartitions: topology.outputs.map { _ in 1 }, group: "toys", writer: "w")
        }
        let restorer = try Restorer(
            logClient: ScriptedClient(log: log), client: ClientSettings(bootstrapServers: "none"),
            group: "toys", changelog: "state.toy", disk: nil, transactionTimeoutMilliseconds: 1_000,
            clock: WorkerClock(monotonic: { 0 }, wall: { 0 }), log: { _, _, _ in },
            planted: nil, makeTask: makeTask)
        let slot = Slot(
            place: TopicPartition("toy.in", 0), task: makeTask(0), marker: nil, now: 0)
        restorer.add([slot])
        for _ in 0..<10 where slot.phase != .ready { _ = try restorer.slice() }
        return slot
    }

    @Test func `begins anew with the offset that stands`() throws {
        let slot = try restored(offsets: [3, 10])
        #expect(slot.phase == .ready)
        #expect(slot.position.offset == 10)
    }

    @Test func `refuses to run where offset and state really disagree`() throws {
        let failure = try #require(throws: LaneFailure.self) { try restored(offsets: [3]) }
        #expect(failure.exit == .state)
        #expect(failure.message.contains("reset"))
    }
}

/// Answers with these offsets one after the other, then with the last; the changelog is all there
/// from the start.
final class ScriptedLog: LogConsumer, LogAdmin, @unchecked Sendable {
    // Unchecked: one thread.
    private var offsets: [Int64?]
    private let changelog: [OwnedRecord]
    private var next: Int?

    init(offsets: [Int64?], changelog: [OwnedRecord]) {
        self.offsets = offsets
        self.changelog = changelog
    }

    func committed(
        _ partitions: [TopicPartition], timeoutMilliseconds: Int32
    ) throws(KafkaError) -> [Int64?] {
        [offsets.count > 1 ? offsets.removeFirst() : offsets[0]]
    }

    func start(_ offsets: [PartitionOffset]) throws(KafkaError) { next = Int(offsets[0].offset) }
    func stop(_ partitions: [TopicPartition]) throws(KafkaError) { next = nil }

    func poll(
        timeoutMilliseconds: Int32, delegate: (any RebalanceDelegate)?,
        _ body: (RecordView) -> Void
    ) -> PollResult {
        guard let position = next else { return .nothing }
        guard position < changelog.count else {
            return .endOfPartition(PartitionOffset("state.toy", 0, Int64(position)))
        }
        next = position + 1
        var record = changelog[position]
        record.partition = 0
        record.offset = Int64(position)
        record.withView(body)
        return .record
    }

    func watermarks(_ partition: TopicPartition) throws(KafkaError) -> Range<Int64> {
        0..<Int64(changelog.count)
    }

    func subscribe(_ topics: [String]) throws(KafkaError) {}
    func close(delegate: (any RebalanceDelegate)?) {}
    func abandon() {}
    func groupMetadata() -> GroupMetadata? { nil }
    func read(_ offsets: [PartitionOffset]) throws(KafkaError) {}
    func seek(_ offsets: [PartitionOffset]) throws(KafkaError) {}
    func knownWatermarks(_ partition: TopicPartition) -> Range<Int64>? { nil }
    func partitionCount(of topic: String, timeoutMilliseconds: Int32) -> Int32 { 1 }
    func ends(_ partitions: [TopicPartition]) throws(KafkaError) -> [Int64] { [] }
    func ends(
        _ partitions: [TopicPartition], timeoutMilliseconds: Int32
    ) throws(KafkaError) -> [Int64] { [] }
    func committedBy(
        group: String, _ partitions: [TopicPartition]
    ) throws(KafkaError) -> [String?] { [] }
    func members(of group: String) throws(KafkaError) -> [GroupDescription.Member] { [] }
    func partitionCount(of topic: String) throws(KafkaError) -> Int32 { 1 }
}

struct ScriptedClient: LogClient {
    let log: ScriptedLog

    func consumer(_ settings: ConsumerSettings) throws(KafkaError) -> any LogConsumer { log }

    func admin(
        _ settings: ClientSettings, timeoutMilliseconds: Int32
    ) throws(KafkaError) -> any LogAdmin { log }

    func transactionalProducer(
        _ settings: TransactionalProducerSettings
    ) throws(KafkaError) -> any LogTransactionalProducer {
        throw KafkaError(code: .state, message: "a restore writes nothing")
    }

    func producer(
        _ settings: ClientSettings, lingerMilliseconds: Int
    ) throws(KafkaError) -> any LogProducer {
        throw KafkaError(code: .state, message: "a restore writes nothing")
    }
}
