package import Kafka

/// Makes what a lane talks to the log through: Kafka's clients (`KafkaLog`), or in a simulation
/// those of a broker in memory. The protocols below have the calls that lanes make, and no others;
/// what each means is said at Kafka's own (`Consumer`, `TransactionalProducer`...).
package protocol LogClient: Sendable {
    func consumer(_ settings: ConsumerSettings) throws(KafkaError) -> any LogConsumer
    func transactionalProducer(
        _ settings: TransactionalProducerSettings
    ) throws(KafkaError) -> any LogTransactionalProducer
    func producer(
        _ settings: ClientSettings, lingerMilliseconds: Int
    ) throws(KafkaError) -> any LogProducer
    func admin(
        _ settings: ClientSettings, timeoutMilliseconds: Int32
    ) throws(KafkaError) -> any LogAdmin
}

/// As `Consumer`. Confined to one thread.
package protocol LogConsumer: AnyObject {
    func subscribe(_ topics: [String]) throws(KafkaError)
    func close(delegate: (any RebalanceDelegate)?)
    func abandon()
    func groupMetadata() -> GroupMetadata?
    func read(_ offsets: [PartitionOffset]) throws(KafkaError)
    func start(_ offsets: [PartitionOffset]) throws(KafkaError)
    func stop(_ partitions: [TopicPartition]) throws(KafkaError)
    func seek(_ offsets: [PartitionOffset]) throws(KafkaError)
    func poll(
        timeoutMilliseconds: Int32, delegate: (any RebalanceDelegate)?,
        _ body: (RecordView) -> Void
    ) -> PollResult
    func committed(
        _ partitions: [TopicPartition], timeoutMilliseconds: Int32
    ) throws(KafkaError) -> [Int64?]
    func ends(
        _ partitions: [TopicPartition], timeoutMilliseconds: Int32
    ) throws(KafkaError) -> [Int64]
    func knownWatermarks(_ partition: TopicPartition) -> Range<Int64>?
    func partitionCount(of topic: String, timeoutMilliseconds: Int32) throws(KafkaError) -> Int32
}

/// As `TransactionalProducer`; letting go of it destroys it. Confined to one thread.
package protocol LogTransactionalProducer: AnyObject {
    func topic(_ name: String) throws(KafkaError) -> ProducerTopic
    func initialize(timeoutMilliseconds: Int32) -> KafkaError?
    func begin() -> KafkaError?
    /// All bytes, those of the headers too, are copied.
    func produce(
        to topic: ProducerTopic, partition: Int32?, key: UnsafeRawBufferPointer?,
        value: UnsafeRawBufferPointer?, headers: UnsafeBufferPointer<HeaderView>,
        timestamp: Instant, tag: Int
    ) -> KafkaError?
    func poll()
    func sendOffsets(
        _ offsets: [PartitionOffset], of member: borrowing GroupMetadata,
        timeoutMilliseconds: Int32
    ) -> KafkaError?
    func commit(timeoutMilliseconds: Int32) -> KafkaError?
    func abort(timeoutMilliseconds: Int32) -> KafkaError?
    func flush(timeoutMilliseconds: Int32) -> KafkaError?
    var failures: [FailedDelivery] { get }
}

/// As `Producer`: writes outside transactions. Confined to one thread.
package protocol LogProducer: AnyObject {
    func topic(_ name: String) throws(KafkaError) -> ProducerTopic
    /// All bytes, those of the headers too, are copied.
    func produce(
        to topic: ProducerTopic, partition: Int32?, key: UnsafeRawBufferPointer?,
        value: UnsafeRawBufferPointer?, headers: UnsafeBufferPointer<HeaderView>,
        timestamp: Instant
    ) -> KafkaError?
    func poll()
}

/// As `Admin`. Confined to one thread.
package protocol LogAdmin: AnyObject {
    func watermarks(_ partition: TopicPartition) throws(KafkaError) -> Range<Int64>
    func ends(_ partitions: [TopicPartition]) throws(KafkaError) -> [Int64]
    func committedBy(
        group: String, _ partitions: [TopicPartition]
    ) throws(KafkaError) -> [String?]
    /// The group's members now.
    func members(of group: String) throws(KafkaError) -> [GroupDescription.Member]
    func partitionCount(of topic: String) throws(KafkaError) -> Int32
}
