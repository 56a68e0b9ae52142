import Kafka
import Streams
import Synchronization

/// Kafka, with a test's words at the moments that are hard to meet otherwise: when a lane is told
/// of a rebalance, and when it sends the offsets of a transaction. Called on the lane's thread.
struct HookedLog: LogClient {
    /// Before the lane hears that its partitions are taken from it.
    var willRevoke: @Sendable () -> Void = {}
    /// After the lane has heard what it was given.
    var didAssign: @Sendable ([TopicPartition]) -> Void = { _ in }
    /// Before it leaves the group.
    var willClose: @Sendable () -> Void = {}
    /// What a commit answers in place of what the broker did, and whether the broker is asked at
    /// all; `nil` for the broker's own answer. Told whether it happens inside a revocation.
    var commit: @Sendable (_ isRevoking: Bool) -> (error: KafkaError, isDone: Bool)? = { _ in nil }
    /// While true, the lane is not told that no more records wait, so that it does not commit.
    var holdsOpen: @Sendable () -> Bool = { false }
    private let isRevoking = Flag()

    private final class Flag: Sendable {
        let isUp = Atomic<Bool>(false)
    }

    private var kafka: Streams.KafkaLog { Streams.KafkaLog() }

    func consumer(_ settings: ConsumerSettings) throws(KafkaError) -> any LogConsumer {
        Reader(try kafka.consumer(settings), self)
    }

    func transactionalProducer(
        _ settings: TransactionalProducerSettings
    ) throws(KafkaError) -> any LogTransactionalProducer {
        Writer(try kafka.transactionalProducer(settings), self)
    }

    func producer(
        _ settings: ClientSettings, lingerMilliseconds: Int
    ) throws(KafkaError) -> any LogProducer {
        try kafka.producer(settings, lingerMilliseconds: lingerMilliseconds)
    }

    func admin(
        _ settings: ClientSettings, timeoutMilliseconds: Int32
    ) throws(KafkaError) -> any LogAdmin {
        try kafka.admin(settings, timeoutMilliseconds: timeoutMilliseconds)
    }

    /// Stands between a consumer and the lane.
    private final class Listener: RebalanceDelegate {
        private let lane: any RebalanceDelegate
        private let log: HookedLog

        init(_ lane: any RebalanceDelegate, _ log: HookedLog) {
            self.lane = lane
            self.log = log
        }

        func assigned(_ partitions: [TopicPartition]) {
            lane.assigned(partitions)
            log.didAssign(partitions)
        }

        func revoked(_ partitions: [TopicPartition]) {
            log.willRevoke()
            log.isRevoking.isUp.store(true, ordering: .relaxed)
            lane.revoked(partitions)
            log.isRevoking.isUp.store(false, ordering: .relaxed)
        }

        func lost(_ partitions: [TopicPartition]) { lane.lost(partitions) }
    }

    private final class Reader: LogConsumer {
        private let consumer: any LogConsumer
        private let log: HookedLog
        private var isMember = false

        init(_ consumer: any LogConsumer, _ log: HookedLog) {
            self.consumer = consumer
            self.log = log
        }

        func subscribe(_ topics: [String]) throws(KafkaError) {
            isMember = true
            try consumer.subscribe(topics)
        }

        func close(delegate: (any RebalanceDelegate)?) {
            if isMember { log.willClose() }
            consumer.close(delegate: delegate.map { Listener($0, log) })
        }

        func poll(
            timeoutMilliseconds: Int32, delegate: (any RebalanceDelegate)?,
            _ body: (RecordView) -> Void
        ) -> PollResult {
            let listener = delegate.map { Listener($0, log) }
            let result = consumer.poll(
                timeoutMilliseconds: timeoutMilliseconds, delegate: listener, body)
            return isMember && result == .nothing && log.holdsOpen() ? .record : result
        }

        func abandon() { consumer.abandon() }
        func groupMetadata() -> GroupMetadata? { consumer.groupMetadata() }
        func read(_ offsets: [PartitionOffset]) throws(KafkaError) { try consumer.read(offsets) }
        func start(_ offsets: [PartitionOffset]) throws(KafkaError) { try consumer.start(offsets) }
        func stop(_ places: [TopicPartition]) throws(KafkaError) { try consumer.stop(places) }
        func seek(_ offsets: [PartitionOffset]) throws(KafkaError) { try consumer.seek(offsets) }
        func committed(
            _ places: [TopicPartition], timeoutMilliseconds: Int32
        ) throws(KafkaError) -> [Int64?] {
            try consumer.committed(places, timeoutMilliseconds: timeoutMilliseconds)
        }
        func ends(
            _ places: [TopicPartition], timeoutMilliseconds: Int32
        ) throws(KafkaError) -> [Int64] {
            try consumer.ends(places, timeoutMilliseconds: timeoutMilliseconds)
        }
        func knownWatermarks(_ place: TopicPartition) -> Range<Int64>? {
            consumer.knownWatermarks(place)
        }
        func partitionCount(
            of topic: String, timeoutMilliseconds: Int32
        ) throws(KafkaError) -> Int32 {
            try consumer.partitionCount(of: topic, timeoutMilliseconds: timeoutMilliseconds)
        }
    }

    private final class Writer: LogTransactionalProducer {
        private let producer: any LogTransactionalProducer
        private let log: HookedLog

        init(_ producer: any LogTransactionalProducer, _ log: HookedLog) {
            self.producer = producer
            self.log = log
        }

        func commit(timeoutMilliseconds: Int32) -> KafkaError? {
            let isRevoking = log.isRevoking.isUp.load(ordering: .relaxed)
            guard let answer = log.commit(isRevoking) else {
                return producer.commit(timeoutMilliseconds: timeoutMilliseconds)
            }
            if answer.isDone, let error = producer.commit(timeoutMilliseconds: timeoutMilliseconds)
            {
                return error
            }
            return answer.error
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
                to: topic, partition: partition, key: key, value: value, headers: headers,
                timestamp: timestamp, tag: tag)
        }
        func poll() { producer.poll() }
        func sendOffsets(
            _ offsets: [PartitionOffset], of member: borrowing GroupMetadata,
            timeoutMilliseconds: Int32
        ) -> KafkaError? {
            producer.sendOffsets(offsets, of: member, timeoutMilliseconds: timeoutMilliseconds)
        }
        func abort(timeoutMilliseconds: Int32) -> KafkaError? {
            producer.abort(timeoutMilliseconds: timeoutMilliseconds)
        }
        func flush(timeoutMilliseconds: Int32) -> KafkaError? {
            producer.flush(timeoutMilliseconds: timeoutMilliseconds)
        }
        var failures: [FailedDelivery] { producer.failures }
    }
}
