import Households
import Kafka
import Streams
import StreamsTesting
import Testing

@testable import Workers

/// What `why` says of a household, from the state topic's records as the monitor writes them.
struct HouseholdReportTests {
    private static let start = Day(iso: "2026-03-01")!.start
    /// Enough households that a broadcast does not meet them all with the record it came in.
    private static let count = 200

    private static func household(_ number: Int) -> Pseudonym { .digest("household \(number)") }

    private static func record(
        _ offset: Int64, _ fact: Fact, to household: Pseudonym?
    ) -> OwnedRecord {
        var value: [UInt8] = []
        let message: FactMessage = household == nil ? .put(fact) : .set(fact, asks: false)
        message.encode(into: &value)
        return OwnedRecord(
            topic: "household.facts", offset: offset, timestamp: start + offset,
            key: household.map { Array($0.description.utf8) }, value: value,
            headers: household == nil ? [.init("shouwang-broadcast", "area")] : [])
    }

    private static func registration(_ number: Int) -> Fact {
        Fact(
            kind: .personRegistered, subject: .person(.digest("person \(number)")),
            key: .digest("r \(number)"), department: "police", occurred: Day(iso: "2020-01-01")!,
            recorded: start, arrived: start,
            attributes: [
                (.household, .pseudonym(household(number))),
                (.division, .integer(529_901_100_201)),
                (.birthDate, .integer(Int64(Day(iso: "1985-05-05")!.number))),
            ])
    }

    private static func disaster(_ event: String, _ divisions: String) -> Fact {
        Fact(
            kind: .disasterDeclared, subject: .area, key: .digest(event), department: "emergency",
            occurred: Day(iso: "2026-02-28")!, recorded: start, arrived: start,
            attributes: [(.divisions, .text(divisions)), (.riskCode, .text("0201"))])
    }

    /// The state topic after every household is registered and these disasters are declared, one
    /// record each; `isSettled` lets them meet every household.
    private func states(
        _ disasters: [Fact], isSettled: Bool
    ) throws -> [[UInt8]: [UInt8]] {
        let county = try County(
            pipelines: "\(IntakeHarness.root)/Pipelines", policy: IntakeHarness.policy,
            key: IntakeHarness.key)
        let topology = try #require(county.topology("monitor"))
        let task = topology.task(
            partition: 0, inputPartitions: 1, outputPartitions: topology.outputs.map { _ in 1 }, group: "g", writer: "w")
        try task.finishRestore(committed: nil)
        let sink = TransactionalSink(topics: task.topics, changelog: "state.monitor")
        var log = (0..<Self.count).map {
            Self.record(Int64($0), Self.registration($0), to: Self.household($0))
        }
        for fact in disasters { log.append(Self.record(Int64(log.count), fact, to: nil)) }
        for record in log {
            try record.withView { (view) throws(TaskError) in
                #expect(try task.process(view, into: sink) == .done)
            }
        }
        while isSettled, try task.advance(budget: 1_000, into: sink) {}
        #expect(task.hasBacklog == !(isSettled || disasters.isEmpty))
        try task.prepareCommit(into: sink)
        sink.commit(offset: task.nextOffset)
        return sink.table
    }

    private func text(_ states: [[UInt8]: [UInt8]], of household: Pseudonym) throws -> String {
        let rules = try County.rules(
            folder: "\(IntakeHarness.root)/Pipelines/monitor", policy: IntakeHarness.policy)
        let broadcasts = states.filter { $0.key.starts(with: ReservedKey.broadcast) }
            .sorted { $0.key.lexicographicallyPrecedes($1.key) }
            .compactMap { $0.value.withUnsafeBytes { StateFold.broadcast($0) } }
        let own = try #require(states[Array(household.description.utf8)])
        let shared = states[ReservedKey.shared]
        return try own.withUnsafeBytes { own in
            try (shared ?? []).withUnsafeBytes { shared in
                try HouseholdReport(
                    household: household, state: try #require(StateFold.payload(own)),
                    shared: shared.isEmpty ? nil : shared, broadcasts: broadcasts,
                    on: Day(iso: "2026-03-01")!, rules: { _ in rules }
                ).text
            }
        }
    }

    // It was left out until the last household of the partition had met it.
    @Test func `a disaster is in force whether or not it has met every household`() throws {
        let disasters = [Self.disaster("E1", "529901100")]
        for isSettled in [false, true] {
            let states = try states(disasters, isSettled: isSettled)
            for number in [0, Self.count - 1] {
                let text = try text(states, of: Self.household(number))
                #expect(text.contains("in force here 当地生效:\n  2026-02-28  hazard.disaster"))
                #expect(
                    text.contains("1 area event has not met every household yet") == !isSettled)
            }
        }
    }

    @Test func `events on their way are told in their order: the later version stands`() throws {
        let wider = Self.disaster("E1", "529901100")
        var elsewhere = Self.disaster("E1", "529901101")
        elsewhere.recorded += 1
        let moved = try text(
            try states([wider, elsewhere], isSettled: false), of: Self.household(0))
        #expect(!moved.contains("hazard.disaster"))
        #expect(moved.contains("2 area events have not met every household yet"))
    }

    @Test func `without an area event nothing is said of any`() throws {
        let text = try text(try states([], isSettled: true), of: Self.household(3))
        #expect(!text.contains("in force here"))
        #expect(text.contains("members 家庭成员: 1\n"))
    }
}
