import Kafka
import Streams

/// A record in the simulated broker's log.
final class SimulatedRecord {
    enum State { case open, committed, aborted }

    /// With its own offset; valid as long as this object lives.
    let view: RecordView
    var state: State
    private let held: HeldRecord

    init(_ held: HeldRecord, offset: Int64, timestamp: Instant, isStamped: Bool, state: State) {
        let record = held.view
        view = RecordView(
            topic: record.topic, partition: record.partition, offset: offset,
            timestamp: timestamp, isLogAppendTime: isStamped, key: record.key,
            value: record.value, headers: record.headers)
        self.state = state
        self.held = held
    }
}

/// One partition's log as its leader keeps it: offsets, producers' epochs and sequence numbers,
/// open transactions, the last stable offset, markers, compaction. One replica, so its end is the
/// high watermark.
final class SimulatedPartition {
    /// What the leader knows of a producer.
    private struct ProducerEntry {
        var epoch: Int16
        var nextSequence: Int32
    }

    let place: TopicPartition
    /// The broker stamps the records (`LogAppendTime`).
    let isStamped: Bool
    let isCompacted: Bool
    /// In offset order; markers hold offsets only.
    private(set) var records: [SimulatedRecord] = []
    private(set) var end: Int64 = 0
    private var producers: [Int64: ProducerEntry] = [:]
    /// Transactions without a marker, in the order they began here.
    private var open: [(producerID: Int64, first: Int64, records: [SimulatedRecord])] = []

    init(_ place: TopicPartition, isStamped: Bool, isCompacted: Bool) {
        self.place = place
        self.isStamped = isStamped
        self.isCompacted = isCompacted
    }

    /// Readers of committed records are shown nothing from here on.
    var lastStableOffset: Int64 { open.first?.first ?? end }

    var hasOpenTransaction: Bool { !open.isEmpty }

    /// Appends outside transactions.
    func append(_ record: HeldRecord, at wall: Instant) {
        store(record, at: wall, state: .committed)
    }

    /// Appends in a transaction. Answers with an error code; a sequence number seen before is
    /// acknowledged and not appended.
    func append(
        _ record: HeldRecord, producerID: Int64, epoch: Int16, sequence: Int32, at wall: Instant
    ) -> KafkaError.Code? {
        var entry = producers[producerID] ?? ProducerEntry(epoch: epoch, nextSequence: 0)
        if epoch < entry.epoch { return .invalidProducerEpoch }
        if epoch > entry.epoch { entry = ProducerEntry(epoch: epoch, nextSequence: 0) }
        if sequence < entry.nextSequence { return nil }
        guard sequence == entry.nextSequence else { return .outOfOrderSequence }
        entry.nextSequence += 1
        producers[producerID] = entry
        let offset = end
        let stored = store(record, at: wall, state: .open)
        if let index = open.firstIndex(where: { $0.producerID == producerID }) {
            open[index].records.append(stored)
        } else {
            open.append((producerID, offset, [stored]))
        }
        return nil
    }

    @discardableResult
    private func store(
        _ record: HeldRecord, at wall: Instant, state: SimulatedRecord.State
    ) -> SimulatedRecord {
        let stored = SimulatedRecord(
            record, offset: end, timestamp: isStamped ? wall : record.view.timestamp,
            isStamped: isStamped, state: state)
        records.append(stored)
        end += 1
        return stored
    }

    /// A coordinator's marker: the transaction's end, and the epoch from which on it may write.
    func mark(producerID: Int64, epoch: Int16, isCommit: Bool) {
        if let entry = producers[producerID], entry.epoch < epoch {
            producers[producerID] = ProducerEntry(epoch: epoch, nextSequence: 0)
        }
        if let index = open.firstIndex(where: { $0.producerID == producerID }) {
            for record in open[index].records { record.state = isCommit ? .committed : .aborted }
            open.remove(at: index)
        }
        end += 1
    }

    /// The first record at or after an offset that a reader is shown, below `limit`.
    func record(
        from offset: Int64, below limit: Int64, committedOnly: Bool
    ) -> SimulatedRecord? {
        var index = firstIndex(from: offset)
        while index < records.count {
            let record = records[index]
            if record.view.offset >= limit { return nil }
            if !committedOnly || record.state == .committed { return record }
            index += 1
        }
        return nil
    }

    private func firstIndex(from offset: Int64) -> Int {
        var low = 0
        var high = records.count
        while low < high {
            let middle = (low + high) / 2
            if records[middle].view.offset < offset { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// What a read_committed reader finds from the beginning.
    var committed: [SimulatedRecord] {
        let stable = lastStableOffset
        return records.filter { $0.state == .committed && $0.view.offset < stable }
    }

    /// Removes what later committed records of the same key replace, and aborted records, below
    /// the last stable offset. Tombstones stay: readers have a day (`delete.retention.ms`).
    func compact() {
        let stable = lastStableOffset
        var seen: Set<[UInt8]> = []
        var kept: [SimulatedRecord] = []
        for record in records.reversed() {
            guard record.view.offset < stable else {
                kept.append(record)
                continue
            }
            if record.state == .aborted { continue }
            if seen.insert(record.view.key.map(Array.init) ?? []).inserted { kept.append(record) }
        }
        records = kept.reversed()
    }
}

extension KafkaError.Code {
    static let outOfOrderSequence = KafkaError.Code(rawValue: 45)
    static let invalidTransactionState = KafkaError.Code(rawValue: 48)
    static let concurrentTransactions = KafkaError.Code(rawValue: 51)
    static let unknownServerError = KafkaError.Code(rawValue: -1)
}
