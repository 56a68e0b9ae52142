import Kafka

/// The decoded states of one partition: those of the open transaction, in the order they were
/// first touched (what a commit writes, and what an abort drops), and others kept decoded since
/// they were committed. Confined to the lane's thread.
struct Overlay {
    /// Entries by key, in two generations: a key that is asked for moves to the young one; when
    /// that is full the old one is let go and the young one grows old.
    private var young: [Key: KeyState] = [:]
    private var old: [Key: KeyState] = [:]
    private var youngBytes = 0

    /// The entries of the open transaction.
    private(set) var open: ContiguousArray<KeyState> = []

    /// The entry of a key that is decoded, in the open transaction or before it.
    mutating func find(_ key: Key) -> KeyState? {
        if let entry = young[key] { return entry }
        guard !old.isEmpty, let entry = old.removeValue(forKey: key) else { return nil }
        keep(entry)
        return entry
    }

    /// The entry of a key in the open transaction.
    func findOpen(_ key: Key) -> KeyState? {
        guard let entry = young[key], entry.isOpen else { return nil }
        return entry
    }

    mutating func add(_ entry: KeyState) {
        keep(entry)
        begin(entry)
    }

    /// Takes an entry into the open transaction.
    mutating func begin(_ entry: KeyState) {
        entry.isOpen = true
        open.append(entry)
    }

    private mutating func keep(_ entry: KeyState) {
        young[entry.key] = entry
        entry.counted = 0
        count(entry)
    }

    private mutating func count(_ entry: KeyState) {
        youngBytes += entry.byteCount - entry.counted
        entry.counted = entry.byteCount
    }

    private mutating func forget(_ entry: KeyState) {
        young[entry.key] = nil
        youngBytes -= entry.counted
    }

    /// The transaction is committed: its states stay decoded as long as there is room.
    mutating func commit() {
        for entry in open {
            entry.isOpen = false
            entry.isTouched = false
            if entry.exists { count(entry) } else { forget(entry) }
        }
        forgetOpen()
        guard youngBytes > Limits.decodedBytes / 2 else { return }
        old = young
        young = [:]
        youngBytes = 0
    }

    /// The transaction is aborted: what it has touched is decoded anew when it is needed.
    mutating func abort() {
        for entry in open { forget(entry) }
        forgetOpen()
    }

    private mutating func forgetOpen() {
        open.removeAll(keepingCapacity: open.count < 100_000)
    }
}
