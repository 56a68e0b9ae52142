import Households
import Kafka
import Streams
import Workers

/// Writes releases and orders about them, each in one transaction: all of it or nothing. Every
/// sender takes the same name, so there is only ever one: a later one fences it.
final class ReleaseSender {
    /// The transactional id.
    private static let name = "shouwang.rules"
    /// All tries of one call; then nobody answers. Milliseconds.
    private static let patience: Int64 = 60_000
    /// One try. Milliseconds.
    private static let callMilliseconds: Int32 = 5_000

    private let producer: TransactionalProducer

    /// Takes the name, which ends a transaction that another has left open. Throws when the broker
    /// does not answer.
    init(_ settings: ClientSettings) throws {
        producer = try TransactionalProducer(
            TransactionalProducerSettings(client: settings, transactionalID: Self.name))
        try repeatedly { $0.initialize(timeoutMilliseconds: $1) }
    }

    /// Publishes a release.
    func publish(_ release: PublishedRelease) throws {
        try send([
            OwnedRecord(
                topic: Topics.rulesets, timestamp: Clock.now(),
                key: Array(release.files.address.description.utf8), value: release.value)
        ])
    }

    /// Broadcasts an order to every partition of these topics, and has the topic `rulesets` remember
    /// it. `cause` is where the release lies that it names, if it names one.
    ///
    /// An order moves no time: under `time: records` it is stamped with the first millisecond of
    /// 1970 (0 means "now" to librdkafka), under `time: wall` with the wall clock, which time there
    /// is, because the topics forget what is old.
    func broadcast(
        _ order: StandingOrder, to topics: [String], cause: PartitionOffset?, time: TimeMode,
        _ settings: ClientSettings
    ) throws {
        let admin = try Admin(settings)
        var headers: [OwnedRecord.Header] = [
            .init("\(ReleaseOrder.header)", order.order.kind)
        ]
        if let cause {
            headers.append(
                .init(
                    "shouwang-cause",
                    "\(cause.partition.topic)/\(cause.partition.partition)/\(cause.offset)#1"))
        }
        var records: [OwnedRecord] = []
        for topic in topics {
            for partition in 0..<(try PublicTopics.partitionCount(of: topic, admin)) {
                records.append(
                    OwnedRecord(
                        topic: topic, partition: partition,
                        timestamp: time == .wall ? Clock.now() : 1, value: order.value,
                        headers: headers))
            }
        }
        records.append(
            OwnedRecord(
                topic: Topics.rulesets, timestamp: Clock.now(),
                key: Array(order.order.kind.utf8), value: order.value, headers: headers))
        try send(records)
    }

    /// Writes records in one transaction; a keyed one goes where its key says.
    private func send(_ records: [OwnedRecord]) throws {
        if let error = producer.begin() { throw failure(error) }
        for record in records {
            let topic = try producer.topic(record.topic)
            let error = record.withView { view in
                let headers = HeaderList(capacity: view.headers.count)
                for header in view.headers { headers.add(name: header.name, value: header.value) }
                return producer.produce(
                    to: topic, partition: view.key == nil ? view.partition : nil, key: view.key,
                    value: view.value, headers: headers, timestamp: view.timestamp)
            }
            if let error { throw failure(error) }
        }
        do throws(KafkaError) {
            try repeatedly { $0.commit(timeoutMilliseconds: $1) }
        } catch {
            throw failure(error)
        }
    }

    /// Makes a call, again while that is all there is to do.
    private func repeatedly(
        _ call: (borrowing TransactionalProducer, _ timeoutMilliseconds: Int32) -> KafkaError?
    ) throws(KafkaError) {
        let deadline = Clock.now() + Self.patience
        while let error = call(producer, Self.callMilliseconds) {
            guard error.recovery == .retriable, Clock.now() < deadline else { throw error }
            Clock.sleep(milliseconds: 5)
        }
    }

    /// What to tell people, once the transaction is given up where that is allowed; else whoever
    /// takes the name next settles it.
    private func failure(_ error: KafkaError) -> CommandError {
        if error.isFenced {
            return .failed("another command about releases has begun; nothing was written by this one")
        }
        guard error.recovery == .abortable || error.code.isAboutOneRecord else {
            return .failed(
                "\(error); whether it was written is not known: 'shouwang rules releases' tells")
        }
        _ = producer.abort(timeoutMilliseconds: Self.callMilliseconds)
        return .failed("\(error); nothing was written")
    }
}
