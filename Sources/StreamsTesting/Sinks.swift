package import Kafka
package import Streams

/// Keeps everything written, in order. Partition and offset of what it keeps are -1 unless the
/// writer named a partition.
package final class CollectingSink: OutputSink {
    private let topics: [String]
    package var records: [OwnedRecord] = []

    /// `topics` as in `AnyTask.topics`.
    package init(topics: [String]) {
        self.topics = topics
    }

    package func write(_ record: OutgoingRecord) {
        records.append(
            OwnedRecord(
                copying: RecordView(
                    topic: topics[record.topic], partition: record.partition ?? -1, offset: -1,
                    timestamp: record.timestamp, key: record.key, value: record.value,
                    headers: record.headers)))
    }
}

/// A broker's side of one task's transactions: what was written is visible once committed, and
/// the changelog is kept compacted. For tests that commit, abort and restart where they like.
package final class TransactionalSink: OutputSink {
    private let topics: [String]
    private let changelogTopic: String
    private var pending: [OwnedRecord] = []
    /// Committed records of all topics but the changelog, in order.
    package private(set) var outputs: [OwnedRecord] = []
    /// Committed changelog, whole.
    package private(set) var changelog: [OwnedRecord] = []
    package private(set) var committedOffset: Int64?

    package init(topics: [String], changelog: String) {
        self.topics = topics
        changelogTopic = changelog
    }

    package func write(_ record: OutgoingRecord) {
        pending.append(
            OwnedRecord(
                copying: RecordView(
                    topic: topics[record.topic], partition: record.partition ?? -1, offset: -1,
                    timestamp: record.timestamp, key: record.key, value: record.value,
                    headers: record.headers)))
    }

    /// The transaction commits, with the offset sent.
    package func commit(offset: Int64?) {
        for record in pending {
            if record.topic == changelogTopic {
                changelog.append(record)
            } else {
                outputs.append(record)
            }
        }
        pending.removeAll()
        committedOffset = offset
    }

    /// The transaction aborts.
    package func abort() {
        pending.removeAll()
    }

    /// The last value of each key in the changelog; keys with a tombstone are gone.
    package var table: [[UInt8]: [UInt8]] {
        let fold = StateFold()
        for record in changelog {
            do {
                try fold.take(record)
            } catch {
                preconditionFailure("a task writes what cannot be read: \(error)")
            }
        }
        return fold.states
    }
}

extension TaskCounters {
    /// The sum, field by field.
    package static func + (left: TaskCounters, right: TaskCounters) -> TaskCounters {
        var sum = left
        sum.add(right)
        return sum
    }
}
