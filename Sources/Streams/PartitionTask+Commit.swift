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
            for write in writes {
                write.key.withBytes {
                    changelog(
                        $0, write.bytes.map { UnsafeRawBufferPointer(rebasing: bytes[$0]) }, sink)
                }
            }
        }
        writeBroadcasts(sink)
        scratch.removeAll(keepingCapacity: true)
        taskRecord(open, nextOffset, writer: settings.writer).encode(into: &scratch)
        changelog(ReservedKey.task, scratch, sink)
    }

    package func didCommit() {
        encoded.withUnsafeBytes { bytes in
            for write in writes {
                if let range = write.bytes {
                    store.set(write.key, UnsafeRawBufferPointer(rebasing: bytes[range]))
                } else {
                    store.remove(write.key)
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
        effects.removeAll()
        hasUncommitted = false
    }

    /// Encodes an entry of the overlay behind the others unless it is what is committed already.
    private func encodeIfChanged(_ entry: KeyState) {
        guard entry.isTouched else { return }
        let key = entry.key
        let old = store[key]
        guard entry.exists else {
            if old != nil { writes.append((key, nil)) }
            return
        }
        let start = encoded.count
        Envelope.appendHeader(
            due: entry.due, applied: entry.stored, to: &encoded)
        entry.encode(into: &encoded)
        entry.byteCount = encoded.count - start
        let isSame = old.map { old in
            encoded.withUnsafeBytes { bytes in
                bytes.count - start == old.count
                    && memcmp(bytes.baseAddress! + start, old.baseAddress!, old.count) == 0
            }
        }
        if isSame == true {
            encoded.removeSubrange(start...)
        } else {
            writes.append((key, start..<encoded.count))
        }
    }

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
            ruleSet: settings.ruleSet, partitionCounts: partitionCounts, writer: writer)
    }

    // MARK: For snapshots

    package var committedKeys: [Key] { Array(store.keys) }

    package func withCommitted(_ key: Key, _ body: (UnsafeRawBufferPointer?) -> Void) {
        body(store[key])
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
