import Kafka
import Streams
import StreamsTesting

/// The topics and the consumer group of one proof. All begin with `prove.<run>`, so none is an
/// installation's.
struct ProofTopics {
    /// Tells this proof from others: letters and digits.
    let run: String
    /// Partitions of the input, and so tasks.
    let partitions: Int32

    /// What every topic's name begins with.
    var prefix: String { "prove.\(run)." }
    /// The consumer group; transactional ids begin with it.
    var group: String { "prove.\(run)" }

    /// What the proof's network knows a worker's connections by.
    func networkName(of worker: String) -> String { "\(run)/\(worker)" }

    /// The pipeline that is run.
    var topology: Topology {
        Topology(
            name: "proof", prefix: prefix, input: "\(prefix)in",
            processor: ProofProcessor(outputs: ["\(prefix)out", "\(prefix)second"]))
    }

    /// Every topic, the input first.
    var all: [BrokerLog.Topic] {
        let topology = topology
        return [
            .init(topology.input, partitions: partitions, isState: false),
            .init(topology.outputs[0], partitions: partitions, isState: false),
            // Another count than the input's: keys go elsewhere than they came from.
            .init(topology.outputs[1], partitions: partitions + 1, isState: false),
            .init(topology.deadLetters, partitions: 1, isState: false),
            .init(changelog, partitions: partitions, isState: true),
        ]
    }

    var changelog: String { "\(prefix)state.proof" }

    var inputs: [TopicPartition] { (0..<partitions).map { TopicPartition("\(prefix)in", $0) } }

    var places: [TopicPartition] {
        all.flatMap { topic in (0..<topic.partitions).map { TopicPartition(topic.name, $0) } }
    }

    /// Makes the topics, stamped and compacted as an installation's under `time: wall`, and waits
    /// until they are led. Throws what the cluster refuses; then `delete` takes back what was made.
    func make(_ settings: ClientSettings, replication: Int32) throws {
        let admin = try Admin(settings)
        let kept: [(name: String, value: String)] = [
            ("retention.ms", "-1"), ("retention.bytes", "-1"), ("cleanup.policy", "delete"),
        ]
        let topics = all.map { topic in
            var settings = kept
            if topic.isState { settings = [("cleanup.policy", "compact")] }
            if topic.name == topology.input {
                settings.append(("message.timestamp.type", "LogAppendTime"))
            }
            return NewTopic(
                topic.name, partitions: topic.partitions, replicationFactor: replication,
                settings: settings)
        }
        for error in try admin.createTopics(topics) { if let error { throw error } }
        // Nodes hear of them one after the other.
        let deadline = Clock.now() + 30_000
        while try !admin.isWhole(all.map(\.name), nodes: 1), Clock.now() < deadline {
            Clock.sleep(milliseconds: 100)
        }
    }

    /// Deletes topics and group, tried again for a minute; answers the first thing that went wrong
    /// last, `nil` when all are gone.
    func delete(_ settings: ClientSettings) -> (any Error)? {
        let deadline = Clock.now() + 60_000
        while true {
            do {
                let admin = try Admin(settings)
                for error in try admin.deleteTopics(all.map(\.name)) {
                    if let error, error.code != .unknownTopicOrPartition { throw error }
                }
                try admin.deleteGroup(group)
                return nil
            } catch {
                guard Clock.now() < deadline else { return error }
                Clock.sleep(milliseconds: 500)
            }
        }
    }
}
