import Glibc
import Kafka
import Streams
import StreamsTesting
import Synchronization

/// A lane's output without its lane: one topic, one record a transaction, and the steps that a lane
/// takes after trouble, for tests of what goes to the broker and what comes of it.
final class LoneOutput {
    let output: LaneOutput
    let topic: String
    private let member: Consumer
    /// What the producers said of themselves: `Acquired PID{Id:7,Epoch:0}`.
    private let ids = ProducerIDs()

    /// Whose transactions the broker last gave to this name.
    var producerID: ProducerIDs.ID { ids.last! }

    /// `isPatient: false` for a deadline that has passed when a call has timed out once.
    init(
        _ client: ClientSettings, transactionalID: String, topic: String, partitions: Int32 = 1,
        transactionTimeoutMilliseconds: Int = 15_000, isPatient: Bool = true
    ) throws {
        self.topic = topic
        member = try Consumer(ConsumerSettings(client: client, group: "group.\(topic)"))
        var client = client
        client.extra.append(("debug", "eos"))
        let ids = ids
        client.log = { _, _, text in ids.take(text) }
        let hurry = Hurry()
        output = LaneOutput(
            settings: TransactionalProducerSettings(
                client: client, transactionalID: transactionalID,
                transactionTimeoutMilliseconds: transactionTimeoutMilliseconds,
                lingerMilliseconds: 0),
            names: [topic], counts: [partitions],
            clock: WorkerClock(
                monotonic: { WorkerClock.system.monotonic() + hurry.milliseconds },
                wall: { 1_000 }),
            beat: { _ in if !isPatient { hurry.add(600_000) } })
    }

    func connect() throws {
        if let trouble = output.connect() { throw trouble.error }
    }

    func write(_ text: String, partition: Int32 = 0) {
        var text = text
        text.withUTF8 { bytes in
            output.write(
                OutgoingRecord(
                    topic: 0, partition: partition, timestamp: 1_000, key: nil,
                    value: UnsafeRawBufferPointer(bytes), headers: .init(start: nil, count: 0)))
        }
    }

    /// Sends an offset and commits; `nil` when done and all goes on.
    func commit() -> LaneOutput.Trouble? {
        guard let metadata = member.groupMetadata() else { return nil }
        _ = output.commit([PartitionOffset(topic, 0, 1)], of: metadata)
        return output.trouble
    }

    /// What a lane does after trouble (`Lane.recover`), restores aside.
    func follow(_ step: TransactionState.Step) throws {
        switch step {
        case .abort where output.abort(): break
        case .abort: try follow(output.trouble!.step)
        case .renew: try connect()
        default: throw KafkaError(code: .fenced, message: "\(step)")
        }
    }
}

/// A clock's lead over the real one.
private final class Hurry: Sendable {
    private let lead = Atomic<Int64>(0)
    var milliseconds: Int64 { lead.load(ordering: .relaxed) }
    func add(_ milliseconds: Int64) { lead.add(milliseconds, ordering: .relaxed) }
}

/// Reads producer ids out of librdkafka's debug lines.
final class ProducerIDs: Sendable {
    struct ID: Equatable, Sendable {
        let id: Int64
        let epoch: Int16
    }

    private let seen = Mutex<ID?>(nil)
    var last: ID? { seen.withLock { $0 } }

    func take(_ line: String) {
        guard let start = line.firstRange(of: "Acquired PID{Id:") else { return }
        let numbers = line[start.upperBound...].prefix { $0 != "}" }.split(separator: ",")
        guard numbers.count == 2, let id = Int64(numbers[0]),
            let epoch = Int16(numbers[1].dropFirst("Epoch:".count))
        else { return }
        seen.withLock { $0 = ID(id: id, epoch: epoch) }
    }
}
