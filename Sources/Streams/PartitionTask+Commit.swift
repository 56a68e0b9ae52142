import Glibc
import Kafka

/// The end of a transaction.
extension PartitionTask {
    package func prepareCommit(into sink: any OutputSink) throws(TaskError) {
        guard isStateful, hasUncommitted, let nextOffset = open.nextOffset else { return }
        encoded.removeAll(keepingCapacity: true)
        writes.removeAll(keepingCapacity: true)
        for entry in overlay.open { encodeIfChanged(entry) }
        encoded.withUnsafeBytes { bytes in
            for write in writes { changelog(write, bytes, sink) }
        }
        writeBroadcasts(sink)
        scratch.removeAll(keepingCapacity: true)
        taskRecord(open, nextOffset, writer: settings.writer).encode(into: &scratch)
        changelog(ReservedKey.task, scratch, sink)
    }

    package func didCommit() {
        encoded.withUnsafeBytes { bytes in
            for write in writes {
                switch write.change {
                case .whole(let range):
                    store.set(write.key, whole: UnsafeRawBufferPointer(rebasing: bytes[range]))
                case .tail(let range):
                    let isSet = store.set(
                        write.key, tail: UnsafeRawBufferPointer(rebasing: bytes[range]))
                    precondition(isSet, "a tail of a state that is not stored")
                case .removed: store.remove(write.key)
                }
            }
        }
        writes.removeAll(keepingCapacity: true)
        encoded.removeAll(keepingCapacity: encoded.count < 1 << 24)
        overlay.commit()
        taken.removeAll(keepingCapacity: taken.count < 100_000)
        committed = open
        if hasUncommitted { lastWriter = settings.writer }
        hasUncommitted = false
    }

    package func didAbort() {
        precondition(!settings.isReplay, "a replay has no transactions")
        writes.removeAll(keepingCapacity: true)
        encoded.removeAll(keepingCapacity: true)
        overlay.abort()
        open = committed
        if settings.planted != .loseWakeUps { for entry in taken { queue.push(entry) } }
        taken.removeAll(keepingCapacity: true)
        sweepKeys = nil
        awaited = nil
        effects.removeAll()
        hasUncommitted = false
    }

    /// Encodes an entry of the overlay behind the others unless it is what is committed already.
    private func encodeIfChanged(_ entry: KeyState) {
        guard entry.isTouched else { return }
        let key = entry.key
        let old = store[key]
        guard entry.exists else {
            guard let old else { return }
            let hadTail = !old.tail.isEmpty || old.envelope.edition > 1
            return writes.append(StateWrite(key: key, change: .removed(hadTail: hadTail)))
        }
        // Room for either envelope: it is written in front of the bytes that turn out to change.
        let room = encoded.count
        encoded.append(contentsOf: Self.room)
        let start = encoded.count
        entry.encode(into: &encoded)
        let end = encoded.count
        entry.byteCount = end - start
        let change: StateWrite.Change? = encoded.withUnsafeMutableBytes { bytes in
            let payload = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
            var kept = 0
            if let old {
                kept = payload.sharedPrefix(old.payload)
                let envelope = old.envelope
                if envelope.due == entry.due, envelope.applied == entry.stored,
                    old.holds(payload, shared: kept)
                {
                    return nil
                }
            }
            let edition = old?.envelope.edition ?? 0
            let isTail = Limits.isTail(payload.count - kept, whole: old?.payload.count ?? 0)
            let envelope = Envelope(
                due: entry.due, applied: entry.stored, edition: isTail ? edition : edition &+ 1)
            let head = isTail ? start + kept - Envelope.tailSize : start - Envelope.size
            envelope.write(
                to: UnsafeMutableRawBufferPointer(rebasing: bytes[head...]),
                kept: isTail ? kept : nil)
            return isTail ? .tail(head..<end) : .whole(head..<end)
        }
        if let change {
            writes.append(StateWrite(key: key, change: change))
        } else {
            encoded.removeSubrange(room...)
        }
    }

    private static let room = [UInt8](repeating: 0, count: Envelope.tailSize)

    /// Broadcasts kept and let go since the last commit, and what they have said when that moved.
    private func writeBroadcasts(_ sink: any OutputSink) {
        if open.met != committed.met {
            scratch.removeAll(keepingCapacity: true)
            open.shared.encode(into: &scratch)
            changelog(ReservedKey.shared, scratch, sink)
            for broadcast in committed.pending where broadcast.number <= open.met {
                changelog(ReservedKey.broadcast(broadcast.number), nil, sink)
            }
        }
        for broadcast in open.pending where broadcast.number > committed.received {
            scratch.removeAll(keepingCapacity: true)
            BroadcastCodec.encode(broadcast.record.view, time: broadcast.time, into: &scratch)
            changelog(ReservedKey.broadcast(broadcast.number), scratch, sink)
        }
    }

    private func taskRecord(
        _ position: TaskPosition, _ nextOffset: Int64, writer: String
    ) -> TaskRecord {
        TaskRecord(
            lineage: lineage, nextOffset: nextOffset,
            streamTime: position.streamTime ?? Instant.min,
            broadcastsMet: position.met, broadcastsReceived: position.received,
            sweepTarget: position.sweepTarget, sweepCursor: position.sweepCursor,
            partitionCounts: partitionCounts, writer: writer)
    }

    // MARK: For snapshots

    package var committedKeys: [Key] { Array(store.keys) }

    package func forCommitted(
        _ key: Key, _ body: (_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Void
    ) {
        guard let stored = store[key] else { return }
        key.withBytes { body($0, stored.whole) }
        guard !stored.tail.isEmpty, settings.planted != .snapshotWithoutTails else { return }
        ReservedKey.tail(key).withUnsafeBytes { body($0, stored.tail) }
    }

    package func committedReserved() -> [(key: [UInt8], value: [UInt8])] {
        guard isStateful, let nextOffset = committed.nextOffset, let lastWriter else { return [] }
        var records: [(key: [UInt8], value: [UInt8])] = []
        var bytes: [UInt8] = []
        if committed.met > 0 {
            committed.shared.encode(into: &bytes)
            records.append((ReservedKey.shared, bytes))
        }
        for broadcast in committed.pending {
            bytes.removeAll()
            BroadcastCodec.encode(broadcast.record.view, time: broadcast.time, into: &bytes)
            records.append((ReservedKey.broadcast(broadcast.number), bytes))
        }
        bytes.removeAll()
        taskRecord(committed, nextOffset, writer: lastWriter).encode(into: &bytes)
        records.append((ReservedKey.task, bytes))
        return records
    }

    /// The input topic and the outputs, as the task record names them.
    var partitionCounts: [TaskRecord.TopicCount] {
        [TaskRecord.TopicCount(topic: settings.input, partitions: settings.inputPartitions)]
            + zip(topics, settings.outputPartitions).map {
                TaskRecord.TopicCount(topic: $0, partitions: $1)
            }
    }

    private func changelog(
        _ write: StateWrite, _ bytes: UnsafeRawBufferPointer, _ sink: any OutputSink
    ) {
        switch write.change {
        case .whole(let range):
            write.key.withBytes {
                changelog($0, UnsafeRawBufferPointer(rebasing: bytes[range]), sink)
            }
        case .tail(let range):
            ReservedKey.tail(write.key).withUnsafeBytes {
                changelog($0, UnsafeRawBufferPointer(rebasing: bytes[range]), sink)
            }
        case .removed(let hadTail):
            if hadTail { changelog(ReservedKey.tail(write.key), nil, sink) }
            write.key.withBytes { changelog($0, nil as UnsafeRawBufferPointer?, sink) }
        }
    }

    private func changelog(_ key: [UInt8], _ value: [UInt8]?, _ sink: any OutputSink) {
        key.withUnsafeBytes { key in
            if let value {
                value.withUnsafeBytes { changelog(key, $0, sink) }
            } else {
                changelog(key, nil as UnsafeRawBufferPointer?, sink)
            }
        }
    }

    /// One record of the changelog: no headers, to the partition with the task's own number.
    private func changelog(
        _ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer?, _ sink: any OutputSink
    ) {
        sink.write(
            OutgoingRecord(
                topic: changelogTopic, partition: partition, timestamp: open.streamTime ?? 0,
                key: key, value: value, headers: UnsafeBufferPointer(start: nil, count: 0)))
    }
}

/// What a commit writes for a key.
struct StateWrite {
    /// Its record's value, as a range of `PartitionTask.encoded`.
    enum Change {
        case whole(Range<Int>)
        case tail(Range<Int>)
        /// A tombstone; and one for the tail if there may be one in the log.
        case removed(hadTail: Bool)
    }

    let key: Key
    let change: Change
}
