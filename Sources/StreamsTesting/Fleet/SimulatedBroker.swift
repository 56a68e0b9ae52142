import Kafka
import Streams

/// What happens at the broker, for traces and fingerprints.
enum BrokerEvent: String {
    case feed, tick, produce, offsets, initialized, commit, abort, preparedCommit, preparedAbort
    case marker, preparing, generation, leave
}

/// A broker in memory: topics, the transaction coordinator, the group coordinators. Requests are
/// plain calls that answer at once; that they take time, get lost or come late is the network's
/// (`SimulatedProcess.call`). Its own events (markers, timeouts, expiries) are the scheduler's.
final class SimulatedBroker {
    let scheduler: Scheduler
    /// Every partition, in the order the topics were made.
    private(set) var partitions: [SimulatedPartition] = []
    private var indices: [String: (first: Int, count: Int32)] = [:]
    /// Transactional ids in the order they came.
    var transactions: [SimulatedTransaction] = []
    var groups: [String: SimulatedGroup] = [:]
    var lastProducerID: Int64 = 1_000
    /// What happened, for the fingerprint.
    var note: (BrokerEvent, Int64, Int64) -> Void = { _, _, _ in }
    /// The wall clock at virtual time 0.
    let epoch: Instant
    /// Markers are written after so long, at most. Milliseconds.
    var markerMilliseconds: Int64 = 3

    init(scheduler: Scheduler, epoch: Instant) {
        self.scheduler = scheduler
        self.epoch = epoch
    }

    var wall: Instant { epoch + scheduler.now }

    func makeTopic(
        _ name: String, partitions count: Int32, isStamped: Bool = false, isCompacted: Bool = false
    ) {
        indices[name] = (partitions.count, count)
        for partition in 0..<count {
            partitions.append(
                SimulatedPartition(
                    TopicPartition(name, partition), isStamped: isStamped,
                    isCompacted: isCompacted))
        }
    }

    func partitionCount(of topic: String) -> Int32 {
        guard let found = indices[topic] else { preconditionFailure("no topic \(topic)") }
        return found.count
    }

    func partition(_ place: TopicPartition) -> SimulatedPartition {
        guard let found = indices[place.topic], (0..<found.count).contains(place.partition) else {
            preconditionFailure("no partition \(place)")
        }
        return partitions[found.first + Int(place.partition)]
    }

    /// All partitions of a topic.
    func partitions(of topic: String) -> [SimulatedPartition] {
        (0..<partitionCount(of: topic)).map { partition(TopicPartition(topic, $0)) }
    }

    func group(_ name: String) -> SimulatedGroup {
        if let group = groups[name] { return group }
        let group = SimulatedGroup(name, broker: self)
        groups[name] = group
        return group
    }

    /// Runs the cleaner over every compacted topic.
    func compact() {
        for partition in partitions where partition.isCompacted { partition.compact() }
    }
}
