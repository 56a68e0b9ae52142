import JSON
import Kafka
import Replay
import Streams
import Workers

/// Sends lines of feed files to their topics. What it counts as sent, the broker has.
struct FeedSender: ~Copyable {
    private let producer: Producer
    private let topics: [String: (topic: ProducerTopic, partitions: Int32)]
    private var reader = JSONReader()
    /// Records acknowledged by the broker.
    private(set) var acknowledged = 0

    private init(
        _ producer: consuming Producer,
        _ topics: [String: (topic: ProducerTopic, partitions: Int32)]
    ) {
        self.producer = producer
        self.topics = topics
    }

    /// Opens the topics. Throws when the broker or a topic is not there.
    static func open(_ settings: ClientSettings, topics: Set<String>) throws -> FeedSender {
        // Apart from `init`, because a throwing one around values that can't be copied is refused
        // by the optimiser of Swift 6.2.
        let producer = try Producer(settings)
        let opened = try open(topics.sorted(), with: producer, settings)
        return FeedSender(producer, opened)
    }

    private static func open(
        _ names: [String], with producer: borrowing Producer, _ settings: ClientSettings
    ) throws -> [String: (topic: ProducerTopic, partitions: Int32)] {
        let admin = try Admin(settings)
        var topics: [String: (topic: ProducerTopic, partitions: Int32)] = [:]
        for name in names {
            topics[name] = (try producer.topic(name), try admin.partitionCount(of: name))
        }
        return topics
    }

    /// Under `time: records` a record's own time is its timestamp, and one without would get a
    /// made-up one, which then counts as when it was booked. Throws if there is such a line.
    static func refuseUntimed(_ lines: [FeedLine]) throws(CommandError) {
        let untimed = FeedFiles.withoutTime(lines)
        guard let first = untimed.first else { return }
        let others = untimed.count - 1
        throw .failed(
            "record \(first.number + 1) of \(first.topic) has no time"
                + (others == 0
                    ? "" : ", nor \(others == 1 ? "has 1 other" : "have \(others) others")")
                + "; under 'time: records' a record's time is its timestamp. Nothing was sent")
    }

    /// Queues a line as a record without key: those about one subject go to one partition, so
    /// that they stay in order. `timestamp` counts only where the writer stamps; `number` names
    /// the record in errors.
    mutating func send(_ line: FeedLine, timestamp: Int64, number: Int) throws {
        guard let (topic, count) = topics[line.topic] else {
            throw CommandError.failed("\(line.topic) was not opened")
        }
        let error = line.bytes.withUnsafeBytes { value in
            let headers = HeaderList(capacity: 1)
            headers.add("content-type", "application/cloudevents+json")
            return producer.produce(
                to: topic, partition: Int32(FeedSender.subject(value, &reader) % UInt64(count)),
                key: nil, value: value, headers: headers, timestamp: timestamp, tag: number)
        }
        if let error { throw error }
        producer.poll()
    }

    /// A number that is equal for lines about the same person, household or area event.
    private static func subject(
        _ bytes: UnsafeRawBufferPointer, _ reader: inout JSONReader
    ) -> UInt64 {
        guard let data = try? reader.readObject(bytes).field("data") else { return FNV1a.hash(bytes) }
        let subject =
            data.field("idNumber") ?? data.field("householdNumber") ?? data.field("household")
            ?? data.field("eventNumber") ?? data.field("plantCode")
        return FNV1a.hash(subject?.text ?? bytes)
    }

    /// Waits until the broker has everything queued; throws when it refuses or does not answer.
    mutating func settle() throws {
        if let error = producer.flush(timeoutMilliseconds: 60_000) { throw error }
        let failures = producer.takeFailures()
        if let first = failures.first {
            throw CommandError.failed(
                "record \(first.tag) was refused: \(first.code.name); "
                    + "\(producer.failed) in all")
        }
        acknowledged = Int(producer.delivered)
    }
}
