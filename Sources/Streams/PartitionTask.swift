package import Kafka

/// The task engine: see `AnyTask` for the contract, and the files `PartitionTask+*.swift` for its
/// parts: Process (a record's way), Broadcast, Output, Commit, Restore.
package final class PartitionTask<P: Processor>: AnyTask {
    let processor: P
    let settings: TaskSettings
    package let name: String
    package let partition: Int32
    package let topics: [String]
    package let isStateful: Bool

    var store = StateStore()
    var overlay = Overlay<P.State>()
    var queue = WakeQueue()
    /// Wake-ups taken from the queue since the last commit; an abort puts them back.
    var taken: [WakeQueue.Entry] = []

    var open = TaskPosition<P.Shared>()
    var committed = TaskPosition<P.Shared>()
    package var hasUncommitted = false
    /// The keys that the sweep under way has still to visit, last one first; `nil` when they must
    /// be listed anew (a sweep begins, an abort, a restore).
    var sweepKeys: [Key]?

    var effects: Effects
    let cause: Cause
    var headerScratch: [HeaderView] = []
    /// Bytes encoded by `prepareCommit`, and what to do with them when it is committed.
    var encoded: [UInt8] = []
    var writes: [(key: Key, bytes: Range<Int>?)] = []
    var scratch: [UInt8] = []
    var restored: RestoredRecords? = RestoredRecords()

    package var counters = TaskCounters()
    package var lastWriter: String?

    package init(processor: P, settings: TaskSettings) {
        self.processor = processor
        self.settings = settings
        name = "\(settings.pipeline)/\(settings.partition)"
        partition = settings.partition
        isStateful = P.State.self != NoState.self || P.Shared.self != NoState.self
        topics =
            processor.outputs + ["dead.\(settings.pipeline)"]
            + (isStateful ? ["state.\(settings.pipeline)"] : [])
        effects = Effects(partitionCounts: settings.outputPartitions, group: settings.group)
        cause = Cause(topic: settings.input, partition: settings.partition)
    }

    package var nextOffset: Int64? { open.nextOffset }
    package var streamTime: Instant? { open.streamTime }
    package var hasBacklog: Bool { !open.pending.isEmpty }
    package var dirtyCount: Int { overlay.entries.count }
    package var keyCount: Int { store.count }
    package var stateBytes: Int { store.byteCount }

    /// Indices into `topics`.
    var deadLetterTopic: Int { settings.outputPartitions.count }
    var changelogTopic: Int { deadLetterTopic + 1 }

    package func skip(to offset: Int64) {
        guard offset > open.nextOffset ?? -1 else { return }
        open.nextOffset = offset
        hasUncommitted = true
    }

    /// The overlay's entry of a key, decoded on first touch in the transaction.
    func load(_ key: Key) throws(TaskError) -> Int {
        if let found = overlay.find(key) {
            // A key without anything to keep is one never seen: it begins after the latest.
            if !overlay.entries[found].exists || open.pending.isEmpty {
                overlay.entries[found].applied = open.received
            } else {
                overlay.entries[found].applied = max(
                    overlay.entries[found].applied,
                    open.applied(stored: overlay.entries[found].stored, key: key))
            }
            return found
        }
        guard let bytes = store[key] else {
            return overlay.add(
                Overlay.Entry(
                    key: key, state: P.State(), due: Envelope.never, applied: open.received,
                    stored: open.received, exists: false, isTouched: false))
        }
        let (envelope, state) = try decode(key, bytes)
        return overlay.add(
            Overlay.Entry(
                key: key, state: state, due: envelope.due,
                applied: open.applied(stored: envelope.applied, key: key),
                stored: envelope.applied, exists: true, isTouched: false))
    }

    func decode(_ key: Key, _ bytes: UnsafeRawBufferPointer) throws(TaskError)
        -> (Envelope, P.State)
    {
        do {
            let envelope = try Envelope(bytes)
            return (envelope, try P.State(decoding: envelope.payload))
        } catch {
            throw .damaged(
                task: name,
                what: "the state of key \(DigestOfKey.text(key)) cannot be read: it is damaged or "
                    + "was written by a newer version")
        }
    }

    /// The state a key had before the open transaction touched it.
    func committedState(_ key: Key) throws(TaskError) -> P.State {
        guard let bytes = store[key] else { return P.State() }
        return try decode(key, bytes).1
    }

    /// The instant a key is to be woken at, as the open transaction has it.
    func currentDue(_ key: Key) -> Instant {
        if let found = overlay.find(key) { return overlay.entries[found].due }
        return store[key].map(Envelope.due) ?? Envelope.never
    }

    /// After a call that may have changed the state: what wakes it, and whether it exists.
    func settle(_ index: Int, at time: Instant) {
        overlay.entries[index].isTouched = true
        overlay.entries[index].stored = overlay.entries[index].applied
        let due: Instant
        if overlay.entries[index].state.isEmpty {
            // An empty state must be one never seen, whether or not a commit lies between.
            overlay.entries[index].state = P.State()
            overlay.entries[index].exists = false
            due = Envelope.never
        } else {
            overlay.entries[index].exists = true
            // Never at or before the time of this call: so a key is woken once at any instant,
            // and `topic/partition@due` names one call of it.
            due = overlay.entries[index].state.wakeAt.map { max($0, time + 1) } ?? Envelope.never
        }
        guard due != overlay.entries[index].due else { return }
        overlay.entries[index].due = due
        guard due != Envelope.never else { return }
        queue.push(WakeQueue.Entry(due: due, key: overlay.entries[index].key))
        if queue.count > 4 * (store.count + overlay.entries.count) + 4_096 { rebuildQueue() }
    }

    /// Lists the wake-ups anew: those of the open transaction, and the committed ones that an
    /// abort would bring back.
    func rebuildQueue() {
        var entries: [WakeQueue.Entry] = []
        store.forEach { key, bytes in
            let due = Envelope.due(of: bytes)
            if due != Envelope.never { entries.append(WakeQueue.Entry(due: due, key: key)) }
        }
        for entry in overlay.entries where entry.due != Envelope.never {
            entries.append(WakeQueue.Entry(due: entry.due, key: entry.key))
        }
        queue.rebuild(entries)
        taken.removeAll(keepingCapacity: true)
    }
}

/// A key's short digest, for messages to operators: pseudonyms stay out of them.
enum DigestOfKey {
    /// FNV-1a, 64 bits: enough to tell keys apart in a message, and stable.
    static func text(_ key: Key) -> String {
        key.withBytes { bytes in
            var hash: UInt64 = 0xcbf2_9ce4_8422_2325
            for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
            return String(hash, radix: 16)
        }
    }
}
