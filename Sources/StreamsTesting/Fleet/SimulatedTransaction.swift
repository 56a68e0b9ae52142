import Kafka
import Streams

/// One transactional id at its coordinator, as Kafka's classic protocol has it (before KIP-890's
/// second part: an epoch lives over many transactions).
final class SimulatedTransaction {
    enum State { case empty, ongoing, prepareCommit, prepareAbort, completeCommit, completeAbort }

    let id: String
    let producerID: Int64
    var epoch: Int16 = -1
    var state = State.empty
    var partitions: [TopicPartition] = []
    var groups: [String] = []
    var timeout: Int64 = 0
    var began: Int64 = 0
    /// Markers not written yet.
    var markersLeft = 0

    init(id: String, producerID: Int64) {
        self.id = id
        self.producerID = producerID
    }
}

/// Who writes: what a producer learns when it takes its transactional id.
struct ProducerIdentity: Equatable {
    let transactionalID: String
    let producerID: Int64
    let epoch: Int16
}

/// The transaction coordinator.
extension SimulatedBroker {
    private func transaction(_ id: String) -> SimulatedTransaction? {
        transactions.first { $0.id == id }
    }

    /// InitProducerId: fences the one before, and ends what it left open.
    func initProducerID(
        _ id: String, timeout: Int64
    ) -> Result<ProducerIdentity, KafkaErrorCode> {
        let found: SimulatedTransaction
        if let known = transaction(id) {
            found = known
        } else {
            lastProducerID += 1
            found = SimulatedTransaction(id: id, producerID: lastProducerID)
            transactions.append(found)
        }
        switch found.state {
        case .ongoing:
            found.epoch += 1
            prepare(found, isCommit: false)
            return .failure(.init(.concurrentTransactions))
        case .prepareCommit, .prepareAbort:
            return .failure(.init(.concurrentTransactions))
        case .empty, .completeCommit, .completeAbort:
            found.epoch += 1
            found.state = .empty
            found.timeout = timeout
            note(.initialized, found.producerID, Int64(found.epoch))
            return .success(
                ProducerIdentity(
                    transactionalID: id, producerID: found.producerID, epoch: found.epoch))
        }
    }

    /// The transaction of a producer, if nobody has taken its name since.
    private func owned(_ who: ProducerIdentity) -> SimulatedTransaction? {
        guard let found = transaction(who.transactionalID), found.producerID == who.producerID,
            found.epoch == who.epoch
        else { return nil }
        return found
    }

    /// AddPartitionsToTxn.
    func addPartitions(_ who: ProducerIdentity, _ places: [TopicPartition]) -> KafkaError.Code? {
        add(who) { transaction in
            for place in places where !transaction.partitions.contains(place) {
                transaction.partitions.append(place)
            }
        }
    }

    /// AddOffsetsToTxn.
    func addOffsets(_ who: ProducerIdentity, group: String) -> KafkaError.Code? {
        add(who) { transaction in
            if !transaction.groups.contains(group) { transaction.groups.append(group) }
        }
    }

    private func add(
        _ who: ProducerIdentity, _ change: (SimulatedTransaction) -> Void
    ) -> KafkaError.Code? {
        guard let found = owned(who) else { return .producerFenced }
        switch found.state {
        case .prepareCommit, .prepareAbort: return .concurrentTransactions
        case .ongoing: break
        case .empty, .completeCommit, .completeAbort:
            found.state = .ongoing
            found.began = scheduler.now
            found.partitions = []
            found.groups = []
        }
        change(found)
        return nil
    }

    /// Produce, verified with the coordinator (KIP-890's first part).
    func produce(
        _ who: ProducerIdentity, to place: TopicPartition, sequence: Int32, _ record: HeldRecord
    ) -> KafkaError.Code? {
        guard let found = owned(who) else { return .invalidProducerEpoch }
        guard found.state == .ongoing, found.partitions.contains(place) else {
            return .invalidTransactionState
        }
        let partition = partition(place)
        let code = partition.append(
            record, producerID: who.producerID, epoch: who.epoch, sequence: sequence, at: wall)
        note(.produce, partition.end, Int64(code?.rawValue ?? 0))
        return code
    }

    /// TxnOffsetCommit: fenced by the membership (KIP-447) and by the epoch.
    func commitOffsets(
        _ who: ProducerIdentity, group name: String, generation: Int32, member: String,
        _ offsets: [PartitionOffset]
    ) -> KafkaError.Code? {
        let group = group(name)
        // Without a membership there is no fence.
        if generation >= 0 || !member.isEmpty {
            if let code = group.fence(generation: generation, member: member) { return code }
        }
        guard let found = owned(who) else { return .invalidProducerEpoch }
        guard found.state == .ongoing, found.groups.contains(name) else {
            return .invalidTransactionState
        }
        group.addPending(who, offsets)
        note(.offsets, who.producerID, offsets.first?.offset ?? -1)
        return nil
    }

    /// EndTxn: the decision is written down, markers follow.
    func endTransaction(_ who: ProducerIdentity, isCommit: Bool) -> KafkaError.Code? {
        guard let found = owned(who) else { return .producerFenced }
        note(isCommit ? .commit : .abort, found.producerID, Int64(found.epoch))
        switch found.state {
        case .ongoing:
            prepare(found, isCommit: isCommit)
            return nil
        case .completeCommit: return isCommit ? nil : .invalidTransactionState
        case .completeAbort: return isCommit ? .invalidTransactionState : nil
        case .prepareCommit:
            return isCommit ? .concurrentTransactions : .invalidTransactionState
        case .prepareAbort:
            return isCommit ? .invalidTransactionState : .concurrentTransactions
        case .empty: return .invalidTransactionState
        }
    }

    private func prepare(_ found: SimulatedTransaction, isCommit: Bool) {
        found.state = isCommit ? .prepareCommit : .prepareAbort
        note(
            isCommit ? .preparedCommit : .preparedAbort, found.producerID, Int64(found.epoch))
        found.markersLeft = found.partitions.count + found.groups.count
        let epoch = found.epoch
        for place in found.partitions {
            writeMarker(found) {
                self.partition(place).mark(
                    producerID: found.producerID, epoch: epoch, isCommit: isCommit)
            }
        }
        for group in found.groups {
            writeMarker(found) { self.group(group).end(found.producerID, isCommit: isCommit) }
        }
        if found.markersLeft == 0 { complete(found) }
    }

    /// Markers come one by one, each in its own time: what a transaction did shows in parts.
    private func writeMarker(_ found: SimulatedTransaction, _ write: @escaping () -> Void) {
        scheduler.after(scheduler.draw(1...markerMilliseconds)) { [self] in
            write()
            note(.marker, found.producerID, Int64(found.markersLeft))
            found.markersLeft -= 1
            if found.markersLeft == 0 { complete(found) }
        }
    }

    private func complete(_ found: SimulatedTransaction) {
        found.state = found.state == .prepareCommit ? .completeCommit : .completeAbort
        found.partitions = []
        found.groups = []
    }

    /// Aborts what has been open for longer than its timeout, under a newer epoch; the broker looks
    /// every 10 s (`transaction.abort.timed.out.transaction.cleanup.interval.ms`).
    func endTimedOutTransactions() {
        for found in transactions
        where found.state == .ongoing && scheduler.now - found.began > found.timeout {
            found.epoch += 1
            prepare(found, isCommit: false)
        }
    }

    /// True while a transaction is open anywhere, or its markers are being written.
    var hasOpenTransaction: Bool {
        transactions.contains {
            $0.state == .ongoing || $0.state == .prepareCommit || $0.state == .prepareAbort
        }
    }
}

/// A broker's error code as an `Error`.
struct KafkaErrorCode: Error {
    let code: KafkaError.Code
    init(_ code: KafkaError.Code) { self.code = code }
}
