package import Kafka

/// Writes snapshots of a lane's states, one task after the other, in slices between the lane's
/// polls. While one is written its task goes on (see `SnapshotHeader`). Confined to the lane's
/// thread.
package final class SnapshotWriter {
    private let disk: any WorkerDisk
    private let group: String
    private let intervalMilliseconds: Int64
    private let clock: WorkerClock
    private let log: WorkerLog
    /// The end of a task's changelog now, past open transactions.
    private let changelogEnd: (Int32) -> Int64?
    private var current: Writing?
    /// Tasks that another process has now, with what was `Slot.knownEnd`.
    private var left: [(task: any AnyTask, place: TopicPartition, knownEnd: Int64)] = []
    /// By partition: when a snapshot was begun last, and the next offset it has.
    private var last: [Int32: (time: Int64, offset: Int64?)] = [:]

    /// A snapshot being written.
    private struct Writing {
        let task: any AnyTask
        let place: TopicPartition
        let sink: any SnapshotSink
        let keys: [Key]
        let began: Int64
        var next = 0
        var records: UInt64 = 0
        var isComplete = false
    }

    /// `disk` and an interval above 0 are what makes snapshots be written at all.
    package init(
        disk: any WorkerDisk, group: String, intervalMilliseconds: Int64, clock: WorkerClock,
        log: @escaping WorkerLog, changelogEnd: @escaping (Int32) -> Int64?
    ) {
        self.disk = disk
        self.group = group
        self.intervalMilliseconds = intervalMilliseconds
        self.clock = clock
        self.log = log
        self.changelogEnd = changelogEnd
    }

    /// True while a snapshot is being written, so that an idle lane must not wait long in its poll.
    package var isWriting: Bool { current != nil || !left.isEmpty }

    /// Takes a committed task that another process goes on with: its snapshot helps if the
    /// partition comes back.
    package func add(_ task: any AnyTask, _ place: TopicPartition, knownEnd: Int64) {
        left.append((task, place, knownEnd))
    }

    /// Does a slice, at most a block; begins the next snapshot when one is due. `isBetween` says
    /// that no transaction is open.
    ///
    /// A snapshot must not claim more than its state has. A process that stood still for longer
    /// than its session does not know that another has its partition and writes to the changelog,
    /// so the changelog's end alone says nothing. It is asked for between two transactions, and
    /// counts when the second one is committed: the group's fence lets only the owner do that.
    func turn(_ slots: [Slot], isBetween: Bool) {
        if advance() { return }
        guard isBetween else { return }
        let now = clock.monotonic()
        for slot in slots where slot.isRunning && slot.task.isStateful {
            let partition = slot.place.partition
            guard let known = last[partition] else {
                // It has just been restored: whatever was read then need not be written at once.
                last[partition] = (now, nil)
                continue
            }
            guard !slot.isAsking, now - known.time >= intervalMilliseconds,
                slot.task.nextOffset != known.offset
            else { continue }
            if slot.isConfirmedEnd {
                slot.isConfirmedEnd = false
                if begin(slot.task, slot.place, knownEnd: slot.knownEnd) { return }
                last[partition]!.time = now
            } else if let end = changelogEnd(partition) {
                slot.asked(end: end)
            } else {
                last[partition]!.time = now
            }
        }
    }

    /// Does a slice of what is under way. False when nothing was.
    package func advance() -> Bool {
        if current != nil {
            slice()
            return true
        }
        guard let next = left.popLast() else { return false }
        if last[next.place.partition]?.offset != next.task.nextOffset {
            _ = begin(next.task, next.place, knownEnd: next.knownEnd)
        }
        return true
    }

    /// Drops what is being written: its task may be given away.
    func cancel() {
        guard let writing = current else { return }
        last[writing.place.partition]?.offset = nil
        current = nil
    }

    /// Writes a whole snapshot, waiting for the disk: for a task that nobody will use again.
    func write(_ task: any AnyTask, _ place: TopicPartition, knownEnd: Int64) {
        cancel()
        guard last[place.partition]?.offset != task.nextOffset,
            begin(task, place, knownEnd: knownEnd)
        else { return }
        let deadline = clock.monotonic() + Limits.snapshotMilliseconds
        while current != nil, clock.monotonic() < deadline {
            if current!.isComplete || current!.sink.isBehind { clock.sleep(1) }
            slice()
        }
        cancel()
    }

    /// False when nothing is begun.
    private func begin(
        _ task: any AnyTask, _ place: TopicPartition, knownEnd: Int64
    ) -> Bool {
        let reserved = task.committedReserved()
        guard !reserved.isEmpty else { return false }
        do throws(DiskError) {
            let sink = try disk.newSnapshot(group: group, place: place)
            var payload: [UInt8] = []
            SnapshotHeader(
                group: group, topic: place.topic, partition: place.partition,
                lineage: task.lineage,
                // Back to the last transaction's marker and its last record, the task record: a
                // restore must meet one in the log to know that the log is still the same.
                changelogOffset: max(0, knownEnd - 2), written: clock.wall()
            ).encode(into: &payload)
            sink.append(payload)
            payload.removeAll()
            for record in reserved {
                record.key.withUnsafeBytes { payload.append(span: $0) }
                record.value.withUnsafeBytes { payload.append(span: $0) }
            }
            sink.append(payload)
            current = Writing(
                task: task, place: place, sink: sink, keys: task.committedKeys,
                began: clock.monotonic(), records: UInt64(reserved.count))
            last[place.partition] = (clock.monotonic(), task.nextOffset)
            return true
        } catch {
            complain(place, error)
            return false
        }
    }

    /// One block, unless the disk lags behind.
    private func slice() {
        guard var writing = current else { return }
        switch writing.sink.outcome {
        case .writing: break
        case .failed(let error):
            complain(writing.place, error)
            last[writing.place.partition]?.offset = nil
            current = nil
            return
        case .written(let bytes):
            log(
                .info, "snapshot of \(writing.task.name) written",
                [
                    ("keys", "\(writing.keys.count)"), ("bytes", "\(bytes)"),
                    ("milliseconds", "\(clock.monotonic() - writing.began)"),
                ])
            current = nil
            return
        }
        guard !writing.isComplete, !writing.sink.isBehind else { return }
        var payload: [UInt8] = []
        payload.reserveCapacity(SnapshotBlock.size + 64)
        while writing.next < writing.keys.count, payload.count < SnapshotBlock.size {
            let key = writing.keys[writing.next]
            writing.next += 1
            // One that is gone since has none: the changelog says so, behind the snapshot's offset.
            writing.task.forCommitted(key) { key, value in
                payload.append(span: key)
                payload.append(span: value)
                writing.records += 1
            }
        }
        if !payload.isEmpty { writing.sink.append(payload) }
        if writing.next == writing.keys.count {
            payload = SnapshotBlock.end
            payload.append(number: writing.records)
            writing.sink.append(payload)
            writing.sink.finish()
            writing.isComplete = true
        }
        current = writing
    }

    private func complain(_ place: TopicPartition, _ error: DiskError) {
        log(
            .warning,
            "no snapshot of \(place) can be written, so a restart takes longer; make room or give "
                + "folders.state another place: \(error)", [])
    }
}
