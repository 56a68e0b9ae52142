package import Kafka

/// A lane's transactional producer, and the sink its tasks write to: every record goes into the
/// one open transaction, which begins with the first. It makes the calls; `TransactionState` says
/// which, and what follows from their outcomes. Confined to the lane's thread.
package final class LaneOutput: OutputSink {
    /// An input record of the open transaction, as failures name it.
    package struct Origin: Hashable {
        package let partition: Int32
        package let offset: Int64
    }

    private let logClient: any LogClient
    private var producer: (any LogTransactionalProducer)?
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

    /// Why the transactions cannot simply go on, and what is to be done.
    package struct Trouble {
        package let step: TransactionState.Step
        package let error: KafkaError
        /// It was found when a record was written, before the broker saw it.
        package var isLocal = false
        /// The input record that the refused one comes of, where that is known.
        package var origin: Origin?
    }

    private let planted: PlantedFault?
    private var state: TransactionState
    /// The first trouble since the transaction began; nothing is written or sent after it.
    package private(set) var trouble: Trouble?
    /// The records of the transaction aborted last that were refused, by the input record they
    /// come of; `nil` for those that come of none.
    package private(set) var refused: [(origin: Origin?, code: KafkaError.Code)] = []
    /// Bytes of the open transaction.
    package private(set) var bytes = 0
    private var origins: [Origin] = []
    private var partition: Int32 = 0
    private var tag = 0

    /// `names` and `counts` are the topics of `AnyTask.topics` and their partitions. `beat` is
    /// called before each try of a call; with true when the last one has timed out.
    package init(
        logClient: any LogClient = KafkaLog(), settings: TransactionalProducerSettings,
        names: [String], counts: [Int32],
        clock: WorkerClock, planted: PlantedFault? = nil,
        beat: @escaping (_ isWaiting: Bool) -> Void
    ) {
        self.logClient = logClient
        self.settings = settings
        self.names = names
        self.counts = counts
        self.clock = clock
        self.planted = planted
        self.beat = beat
        state = TransactionState(forgetsRepeats: planted == .reuseAfterRepeat)
    }

    // MARK: The producer

    /// True when there is a producer that has its transactional id.
    package var isConnected: Bool { producer != nil }
    /// True while a transaction is open, or its end not known.
    package var isOpen: Bool { state.isOpen }

    /// Makes a producer and takes the transactional id, which settles whatever was open under it.
    /// One try; in trouble there is no producer.
    package func connect() -> Trouble? {
        drop()
        do throws(KafkaError) {
            producer = try logClient.transactionalProducer(settings)
            guard repeatedly(.initialize, { $0.initialize(timeoutMilliseconds: $1) }) else {
                let found = trouble
                drop()
                return found
            }
            topics = []
            for name in names { topics.append(try producer!.topic(name)) }
        } catch {
            drop()
            return Trouble(step: .renew(restoring: false), error: error)
        }
        return nil
    }

    /// Destroys the producer, with whatever it has open.
    package func drop() {
        producer = nil
        state.drop()
        reset()
    }

    // MARK: Writing

    /// What is written next comes of this input record.
    package func turn(to partition: Int32, offset: Int64) {
        self.partition = partition
        origins.append(Origin(partition: partition, offset: offset))
        tag = origins.count
    }

    /// What is written next comes of no single record: broadcasts' slices, changelog, task record.
    package func turn(to partition: Int32) {
        self.partition = partition
        tag = 0
    }

    /// Writes into the open transaction, which begins with it. What goes wrong is `trouble`.
    package func write(_ record: OutgoingRecord) {
        guard trouble == nil, open() else { return }
        bytes += (record.key?.count ?? 0) + (record.value?.count ?? 0)
        for header in record.headers { bytes += header.name.count + (header.value?.count ?? 0) }
        // A record without a key would go anywhere; it follows its input partition instead, so
        // that the same input always gives the same log.
        let place = record.partition ?? (record.key == nil ? partition % counts[record.topic] : nil)
        let error = producer!.produce(
            to: topics[record.topic], partition: place, key: record.key, value: record.value,
            headers: record.headers, timestamp: record.timestamp, tag: tag)
        if let error {
            note(error, of: .write, isLate: false)
            trouble?.isLocal = true
            trouble?.origin = tag > 0 ? origins[tag - 1] : nil
        }
    }

    /// Begins the transaction if none is open. False when that failed.
    private func open() -> Bool {
        if isOpen { return true }
        guard producer != nil else {
            // A stop was requested while the broker was away.
            trouble = Trouble(
                step: .renew(restoring: false),
                error: KafkaError(code: .state, message: "no producer"))
            return false
        }
        state.willCall(.begin)
        return note(producer!.begin(), of: .begin, isLate: false) == .proceed
    }

    /// Serves delivery reports.
    package func poll() { producer?.poll() }

    // MARK: The end of a transaction

    /// Sends the offsets and commits. False when it is not known to be committed: `trouble` says
    /// how to go on. When committed, there is trouble if the producer must do no other transaction.
    package func commit(_ offsets: [PartitionOffset], of member: borrowing GroupMetadata) -> Bool {
        guard trouble == nil, open() else { return false }
        let isSent = repeatedly(.sendOffsets) { producer, timeout in
            producer.sendOffsets(offsets, of: member, timeoutMilliseconds: timeout)
        }
        guard isSent else { return false }
        let isDone = repeatedly(.commit) { $0.commit(timeoutMilliseconds: $1) }
        if isDone { reset() }
        return isDone || trouble?.step == .renew(restoring: false)
    }

    /// The group has taken the lane's partitions, and may have another fence it.
    package func expelled() { state.expelled() }

    /// The group has the lane as a member again.
    package func admitted() { state.admitted() }

    /// Aborts the open transaction. False when that is not known to be done, or the producer can
    /// do no other: `trouble` says how to go on, the transaction's own trouble is forgotten.
    /// `refused` says which records were to blame.
    package func abort() -> Bool {
        refused = []
        guard isOpen else {
            reset()
            return true
        }
        let cause = trouble
        trouble = nil
        let isDone = repeatedly(.abort, { $0.abort(timeoutMilliseconds: $1) })
        // Only now have all deliveries been reported.
        refused = refusals(cause)
        if isDone { reset() }
        return isDone
    }

    /// For the end of a lane: aborts if there is something that may be aborted, as a favour to
    /// those who would wait for the transaction's timeout.
    package func abortIfAllowed() {
        if state.allows(.abort) { _ = abort() }
    }

    private var failures: [FailedDelivery] { producer?.failures ?? [] }

    private func refusals(_ cause: Trouble?) -> [(origin: Origin?, code: KafkaError.Code)] {
        var list: [(origin: Origin?, code: KafkaError.Code)] = []
        if let cause, cause.isLocal, cause.error.code.isAboutOneRecord {
            list.append((cause.origin, cause.error.code))
        }
        for failed in failures where failed.code.isAboutOneRecord {
            list.append((failed.tag > 0 ? origins[failed.tag - 1] : nil, failed.code))
        }
        return list
    }

    private func reset() {
        trouble = nil
        bytes = 0
        origins.removeAll(keepingCapacity: true)
        tag = 0
    }

    /// Makes a call, again while the state says so. True when it is done and all goes on.
    private func repeatedly(
        _ call: TransactionState.Call,
        _ make: (any LogTransactionalProducer, _ timeoutMilliseconds: Int32) -> KafkaError?
    ) -> Bool {
        let deadline = clock.monotonic() + deadlineMilliseconds
        var error: KafkaError?
        while true {
            state.willCall(call)
            beat(error?.code == .timedOut)
            error = make(producer!, Limits.callMilliseconds)
            let step = note(error, of: call, isLate: clock.monotonic() >= deadline)
            guard step == .again else { return step == .proceed }
            if error?.code != .timedOut { clock.sleep(5) }
        }
    }

    /// Tells the state what came of a call, and keeps what is to be done.
    @discardableResult
    private func note(
        _ error: KafkaError?, of call: TransactionState.Call, isLate: Bool
    ) -> TransactionState.Step {
        if let error, error.requiresAbort {
            // librdkafka has given the deliveries up, but not reported all of them.
            _ = producer?.flush(timeoutMilliseconds: Limits.reportsMilliseconds)
        }
        if failures.contains(where: { $0.code != .purgedFromQueue }) { state.deliveryFailed() }
        var outcome = TransactionState.Outcome(
            error, of: call, failed: error == nil ? [] : failures)
        if planted == .reuseAfterUnknown, call == .sendOffsets || call == .commit,
            outcome == .unknown || (outcome == .retriable && isLate)
        {
            outcome = .abortable
        }
        let step = state.returned(outcome, from: call, isLate: isLate, at: clock.monotonic())
        if step != .proceed, step != .again {
            trouble = Trouble(step: step, error: error ?? .mustBeLast)
        }
        return step
    }
}

extension KafkaError {
    /// Why a producer is made anew though the end of its transaction is known.
    fileprivate static let mustBeLast = KafkaError(
        code: .state, message: "a call had to be repeated, or a delivery failed")
}
