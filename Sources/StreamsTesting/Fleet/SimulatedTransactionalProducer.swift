import Kafka
import Streams

/// A transactional producer as librdkafka 2.0.2 behaves: records are queued and sent by a thread of
/// its own, in order, each batch again until it is answered; calls to the coordinators block up to
/// their timeout; a call that is made again sends its request again.
final class SimulatedTransactionalProducer: LogTransactionalProducer {
    /// A record on its way.
    private struct Item {
        let place: TopicPartition
        let record: HeldRecord
        let tag: Int
        let sequence: Int32
    }

    private let process: SimulatedProcess
    private let settings: TransactionalProducerSettings
    private var topics: [String] = []
    private var identity: ProducerIdentity?
    private var sequences: [TopicPartition: Int32] = [:]

    private var queue: [Item] = []
    private var inFlight: [Item] = []
    /// Grows when what is under way becomes nobody's: an abort, a failure.
    private var round = 0
    private var batchSince: Int64 = 0
    /// Partitions that the coordinator has acknowledged for this transaction.
    private var added: Set<TopicPartition> = []
    /// The coordinator was told something of this transaction, or may have been.
    private var isBegunThere = false
    private(set) var failures: [FailedDelivery] = []
    private var fatal: KafkaError?
    private var abortable: KafkaError?

    init(_ process: SimulatedProcess, _ settings: TransactionalProducerSettings) {
        self.process = process
        self.settings = settings
    }

    private var broker: SimulatedBroker { process.broker }
    private var scheduler: Scheduler { process.scheduler }

    func topic(_ name: String) throws(KafkaError) -> ProducerTopic {
        topics.append(name)
        return ProducerTopic(index: topics.count - 1)
    }

    // MARK: The name

    func initialize(timeoutMilliseconds: Int32) -> KafkaError? {
        let deadline = process.now + Int64(timeoutMilliseconds)
        let broker = broker
        let id = settings.transactionalID
        let timeout = Int64(settings.transactionTimeoutMilliseconds)
        while true {
            guard !process.isDead else { return .dead }
            let answer = process.call(timeout: max(1, deadline - process.now)) {
                broker.initProducerID(id, timeout: timeout)
            }
            switch answer {
            case .success(let identity)?:
                self.identity = identity
                return nil
            case .failure?:
                process.wait(scheduler.draw(1...30))
                guard process.now < deadline else {
                    return .unanswered("initialising", isRetriable: true)
                }
            case nil:
                return process.isDead ? .dead : .unanswered("initialising", isRetriable: true)
            }
        }
    }

    // MARK: Records

    func begin() -> KafkaError? {
        failures = []
        return process.isDead ? .dead : fatal
    }

    func produce(
        to topic: ProducerTopic, partition: Int32?, key: UnsafeRawBufferPointer?,
        value: UnsafeRawBufferPointer?, headers: UnsafeBufferPointer<HeaderView>,
        timestamp: Instant, tag: Int
    ) -> KafkaError? {
        guard !process.isDead else { return .dead }
        if let fatal { return fatal }
        if abortable != nil {
            return KafkaError(code: .state, message: "the transaction must be aborted")
        }
        if scheduler.one(in: 10), process.hasError {
            return KafkaError(code: .queueFull, message: "by itself")
        }
        let name = topics[topic.index]
        let count = broker.partitionCount(of: name)
        let number = partition ?? key.map { Placement.partition(of: $0, count: count) } ?? 0
        let place = TopicPartition(name, number)
        let record = HeldRecord(
            RecordView(
                topic: name, partition: number, offset: -1, timestamp: timestamp, key: key,
                value: value, headers: headers))
        queue.append(
            Item(place: place, record: record, tag: tag, sequence: sequences[place, default: 0]))
        sequences[place, default: 0] += 1
        if scheduler.one(in: process.fleet.plan.sentOneIn) { send() }
        // The process may stand still, or die, within a record.
        if scheduler.one(in: 40) { process.wait(scheduler.draw(0...2)) }
        return process.isDead ? .dead : nil
    }

    func poll() {}

    func flush(timeoutMilliseconds: Int32) -> KafkaError? { nil }

    private func send() {
        guard inFlight.isEmpty, !queue.isEmpty, fatal == nil, abortable == nil, identity != nil
        else { return }
        inFlight = queue
        queue = []
        batchSince = process.now
        addPartitions()
    }

    /// AddPartitionsToTxn for the batch's partitions, where that was not done; then the records.
    private func addPartitions() {
        var new: [TopicPartition] = []
        for item in inFlight where !added.contains(item.place) && !new.contains(item.place) {
            new.append(item.place)
        }
        guard !new.isEmpty else { return sendRecords() }
        isBegunThere = true
        let broker = broker
        let identity = identity!
        let round = round
        process.post {
            broker.addPartitions(identity, new)
        } done: { [weak self] (code: KafkaError.Code??) in
            guard let self, self.round == round else { return }
            switch code {
            case .some(nil):
                if added.isEmpty { process.fleet.releaseHeldBack(process.ordinal) }
                added.formUnion(new)
                sendRecords()
            case .some(.concurrentTransactions?), nil:
                // Markers of the transaction before, or no answer: again.
                again(in: code == nil ? 1 : scheduler.draw(1...4)) { $0.addPartitions() }
            case .some(let code?): refuse(code)
            }
        }
    }

    private func sendRecords() {
        let broker = broker
        let identity = identity!
        let batch = inFlight
        let round = round
        let isRefused = process.hasError
        process.post {
            if isRefused { return KafkaError.Code.invalidTransactionState }
            var first: KafkaError.Code?
            for item in batch {
                let code = broker.produce(
                    identity, to: item.place, sequence: item.sequence, item.record)
                if first == nil { first = code }
            }
            return first
        } done: { [weak self] (code: KafkaError.Code??) in
            guard let self, self.round == round else { return }
            switch code {
            case .some(nil):
                inFlight = []
                if scheduler.one(in: 2) { send() }
            case nil: again(in: 1) { $0.sendRecords() }
            case .some(let code?): refuse(code)
            }
        }
    }

    /// Repeats a request, unless the batch has been on its way for too long (`message.timeout.ms`,
    /// which is the transaction's timeout).
    private func again(
        in milliseconds: Int64, _ body: @escaping (SimulatedTransactionalProducer) -> Void
    ) {
        guard process.now - batchSince < Int64(settings.transactionTimeoutMilliseconds) else {
            return refuse(.messageTimedOut)
        }
        let round = round
        scheduler.after(milliseconds) { [weak self] in
            guard let self, self.round == round, !process.isDead else { return }
            body(self)
        }
    }

    /// A delivery has failed for good.
    private func refuse(_ code: KafkaError.Code) {
        round += 1
        for item in inFlight { failures.append(FailedDelivery(tag: item.tag, code: code)) }
        inFlight = []
        if code.isFencing {
            fatal = .fencedAway
        } else {
            abortable = KafkaError(
                code: code, message: "a delivery has failed", requiresAbort: true)
        }
    }

    // MARK: The end of a transaction

    func sendOffsets(
        _ offsets: [PartitionOffset], of member: borrowing GroupMetadata,
        timeoutMilliseconds: Int32
    ) -> KafkaError? {
        guard let place = member.parsed() else {
            return KafkaError(code: .invalidArgument, message: "no membership")
        }
        let deadline = process.now + Int64(timeoutMilliseconds)
        let group = process.fleet.group
        let broker = broker
        guard let identity else { return KafkaError(code: .state, message: "not initialised") }
        if let error = standing { return error }
        isBegunThere = true
        let added = ask("adding offsets", until: deadline) {
            broker.addOffsets(identity, group: group)
        }
        if let added { return unclear(added) }
        process.stumble()
        let isRefused = process.hasError
        let sent = ask("sending offsets", until: deadline) {
            isRefused ? .rebalanceInProgress : broker.commitOffsets(
                identity, group: group, generation: place.generation, member: place.member, offsets)
        }
        if let sent { return unclear(sent) }
        process.fleet.releaseHeldBack(process.ordinal)
        return standing
    }

    /// librdkafka says of offsets without an answer either that they may be sent again, or that the
    /// transaction must be aborted.
    private func unclear(_ error: KafkaError) -> KafkaError {
        guard error.code == .timedOut, scheduler.one(in: 2) else { return error }
        let found = KafkaError(code: .timedOut, message: error.message, requiresAbort: true)
        abortable = found
        return found
    }

    /// What stands in the way of anything but an abort.
    private var standing: KafkaError? { process.isDead ? .dead : fatal ?? abortable }

    func commit(timeoutMilliseconds: Int32) -> KafkaError? {
        process.stumble()
        let deadline = process.now + Int64(timeoutMilliseconds)
        if process.fleet.options.planted != PlantedFault.commitBeforeFlush {
            while !queue.isEmpty || !inFlight.isEmpty {
                send()
                if let error = standing { return error }
                guard process.now < deadline else {
                    return .unanswered("flushing", isRetriable: true)
                }
                process.wait(1)
            }
        }
        process.stumble()
        if let error = standing { return error }
        let error = end(isCommit: true, until: deadline)
        process.stumble()
        return process.isDead ? .dead : error
    }

    func abort(timeoutMilliseconds: Int32) -> KafkaError? {
        if process.isDead { return .dead }
        if let fatal { return fatal }
        let deadline = process.now + Int64(timeoutMilliseconds)
        round += 1
        for item in queue { failures.append(.init(tag: item.tag, code: .purgedFromQueue)) }
        for item in inFlight { failures.append(.init(tag: item.tag, code: .purgedInFlight)) }
        // Their numbers were not used. Those in flight are used up, or will be.
        for item in queue.reversed() { sequences[item.place] = item.sequence }
        queue = []
        inFlight = []
        abortable = nil
        return end(isCommit: false, until: deadline)
    }

    private func end(isCommit: Bool, until deadline: Int64) -> KafkaError? {
        guard let identity else { return KafkaError(code: .state, message: "not initialised") }
        guard isBegunThere else { return nil }
        let broker = broker
        let error = ask(isCommit ? "committing" : "aborting", until: deadline) {
            broker.endTransaction(identity, isCommit: isCommit)
        }
        if let error {
            guard isCommit, error.code == .timedOut, scheduler.one(in: 3) else { return error }
            // The connection broke while the request was under way: librdkafka calls it abortable.
            abortable = KafkaError(
                code: .transport, message: "committing", requiresAbort: true)
            return abortable
        }
        if isCommit, process.hasError {
            // Done, and answered with an error that nobody knows.
            abortable = KafkaError(
                code: .unknownServerError, message: "committing", requiresAbort: true)
            return abortable
        }
        added = []
        isBegunThere = false
        return nil
    }

    /// A request to a coordinator, again while it says so; `nil` when done.
    private func ask(
        _ doing: String, until deadline: Int64, _ apply: @escaping () -> KafkaError.Code?
    ) -> KafkaError? {
        while true {
            if process.isDead { return .dead }
            let answer = process.call(timeout: max(1, deadline - process.now), apply)
            if process.isDead { return .dead }
            guard let answer else { return .unanswered(doing, isRetriable: true) }
            guard let code = answer else { return nil }
            if code == .concurrentTransactions {
                process.wait(scheduler.draw(1...4))
                guard process.now < deadline else {
                    return .unanswered(doing, isRetriable: true)
                }
                continue
            }
            let error: KafkaError
            if code.isFencing {
                error = .fencedAway
                fatal = error
            } else if code == .invalidTransactionState {
                error = KafkaError(code: code, message: doing, isFatal: true)
                fatal = error
            } else {
                error = KafkaError(code: code, message: doing, requiresAbort: true)
                abortable = error
            }
            return error
        }
    }
}
