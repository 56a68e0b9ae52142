package import Kafka

/// The log is Kafka, through librdkafka.
package struct KafkaLog: LogClient {
    package init() {}

    package func consumer(
        _ settings: ConsumerSettings
    ) throws(KafkaError) -> any LogConsumer {
        try KafkaConsumer(settings)
    }

    package func transactionalProducer(
        _ settings: TransactionalProducerSettings
    ) throws(KafkaError) -> any LogTransactionalProducer {
        try KafkaTransactionalProducer(settings)
    }

    package func producer(
        _ settings: ClientSettings, lingerMilliseconds: Int
    ) throws(KafkaError) -> any LogProducer {
        try KafkaProducer(settings, lingerMilliseconds: lingerMilliseconds)
    }

    package func admin(
        _ settings: ClientSettings, timeoutMilliseconds: Int32
    ) throws(KafkaError) -> any LogAdmin {
        try KafkaAdmin(settings, timeoutMilliseconds: timeoutMilliseconds)
    }
}

private final class KafkaConsumer: LogConsumer {
    private let consumer: Consumer

    init(_ settings: ConsumerSettings) throws(KafkaError) {
        consumer = try Consumer(settings)
    }

    func subscribe(_ topics: [String]) throws(KafkaError) { try consumer.subscribe(topics) }
    func close(delegate: (any RebalanceDelegate)?) { consumer.close(delegate: delegate) }
    func abandon() { consumer.abandon() }
    func groupMetadata() -> GroupMetadata? { consumer.groupMetadata() }
    func read(_ offsets: [PartitionOffset]) throws(KafkaError) { try consumer.read(offsets) }
    func start(_ offsets: [PartitionOffset]) throws(KafkaError) { try consumer.start(offsets) }
    func stop(_ partitions: [TopicPartition]) throws(KafkaError) { try consumer.stop(partitions) }
    func seek(_ offsets: [PartitionOffset]) throws(KafkaError) { try consumer.seek(offsets) }

    func poll(
        timeoutMilliseconds: Int32, delegate: (any RebalanceDelegate)?,
        _ body: (RecordView) -> Void
    ) -> PollResult {
        consumer.poll(timeoutMilliseconds: timeoutMilliseconds, delegate: delegate, body)
    }

    func committed(
        _ partitions: [TopicPartition], timeoutMilliseconds: Int32
    ) throws(KafkaError) -> [Int64?] {
        try consumer.committed(partitions, timeoutMilliseconds: timeoutMilliseconds)
    }

    func ends(
        _ partitions: [TopicPartition], timeoutMilliseconds: Int32
    ) throws(KafkaError) -> [Int64] {
        try consumer.ends(partitions, timeoutMilliseconds: timeoutMilliseconds)
    }

    func knownWatermarks(_ partition: TopicPartition) -> Range<Int64>? {
        consumer.knownWatermarks(partition)
    }

    func partitionCount(
        of topic: String, timeoutMilliseconds: Int32
    ) throws(KafkaError) -> Int32 {
        try consumer.partitionCount(of: topic, timeoutMilliseconds: timeoutMilliseconds)
    }
}

private final class KafkaTransactionalProducer: LogTransactionalProducer {
    private let producer: TransactionalProducer

    init(_ settings: TransactionalProducerSettings) throws(KafkaError) {
        producer = try TransactionalProducer(settings)
    }

    func topic(_ name: String) throws(KafkaError) -> ProducerTopic { try producer.topic(name) }

    func initialize(timeoutMilliseconds: Int32) -> KafkaError? {
        producer.initialize(timeoutMilliseconds: timeoutMilliseconds)
    }

    func begin() -> KafkaError? { producer.begin() }

    func produce(
        to topic: ProducerTopic, partition: Int32?, key: UnsafeRawBufferPointer?,
        value: UnsafeRawBufferPointer?, headers: UnsafeBufferPointer<HeaderView>,
        timestamp: Instant, tag: Int
    ) -> KafkaError? {
        producer.produce(
            to: topic, partition: partition, key: key, value: value,
            headers: HeaderList(copying: headers), timestamp: timestamp, tag: tag)
    }

    func poll() { producer.poll() }

    func sendOffsets(
        _ offsets: [PartitionOffset], of member: borrowing GroupMetadata,
        timeoutMilliseconds: Int32
    ) -> KafkaError? {
        producer.sendOffsets(offsets, of: member, timeoutMilliseconds: timeoutMilliseconds)
    }

    func commit(timeoutMilliseconds: Int32) -> KafkaError? {
        producer.commit(timeoutMilliseconds: timeoutMilliseconds)
    }

    func abort(timeoutMilliseconds: Int32) -> KafkaError? {
        producer.abort(timeoutMilliseconds: timeoutMilliseconds)
    }

    func flush(timeoutMilliseconds: Int32) -> KafkaError? {
        producer.flush(timeoutMilliseconds: timeoutMilliseconds)
    }

    var failures: [FailedDelivery] { producer.failures }
}

private final class KafkaProducer: LogProducer {
    private let producer: Producer

    init(_ settings: ClientSettings, lingerMilliseconds: Int) throws(KafkaError) {
        producer = try Producer(settings, lingerMilliseconds: lingerMilliseconds)
    }

    func topic(_ name: String) throws(KafkaError) -> ProducerTopic { try producer.topic(name) }

    func produce(
        to topic: ProducerTopic, partition: Int32?, key: UnsafeRawBufferPointer?,
        value: UnsafeRawBufferPointer?, headers: UnsafeBufferPointer<HeaderView>,
        timestamp: Instant
    ) -> KafkaError? {
        producer.produce(
            to: topic, partition: partition, key: key, value: value,
            headers: HeaderList(copying: headers), timestamp: timestamp)
    }

    func poll() { producer.poll() }
}

private final class KafkaAdmin: LogAdmin {
    private let admin: Admin

    init(_ settings: ClientSettings, timeoutMilliseconds: Int32) throws(KafkaError) {
        admin = try Admin(settings, timeoutMilliseconds: timeoutMilliseconds)
    }

    func watermarks(_ partition: TopicPartition) throws(KafkaError) -> Range<Int64> {
        try admin.watermarks(partition)
    }

    func ends(_ partitions: [TopicPartition]) throws(KafkaError) -> [Int64] {
        try admin.ends(partitions)
    }

    func committedBy(
        group: String, _ partitions: [TopicPartition]
    ) throws(KafkaError) -> [String?] {
        try admin.committedBy(group: group, partitions)
    }

    func members(of group: String) throws(KafkaError) -> [GroupDescription.Member] {
        try admin.members(of: group)
    }

    func partitionCount(of topic: String) throws(KafkaError) -> Int32 {
        try admin.partitionCount(of: topic)
    }
}
