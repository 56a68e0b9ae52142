import Kafka

/// The bare transactional copy loop the monitor is measured against: one consumer, one producer,
/// batches of up to 10,000 records, each value copied as it is to another topic.
struct CopyLoop {
    let client: ClientSettings
    let from: String
    let to: String
    let partitions: Int32

    /// Copies `total` records; returns how many it copied.
    func run(total: Int) throws -> Int {
        let consumer = try Consumer(
            ConsumerSettings(client: client, group: "bench.copy", fetchWaitMillisecondsMax: 10))
        try consumer.subscribe([from])
        let producer = try TransactionalProducer(
            TransactionalProducerSettings(client: client, transactionalID: "bench.copy-0-0"))
        if let error = producer.initialize(timeoutMilliseconds: 30_000) { throw error }
        let topic = try producer.topic(to)
        let delegate = StartAtZero()
        var copied = 0
        while copied < total {
            var batch = 0
            var next: [TopicPartition: Int64] = [:]
            while batch < 10_000 {
                var failure: KafkaError?
                let result = consumer.poll(
                    timeoutMilliseconds: batch == 0 ? 100 : 0, delegate: delegate
                ) { record in
                    if batch == 0 { failure = producer.begin() }
                    guard failure == nil else { return }
                    failure = producer.produce(
                        to: topic, partition: record.partition, key: record.key,
                        value: record.value, timestamp: record.timestamp)
                    next[TopicPartition(record.topic, record.partition)] = record.offset + 1
                    batch += 1
                }
                if let failure { throw failure }
                if let start = delegate.take() { try consumer.read(start) }
                if case .nothing = result, batch > 0 { break }
                if case .endOfPartition = result, batch > 0 { break }
            }
            guard let metadata = consumer.groupMetadata() else { continue }
            let offsets = next.sorted { $0.key < $1.key }.map { PartitionOffset($0.key, $0.value) }
            if let error = producer.sendOffsets(
                offsets, of: metadata, timeoutMilliseconds: 30_000)
            {
                throw error
            }
            if let error = producer.commit(timeoutMilliseconds: 30_000) { throw error }
            copied += batch
        }
        consumer.close()
        return copied
    }
}

/// Starts every assigned partition at the log's start.
final class StartAtZero: RebalanceDelegate {
    private var starts: [PartitionOffset]?

    func take() -> [PartitionOffset]? {
        defer { starts = nil }
        return starts
    }

    func assigned(_ partitions: [TopicPartition]) {
        starts = partitions.map { PartitionOffset($0, 0) }
    }

    func revoked(_ partitions: [TopicPartition]) {}

    func lost(_ partitions: [TopicPartition]) {}
}
