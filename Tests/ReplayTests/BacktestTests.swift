import Households
import Kafka
import Replay
import Rules
import StreamsTesting
import Testing
import Workers

/// A backtest must raise what a replay of all pipelines raises, on however many threads.
struct BacktestTests {
    private static let root = SourceTree.root
    private static let until = Day(iso: "2026-03-31")!

    private func county() throws -> County {
        let folder = "\(Self.root)/Tests/ReplayTests/OneHousehold"
        let key = try #require(FileBytes.read("\(folder)/key").flatMap { PseudonymKey($0) })
        return try County(
            pipelines: "\(Self.root)/Pipelines", policy: "\(Self.root)/config/policy", key: key)
    }

    private func samples() throws -> [FeedLine] {
        let lines = FeedFiles.read(folder: "\(Self.root)/Pipelines")
            .filter { Day(ofInstant: $0.timestamp) <= Self.until }
        try #require(!lines.isEmpty)
        return lines
    }

    @Test func `the rules in force raise what a replay raises`() throws {
        let county = try county()
        let lines = try samples()
        var expected: [String: String] = [:]
        let replay = Replay(county)
        replay.driver.collect("alerts")
        try replay.feed(lines)
        try replay.pass(to: Self.until + 1)
        for record in replay.driver.outputs("alerts") {
            record.withView { record in
                let id = record.header("ce_id").map { String(decoding: $0, as: UTF8.self) } ?? ""
                let type = record.header("ce_type").map { String(decoding: $0, as: UTF8.self) } ?? ""
                let event = type.split(separator: ".")[2]
                expected[String(id.prefix { $0 != "." })] =
                    ["opened", "updated"].contains(event) ? "open" : String(event)
            }
        }
        try #require(expected.count > 20)

        let history = try History(of: lines, county)
        let spans = try Backtest.alerts(
            history, rules: county.rules, until: Self.until, threads: 3)
        #expect(Dictionary(uniqueKeysWithValues: spans.map { ($0.alert, $0.state) }) == expected)
    }

    @Test func `officers' answers are outcomes, and taken back they are none`() throws {
        func action(_ kind: FactKind, _ number: UInt8, on day: Int, reversed: Bool = false) -> Fact {
            Fact(
                kind: kind, subject: .household(Pseudonym.digest("H\(number / 10)")),
                key: Pseudonym.digest("A\(number)"), department: "fieldwork", isReversed: reversed,
                occurred: Self.until - day, recorded: reversed ? 2 : 1, arrived: 1)
        }
        func household(_ fact: Fact) -> Pseudonym {
            guard case .household(let household) = fact.subject else { preconditionFailure() }
            return household
        }
        var history = History()
        for fact in [
            action(.relieved, 10, on: 3), action(.dismissed, 20, on: 3),
            action(.relieved, 30, on: 3), action(.relieved, 30, on: 3, reversed: true),
            action(.relieved, 40, on: 30), action(.dismissed, 11, on: 3),
        ] {
            var value: [UInt8] = []
            FactMessage.put(fact).encode(into: &value)
            OwnedRecord(
                topic: "household.facts", timestamp: Self.until.start,
                key: Array("\(household(fact))".utf8), value: value
            ).withView { history.append($0) }
        }
        let outcomes = history.outcomes(from: Self.until - 10, to: Self.until)
        #expect(outcomes.needed == [Pseudonym.digest("H1").description: Self.until - 3])
        #expect(outcomes.unfounded == [Pseudonym.digest("H2").description])
        #expect(history.days == Self.until...Self.until)
    }
}
