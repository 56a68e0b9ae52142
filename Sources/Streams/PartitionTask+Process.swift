package import Kafka

/// A record's way through the task.
extension PartitionTask {
    package func process(
        _ record: RecordView, refusing: RecordFailure?, attempts: Int, budget: Int,
        into sink: any OutputSink
    ) throws(TaskError) -> Progress {
        precondition(restored == nil, "process before finishRestore")
        if let next = open.nextOffset, record.offset < next {
            counters.dropped += 1
            return .dropped
        }
        hasUncommitted = true
        guard isStateful else {
            processStateless(record, refusing, attempts, sink)
            open.nextOffset = record.offset + 1
            return .done
        }
        let time = max(open.streamTime ?? record.timestamp, record.timestamp)
        if try runWakeUps(until: time, budget: budget, sink) { return .more }
        if open.pending.count >= Limits.broadcastsPending {
            _ = try advance(budget: budget, into: sink)
            if open.pending.count >= Limits.broadcastsPending { return .more }
        }
        let timeBefore = open.streamTime
        open.streamTime = time
        if let refusing {
            cause.begin(offset: record.offset)
            deadLetter(record, refusing, attempts, at: time, sink)
        } else if record.isTick {
            counters.ticks += 1
        } else {
            if let what = try dispatch(record, attempts, at: time, sink) {
                open.streamTime = timeBefore
                // Nothing came before the first record of a log, so there is nothing to commit.
                hasUncommitted = open.nextOffset != nil
                return .waits(for: what)
            }
            counters.records += 1
        }
        open.nextOffset = record.offset + 1
        if !open.pending.isEmpty {
            _ = try advance(budget: settings.slices.broadcastKeysPerRecord, into: sink)
        }
        return .done
    }

    /// Without state there is no stream time either: a record's time is its own timestamp, so
    /// that what it becomes does not depend on where a run began.
    private func processStateless(
        _ record: RecordView, _ refusing: RecordFailure?, _ attempts: Int, _ sink: any OutputSink
    ) {
        let time = record.timestamp
        open.streamTime = max(open.streamTime ?? time, time)
        if record.isTick {
            counters.ticks += 1
            return
        }
        cause.begin(offset: record.offset)
        if let refusing { return deadLetter(record, refusing, attempts, at: time, sink) }
        counters.records += 1
        do throws(RecordFailure) {
            switch try processor.route(record) {
            case .key(let key): try processWithoutState(record, key, at: time)
            case .stateless: try processWithoutState(record, Key.of(record), at: time)
            case .broadcast: throw RecordFailure.misrouted
            }
        } catch {
            return deadLetter(record, error, attempts, at: time, sink)
        }
        flush(traceparent: record.header("traceparent"), at: time, sink)
    }

    /// `process` with a state that is dropped. Outputs stay in `effects`.
    private func processWithoutState(_ record: RecordView, _ key: Key, at time: Instant)
        throws(RecordFailure)
    {
        defer { passing.clear() }
        try processor.process(
            record, key: key, passing, open.shared(asOf: open.received), at: time, &effects)
        if hasOversizedOutput { throw RecordFailure.oversized }
    }

    /// One record of a stateful pipeline whose turn has come. Answers what a broadcast must wait
    /// for; then nothing has changed.
    private func dispatch(
        _ record: RecordView, _ attempts: Int, at time: Instant, _ sink: any OutputSink
    ) throws(TaskError) -> String? {
        var failure: RecordFailure?
        var key: Key?
        do throws(RecordFailure) {
            switch try Key.check(record.key, processor.route(record)) {
            case .key(let routed):
                key = routed
            case .broadcast:
                if let what = try receive(record, at: time) { return what }
            case .stateless:
                cause.begin(offset: record.offset)
                try processWithoutState(record, Key.of(record), at: time)
                flush(traceparent: record.header("traceparent"), at: time, sink)
            }
        } catch {
            failure = error
        }
        if let key { failure = try processed(record, key, at: time, sink) }
        guard let failure else { return nil }
        cause.begin(offset: record.offset)
        deadLetter(record, failure, attempts, at: time, sink)
        return nil
    }

    /// `process` with a key's state; returns why it failed, with its changes dropped whole.
    ///
    /// The good path costs nothing for a key touched for the first time in a transaction: its
    /// state before the call can be decoded again. For a key touched before, a copy is held
    /// during the call, so what the call changes is copied on write, unless the processor says
    /// that this one will not be needed.
    private func processed(
        _ record: RecordView, _ key: Key, at time: Instant, _ sink: any OutputSink
    ) throws(TaskError) -> RecordFailure? {
        let entry = try load(key)
        if !open.pending.isEmpty {
            try catchUp(entry, to: open.received, until: time, sink)
        }
        let backup = entry.isTouched ? processor.copy(entry) : nil
        do throws(RecordFailure) {
            try processor.process(
                record, key: key, entry, open.shared(asOf: open.received), at: time, &effects)
            // Without a copy to go back to, `flush` refuses the output instead of the record.
            if !processor.failsBeforeChanging, hasOversizedOutput {
                throw RecordFailure.oversized
            }
        } catch {
            if let backup {
                processor.restore(entry, from: backup)
            } else if !entry.isTouched {
                processor.restore(entry, from: try committedState(key))
            }
            return error
        }
        settle(entry, at: time)
        if !effects.outputs.isEmpty || !effects.notes.isEmpty {
            cause.begin(offset: record.offset)
            flush(traceparent: record.header("traceparent"), at: time, sink)
        }
        return nil
    }

    /// Runs wake-ups due until `time`, in the order (due, key). Returns true when the budget was
    /// used up before they were all run.
    private func runWakeUps(until time: Instant, budget: Int, _ sink: any OutputSink)
        throws(TaskError) -> Bool
    {
        var left = budget
        while let first = queue.first, first.due <= time {
            let isCurrent = currentDue(first.key) == first.due
            if isCurrent, left == 0 { return true }
            queue.removeFirst()
            if !settings.isReplay { taken.append(first) }
            guard isCurrent else { continue }
            left -= 1
            open.streamTime = max(open.streamTime ?? first.due, first.due)
            try catchUp(try load(first.key), to: open.received, until: first.due, sink)
        }
        return false
    }

    /// One wake-up of one key, at the instant it is due.
    func wake(_ entry: KeyState, _ sink: any OutputSink) throws(TaskError) {
        let due = entry.due
        counters.wakeUps += 1
        processor.wake(entry, open.shared(asOf: entry.applied), at: due, &effects)
        if let next = entry.wakeAt, next <= due, !entry.isEmpty {
            throw .stuckWakeUp(task: name, due: due)
        }
        settle(entry, at: due)
        cause.begin(due: due)
        flush(traceparent: nil, at: due, sink)
    }
}

extension RecordView {
    /// A tick: nothing but time (design, section 4, item 10).
    package var isTick: Bool {
        guard value == nil else { return false }
        let name = UnsafeRawBufferPointer(Tick.header)
        return headers.contains { $0.name.elementsEqual(name) }
    }
}

/// The record that moves time in an idle partition: null key, null value, this header.
package enum Tick {
    package static let header: StaticString = "shouwang-tick"
    package static let name = "shouwang-tick"
}

extension RecordFailure {
    static let oversized = RecordFailure(
        reason: "record.size", step: "write",
        message: "what came of this record is larger than \(Limits.recordBytes) bytes")
    static let misrouted = RecordFailure(
        reason: "record.failed", step: "route",
        message: "this pipeline keeps nothing that a broadcast could change")
}

extension Key {
    /// The record's key, or an empty one where it has none or a longer one: for calls without
    /// state.
    static func of(_ record: RecordView) -> Key {
        record.key.flatMap { Key($0) } ?? Key("")!
    }

    /// Refuses keys a state cannot have: too long, or the runtime's own.
    static func check(_ key: UnsafeRawBufferPointer?, _ route: Route) throws(RecordFailure)
        -> Route
    {
        if let key, key.count > Key.limit {
            throw RecordFailure(
                reason: "field.value", field: "key", step: "route",
                message: "a key of a keyed topic has at most \(Key.limit) bytes")
        }
        if case .key(let key) = route, key.withBytes(ReservedKey.isReserved) {
            throw RecordFailure(
                reason: "field.value", field: "key", step: "route",
                message: "a key must not begin with a zero byte")
        }
        return route
    }
}
