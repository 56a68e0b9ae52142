import Kafka
package import Streams

/// A topic in memory: offsets, who reads it, who looks on. Records are not kept unless collected.
final class ReplayTopic {
    let name: String
    private(set) var nextOffsets: [Int64]
    /// The reading pipeline's tasks, one a partition; empty for a topic nobody reads.
    var tasks: [any AnyTask] = []
    /// The sink those tasks write to.
    var sink: ReplaySink?
    var observers: [(RecordView) -> Void] = []
    var isCollected = false
    var collected: [OwnedRecord] = []
    private var nextWithoutKey: Int32 = 0

    init(name: String, partitions: Int32) {
        self.name = name
        nextOffsets = Array(repeating: 0, count: Int(partitions))
    }

    var partitions: Int32 { Int32(nextOffsets.count) }

    func place(_ key: UnsafeRawBufferPointer?) -> Int32 {
        if let key { return Placement.partition(of: key, count: partitions) }
        defer { nextWithoutKey = (nextWithoutKey + 1) % partitions }
        return nextWithoutKey
    }

    func takeOffset(_ partition: Int32) -> Int64 {
        defer { nextOffsets[Int(partition)] += 1 }
        return nextOffsets[Int(partition)]
    }

    func show(_ record: RecordView) {
        for observer in observers { observer(record) }
        if isCollected { collected.append(OwnedRecord(copying: record)) }
    }
}

/// Where the tasks of one pipeline write: into the topics, and those that are read into the line
/// of records that wait.
package final class ReplaySink: OutputSink {
    private let topics: [ReplayTopic]
    private let line: ReplayLine

    init(topics: [ReplayTopic], line: ReplayLine) {
        self.topics = topics
        self.line = line
    }

    package func write(_ record: OutgoingRecord) {
        let topic = topics[record.topic]
        let partition = record.partition ?? topic.place(record.key)
        let offset = topic.takeOffset(partition)
        if !topic.tasks.isEmpty {
            let view = line.arena.copy(
                record, topic: topic.name, partition: partition, offset: offset)
            line.waiting.append((topic, view))
            topic.show(view)
        } else if topic.isCollected || !topic.observers.isEmpty {
            topic.show(
                RecordView(
                    topic: topic.name, partition: partition, offset: offset,
                    timestamp: record.timestamp, key: record.key, value: record.value,
                    headers: record.headers))
        }
    }
}

/// Records written and not yet processed, first in, first out.
final class ReplayLine {
    let arena = RecordArena()
    var waiting: [(topic: ReplayTopic, record: RecordView)] = []
}
