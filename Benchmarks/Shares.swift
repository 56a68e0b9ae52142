import Households
import Kafka
import Rules
import Streams
import Workers
import YAML

/// (m): what a fact costs the monitor when households of 25 facts are at rest, with the whole
/// catalogue loaded: facts that few rules depend on, and bills, on which most depend; and what the
/// time of a bill goes to. No broker. Each share is the difference between two runs over the same
/// facts, so that nothing is measured from within.
struct Shares {
    let county: County
    let load: Load
    private let rounds = 4

    init(county: County, households: Int) {
        self.county = county
        // Three people and a declaration are four of the 25.
        load = Load(households: households, factsEach: 21)
    }

    func measure() throws {
        let rules = county.rules
        let monitor = county.topology("monitor")!
        print("(m) households of \(load.factsEach + 4) facts, \(rules.rules.count) rules")
        try evaluations()
        let bill = FactKind.settlement
        let few = FactKind.allCases.filter {
            $0.scope != .area && $0.scope != .membership && !rules.decided(by: $0).isEmpty
        }.min { rules.decided(by: $0).count < rules.decided(by: $1).count }!
        for kind in [few, bill] {
            let fed = facts(kind, fen: 8_000)
            let seconds = try run(Fed(monitor), fed)
            let unasked = try run(Fed(withoutRules()), fed)
            let count = rules.decided(by: kind).count
            show(
                "    facts of \(kind.name), on which \(count) rules depend", 1 / seconds,
                "per CPU-second")
            show("      the rules alone", 1 / max(1e-9, seconds - unasked), "per CPU-second")
        }

        // What a bill's time goes to.
        let bills = facts(bill, fen: 8_000)
        let whole = try run(Fed(monitor), bills)
        let alarmed = try Fed(monitor)
        let alarming = try run(alarmed, facts(bill, fen: 5_000_000))
        let unasked = try run(Fed(withoutRules()), bills)
        var fields = 0
        let parse = try seconds(of: bills.count) {
            for fact in bills {
                let message = try fact.value.withUnsafeBytes { try FactMessage($0) }
                if case .set(let fact, _) = message { fields += fact.attributes.count }
            }
        }
        let windows = try windows()
        func share(_ name: String, _ seconds: Double, of whole: Double) {
            print(
                "      \(name): \(Int((seconds * 1e9).rounded())) ns, "
                    + "\(Int((seconds / whole * 100).rounded())) %")
        }
        print("    of a bill's \(Int((whole * 1e9).rounded())) ns:")
        share("parse", parse, of: whole)
        share("state, changelog and the runtime", unasked - parse, of: whole)
        share("windows and the income reference", windows, of: whole)
        share("evaluation", whole - unasked - windows, of: whole)
        let perAlert = (alarming - whole) * Double(bills.count) / Double(max(1, alarmed.alerts))
        print(
            "    bills that open alerts: \(Double(alarmed.alerts * 10 / bills.count) / 10) each; an "
                + "alert with its explanation and what would end it: \(Int(perAlert * 1e6)) µs")
        precondition(fields > 0)
    }

    /// Every rule, asked of households of 25 facts, each anew.
    private func evaluations() throws {
        var lists = try lists()
        var yes = 0
        let rules = county.rules
        let day = self.day
        let spent = seconds(of: lists.count * rounds * rules.rules.count) {
            for _ in 0..<rounds {
                for index in lists.indices {
                    let known = HouseholdFacts(
                        household: load.ids[index], list: &lists[index], area: AreaEvents())
                    let asking = rules.asking(
                        HouseholdView(known, on: day, policy: county.policy))
                    for rule in rules.rules {
                        if case .yes = asking.ask(rule) { yes += 1 }
                    }
                }
            }
        }
        show("    evaluations of rules", 1 / spent, "per CPU-second")
        precondition(yes >= 0)
    }

    /// What rules about money share: the members, the windows and the income reference of a day.
    private func windows() throws -> Double {
        var lists = try lists()
        var sum: Int64 = 0
        let day = self.day
        let spent = seconds(of: lists.count * rounds) {
            for _ in 0..<rounds {
                for index in lists.indices {
                    let known = HouseholdFacts(
                        household: load.ids[index], list: &lists[index], area: AreaEvents())
                    let view = HouseholdView(known, on: day, policy: county.policy)
                    sum += view.income?.perCapitaFen ?? 0
                    sum += view.isLow || view.isJudgeable ? 1 : 0
                    sum += view.greatestSelfPaidOfYear.fen
                    sum += Int64(
                        county.rules.horizon.next(after: day, .settlement, on: day).number)
                }
            }
        }
        precondition(sum > 0)
        return spent
    }

    // MARK: Facts

    private struct Prepared {
        let key: [UInt8]
        let value: [UInt8]
    }

    /// The last day of the load.
    private var day: Day { Day(iso: "2026-01-05")! + 2 * (load.factsEach - 1) }

    /// A few rounds of facts of a kind, one for each household and round.
    private func facts(_ kind: FactKind, fen: Int64) -> [Prepared] {
        let clock = day.start + 10 * 3_600_000
        return (0..<rounds).flatMap { round in
            load.ids.indices.map { number in
                let fact = Fact(
                    kind: kind,
                    subject: kind.scope == .household
                        ? .household(load.ids[number]) : load.fact(number, 0, clock).subject,
                    key: Pseudonym(high: UInt64(1_000 + round), low: UInt64(number)),
                    department: "medical", occurred: day, recorded: clock, arrived: clock,
                    amountFen: fen,
                    attributes: kind == .settlement
                        ? [(.event, .text("outpatient")), (.selfPaidFen, .integer(fen))] : [])
                var value: [UInt8] = []
                FactMessage.set(fact, asks: true).encode(into: &value)
                return Prepared(key: Array(load.ids[number].description.utf8), value: value)
            }
        }
    }

    private func lists() throws -> [FactList] {
        var facts: [Pseudonym: [Fact]] = [:]
        try load.forEach { household, value, _ in
            let message = try value.withUnsafeBytes { try FactMessage($0) }
            if case .set(let fact, _) = message { facts[household, default: []].append(fact) }
        }
        return load.ids.map { FactList(facts[$0]!) }
    }

    /// CPU seconds of one of so many.
    private func seconds(of count: Int, _ body: () throws -> Void) rethrows -> Double {
        let before = cpuSeconds()
        try body()
        return (cpuSeconds() - before) / Double(count)
    }

    // MARK: The monitor

    /// The monitor with no rules.
    private func withoutRules() throws -> Topology {
        let none = try RuleSet(
            ruleFiles: [], diseases: YAMLNode.parse(file: "Pipelines/monitor/diseases.yaml"),
            policy: county.policy, digest: "none")
        return Topology(
            name: "monitor", input: "household.facts",
            processor: Monitor(rules: none, releases: ReleaseShelf()))
    }

    /// One partition of the monitor, fed by hand.
    private final class Fed {
        let task: any AnyTask
        private let sink = Nowhere()
        /// Records for the topic `alerts`.
        var alerts: Int { sink.written[task.topics.firstIndex(of: "alerts")!, default: 0] }
        private var offset: Int64 = 0

        init(_ topology: Topology) throws {
            task = topology.task(
                partition: 0, inputPartitions: 1,
                outputPartitions: topology.outputs.map { _ in 1 }, group: "bench",
                writer: "bench")
            try task.finishRestore(committed: nil)
        }

        func feed(_ key: [UInt8], _ value: [UInt8], at time: Int64) throws {
            let record = OwnedRecord(
                topic: "household.facts", offset: offset, timestamp: time, key: key, value: value)
            offset += 1
            try record.withView { view in
                while try task.process(
                    view, refusing: nil, attempts: 1, budget: Limits.wakeUpsPerCall, into: sink)
                    == .more {}
            }
            // As many as a busy worker has in a transaction.
            if offset % 5_000 == 0 { try commit() }
        }

        func commit() throws {
            try task.prepareCommit(into: sink)
            task.didCommit()
        }
    }

    private final class Nowhere: OutputSink {
        private(set) var written: [Int: Int] = [:]
        func write(_ record: OutgoingRecord) { written[record.topic, default: 0] += 1 }
    }

    /// CPU seconds a fact takes once the load is there.
    private func run(_ fed: Fed, _ facts: [Prepared]) throws -> Double {
        try load.forEach { household, value, timestamp in
            try fed.feed(Array(household.description.utf8), value, at: timestamp)
        }
        try fed.commit()
        let clock = day.start + 10 * 3_600_000
        return try seconds(of: facts.count) {
            for fact in facts { try fed.feed(fact.key, fact.value, at: clock) }
            try fed.commit()
        }
    }
}
