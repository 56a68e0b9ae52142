import Kafka
import Streams
import StreamsTesting

/// Makes up the records of a proof and sends them, so many a second. What follows from the seed is
/// their content and order, not when each is sent.
final class ProofFeed {
    /// One record made up.
    struct Content: Equatable {
        /// `nil` for a broadcast.
        let key: String?
        /// Where a broadcast goes.
        let partition: Int32?
        let value: String
    }

    private let producer: Producer
    private let topic: ProducerTopic
    private let partitions: Int32
    private let rate: Int
    private var random: SeededRandom
    private let began = Clock.now()
    /// Records queued so far, numbered from 1.
    private(set) var sent = 0

    /// Throws when librdkafka refuses a setting.
    init(_ settings: ClientSettings, _ topics: ProofTopics, rate: Int, seed: UInt64) throws {
        producer = try Producer(settings, lingerMilliseconds: Self.lingerMilliseconds)
        topic = try producer.topic(topics.topology.input)
        partitions = topics.partitions
        self.rate = rate
        random = SeededRandom(seed: seed)
    }

    /// Records share requests, so that few are under way: with five of them librdkafka 2.0.2 waits
    /// for the next answer in a loop that takes a whole core.
    private static let lingerMilliseconds = 100

    /// Queues what is due by now. Throws when the queue stays full: no broker takes records.
    func send() throws {
        let due = ProofFeed.due(after: Clock.now() - began, rate: rate)
        while sent < due {
            sent += 1
            let content = Self.content(sent, partitions, &random)
            var value = content.value
            let error = value.withUTF8 { value in
                let value = UnsafeRawBufferPointer(value)
                guard var key = content.key else { return produce(nil, content.partition, value) }
                return key.withUTF8 { produce(UnsafeRawBufferPointer($0), nil, value) }
            }
            if let error { throw error }
        }
        producer.poll()
    }

    /// How many records are due so many milliseconds after the start: of every 20 s the last 3 are
    /// silent, so that time passes by ticks.
    static func due(after elapsed: Int64, rate: Int) -> Int {
        let (full, rest) = elapsed.quotientAndRemainder(dividingBy: 20_000)
        return Int((full * 17_000 + min(rest, 17_000)) * Int64(rate) / 1_000)
    }

    private func produce(
        _ key: UnsafeRawBufferPointer?, _ partition: Int32?, _ value: UnsafeRawBufferPointer
    ) -> KafkaError? {
        producer.produce(
            to: topic, partition: partition, key: key, value: value, timestamp: Clock.now())
    }

    /// Waits until the broker has every record. Throws when it does not take them all.
    func settle() throws {
        if let error = producer.flush(timeoutMilliseconds: 60_000) { throw error }
        guard producer.delivered == Int64(sent) else {
            let why = producer.takeFailures().first.map { ": \($0.code.name)" } ?? ""
            throw CommandError.failed(
                "the cluster took \(producer.delivered) of \(sent) records\(why)")
        }
    }

    /// The keys there are: enough that a broadcast meets them in several slices.
    private static let keys = 300

    /// The record of a number.
    static func content(
        _ number: Int, _ partitions: Int32, _ random: inout SeededRandom
    ) -> Content {
        if random.one(in: 200) {
            let partition = Int32(random.below(Int(partitions)))
            return Content(key: nil, partition: partition, value: "\(number) all")
        }
        let key = "key-\(random.below(keys))"
        let word =
            switch random.below(20) {
            case 0: "wake \(1 + random.below(5_000)) \(random.below(3))"
            case 1: "fail"
            case 2: "refuse"
            case 3: "clear"
            case 4...8: "two"
            default: "add"
            }
        return Content(key: key, partition: nil, value: "\(number) \(word)")
    }
}
