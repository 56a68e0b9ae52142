internal import Kafka
internal import Glibc

/// A lane's transactional producer, and the sink its tasks write to: every record goes into the
/// one open transaction, which begins with the first. Confined to the lane's thread.
final class LaneOutput: OutputSink {
    /// An input record of the open transaction, as failures name it.
    struct Origin: Hashable {
        let partition: Int32
        let offset: Int64
    }

    private var producer: TransactionalProducer?
    private let settings: TransactionalProducerSettings
    /// The topics of `AnyTask.topics`, and their partition counts.
    private let names: [String]
    private let counts: [Int32]
    private var topics: [ProducerTopic] = []
    /// Called before each try of a call; true when the last one has timed out.
    private let beat: (_ isWaiting: Bool) -> Void
    private let clock: WorkerClock

    /// All tries of a call together: after that the broker has ended the transaction itself.
    private var deadlineMilliseconds: Int64 {
        Int64(settings.transactionTimeoutMilliseconds) + Int64(Limits.callMilliseconds)
    }

    private(set) var isOpen = false
    /// The first error of the open transaction, and which record it was about.
    private(set) var failure: KafkaError?
    private(set) var failureOrigin: Origin?
    /// Bytes and input records of the open transaction, and when it began.
    private(set) var bytes = 0
    private(set) var began: Int64 = 0
    private var origins: [Origin] = []
    private var partition: Int32 = 0
    private var tag = 0

    init(
        settings: TransactionalProducerSettings, names: [String], counts: [Int32],
        clock: WorkerClock, beat: @escaping (_ isWaiting: Bool) -> Void
    ) {
        self.settings = settings
        self.names = names
        self.counts = counts
        self.clock = clock
        self.beat = beat
    }

    // MARK: The producer

    var isConnected: Bool { producer != nil }

    /// Makes a producer and takes the transactional id, which settles whatever was open under it.
    /// One try; on an error there is no producer.
    func connect() -> KafkaError? {
        drop()
        do throws(KafkaError) {
            let made = try TransactionalProducer(settings)
            var error = made.initialize(timeoutMilliseconds: Limits.callMilliseconds)
            let deadline = clock.monotonic() + deadlineMilliseconds
            while let found = error, found.recovery == .retriable, clock.monotonic() < deadline {
                beat(true)
                error = made.initialize(timeoutMilliseconds: Limits.callMilliseconds)
            }
            if let error { return error }
            topics = []
            for name in names { topics.append(try made.topic(name)) }
            producer = consume made
        } catch {
            return error
        }
        return nil
    }

    /// Destroys the producer, with whatever it has open.
    func drop() {
        producer = nil
        reset()
    }

    // MARK: Writing

    /// What is written next comes of this input record.
    func turn(to partition: Int32, offset: Int64) {
        self.partition = partition
        origins.append(Origin(partition: partition, offset: offset))
        tag = origins.count
    }

    /// What is written next comes of no single record: broadcasts' slices, changelog, task record.
    func turn(to partition: Int32) {
        self.partition = partition
        tag = 0
    }

    func write(_ record: OutgoingRecord) {
        guard failure == nil else { return }
        guard open() else { return }
        bytes += (record.key?.count ?? 0) + (record.value?.count ?? 0)
        var headers: HeaderList?
        // The changelog has none.
        if !record.headers.isEmpty {
            let list = HeaderList(capacity: record.headers.count)
            for header in record.headers {
                list.add(name: header.name, value: header.value)
                bytes += header.name.count + (header.value?.count ?? 0)
            }
            headers = consume list
        }
        // A record without a key would go anywhere; it follows its input partition instead, so
        // that the same input always gives the same log.
        let place = record.partition ?? (record.key == nil ? partition % counts[record.topic] : nil)
        failure = producer?.produce(
            to: topics[record.topic], partition: place, key: record.key, value: record.value,
            headers: headers, timestamp: record.timestamp, tag: tag)
        if failure != nil, tag > 0 { failureOrigin = origins[tag - 1] }
    }

    /// Begins the transaction if none is open. False when that failed.
    private func open() -> Bool {
        if isOpen { return true }
        failure =
            producer?.begin()
            ?? (producer == nil ? KafkaError(code: .state, message: "no producer") : nil)
        isOpen = failure == nil
        began = clock.monotonic()
        return isOpen
    }

    /// Serves delivery reports.
    func poll() { producer?.poll() }

    // MARK: The end of a transaction

    /// Sends the offsets and commits. `nil` when committed.
    func commit(
        _ offsets: [PartitionOffset], of member: borrowing GroupMetadata
    ) -> KafkaError? {
        guard failure == nil, open() else { return failure }
        var error: KafkaError?
        repeatedly(&error) { producer in
            producer.sendOffsets(
                offsets, of: member, timeoutMilliseconds: Limits.callMilliseconds)
        }
        guard error == nil else { return error }
        repeatedly(&error) { $0.commit(timeoutMilliseconds: Limits.callMilliseconds) }
        if error == nil { reset() }
        return error
    }

    /// Aborts the open transaction. `nil` when the broker has done so.
    func abort() -> KafkaError? {
        guard isOpen else {
            reset()
            return nil
        }
        var error: KafkaError?
        repeatedly(&error) { $0.abort(timeoutMilliseconds: Limits.callMilliseconds) }
        if error == nil { reset() }
        return error
    }

    /// The records of the open transaction that the broker refused, by the input record they
    /// come of; `nil` for those that come of none.
    func refused() -> [(origin: Origin?, code: KafkaError.Code)] {
        var list: [(origin: Origin?, code: KafkaError.Code)] = []
        if let failure, failure.code.isAboutOneRecord {
            list.append((failureOrigin, failure.code))
        }
        for failed in producer?.failures ?? [] where failed.code.isAboutOneRecord {
            list.append((failed.tag > 0 ? origins[failed.tag - 1] : nil, failed.code))
        }
        return list
    }

    private func reset() {
        isOpen = false
        failure = nil
        failureOrigin = nil
        bytes = 0
        origins.removeAll(keepingCapacity: true)
        tag = 0
    }

    /// Repeats a call while it is retriable and the deadline has not passed.
    private func repeatedly(
        _ error: inout KafkaError?, _ call: (borrowing TransactionalProducer) -> KafkaError?
    ) {
        let deadline = clock.monotonic() + deadlineMilliseconds
        while true {
            beat(error?.code == .timedOut)
            error = callOnce(call)
            guard let found = error, found.recovery == .retriable,
                clock.monotonic() < deadline
            else { return }
            if found.code != .timedOut { usleep(5_000) }
        }
    }

    private func callOnce(
        _ call: (borrowing TransactionalProducer) -> KafkaError?
    ) -> KafkaError? {
        guard producer != nil else { return KafkaError(code: .state, message: "no producer") }
        return call(producer!)
    }
}
