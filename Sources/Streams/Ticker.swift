internal import Kafka

/// Moves the time of idle partitions under `time: wall`: appends an empty record to the input
/// topic, whose timestamp the broker sets (design D4, item 10). Outside transactions: a tick
/// written twice, or by a former owner, is harmless. Belongs to one lane.
final class Ticker {
    private let producer: any LogProducer
    private let topic: ProducerTopic
    private let intervalMilliseconds: Int64

    init(
        logClient: any LogClient, client: ClientSettings, topic name: String, intervalMilliseconds: Int64
    ) throws(KafkaError) {
        var client = client
        client.clientID += "-ticks"
        producer = try logClient.producer(client, lingerMilliseconds: 0)
        topic = try producer.topic(name)
        self.intervalMilliseconds = intervalMilliseconds
    }

    /// True when a partition read to its end is so far behind the wall clock that it needs a
    /// tick. One that has never had a record has no time to move.
    func isDue(streamTime: Instant?, lastTick: Instant?, now: Instant) -> Bool {
        guard let streamTime else { return false }
        return now - max(streamTime, lastTick ?? streamTime) >= intervalMilliseconds
    }

    /// Writes a tick; a failure is for the log, the next check tries again.
    func tick(partition: Int32, now: Instant) -> KafkaError? {
        defer { producer.poll() }
        let header = HeaderView(
            name: UnsafeRawBufferPointer(Tick.header), value: UnsafeRawBufferPointer(""))
        return withUnsafePointer(to: header) { header in
            producer.produce(
                to: topic, partition: partition, key: nil, value: nil,
                headers: UnsafeBufferPointer(start: header, count: 1), timestamp: now)
        }
    }

    /// Serves delivery reports.
    func poll() { producer.poll() }
}
