import Kafka
import Workers

/// The topics people read, and a reader over all of them.
enum PublicTopics {
    static let names = ["alerts", "findings", "area.alerts", "assignments", "escalations"]

    static var deadLetters: [String] { PipelinePlan.all.map(\.deadLetters) }

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
            for (partition, offsets) in try marks(of: topic, admin) {
                starts.append(
                    PartitionOffset(partition, fromStart ? offsets.lowerBound : offsets.upperBound))
            }
        }
        try read(settings, from: starts, stop: stop) { record in
            body(record)
            return true
        }
    }

    /// Reads a whole topic (read_committed), with all that was written before, also by a transaction
    /// whose commit has been answered but not yet told to the partition.
    static func readAll(
        _ settings: ClientSettings, _ topic: String, _ body: (RecordView) -> Void
    ) throws {
        let marks = try marks(of: topic, try Admin(settings))
        try read(
            settings, from: marks.map { PartitionOffset($0.partition, $0.offsets.lowerBound) },
            to: Dictionary(uniqueKeysWithValues: marks.map { ($0.partition, $0.offsets.upperBound) }),
            stop: { $0 }
        ) { record in
            body(record)
            return true
        }
    }

    /// Reads partitions (read_committed) from these places on, until `stop` or `body` says so: the
    /// latter with false. A partition counts as read to its end only at or behind its place in
    /// `ends`, where it has one: then what was written before that was asked for has been seen.
    static func read(
        _ settings: ClientSettings, from starts: [PartitionOffset],
        to ends: [TopicPartition: Int64] = [:], stop: (_ atEnd: Bool) -> Bool,
        _ body: (RecordView) throws -> Bool
    ) throws {
        let consumer = try Consumer(ConsumerSettings(client: settings, group: "shouwang.watch"))
        try consumer.start(starts)
        var ended: Set<TopicPartition> = []
        while true {
            var goesOn = true
            var problem: (any Error)?
            let result = consumer.poll(timeoutMilliseconds: 200) { record in
                ended.remove(TopicPartition(record.topic, record.partition))
                do { goesOn = try body(record) } catch { problem = error }
            }
            if let problem { throw problem }
            guard goesOn else { return }
            switch result {
            case .endOfPartition(let place) where place.offset >= ends[place.partition] ?? 0:
                ended.insert(place.partition)
            case .nothing: break
            default: continue
            }
            if stop(ended.count == starts.count) { return }
        }
    }

    /// The first offset and the end of each partition of a topic, records of open transactions
    /// counted. Throws what to do when there is no such topic.
    static func marks(
        of topic: String, _ admin: borrowing Admin
    ) throws -> [(partition: TopicPartition, offsets: Range<Int64>)] {
        try (0..<(try partitionCount(of: topic, admin))).map { number in
            let partition = TopicPartition(topic, number)
            return (partition, try admin.watermarks(partition))
        }
    }

    /// How many partitions a topic has. Throws what to do when there is no such topic.
    static func partitionCount(of topic: String, _ admin: borrowing Admin) throws -> Int32 {
        do {
            return try admin.partitionCount(of: topic)
        } catch {
            guard error.code == .unknownTopicOrPartition else { throw error }
            throw CommandError.failed(
                "the broker has no topic \(topic); 'shouwang topics apply' makes it")
        }
    }
}
