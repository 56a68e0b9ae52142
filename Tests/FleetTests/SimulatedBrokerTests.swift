import Kafka
import Streams
import Testing

@testable import StreamsTesting

/// The broker beneath the simulated fleet does what Kafka's does where it matters; what a real one
/// does is shown by `LateRequestTests`, `BrokerTests` and `WorkerTests`.
@Suite("The simulated broker")
struct SimulatedBrokerTests {
    private let scheduler = Scheduler(seed: 1)
    private let broker: SimulatedBroker
    private let place = TopicPartition("out", 0)
    private let input = TopicPartition("in", 0)

    init() {
        broker = SimulatedBroker(scheduler: scheduler, epoch: 0)
        broker.makeTopic("out", partitions: 1, isCompacted: true)
        broker.makeTopic("in", partitions: 3)
    }

    private func take(_ name: String, timeout: Int64 = 5_000) throws -> ProducerIdentity {
        for _ in 0..<100 {
            if case .success(let given) = broker.initProducerID(name, timeout: timeout) {
                return given
            }
            scheduler.wait(10)
        }
        throw KafkaError(code: .timedOut, message: "the name is not given")
    }

    private func record(_ text: String, key: String? = nil) -> HeldRecord {
        var record = OwnedRecord(topic: "out")
        record.key = key.map { Array($0.utf8) }
        record.value = Array(text.utf8)
        return HeldRecord(record)
    }

    private func write(
        _ who: ProducerIdentity, _ text: String, sequence: Int32, key: String? = nil
    ) -> KafkaError.Code? {
        if let code = broker.addPartitions(who, [place]) { return code }
        return broker.produce(who, to: place, sequence: sequence, record(text, key: key))
    }

    private var shown: [String] {
        broker.partition(place).committed.map { String(decoding: $0.view.value!, as: UTF8.self) }
    }

    private func settle() { scheduler.wait(100) }

    @Test func `shows records once their marker is written, and nothing behind an open one`()
        throws
    {
        let one = try take("one")
        let two = try take("two")
        #expect(write(one, "first", sequence: 0) == nil)
        #expect(write(two, "second", sequence: 0) == nil)
        #expect(broker.endTransaction(two, isCommit: true) == nil)
        settle()
        #expect(shown == [])
        #expect(broker.endTransaction(one, isCommit: false) == nil)
        settle()
        #expect(shown == ["second"])
        #expect(!broker.hasOpenTransaction)
    }

    @Test func `refuses the one before when a name is taken anew, and aborts what it had open`()
        throws
    {
        let old = try take("name")
        #expect(write(old, "old", sequence: 0) == nil)
        let new = try take("name")
        #expect(new.epoch > old.epoch)
        #expect(write(old, "late", sequence: 1) == .producerFenced)
        #expect(
            broker.produce(old, to: place, sequence: 1, record("late")) == .invalidProducerEpoch)
        #expect(broker.endTransaction(old, isCommit: true) == .producerFenced)
        #expect(write(new, "new", sequence: 0) == nil)
        #expect(broker.endTransaction(new, isCommit: true) == nil)
        settle()
        #expect(shown == ["new"])
    }

    // KIP-890: what befalls a producer that goes on under its epoch.
    @Test func `takes a late commit for the transaction that is open when it comes`() throws {
        let name = try take("name")
        #expect(write(name, "first", sequence: 0) == nil)
        #expect(broker.endTransaction(name, isCommit: false) == nil)
        settle()
        #expect(write(name, "half", sequence: 1) == nil)
        #expect(broker.endTransaction(name, isCommit: true) == nil)
        settle()
        #expect(shown == ["half"])
        #expect(broker.endTransaction(name, isCommit: false) == .invalidTransactionState)
    }

    @Test func `takes a late record of an aborted transaction for the next one`() throws {
        let name = try take("name")
        #expect(broker.addPartitions(name, [place]) == nil)
        #expect(broker.endTransaction(name, isCommit: false) == nil)
        settle()
        #expect(
            broker.produce(name, to: place, sequence: 0, record("late"))
                == .invalidTransactionState)
        #expect(broker.addPartitions(name, [place]) == nil)
        #expect(broker.produce(name, to: place, sequence: 0, record("late")) == nil)
        #expect(broker.produce(name, to: place, sequence: 1, record("next")) == nil)
        #expect(broker.endTransaction(name, isCommit: true) == nil)
        settle()
        #expect(shown == ["late", "next"])
    }

    @Test func `acknowledges a sequence number twice and appends it once`() throws {
        let name = try take("name")
        #expect(write(name, "once", sequence: 0) == nil)
        #expect(write(name, "once", sequence: 0) == nil)
        #expect(write(name, "gap", sequence: 2) == .outOfOrderSequence)
        #expect(broker.endTransaction(name, isCommit: true) == nil)
        settle()
        #expect(shown == ["once"])
    }

    @Test func `ends a transaction that outlives its timeout, and fences its producer`() throws {
        let name = try take("name", timeout: 1_000)
        #expect(write(name, "stalled", sequence: 0) == nil)
        broker.endTimedOutTransactions()
        #expect(broker.hasOpenTransaction)
        scheduler.wait(1_500)
        broker.endTimedOutTransactions()
        settle()
        #expect(!broker.hasOpenTransaction)
        #expect(broker.endTransaction(name, isCommit: true) == .producerFenced)
        #expect(shown == [])
    }

    @Test func `compacts to the last committed value of each key`() throws {
        let name = try take("name")
        for (number, text) in ["a", "b", "c"].enumerated() {
            #expect(write(name, text, sequence: Int32(number), key: "k") == nil)
            #expect(broker.endTransaction(name, isCommit: text != "c") == nil)
            settle()
        }
        #expect(write(name, "open", sequence: 3, key: "k") == nil)
        let end = broker.partition(place).end
        broker.compact()
        #expect(shown == ["b"])
        #expect(broker.partition(place).end == end)
        #expect(broker.partition(place).hasOpenTransaction)
    }

    /// Joins, and syncs when everybody has.
    private func join(_ group: SimulatedGroup, _ ids: [String?]) throws -> [String] {
        let joined = try ids.map { id in
            try #require(group.join(id, clientID: "test", topic: "in", sessionTimeout: 1_000) {})
        }
        settle()
        return joined
    }

    private func sync(_ group: SimulatedGroup, _ id: String) -> [Int32] {
        guard case .assigned(let places) = group.sync(id, generation: group.generation) else {
            return []
        }
        return places.map(\.partition)
    }

    @Test func `shares partitions out, and fences offsets by member and generation`() throws {
        let group = broker.group("group")
        let alone = try join(group, [nil])[0]
        #expect(sync(group, alone) == [0, 1, 2])
        let first = group.generation
        // A second one comes; the first hears of it with its heartbeat.
        let other = try #require(group.join(nil, clientID: "test", topic: "in", sessionTimeout: 1_000) {})
        #expect(group.heartbeat(alone, generation: first) == .rebalanceInProgress)
        _ = try join(group, [alone])
        #expect(group.generation == first + 1)
        let shares = [sync(group, alone), sync(group, other)]
        #expect(shares.flatMap { $0 }.sorted() == [0, 1, 2])
        #expect(group.fence(generation: first, member: alone) == .illegalGeneration)
        #expect(group.fence(generation: first + 1, member: "nobody") == .unknownMember)
        scheduler.wait(2_000)
        group.expireSessions()
        #expect(group.state == .empty)
        #expect(group.fence(generation: first + 1, member: other) == .unknownMember)
    }

    @Test func `tells offsets only when no transaction is pending on them`() throws {
        let group = broker.group("group")
        let member = try join(group, [nil])[0]
        _ = sync(group, member)
        let name = try take("name")
        #expect(broker.addOffsets(name, group: "group") == nil)
        #expect(
            broker.commitOffsets(
                name, group: "group", generation: group.generation, member: member,
                [PartitionOffset(input, 7)]) == nil)
        #expect(group.committed([input], requireStable: true) == nil)
        #expect(group.committed([input], requireStable: false) == [nil])
        #expect(broker.endTransaction(name, isCommit: true) == nil)
        settle()
        #expect(group.committed([input], requireStable: true) == [7])
    }
}
