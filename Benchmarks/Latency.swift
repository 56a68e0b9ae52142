import Glibc
import Households
import JSON
import Kafka
import Streams
import Workers

/// Measures how long it takes from a department's record to the alert that a township can read:
/// through an intake, membership and the monitor, each hop a transaction.
struct Latency {
    let client: ClientSettings
    let key: PseudonymKey

    /// Registers families number `first`..., then sends each one a diagnosis (MED-06), one after
    /// the other, while `feeder` keeps the monitor busy.
    func measure(
        _ name: String, from first: Int, rounds: Int, beside feeder: Feeder? = nil
    ) throws {
        let admin = try Admin(client)
        let producer = try Producer(client, lingerMilliseconds: 0)
        let alerts = try Consumer(
            ConsumerSettings(client: client, group: "bench.alerts", fetchWaitMillisecondsMax: 10))
        var starts: [PartitionOffset] = []
        for partition in 0..<(try admin.partitionCount(of: "alerts")) {
            let place = TopicPartition("alerts", partition)
            starts.append(PartitionOffset(place, try admin.ends([place])[0]))
        }
        try alerts.start(starts)
        for number in first..<(first + rounds) {
            try send(
                producer, "feed.household", "hh.person.registered.v1", number,
                "\"householdNumber\":\"BENCH-\(number)\",\"relation\":\"head\","
                    + "\"birthDate\":\"1980-01-01\",\"sex\":\"f\",\"division\":\"529901100201\","
                    + "\"from\":\"2020-01-01\"")
        }
        if let error = producer.flush(timeoutMilliseconds: 30_000) { throw error }
        let settled = wallSeconds() + 5
        while wallSeconds() < settled {
            try feeder?.topUp()
            usleep(1_000)
        }
        var milliseconds: [Double] = []
        for number in first..<(first + rounds) {
            let household = Array("BENCH-\(number)".utf8).withUnsafeBytes {
                HouseholdNumber.pseudonym(utf8: $0, key)
            }
            let wanted = Array(household.description.utf8)
            let began = wallSeconds()
            try send(
                producer, "feed.medical", "hc.diagnosis.major.v1", number,
                "\"diseaseGroup\":\"C34\",\"date\":\"2026-01-20\"")
            if let error = producer.flush(timeoutMilliseconds: 30_000) { throw error }
            var isThere = false
            while !isThere, wallSeconds() - began < 30 {
                try feeder?.topUp()
                _ = alerts.poll(timeoutMilliseconds: feeder == nil ? 100 : 1) { alert in
                    // The load may open alerts of its own.
                    isThere = isThere || alert.header("ce_subject").map { subject in
                        subject.elementsEqual(wanted)
                    } ?? false
                }
            }
            guard isThere else {
                print("(d) no alert within 30 s of record \(number)")
                return
            }
            milliseconds.append((wallSeconds() - began) * 1_000)
        }
        let (middle, high) = percentiles(milliseconds)
        show("(d) record to committed alert, \(name), p50", middle, "ms")
        show("    p99", high, "ms")
    }

    private func send(
        _ producer: borrowing Producer, _ topic: String, _ type: String, _ number: Int,
        _ fields: String
    ) throws {
        let digits = String(10_000 + number)
        let body = "529901" + "1980" + "0101" + digits.suffix(3)
        let check = IdentityNumber.checkCharacter(Array(body.utf8))
        let text =
            "{\"specversion\":\"1.0\",\"id\":\"\(type)-\(number)\","
            + "\"source\":\"urn:gov:529901:bench:bench\",\"type\":\"\(type)\",\"data\":{"
            + "\"idNumber\":\"\(body)\(Character(UnicodeScalar(check)))\",\(fields)}}"
        let opened = try producer.topic(topic)
        let bytes = Array(text.utf8)
        let failure = bytes.withUnsafeBytes { value in
            let headers = HeaderList(capacity: 1)
            headers.add("content-type", "application/cloudevents+json")
            return producer.produce(
                to: opened, partition: Int32(number % 2), key: nil, value: value, headers: headers,
                timestamp: Day(iso: "2026-02-01")!.start + Int64(number))
        }
        if let failure { throw failure }
    }
}
