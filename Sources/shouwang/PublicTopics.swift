import Kafka
import Workers

/// The topics people read, and a reader over all of them.
enum PublicTopics {
    static let names = ["alerts", "assignments", "escalations"]

    static var deadLetters: [String] { PipelinePlan.all.map { "dead.\($0.name)" } }

    /// Reads topics (read_committed) until `stop` says so; `stop` is asked whenever nothing came
    /// for a while, and told whether every partition was at its end. From the start of the log,
    /// or from what comes now on.
    static func read(
        _ settings: ClientSettings, _ topics: [String], fromStart: Bool,
        stop: (_ atEnd: Bool) -> Bool, _ body: (RecordView) -> Void
    ) throws {
        let admin = try Admin(settings)
        var starts: [PartitionOffset] = []
        for topic in topics {
            for partition in 0..<(try admin.partitionCount(of: topic)) {
                let place = TopicPartition(topic, partition)
                let marks = try admin.watermarks(place)
                starts.append(
                    PartitionOffset(place, fromStart ? marks.lowerBound : marks.upperBound))
            }
        }
        let consumer = try Consumer(ConsumerSettings(client: settings, group: "shouwang.watch"))
        try consumer.start(starts)
        var ended: Set<TopicPartition> = []
        while true {
            let result = consumer.poll(timeoutMilliseconds: 200) { record in
                ended.remove(TopicPartition(record.topic, record.partition))
                body(record)
            }
            switch result {
            case .endOfPartition(let place): ended.insert(place.partition)
            case .nothing: break
            default: continue
            }
            if stop(ended.count == starts.count) { return }
        }
    }
}
