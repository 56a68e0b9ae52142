import Kafka
import Streams

/// Measures how long the partitions of a killed worker stand still: from the kill to the first
/// transaction of another process, as a reader of committed records sees it. Every transaction
/// leaves a task record in the changelog, which names its writer. Confined to one thread.
final class TakeOvers {
    private struct Open {
        let writer: String
        let since: Int64
        /// Since when a process of the same name is there again; before that, what is read of this
        /// name was committed before the kill.
        var isBackAt: Int64?
    }

    private let consumer: Consumer
    private let group: String
    /// Who has committed last, by partition.
    private var writers: [Int32: String] = [:]
    private var open: [Int32: Open] = [:]
    /// Milliseconds, one a partition and kill.
    private(set) var milliseconds: [Int64] = []

    /// Reads from the beginning of the changelog. Throws when the broker does not answer.
    init(_ settings: ClientSettings, _ topics: ProofTopics) throws {
        consumer = try Consumer(
            ConsumerSettings(client: settings, group: topics.group + ".watch"))
        group = topics.group
        try consumer.start(
            (0..<topics.partitions).map { PartitionOffset(topics.changelog, $0, 0) })
    }

    /// The worker of this name was killed just now.
    func killed(_ name: String) {
        look()
        for (partition, writer) in writers where isOf(writer, name) && open[partition] == nil {
            open[partition] = Open(writer: writer, since: Clock.now())
        }
    }

    /// A worker was started under this name.
    func started(_ name: String) {
        for (partition, entry) in open where isOf(entry.writer, name) && entry.isBackAt == nil {
            open[partition]?.isBackAt = Clock.now()
        }
    }

    /// Reads what there is.
    func look() {
        while true {
            let result = consumer.poll(timeoutMilliseconds: 0) { record in
                guard record.key.map({ $0.elementsEqual(ReservedKey.task) }) == true,
                    let value = record.value, let task = try? TaskRecord(decoding: value)
                else { return }
                note(task.writer, record.partition)
            }
            switch result {
            case .record, .endOfPartition: continue
            case .nothing, .failed: return
            }
        }
    }

    private func note(_ writer: String, _ partition: Int32) {
        writers[partition] = writer
        guard let entry = open[partition] else { return }
        guard writer != entry.writer || entry.isBackAt != nil else { return }
        milliseconds.append(Clock.now() - entry.since)
        open[partition] = nil
    }

    /// Transactional ids are `<group>-<name>-<lane>`.
    private func isOf(_ writer: String, _ name: String) -> Bool {
        writer.hasPrefix("\(group)-\(name)-")
    }
}
