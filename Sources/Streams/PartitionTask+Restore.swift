import Kafka

/// The reserved records of a changelog, gathered while it is read.
struct RestoredRecords {
    var task: TaskRecord?
    var shared: [UInt8]?
    var broadcasts: [UInt64: [UInt8]] = [:]
    /// Keys with a tail whose whole was not there. Compaction leaves such ones, but then what
    /// ended the whole, or the tail's own tombstone, stands behind them.
    var loose: Set<Key> = []
}

/// From the changelog to a task that may run (design, section 4, item 6).
extension PartitionTask {
    package func restore(key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer?)
        throws(TaskError)
    {
        precondition(restored != nil, "restore after finishRestore")
        guard let key else { throw damaged("a changelog record has no key") }
        do throws(DamagedBytes) {
            if let key = try ReservedKey.ofTail(key) {
                if try !store.restore(key, tail: value) {
                    restored!.loose.insert(key)
                } else if !restored!.loose.isEmpty {
                    restored!.loose.remove(key)
                }
                return
            }
        } catch {
            throw damaged("a state's tail has no envelope we can read: \(Self.unreadable)")
        }
        if ReservedKey.isReserved(key) { return try restoreReserved(Array(key), value) }
        guard let stateKey = Key(key) else {
            throw damaged("a changelog key has \(key.count) bytes, at most \(Key.limit) are ours")
        }
        if !restored!.loose.isEmpty { restored!.loose.remove(stateKey) }
        do throws(DamagedBytes) {
            try store.restore(stateKey, whole: value)
        } catch {
            throw damaged(
                "the state of key \(DigestOfKey.text(stateKey)) has no envelope we can read: "
                    + Self.unreadable)
        }
    }

    private static let unreadable = "it is damaged or was written by another version"

    private func restoreReserved(_ key: [UInt8], _ value: UnsafeRawBufferPointer?)
        throws(TaskError)
    {
        if key == ReservedKey.task {
            guard let value, let record = try? TaskRecord(decoding: value) else {
                throw damaged("the task record is damaged or was written by a newer version")
            }
            restored!.task = record
        } else if key == ReservedKey.shared {
            restored!.shared = value.map(Array.init)
        } else if key.starts(with: ReservedKey.broadcast),
            key.count == ReservedKey.broadcast.count + 8
        {
            let number = key.suffix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            restored!.broadcasts[number] = value.map(Array.init)
        } else {
            throw damaged("the changelog holds a record of the runtime that this version lacks")
        }
    }

    package func finishRestore(committed offset: Int64?) throws(TaskError) {
        guard let restored else { preconditionFailure("finishRestore called twice") }
        if isStateful {
            guard restored.task?.nextOffset == offset else {
                throw .offsets(
                    task: name, committed: offset, recorded: restored.task?.nextOffset)
            }
            if let record = restored.task {
                try take(record, restored)
            } else if store.count > 0 || restored.shared != nil {
                throw damaged("the changelog holds states but no task record")
            }
            if let key = restored.loose.first {
                throw damaged(
                    "the changelog holds the end of the state of key \(DigestOfKey.text(key)), but "
                        + "not its beginning")
            }
        }
        open.nextOffset = offset
        committed = open
        self.restored = nil
        rebuildQueue()
    }

    private func take(_ record: TaskRecord, _ restored: RestoredRecords) throws(TaskError) {
        for (was, now) in zip(record.partitionCounts, partitionCounts)
        where was.topic == now.topic && was.partitions != now.partitions {
            throw .partitionCount(
                task: name, topic: was.topic, was: was.partitions, now: now.partitions)
        }
        lastWriter = record.writer
        lineage = record.lineage
        open.streamTime = record.streamTime == Instant.min ? nil : record.streamTime
        open.met = record.broadcastsMet
        open.sweepTarget = record.sweepTarget
        open.sweepCursor = record.sweepCursor
        do {
            if let shared = restored.shared {
                open.shared = try shared.withUnsafeBytes { try processor.shared(decoding: $0) }
            }
            var shared = open.shared
            // Numbers at or below those met by all are let go, whatever is left of them.
            for number in record.broadcastsMet..<record.broadcastsReceived {
                guard let bytes = restored.broadcasts[number + 1] else { throw DamagedBytes() }
                let kept = try bytes.withUnsafeBytes {
                    try BroadcastCodec.decode($0, topic: settings.input, partition: partition)
                }
                let held = HeldRecord(kept.record)
                shared = try processor.receive(held.view, shared, at: kept.time)
                open.pending.append(
                    PendingBroadcast(
                        number: number + 1, time: kept.time, record: held,
                        concernsKeys: processor.concernsKeys(held.view), shared: shared))
            }
        } catch {
            throw damaged("what broadcasts have said cannot be read")
        }
    }

    private func damaged(_ what: String) -> TaskError {
        .damaged(task: name, what: what)
    }
}
