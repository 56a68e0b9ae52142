import Kafka
import Streams
import StreamsTesting
import Testing

/// The three anomalies of Kafka's transactions before KIP-890, on a real broker: each is shown as
/// it befalls a producer that goes on under its epoch after an outcome it does not know, and then
/// not to befall a lane's output, which takes its name anew first (design D4.4).
///
/// The late request is the one the network held back: written by hand with the producer's id and
/// epoch, and sent when it does harm.
@Suite(.enabled(if: TestBroker.isAvailable, "\(TestBroker.need)"), .serialized)
struct LateRequestTests {
    /// What is committed, once nothing is open: the answer to a commit comes before its markers.
    private func committed(_ topic: String) throws -> [String] {
        let client = TestBroker.client("test")
        let admin = try Admin(client)
        let reader = try Consumer(ConsumerSettings(client: client, group: "test"))
        let places = try (0..<admin.partitionCount(of: topic)).map { TopicPartition(topic, $0) }
        for _ in 0..<100 {
            let stable = try reader.ends(places, timeoutMilliseconds: 5_000)
            if try admin.ends(places) == stable { break }
            pause(milliseconds: 20)
        }
        return try TestBroker.readAll(topic).map { String(decoding: $0.value ?? [], as: UTF8.self) }
    }

    /// A producer in its second transaction; the first one's end was never heard of.
    private func inSecondTransaction(
        _ topic: String, _ name: String, renewing: Bool
    ) throws -> (lone: LoneOutput, late: ProducerIDs.ID) {
        let lone = try LoneOutput(
            TestBroker.client(name), transactionalID: name, topic: topic, partitions: 2)
        try lone.connect()
        let late = lone.producerID
        lone.write("first")
        // The decision was sent and held back; what follows is what the client makes of that.
        if renewing {
            try lone.follow(.renew(restoring: true))
        } else {
            #expect(lone.output.abort())
        }
        lone.write("second, one half")
        return (lone, late)
    }

    /// Waits until a record lies on the broker, committed or not.
    private func wait(for text: String, _ topic: String, _ lone: LoneOutput) throws {
        for _ in 0..<500 {
            lone.output.poll()
            let all = try TestBroker.readAll(topic, isolation: .readUncommitted)
            if all.contains(where: { $0.value == Array(text.utf8) }) { return }
            pause(milliseconds: 20)
        }
        Issue.record("the record has not come")
    }

    @Test(arguments: [false, true])
    func `a late commit does not land on the next transaction`(isOurs: Bool) throws {
        let topic = try TestBroker.makeTopic("late-commit", partitions: 2)
        let name = TestBroker.unique("tx")
        let (lone, late) = try inSecondTransaction(topic, name, renewing: isOurs)
        try wait(for: "second, one half", topic, lone)
        let code = try RawRequests(TestBroker.bootstrapServers).endTxn(name, late, commit: true)
        // What is open now is to be given up: nothing of it may be seen.
        if isOurs {
            #expect([.invalidProducerEpoch, .producerFenced].contains(code))
            #expect(lone.output.abort())
            #expect(try committed(topic) == [])
        } else {
            #expect(code.rawValue == 0)
            #expect(!lone.output.abort())
            #expect(try committed(topic) == ["second, one half"])
        }
    }

    @Test(arguments: [false, true])
    func `a late abort does not tear the next transaction apart`(isOurs: Bool) throws {
        let topic = try TestBroker.makeTopic("late-abort", partitions: 2)
        let name = TestBroker.unique("tx")
        let (lone, late) = try inSecondTransaction(topic, name, renewing: isOurs)
        try wait(for: "second, one half", topic, lone)
        let code = try RawRequests(TestBroker.bootstrapServers).endTxn(name, late, commit: false)
        #expect((code.rawValue == 0) == !isOurs)
        // On another partition, so that it is added to whatever is open now.
        lone.write("second, other half", partition: 1)
        #expect(lone.commit() == nil)
        let halves = ["second, one half", "second, other half"]
        #expect(try committed(topic) == (isOurs ? halves : [halves[1]]))
    }

    @Test(arguments: [false, true])
    func `a record of an aborted transaction that comes late is not shown`(isOurs: Bool) throws {
        let topic = try TestBroker.makeTopic("late-record")
        let place = TopicPartition(topic, 0)
        let name = TestBroker.unique("tx")
        let raw = try RawRequests(TestBroker.bootstrapServers)
        let late = try raw.initProducerID(name)
        // The first transaction: its record is held back, and it is aborted.
        #expect(try raw.addPartition(name, late, place).rawValue == 0)
        #expect(try raw.endTxn(name, late, commit: false).rawValue == 0)
        if isOurs {
            let lone = try LoneOutput(
                TestBroker.client(name), transactionalID: name, topic: topic)
            try lone.connect()
            lone.write("second")
            try wait(for: "second", topic, lone)
            let code = try raw.produce(name, late, to: place, sequence: 0, "aborted")
            #expect(code == .invalidProducerEpoch)
            #expect(lone.commit() == nil)
            #expect(try committed(topic) == ["second"])
        } else {
            #expect(try raw.addPartition(name, late, place).rawValue == 0)
            #expect(try raw.produce(name, late, to: place, sequence: 0, "aborted").rawValue == 0)
            #expect(try raw.produce(name, late, to: place, sequence: 1, "second").rawValue == 0)
            #expect(try raw.endTxn(name, late, commit: true).rawValue == 0)
            for _ in 0..<500 where try committed(topic).isEmpty { pause(milliseconds: 20) }
            #expect(try committed(topic) == ["aborted", "second"])
        }
    }
}
