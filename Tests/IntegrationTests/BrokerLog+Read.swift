import Kafka
import Streams
import StreamsTesting
import Workers

extension BrokerLog {
    /// Reads every topic to its end, committed records only.
    static func read(
        _ plans: [TopicPlan], from broker: ClientSettings = TestBroker.client("e2e")
    ) throws -> BrokerLog {
        try read(
            plans.map { Topic($0.name, partitions: $0.partitions, isState: $0.role == .state) },
            from: broker)
    }

    /// The pipelines as `run` runs them.
    static func pipelines() throws -> [ExactlyOnce.Pipeline] {
        try Repository.county().topologies.map { topology in
            let group = PipelinePlan.all.first { $0.name == topology.name }?.group ?? ""
            return ExactlyOnce.Pipeline(topology: topology, group: group)
        }
    }
}
