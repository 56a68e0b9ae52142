package import Kafka

/// The task engine: see `AnyTask` for the contract, and the files `PartitionTask+*.swift` for its
/// parts: Process (a record's way), Broadcast, Output, Commit, Restore.
package final class PartitionTask: AnyTask {
    let processor: ErasedProcessor
    var settings: TaskSettings
    package let name: String
    package let partition: Int32
    package let topics: [String]
    package let isStateful: Bool

    var store = StateStore()
    var overlay = Overlay()
    var queue = WakeQueue()
    /// Wake-ups taken from the queue since the last commit; an abort puts them back.
    var taken: [WakeQueue.Entry] = []

    var open: TaskPosition
    var committed: TaskPosition
    package var hasUncommitted = false
    /// The keys that the sweep under way has still to visit, last one first; `nil` when they must
    /// be listed anew (a sweep begins, an abort, a restore).
    var sweepKeys: [Key]?
    /// What broadcasts would have said with the one that the task stopped in front of.
    var awaited: SharedState?

    /// The state of calls that have none: dropped after each.
    let passing: KeyState
    var effects: Effects
    let cause: Cause
    var headerScratch: [HeaderView] = []
    /// Bytes encoded by `prepareCommit`, and what to do with them when it is committed.
    var encoded: [UInt8] = []
    var writes: [StateWrite] = []
    var scratch: [UInt8] = []
    var restored: RestoredRecords? = RestoredRecords()

    package var counters = TaskCounters()
    package var lastWriter: String?
    package var lineage: UInt64

    package init(processor: ErasedProcessor, settings: TaskSettings) {
        self.processor = processor
        open = TaskPosition(shared: processor.shared())
        committed = open
        passing = processor.state(Key("")!, applied: 0)
        self.settings = settings
        lineage = settings.lineage
        name = "\(settings.pipeline)/\(settings.partition)"
        partition = settings.partition
        isStateful = processor.isStateful
        topics =
            processor.outputs + ["\(settings.prefix)dead.\(settings.pipeline)"]
            + (isStateful ? ["\(settings.prefix)state.\(settings.pipeline)"] : [])
        effects = Effects(partitionCounts: settings.outputPartitions, group: settings.group)
        cause = Cause(topic: settings.input, partition: settings.partition)
    }

    package var writer: String {
        get { settings.writer }
        set { settings.writer = newValue }
    }
    package var nextOffset: Int64? { open.nextOffset }
    package var streamTime: Instant? { open.streamTime }
    package var hasBacklog: Bool { !open.pending.isEmpty }
    package var missing: String? {
        if let awaited, let what = processor.missing(awaited) { return what }
        // A key that lags is shown what was said before.
        for number in open.met...open.received {
            if let what = processor.missing(open.shared(asOf: number)) { return what }
        }
        return nil
    }
    package var dirtyCount: Int { overlay.open.count }
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

    /// The entry of a key in the open transaction, decoded unless it is still from an earlier one.
    func load(_ key: Key) throws(TaskError) -> KeyState {
        if let found = overlay.find(key) {
            if !found.isOpen {
                found.applied = open.applied(stored: found.stored, key: key)
                overlay.begin(found)
            } else if !found.exists || open.pending.isEmpty {
                // A key without anything to keep is one never seen: it begins after the latest.
                found.applied = open.received
            } else {
                found.applied = max(
                    found.applied, open.applied(stored: found.stored, key: key))
            }
            return found
        }
        let entry = try committedState(key)
        overlay.add(entry)
        return entry
    }

    /// The state a key had before the open transaction touched it, decoded.
    func committedState(_ key: Key) throws(TaskError) -> KeyState {
        guard let stored = store[key] else {
            return processor.state(key, applied: open.received)
        }
        let envelope = stored.envelope
        do {
            let entry = try stored.withPayload { payload in
                try processor.state(
                    key, decoding: payload, due: envelope.due,
                    applied: open.applied(stored: envelope.applied, key: key),
                    stored: envelope.applied)
            }
            entry.byteCount = stored.payloadCount
            return entry
        } catch {
            throw .damaged(
                task: name,
                what: "the state of key \(DigestOfKey.text(key)) cannot be read: it is damaged or "
                    + "was written by a newer version")
        }
    }

    /// The instant a key is to be woken at, as the open transaction has it.
    func currentDue(_ key: Key) -> Instant {
        overlay.findOpen(key)?.due ?? store[key]?.envelope.due ?? Envelope.never
    }

    /// After a call that may have changed the state: what wakes it, and whether it exists.
    func settle(_ entry: KeyState, at time: Instant) {
        entry.isTouched = true
        entry.stored = entry.applied
        let due: Instant
        if entry.isEmpty {
            // An empty state must be one never seen, whether or not a commit lies between.
            entry.clear()
            entry.exists = false
            due = Envelope.never
        } else {
            entry.exists = true
            // Never at or before the time of this call: so a key is woken once at any instant,
            // and `topic/partition@due` names one call of it.
            due = entry.wakeAt.map { max($0, time + 1) } ?? Envelope.never
        }
        guard due != entry.due else { return }
        entry.due = due
        guard due != Envelope.never else { return }
        queue.push(WakeQueue.Entry(due: due, key: entry.key))
        if queue.count > 4 * (store.count + overlay.open.count) + 4_096 { rebuildQueue() }
    }

    /// Lists the wake-ups anew: those of the open transaction, and the committed ones that an
    /// abort would bring back.
    func rebuildQueue() {
        var entries: [WakeQueue.Entry] = []
        store.forEach { key, stored in
            let due = stored.envelope.due
            if due != Envelope.never { entries.append(WakeQueue.Entry(due: due, key: key)) }
        }
        for entry in overlay.open where entry.due != Envelope.never {
            entries.append(WakeQueue.Entry(due: entry.due, key: entry.key))
        }
        queue.rebuild(entries)
        taken.removeAll(keepingCapacity: true)
    }
}

/// A key's short digest, for messages to operators: pseudonyms stay out of them.
enum DigestOfKey {
    /// Enough to tell keys apart in a message, and stable.
    static func text(_ key: Key) -> String {
        key.withBytes { String(FNV1a.hash($0), radix: 16) }
    }
}
