import Kafka

/// States decoded in the open transaction, in the order they were first touched: what a commit
/// writes, and what an abort drops. Confined to the lane's thread.
struct Overlay<State: StateRecord> {
    struct Entry {
        let key: Key
        var state: State
        /// When the key is to be woken; `Envelope.never` for not at all.
        var due: Instant
        /// Broadcasts it has met.
        var applied: UInt64
        /// Broadcasts it had met when it last changed: what the envelope says.
        var stored: UInt64
        /// False for a key without anything to keep: met by no broadcast, written as a tombstone.
        var exists: Bool
        /// True when a call may have changed it in this transaction.
        var isTouched: Bool
    }

    private var index: [Key: Int] = [:]
    var entries: ContiguousArray<Entry> = []

    func find(_ key: Key) -> Int? { index[key] }

    mutating func add(_ entry: Entry) -> Int {
        index[entry.key] = entries.count
        entries.append(entry)
        return entries.count - 1
    }

    mutating func removeAll() {
        guard !entries.isEmpty else { return }
        index.removeAll(keepingCapacity: entries.count < 100_000)
        entries.removeAll(keepingCapacity: entries.count < 100_000)
    }
}
