internal import Kafka

/// Moves the time of idle partitions under `time: wall`: appends an empty record to the input
/// topic, whose timestamp the broker sets (design D4, item 10). Outside transactions: a tick
/// written twice, or by a former owner, is harmless. Belongs to one lane.
final class Ticker {
    private var writer: (producer: any LogProducer, topic: ProducerTopic)
    private let make: () throws(KafkaError) -> (producer: any LogProducer, topic: ProducerTopic)
    private let intervalMilliseconds: Int64
    /// The producer is lost, which nothing but another one cures.
    private var isLost = false

    init(
        logClient: any LogClient, client: ClientSettings, topic name: String, intervalMilliseconds: Int64
    ) throws(KafkaError) {
        var client = client
        client.clientID += "-ticks"
        let settings = client
        make = { () throws(KafkaError) in
            let producer = try logClient.producer(settings, lingerMilliseconds: 0)
            return (producer, try producer.topic(name))
        }
        writer = try make()
        self.intervalMilliseconds = intervalMilliseconds
    }

    /// True when a partition read to its end is so far behind the wall clock that it needs a
    /// tick. One that has never had a record has no time to move.
    func isDue(streamTime: Instant?, lastTick: Instant?, now: Instant) -> Bool {
        guard let streamTime else { return false }
        return now - max(streamTime, lastTick ?? streamTime) >= intervalMilliseconds
    }

    /// Writes a tick; a failure is for the log, the next check tries again, with another producer if
    /// this one is lost.
    func tick(partition: Int32, now: Instant) -> KafkaError? {
        if isLost {
            do throws(KafkaError) {
                writer = try make()
                isLost = false
            } catch {
                return error
            }
        }
        defer { poll() }
        let header = HeaderView(
            name: UnsafeRawBufferPointer(Tick.header), value: UnsafeRawBufferPointer(""))
        let error = withUnsafePointer(to: header) { header in
            writer.producer.produce(
                to: writer.topic, partition: partition, key: nil, value: nil,
                headers: UnsafeBufferPointer(start: header, count: 1), timestamp: now)
        }
        isLost = error?.isFatal ?? false
        return error
    }

    /// Serves delivery reports.
    func poll() { writer.producer.poll() }
}
