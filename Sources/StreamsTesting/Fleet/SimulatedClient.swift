import Kafka
import Streams

/// Makes the clients of one process.
struct SimulatedClient: LogClient {
    let process: SimulatedProcess

    func consumer(_ settings: ConsumerSettings) throws(KafkaError) -> any LogConsumer {
        SimulatedConsumer(process, settings)
    }

    func transactionalProducer(
        _ settings: TransactionalProducerSettings
    ) throws(KafkaError) -> any LogTransactionalProducer {
        SimulatedTransactionalProducer(process, settings)
    }

    func producer(
        _ settings: ClientSettings, lingerMilliseconds: Int
    ) throws(KafkaError) -> any LogProducer {
        SimulatedProducer(process)
    }

    func admin(
        _ settings: ClientSettings, timeoutMilliseconds: Int32
    ) throws(KafkaError) -> any LogAdmin {
        SimulatedAdmin(process, timeout: Int64(timeoutMilliseconds))
    }
}

extension KafkaError {
    /// What every call of a dead process answers: nobody hears it.
    static let dead = KafkaError(code: .fatal, message: "the process is dead", isFatal: true)
    static let fencedAway = KafkaError(
        code: .fenced, message: "the name has another owner", isFatal: true)

    /// A request without an answer in time.
    static func unanswered(_ doing: String, isRetriable: Bool = false) -> KafkaError {
        KafkaError(code: .timedOut, message: "\(doing): no answer", isRetriable: isRetriable)
    }
}

/// Appends without transactions: ticks. Each goes by itself, and may get lost or be written twice.
final class SimulatedProducer: LogProducer {
    private let process: SimulatedProcess
    private var topics: [String] = []

    init(_ process: SimulatedProcess) { self.process = process }

    func topic(_ name: String) throws(KafkaError) -> ProducerTopic {
        topics.append(name)
        return ProducerTopic(index: topics.count - 1)
    }

    func produce(
        to topic: ProducerTopic, partition: Int32?, key: UnsafeRawBufferPointer?,
        value: UnsafeRawBufferPointer?, headers: UnsafeBufferPointer<HeaderView>,
        timestamp: Instant
    ) -> KafkaError? {
        guard !process.isDead else { return .dead }
        if process.hasError { return KafkaError(code: .queueFull, message: "by itself") }
        let place = TopicPartition(topics[topic.index], partition ?? 0)
        let record = HeldRecord(
            RecordView(
                topic: place.topic, partition: place.partition, offset: -1, timestamp: timestamp,
                key: key, value: value, headers: headers))
        let broker = process.broker
        let isTwice = process.fleet.has(.duplicates) && process.scheduler.one(in: 4)
        process.post {
            for _ in 0..<(isTwice ? 2 : 1) {
                broker.partition(place).append(record, at: broker.wall)
            }
            broker.note(.tick, broker.partition(place).end, Int64(place.partition))
        }
        return nil
    }

    func poll() {}
}

/// Asks for offsets.
final class SimulatedAdmin: LogAdmin {
    private let process: SimulatedProcess
    private let timeout: Int64

    init(_ process: SimulatedProcess, timeout: Int64) {
        self.process = process
        self.timeout = timeout
    }

    func watermarks(_ place: TopicPartition) throws(KafkaError) -> Range<Int64> {
        0..<(try ends([place])[0])
    }

    func ends(_ places: [TopicPartition]) throws(KafkaError) -> [Int64] {
        guard !process.isDead else { throw .dead }
        process.stallBeforeEnd()
        let broker = process.broker
        let answer = process.call(timeout: timeout) { places.map { broker.partition($0).end } }
        guard let answer else { throw .unanswered("asking for ends") }
        return answer
    }

    func committedBy(
        group: String, _ partitions: [TopicPartition]
    ) throws(KafkaError) -> [String?] {
        guard !process.isDead else { throw .dead }
        let group = process.broker.group(group)
        let answer = process.call(timeout: timeout) { group.writers(partitions) }
        guard let answer else { throw .unanswered("asking who committed") }
        return answer
    }

    func members(of group: String) throws(KafkaError) -> [GroupDescription.Member] {
        guard !process.isDead else { throw .dead }
        let group = process.broker.group(group)
        let answer = process.call(timeout: timeout) { group.description }
        guard let answer else { throw .unanswered("asking for members") }
        return answer
    }

    func partitionCount(of topic: String) throws(KafkaError) -> Int32 {
        guard !process.isDead else { throw .dead }
        let broker = process.broker
        let answer = process.call(timeout: timeout) { broker.partitionCount(of: topic) }
        guard let answer else { throw .unanswered("asking for a topic") }
        return answer
    }
}
