import Kafka
import Streams
import StreamsTesting
import Workers

extension BrokerLog {
    /// Reads every topic to its end, committed records only.
    static func read(
        _ plans: [TopicPlan], from broker: ClientSettings = TestBroker.client("e2e-reader")
    ) throws -> BrokerLog {
        let consumer = try Consumer(
            ConsumerSettings(
                client: broker, group: "e2e", isolation: .readCommitted,
                fetchWaitMillisecondsMax: 50))
        var log = BrokerLog()
        var open: Set<TopicPartition> = []
        var starts: [PartitionOffset] = []
        var parts: [TopicPartition: [OwnedRecord]] = [:]
        for plan in plans {
            log.counts[plan.name] = plan.partitions
            if plan.role == .state {
                log.states[plan.name] = Array(repeating: [:], count: Int(plan.partitions))
            }
            for partition in 0..<plan.partitions {
                let place = TopicPartition(plan.name, partition)
                let ends = try consumer.watermarks(place, timeoutMilliseconds: 10_000)
                starts.append(PartitionOffset(place, ends.lowerBound))
                open.insert(place)
            }
        }
        try consumer.start(starts)
        while !open.isEmpty {
            let result = consumer.poll(timeoutMilliseconds: 1_000) { view in
                if log.states[view.topic] != nil {
                    let key = view.key.map(Array.init) ?? []
                    log.states[view.topic]![Int(view.partition)][key] = view.value.map(Array.init)
                } else {
                    let place = TopicPartition(view.topic, view.partition)
                    parts[place, default: []].append(OwnedRecord(copying: view))
                }
            }
            switch result {
            case .endOfPartition(let end): open.remove(end.partition)
            case .failed(let error, let partition) where partition != nil: throw error
            default: break
            }
        }
        for place in parts.keys.sorted() {
            log.records[place.topic, default: []] += parts[place]!
        }
        return log
    }

    /// The pipelines as `run` runs them.
    static func pipelines() throws -> [ExactlyOnce.Pipeline] {
        try Repository.county().topologies.map { topology in
            let group = PipelinePlan.all.first { $0.name == topology.name }?.group ?? ""
            return ExactlyOnce.Pipeline(topology: topology, group: group)
        }
    }
}
