import Kafka
import Streams

/// Follows a proof's changelog as a reader of committed records: every transaction leaves a task
/// record there, which names its writer and how far it has come. So it knows how long partitions
/// stand still, and when all work is done. Confined to one thread.
final class ChangelogWatch {
    /// Why a worker does nothing.
    enum Silence { case killed, cutOff }

    /// A partition without a transaction for a while.
    struct StandStill: Equatable {
        let partition: Int32
        /// By the clock, milliseconds since 1970.
        let since: Int64
        let milliseconds: Int64
    }

    private struct Open {
        let writer: String
        let why: Silence
        let since: Int64
        /// Since when a process of the same name is there again, or goes on; before that, what is
        /// read of this name was committed before.
        var isBackAt: Int64?
    }

    private let consumer: Consumer
    private let group: String
    /// The last task record and when it was seen, by partition.
    private var last: [Int32: (task: TaskRecord, at: Int64)] = [:]
    private var open: [Int32: Open] = [:]
    /// From a worker's silence to the first transaction of another process on its partitions, or of
    /// itself once it is back. Milliseconds, one a partition and silence.
    private(set) var takeOvers: [Silence: [Int64]] = [:]
    /// The longest ones, while records are sent; `told` hands them over.
    private var standStills: [StandStill] = []
    private(set) var longest: StandStill?
    /// Shorter pauses between transactions are no stand-stills. Milliseconds.
    private let notable: Int64

    /// Reads from the beginning of the changelog. Throws when the broker does not answer.
    init(_ settings: ClientSettings, _ topics: ProofTopics, sessionMilliseconds: Int) throws {
        consumer = try Consumer(
            ConsumerSettings(client: settings, group: topics.group + ".watch"))
        group = topics.group
        notable = Int64(sessionMilliseconds) + 4_000
        try consumer.start(
            (0..<topics.partitions).map { PartitionOffset(topics.changelog, $0, 0) })
    }

    /// The worker of this name does nothing any more, from just now.
    func silenced(_ name: String, _ why: Silence) {
        look()
        for (partition, last) in last where isOf(last.task.writer, name) && open[partition] == nil {
            open[partition] = Open(writer: last.task.writer, why: why, since: Clock.now())
        }
    }

    /// A worker of this name is there again.
    func back(_ name: String) {
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
                note(task, record.partition)
            }
            switch result {
            case .record, .endOfPartition: continue
            case .nothing, .failed: return
            }
        }
    }

    /// The stand-stills that have ended since the last call.
    func told() -> [StandStill] {
        defer { standStills = [] }
        return standStills
    }

    /// True when these records of the input, up to its ends, are all processed, and every
    /// broadcast among them has met every key.
    func isDone(_ ends: [Int64]) -> Bool {
        ends.enumerated().allSatisfy { partition, end in
            guard let task = last[Int32(partition)]?.task else { return end == 0 }
            return task.nextOffset == end && task.broadcastsMet == task.broadcastsReceived
        }
    }

    private func note(_ task: TaskRecord, _ partition: Int32) {
        let now = Clock.now()
        if let before = last[partition], now - before.at >= notable {
            let standStill = StandStill(
                partition: partition, since: before.at, milliseconds: now - before.at)
            standStills.append(standStill)
            if standStill.milliseconds > longest?.milliseconds ?? 0 { longest = standStill }
        }
        last[partition] = (task, now)
        guard let entry = open[partition] else { return }
        guard task.writer != entry.writer || entry.isBackAt != nil else { return }
        takeOvers[entry.why, default: []].append(now - entry.since)
        open[partition] = nil
    }

    /// Transactional ids are `<group>-<name>-<lane>`.
    private func isOf(_ writer: String, _ name: String) -> Bool {
        writer.hasPrefix("\(group)-\(name)-")
    }
}
