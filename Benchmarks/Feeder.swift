import Households
import Kafka
import Workers

/// Keeps the monitor busy while something else is measured: facts beyond those of the load, at a
/// steady rate by the wall clock. It never gets further ahead of the monitor than half a second's
/// worth: on a machine that is busy otherwise the rate gives way, not the latency that is measured.
/// Confined to one thread.
final class Feeder {
    private let load: Load
    private let rate: Double
    private let producer: Producer
    private let topic: ProducerTopic
    private let keys: [[UInt8]]
    /// Records the monitor has processed; `nil` when nothing is to give way.
    private let processed: (() -> Int)?
    private let before: Int
    private let began = wallSeconds()
    private var now = wallSeconds()
    private var due = 0.0
    private var sent = 0
    /// Behind the load's and the families' times, so that stream time stands.
    private let clock = Day(iso: "2026-02-01")!.start

    init(
        client: ClientSettings, load: Load, recordsPerSecond rate: Double,
        processed: (() -> Int)? = nil
    ) throws {
        self.processed = processed
        before = processed?() ?? 0
        self.load = load
        keys = load.ids.map { Array($0.description.utf8) }
        self.rate = rate
        producer = try Producer(client)
        topic = try producer.topic("household.facts")
    }

    /// Sends what is due by now.
    func topUp() throws {
        let elapsed = wallSeconds() - now
        now += elapsed
        due += min(elapsed, 0.05) * rate
        if let processed, Double(sent - (processed() - before)) >= rate / 2 {
            due = Double(sent)
            return producer.poll()
        }
        while Double(sent) < due {
            let number = sent % load.households
            let round = load.factsEach + sent / load.households
            var value: [UInt8] = []
            FactMessage.set(load.fact(number, round, clock), asks: true).encode(into: &value)
            let error = keys[number].withUnsafeBytes { key in
                value.withUnsafeBytes {
                    producer.produce(to: topic, key: key, value: $0, timestamp: clock)
                }
            }
            if let error { throw error }
            sent += 1
        }
        producer.poll()
    }

    /// Records a second so far.
    var achieved: Double { Double(sent) / (wallSeconds() - began) }
}
