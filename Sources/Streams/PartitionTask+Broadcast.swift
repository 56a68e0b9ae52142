import Kafka

/// Broadcasts: received once, then brought to each key in slices (design, section 4, item 12).
extension PartitionTask {
    /// Remembers a broadcast and queues it for the keys there are. Answers what is missing to go
    /// on from it; then nothing has changed.
    func receive(_ record: RecordView, at time: Instant) throws(RecordFailure) -> String? {
        let shared = try processor.receive(record, open.shared(asOf: open.received), at: time)
        if let what = processor.missing(shared) {
            awaited = shared
            return what
        }
        awaited = nil
        let concernsKeys = processor.concernsKeys(record)
        if !concernsKeys, open.pending.isEmpty {
            open.shared = shared
            open.met += 1
            return nil
        }
        open.pending.append(
            PendingBroadcast(
                number: open.received + 1, time: time, record: HeldRecord(record),
                concernsKeys: concernsKeys, shared: shared))
        return nil
    }

    /// Brings one key to where it would be had it met each broadcast at once: its wake-ups and
    /// broadcasts in the order of their times, broadcasts up to `target`, wake-ups until `until`.
    func catchUp(_ entry: KeyState, to target: UInt64, until: Instant, _ sink: any OutputSink)
        throws(TaskError)
    {
        while true {
            let next = open.broadcast(entry.applied + 1)
            // Wake-ups due at the time of a broadcast ran before it was received.
            let limit = next.map { min($0.time, until) } ?? until
            while entry.due <= limit { try wake(entry, sink) }
            guard let next, next.number <= target else { return }
            // One of later than `until` waits: wake-ups of before it may still come.
            guard next.time <= until || settings.planted == .broadcastEarly else { return }
            apply(next, entry, sink)
        }
    }

    /// One broadcast meets one key.
    private func apply(
        _ broadcast: PendingBroadcast, _ entry: KeyState, _ sink: any OutputSink
    ) {
        defer { entry.applied = broadcast.number }
        guard broadcast.concernsKeys, entry.exists else { return }
        counters.applied += 1
        scratch.removeAll(keepingCapacity: true)
        entry.encode(into: &scratch)
        let before = scratch.count
        let key = entry.key
        processor.apply(
            broadcast.record.view, entry, broadcast.shared, at: broadcast.time, &effects)
        entry.encode(into: &scratch)
        if effects.outputs.isEmpty, scratch[..<before] == scratch[before...] {
            // The key is as it was, so it is not written: the envelope keeps its number.
            return effects.removeAll()
        }
        entry.applied = broadcast.number
        settle(entry, at: broadcast.time)
        cause.begin(offset: broadcast.record.view.offset, key: key)
        flush(
            traceparent: broadcast.record.view.header("traceparent"), at: broadcast.time, sink)
    }

    package func advance(budget: Int, into sink: any OutputSink) throws(TaskError) -> Bool {
        var left = budget
        while !open.pending.isEmpty {
            hasUncommitted = true
            if open.sweepTarget == nil {
                open.sweepTarget = open.received
                open.sweepCursor = nil
                sweepKeys = nil
            }
            let target = open.sweepTarget!
            if sweepKeys == nil { sweepKeys = keysToSweep() }
            while let key = sweepKeys!.last {
                if left == 0 { return true }
                left -= 1
                sweepKeys!.removeLast()
                let entry = try load(key)
                try catchUp(entry, to: target, until: open.streamTime!, sink)
                open.sweepCursor = key
            }
            open.endSweep()
            sweepKeys = nil
        }
        return false
    }

    /// Keys with state that the sweep has not visited, greatest first.
    private func keysToSweep() -> [Key] {
        let cursor = open.sweepCursor
        var keys: [Key] = []
        for key in store.keys where cursor.map({ $0 < key }) ?? true {
            if overlay.findOpen(key) == nil { keys.append(key) }
        }
        for entry in overlay.open where entry.exists && (cursor.map { $0 < entry.key } ?? true) {
            keys.append(entry.key)
        }
        keys.sort(by: >)
        return keys
    }
}
