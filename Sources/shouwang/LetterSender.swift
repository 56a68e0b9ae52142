import Kafka
import Streams
import Workers

/// Sends the records of dead letters back to their inputs, each batch in one transaction with the
/// marks of its letters. Every sender takes the same name, so there is only ever one: a later one
/// fences it. After any trouble it sends nothing more; what a next one finds among the marks is
/// what was sent, whenever and however this one ended.
final class LetterSender {
    /// The transactional id.
    static let name = "shouwang.dead-replay"

    /// A record on its way.
    struct Parcel {
        let letter: Letter
        let record: OwnedRecord

        /// Bytes of the record without its headers.
        var size: Int { (record.key?.count ?? 0) + (record.value?.count ?? 0) }
    }

    /// An input topic, as sending needs to know it.
    private struct Input {
        let topic: ProducerTopic
        let partitions: Int32
        /// How long it keeps records; `nil` for ever. Milliseconds.
        let kept: Int64?
    }

    private let producer: TransactionalProducer
    private let marks: ProducerTopic
    private var inputs: [String: Input] = [:]
    private let admin: Admin
    /// Letters sent by committed transactions.
    private(set) var sent = 0

    /// All tries of one call; then nobody answers. Milliseconds.
    private static let patience: Int64 = 60_000
    /// One try. Milliseconds.
    private let callMilliseconds: Int32
    /// A call had to be repeated, so its first request may be under way still, and would be taken
    /// for the next transaction's (docs/GUARANTEES.md, "Late requests"): there is no next one.
    private var isLast = false
    private let keeping: ((String) throws -> Int64?)?

    /// Takes the name, which ends a transaction that another has left open. Blocks until that is
    /// settled. Throws when the broker does not answer or lacks the topic of the marks. `keeping`
    /// says how long a topic keeps its records (milliseconds, `nil` for ever) where the broker is
    /// not to be asked.
    init(
        _ settings: ClientSettings, callMilliseconds: Int32 = 5_000,
        keeping: ((String) throws -> Int64?)? = nil
    ) throws {
        self.callMilliseconds = callMilliseconds
        self.keeping = keeping
        admin = try Admin(settings)
        _ = try PublicTopics.partitionCount(of: Topics.replayed, admin)
        producer = try TransactionalProducer(
            TransactionalProducerSettings(client: settings, transactionalID: Self.name))
        marks = try producer.topic(Topics.replayed)
        try repeatedly { $0.initialize(timeoutMilliseconds: $1) }
        // Taking the name again gives a newer epoch.
        isLast = false
    }

    /// Sends these in one transaction, stamped with `now` (milliseconds) where their marks are
    /// concerned. When it throws, none of them is known to be sent.
    func send(_ parcels: [Parcel], now: Int64) throws {
        guard !isLast else {
            throw CommandError.failed(
                "the broker was slow to answer, and what was asked twice may reach it late; "
                    + "\(sent) letter(s) are sent for sure. Run the same command again to go on")
        }
        if let error = producer.begin() { throw trouble(error, parcels) }
        for (index, parcel) in parcels.enumerated() {
            let mark = ReplayMark(
                replays: (parcel.letter.mark?.replays ?? 0) + 1, at: now,
                cause: parcel.letter.refusal.cause)
            let error =
                try produce(parcel.record, now: now, tag: index)
                ?? produce(mark, of: parcel.letter.address, tag: index)
            if let error { throw trouble(error, parcels, at: index) }
        }
        do throws(KafkaError) {
            try repeatedly { $0.commit(timeoutMilliseconds: $1) }
        } catch {
            throw trouble(error, parcels)
        }
        sent += parcels.count
    }

    private func produce(_ record: OwnedRecord, now: Int64, tag: Int) throws -> KafkaError? {
        let input = try input(record.topic)
        guard record.partition < input.partitions else {
            _ = producer.abort(timeoutMilliseconds: callMilliseconds)
            throw CommandError.failed(
                "\(record.topic) has no partition \(record.partition) any more, so what lay there "
                    + "cannot go back: choose other letters; \(sent) letter(s) are sent")
        }
        return record.withView { view in
            let headers = HeaderList(capacity: view.headers.count)
            for header in view.headers { headers.add(name: header.name, value: header.value) }
            return producer.produce(
                to: input.topic, partition: record.partition, key: view.key, value: view.value,
                headers: headers,
                timestamp: Self.timestamp(record.timestamp, kept: input.kept, now: now), tag: tag)
        }
    }

    private func produce(_ mark: ReplayMark, of address: LetterAddress, tag: Int) -> KafkaError? {
        let key = Array(address.description.utf8)
        return key.withUnsafeBytes { key in
            mark.bytes.withUnsafeBytes { value in
                producer.produce(
                    to: marks, key: key, value: value, timestamp: mark.at, tag: tag)
            }
        }
    }

    /// A record's own timestamp, but where its topic forgets by time (`kept` milliseconds; `nil`
    /// for never) one that is at least half of that younger: the broker deletes older records
    /// before they are read. To the workers it makes no difference: a timestamp moves their time
    /// only forward, and theirs is near `now` then (design, section 4, item 10).
    static func timestamp(_ own: Int64, kept: Int64?, now: Int64) -> Int64 {
        kept.map { max(own, now - $0 / 2) } ?? own
    }

    private func input(_ name: String) throws -> Input {
        if let input = inputs[name] { return input }
        let input = Input(
            topic: try producer.topic(name),
            partitions: try PublicTopics.partitionCount(of: name, admin),
            kept: try keeping.map { try $0(name) } ?? kept(name))
        inputs[name] = input
        return input
    }

    /// How long the broker keeps a topic's records, milliseconds; `nil` for ever.
    private func kept(_ topic: String) throws -> Int64? {
        let setting = try admin.settings(ofTopic: topic).first { $0.name == "retention.ms" }
        return setting.flatMap { Int64($0.value) }.flatMap { $0 < 0 ? nil : $0 }
    }

    /// Makes a call, again while that is all there is to do.
    private func repeatedly(
        _ call: (borrowing TransactionalProducer, _ timeoutMilliseconds: Int32) -> KafkaError?
    ) throws(KafkaError) {
        let deadline = Clock.now() + Self.patience
        while let error = call(producer, callMilliseconds) {
            guard error.recovery == .retriable, Clock.now() < deadline else { throw error }
            isLast = true
            Clock.sleep(milliseconds: 5)
        }
    }

    /// What to tell people about an error, once the transaction is given up where that is allowed;
    /// else whoever takes the name next settles it. `index`: the parcel that was being written.
    private func trouble(
        _ error: KafkaError, _ parcels: [Parcel], at index: Int? = nil
    ) -> CommandError {
        let known = "\(sent) letter(s) are sent for sure"
        if error.isFenced {
            return .failed(
                "another 'dead replay' has begun and goes on alone; \(known), none twice")
        }
        guard error.recovery == .abortable || error.code.isAboutOneRecord else {
            return .failed(
                "\(error); \(known), of \(parcels.count) more it is not known. Run the same "
                    + "command again: it finds out, and none is sent twice")
        }
        // librdkafka has given the deliveries up, but not reported all of them.
        _ = producer.flush(timeoutMilliseconds: callMilliseconds)
        let refused = producer.failures.first { $0.code.isAboutOneRecord }
        _ = producer.abort(timeoutMilliseconds: callMilliseconds)
        let place = (refused?.tag ?? index).map { "\(parcels[$0].letter.address): " } ?? ""
        return .failed(
            "the broker refused \(place)\((refused?.code ?? error.code).name); \(known). What is "
                + "left is sent by the same command with other letters chosen; none is sent twice")
    }
}
