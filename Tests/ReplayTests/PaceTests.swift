import Foundation
import Households
import Kafka
import Rules
import Streams
import StreamsTesting
import Testing
import Workers

/// A fact asks few rules, and most days none: what is published must not show it. Random
/// histories through the monitor at each pace; `SHOUWANG_SEED` repeats one seed, `SHOUWANG_SEEDS`
/// says how many (6).
struct PaceTests {
    private static let root = SourceTree.root

    static let seeds: [UInt64] = {
        func number(_ name: String) -> UInt64? {
            ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) }
        }
        if let seed = number("SHOUWANG_SEED") { return [seed] }
        return Array(1...max(1, number("SHOUWANG_SEEDS") ?? 6))
    }()

    private struct Run {
        var alerts: [OwnedRecord]
        var states: [OwnedRecord]
        var wakeUps: Int
        var events: [String: Int] = [:]
    }

    private func run(_ history: [RandomFacts.Record], _ pace: Monitor.Pace) throws -> Run {
        let policy = try PolicyFolder.load("\(Self.root)/config/policy")
        let rules = try County.rules(folder: "\(Self.root)/Pipelines/monitor", policy: policy)
        let driver = ReplayDriver()
        driver.add(
            Topology(
                name: "monitor", input: "household.facts",
                processor: Monitor(rules: rules, pace: pace)))
        driver.collect("alerts", "findings", "case.events", "area.events", "dead.monitor")
        for record in history {
            try driver.feed(
                OwnedRecord(
                    topic: "household.facts", timestamp: record.time,
                    key: record.household.map { Array($0.description.utf8) }, value: record.value,
                    headers: record.household == nil ? [.init("shouwang-broadcast", "area")] : []))
        }
        #expect(driver.outputs("dead.monitor").isEmpty)
        var run = Run(
            alerts: ["alerts", "findings", "case.events", "area.events"].flatMap {
                driver.outputs($0)
            },
            states: try driver.states(of: "monitor"),
            wakeUps: driver.counters(of: "monitor")?.wakeUps ?? 0)
        for alert in run.alerts {
            let type = alert.headers.first { $0.name == "ce_type" }?.value ?? []
            run.events[String(decoding: type, as: UTF8.self), default: 0] += 1
        }
        return run
    }

    /// The first alert in which two runs differ, for a message.
    private func difference(_ one: [OwnedRecord], _ other: [OwnedRecord]) -> String {
        func text(_ record: OwnedRecord?) -> String {
            guard let record else { return "nothing" }
            let headers = record.headers.map {
                "\($0.name)=\(String(decoding: $0.value ?? [], as: UTF8.self))"
            }
            return "\(record.timestamp) \(headers) \(String(decoding: record.value ?? [], as: UTF8.self))"
        }
        let place = zip(one, other).prefix { $0 == $1 }.count
        return "alert \(place): \(text(one.dropFirst(place).first)) against "
            + text(other.dropFirst(place).first)
    }

    @Test(arguments: seeds)
    func `asking as needed publishes what asking every rule every day does`(seed: UInt64) throws {
        print("random facts, seed \(seed) (set SHOUWANG_SEED to repeat it)")
        let history = RandomFacts.history(seed: seed, days: 500)
        let asNeeded = try run(history, .asNeeded)
        let wholly = try run(history, .wholly)
        #expect(
            asNeeded.alerts == wholly.alerts,
            "seed \(seed), every rule after each record: \(difference(asNeeded.alerts, wholly.alerts))")
        #expect(asNeeded.states == wholly.states, "seed \(seed): states, wake-ups among them")
        #expect(asNeeded.wakeUps == wholly.wakeUps, "seed \(seed)")
        let daily = try run(history, .daily)
        #expect(
            asNeeded.alerts == daily.alerts,
            "seed \(seed), every rule every day: \(difference(asNeeded.alerts, daily.alerts))")
        // A fact of every kind every few days turns something on most of them; real households
        // have far fewer.
        #expect(asNeeded.wakeUps * 3 < daily.wakeUps * 2)
        // A history in which nothing happens would show nothing.
        for event in ["opened", "updated", "cleared"] {
            #expect(
                asNeeded.events["shouwang.alert.\(event).v1"] ?? 0 > 0, "seed \(seed): \(event)")
        }
    }

    @Test func `a kind of fact decides the rules whose conditions look at it`() throws {
        let policy = try PolicyFolder.load("\(Self.root)/config/policy")
        let rules = try County.rules(folder: "\(Self.root)/Pipelines/monitor", policy: policy)
        func decided(_ kind: FactKind) -> [String] {
            rules.decided(by: kind).map { rules.rules[$0] }.filter { $0.audit == nil }.map(\.id)
        }
        // Whatever rests on what the household earns, or on the income reference.
        #expect(
            decided(.wagePaid) == [
                "ACC-01", "ACC-03", "EDU-04", "EMP-01", "EMP-02", "EMP-06", "EMP-08", "HHC-01",
                "HHC-04", "INC-01", "INC-02", "INC-03", "INC-04", "INC-05", "INC-07", "IND-02",
                "IND-05", "IND-06", "MED-07", "MED-08",
            ])
        #expect(
            decided(.settlement) == [
                "EDU-04", "EMP-02", "EMP-08", "INC-01", "INC-02", "INC-03", "INC-04", "INC-05",
                "IND-05", "MED-01", "MED-02", "MED-03", "MED-04", "MED-05", "MED-07", "MED-08",
                "MED-11",
            ])
        #expect(decided(.jobStarted) == ["EMP-01", "EMP-04", "EMP-05", "EMP-06", "HHC-03"])
        #expect(decided(.schoolFee) == ["EDU-03", "INC-04"])
        #expect(decided(.diagnosis) == ["INC-02", "MED-06"])
        #expect(decided(.insuranceEnrolment) == ["MED-09"])
        #expect(decided(.appraisal) == ["DSR-03", "DSR-04", "HSG-01", "HSG-02"])
        #expect(
            decided(.householdClass) == [
                "DIS-03", "DSR-03", "DSR-04", "EDU-05", "EDU-06", "INC-02", "MED-01", "MED-02",
                "MED-03", "MED-04", "MED-09",
            ])
        #expect(decided(.schoolDropout) == ["EDU-01", "EDU-02"])
        #expect(decided(.loan) == ["IND-05"])
        #expect(decided(.disabilityCertificate) == ["DIS-01", "DIS-02", "DIS-03", "INC-02"])
        #expect(decided(.wageArrears) == ["EMP-03"])
        #expect(decided(.livestockLost) == ["IND-01"])
        // A visit ends alerts, and is why two voices do not open one.
        #expect(decided(.visited) == ["VOI-03"])
        #expect(decided(.relieved) == [])
    }
}
