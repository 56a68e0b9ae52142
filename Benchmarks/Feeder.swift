import Households
import Kafka
import Workers

/// Keeps the monitor busy while something else is measured: facts beyond those of the load, at a
/// steady rate by the wall clock. Confined to one thread.
final class Feeder {
    private let load: Load
    private let rate: Double
    private let producer: Producer
    private let topic: ProducerTopic
    private let keys: [[UInt8]]
    private let began = wallSeconds()
    private var sent = 0
    /// Behind the load's and the families' times, so that stream time stands.
    private let clock = Day(iso: "2026-02-01")!.start

    init(client: ClientSettings, load: Load, recordsPerSecond rate: Double) throws {
        self.load = load
        keys = load.ids.map { Array($0.description.utf8) }
        self.rate = rate
        producer = try Producer(client)
        topic = try producer.topic("household.facts")
    }

    /// Sends what is due by now.
    func topUp() throws {
        let due = Int((wallSeconds() - began) * rate)
        while sent < due {
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
}
