import Households
import Kafka
import Replay
import Rules
import Streams
import StreamsTesting
import Workers

/// What is measured without a broker: the monitor alone, the rules, the whole path over the
/// samples, and what a household takes.
struct WithoutBroker {
    let county: County
    let load: Load

    func measure(_ parts: String) throws {
        if parts.contains(where: "ce".contains) { try monitor() }
        if parts.contains("f") { try wholePath() }
        if parts.contains("g") { try rules() }
    }

    /// (c) and (e): the load through the monitor.
    private func monitor() throws {
        var records: [OwnedRecord] = []
        var factBytes = 0
        try load.forEach { household, value, timestamp in
            factBytes += value.count - 1
            records.append(
                OwnedRecord(
                    topic: "household.facts", timestamp: timestamp,
                    key: Array(household.description.utf8), value: value))
        }
        let replay = Replay(county, only: ["monitor"])
        let before = cpuSeconds()
        for record in records { try replay.driver.feed(record) }
        let seconds = cpuSeconds() - before
        show("(c) replay, monitor alone", Double(records.count) / seconds, "facts per CPU-second")
        let wakes = replay.driver.counters(of: "monitor")?.wakeUps ?? 0
        show("    wake-ups per household in 24 days", Double(wakes) / Double(load.households), "")
        let states = try replay.driver.states(of: "monitor")
        let bytes = states.reduce(0) { $0 + ($1.value?.count ?? 0) + ($1.key?.count ?? 0) }
        show("(e) state of a household", Double(bytes) / Double(load.households), "bytes")
        show("    above its facts", Double(bytes - factBytes) / Double(load.households), "bytes")
    }

    /// (f): the samples of all feeds through all pipelines, in memory.
    private func wholePath() throws {
        let lines = FeedFiles.read(folder: "Pipelines")
        guard let first = lines.first, let last = lines.last else { return }
        let replay = Replay(county)
        let before = cpuSeconds()
        try replay.feed(lines)
        let seconds = cpuSeconds() - before
        show("(f) replay, whole path", Double(lines.count) / seconds, "records per CPU-second")
        let wakes = replay.driver.counters(of: "monitor")?.wakeUps ?? 0
        let households = try replay.driver.states(of: "monitor").count { $0.key?.first != 0 }
        let years = Double(last.timestamp - first.timestamp) / (365.25 * 86_400_000)
        show(
            "    wake-ups per household and year", Double(wakes) / Double(households) / years, "")
    }

    /// (g): one household of the load, asked again and again.
    private func rules() throws {
        var facts: [Fact] = []
        let small = Load(households: 1, factsEach: load.factsEach)
        try small.forEach { _, value, _ in
            let message = try value.withUnsafeBytes { try FactMessage($0) }
            if case .set(let fact, _) = message { facts.append(fact) }
        }
        var list = FactList(facts)
        let day = Day(iso: "2026-01-28")!
        let rounds = 20_000
        func asking() -> Asking {
            let known = HouseholdFacts(
                household: small.ids[0], list: &list, area: AreaEvents())
            return county.rules.asking(HouseholdView(known, on: day, policy: county.policy))
        }
        var answers = 0
        func count(_ answer: Answer) {
            if case .yes = answer { answers += 1 }
        }
        let before = cpuSeconds()
        for _ in 0..<rounds {
            let asking = asking()
            for rule in county.rules.rules { count(asking.ask(rule)) }
        }
        let whole = (cpuSeconds() - before) / Double(rounds) * 1e9
        show("(g) asking every rule of a household", whole, "ns")
        // Windows, the income reference and the members are worked out once and shared.
        let shared = asking()
        for rule in county.rules.rules { count(shared.ask(rule)) }
        for id in [
            "MED-01", "MED-04", "MED-07", "MED-09", "EDU-01", "EMP-01", "DSR-02", "DSR-03",
            "INC-01", "INC-03",
        ] {
            guard let rule = county.rules.rule(id) else { continue }
            let before = cpuSeconds()
            for _ in 0..<rounds { count(shared.ask(rule)) }
            show("    \(id), once more", (cpuSeconds() - before) / Double(rounds) * 1e9, "ns")
        }
        if answers < 0 { print(answers) }  // so that nothing is left out
    }
}
