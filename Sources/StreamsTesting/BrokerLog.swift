package import Kafka
import Streams

/// All topics of an installation as a reader of committed records finds them.
package struct BrokerLog: Sendable {
    /// Partition counts by topic.
    package var counts: [String: Int32] = [:]
    /// Records by topic: partition by partition, in offset order. State topics are not among them.
    package var records: [String: [OwnedRecord]] = [:]
    /// By state topic and partition: the last value of each key (`StateFold`).
    package var states: [String: [[[UInt8]: [UInt8]]]] = [:]

    package init() {}

    /// The records of one partition.
    package func log(_ topic: String, _ partition: Int32) -> [OwnedRecord] {
        (records[topic] ?? []).filter { $0.partition == partition }
    }

    /// A topic to be read.
    package struct Topic {
        package let name: String
        package let partitions: Int32
        /// Of a state topic the last values are kept, of others all records.
        package let isState: Bool

        package init(_ name: String, partitions: Int32, isState: Bool) {
            self.name = name
            self.partitions = partitions
            self.isState = isState
        }
    }

    /// Reads every topic to its end, committed records only. Throws as `forEach`.
    package static func read(
        _ topics: [Topic], from broker: ClientSettings
    ) throws(KafkaError) -> BrokerLog {
        var log = BrokerLog()
        var folds: [String: [StateFold]] = [:]
        for topic in topics {
            log.counts[topic.name] = topic.partitions
            if topic.isState {
                folds[topic.name] = (0..<topic.partitions).map { _ in StateFold() }
            }
        }
        var parts: [TopicPartition: [OwnedRecord]] = [:]
        var failure: KafkaError?
        try forEach(topics, from: broker) { view in
            if let fold = folds[view.topic]?[Int(view.partition)] {
                do {
                    try fold.take(key: view.key, value: view.value)
                } catch {
                    failure = KafkaError(
                        code: .invalidArgument,
                        message: "\(view.topic)/\(view.partition) at \(view.offset): no record of a "
                            + "state")
                }
            } else {
                let place = TopicPartition(view.topic, view.partition)
                parts[place, default: []].append(OwnedRecord(copying: view))
            }
        }
        if let failure { throw failure }
        log.states = folds.mapValues { $0.map(\.states) }
        for place in parts.keys.sorted() {
            log.records[place.topic, default: []] += parts[place]!
        }
        return log
    }

    /// Lends every record of these topics to `body`, committed ones only, those of a partition in
    /// offset order. Throws what the broker refuses, and `timedOut` when it has sent nothing for a
    /// minute.
    package static func forEach(
        _ topics: [Topic], from broker: ClientSettings, _ body: (RecordView) -> Void
    ) throws(KafkaError) {
        let consumer = try Consumer(
            ConsumerSettings(
                client: broker, group: "\(broker.clientID)-reader", isolation: .readCommitted,
                fetchWaitMillisecondsMax: 50))
        var starts: [PartitionOffset] = []
        for topic in topics {
            for partition in 0..<topic.partitions {
                let place = TopicPartition(topic.name, partition)
                let ends = try consumer.watermarks(place, timeoutMilliseconds: 10_000)
                starts.append(PartitionOffset(place, ends.lowerBound))
            }
        }
        try consumer.start(starts)
        var open = Set(starts.map(\.partition))
        var silentPolls = 0
        while !open.isEmpty {
            let result = consumer.poll(timeoutMilliseconds: 1_000, body)
            silentPolls = result == .nothing ? silentPolls + 1 : 0
            switch result {
            case .endOfPartition(let end): open.remove(end.partition)
            case .failed(let error, let partition) where partition != nil: throw error
            case .nothing where silentPolls == 60:
                throw KafkaError(code: .timedOut, message: "reading \(open.min()!): no answer")
            default: break
            }
        }
    }

    /// True when no task has keys left that a broadcast has not met.
    package var isSwept: Bool {
        states.values.joined().allSatisfy { states in
            guard let bytes = states[ReservedKey.task] else { return true }
            let record = bytes.withUnsafeBytes { try? TaskRecord(decoding: $0) }
            return record.map { $0.broadcastsMet == $0.broadcastsReceived } ?? true
        }
    }
}
