import Kafka
import Workers

/// Waits until workers have read all there is. A group's committed offset may stand before the
/// end of a partition although nothing is left, because the markers of transactions take offsets
/// too; so the records themselves are watched by a reader of its own. It asks for empty fetches
/// often, because librdkafka tells of a partition's end only with a fetch that brought nothing.
final class CatchUp {
    private let consumer: Consumer
    private let admin: Admin
    /// Behind the last record seen of each partition: what the group must have committed.
    private var wanted: [TopicPartition: Int64] = [:]
    /// Where this reader stands at the end of a partition; absent while it is not there.
    private var ends: [TopicPartition: Int64] = [:]
    private var partitions: [String: [TopicPartition]] = [:]

    /// Starts watching the inputs of pipelines from the groups' committed offsets on.
    init(_ settings: ClientSettings, _ plans: [PipelinePlan]) throws {
        consumer = try Consumer(
            ConsumerSettings(
                client: settings, group: "shouwang.feed-watch", fetchWaitMillisecondsMax: 5))
        admin = try Admin(settings)
        for plan in plans {
            let count = try admin.partitionCount(of: plan.input)
            let list = (0..<count).map { TopicPartition(plan.input, $0) }
            partitions[plan.name] = list
            let committed = try admin.committed(group: plan.group, list)
            var starts: [PartitionOffset] = []
            for (partition, offset) in zip(list, committed) {
                let start = try offset ?? admin.watermarks(partition).lowerBound
                starts.append(PartitionOffset(partition, start))
            }
            try consumer.start(starts)
        }
    }

    /// Waits until the group of `plan` has processed every record of its input. Throws when that
    /// makes no progress for `patienceSeconds`.
    func wait(for plan: PipelinePlan, patienceSeconds: Int = 60) throws {
        guard let list = partitions[plan.name] else { return }
        var deadline = Clock.now() + Int64(patienceSeconds) * 1_000
        var before: [Int64?] = []
        while true {
            try readToEnd(list, deadline)
            let committed = try admin.committed(group: plan.group, list)
            let isDone = zip(list, committed).allSatisfy { partition, offset in
                (offset ?? 0) >= wanted[partition] ?? 0
            }
            if isDone {
                // A worker that writes to its own input may have added to it in the meantime.
                let before = list.map { wanted[$0] }
                try readToEnd(list, deadline)
                if list.map({ wanted[$0] }) == before { return }
            }
            if committed != before {
                before = committed
                deadline = Clock.now() + Int64(patienceSeconds) * 1_000
            }
            guard Clock.now() < deadline else {
                throw CommandError.failed(
                    "the workers of \(plan.name) have made no progress for \(patienceSeconds) s; "
                        + "do they run? (shouwang status)")
            }
            Clock.sleep(milliseconds: 5)
        }
    }

    /// Reads until it stands at the end of each partition, with no transaction left open there.
    private func readToEnd(_ list: [TopicPartition], _ deadline: Int64) throws {
        while true {
            var isThere = true
            for (partition, end) in zip(list, try admin.ends(list)) {
                if ends[partition] != end && end > 0 { isThere = false }
            }
            if isThere { return }
            guard Clock.now() < deadline else {
                throw CommandError.failed("a transaction stays open on \(list[0].topic)")
            }
            poll()
        }
    }

    private func poll() {
        var timeout: Int32 = 5
        while true {
            let result = consumer.poll(timeoutMilliseconds: timeout) { record in
                wanted[TopicPartition(record.topic, record.partition)] = record.offset + 1
            }
            switch result {
            case .record: timeout = 0
            case .endOfPartition(let place):
                ends[place.partition] = place.offset
                timeout = 0
            case .nothing, .failed: return
            }
        }
    }
}
