import Households
@testable import Replay
import Testing

/// The arithmetic of a backtest, over alerts written by hand.
struct ComparisonTests {
    private static let march = Day(year: 2026, month: 3, day: 1)!
    private let period = march...(march + 60)

    private func span(
        _ household: String, _ rule: String, on day: Int, village: String = "529901100201",
        visit: String? = nil, asks: Bool = true, state: String = "open"
    ) -> AlertSpan {
        AlertSpan(
            alert: "\(household) \(rule) \(day)", household: household, rule: rule,
            division: village, openedOn: Self.march + day, visit: visit ?? household,
            visitFrom: asks ? Self.march + day : nil, state: state)
    }

    private func compare(
        _ live: [AlertSpan], _ candidate: [AlertSpan], outcomes: Outcomes = Outcomes(),
        budget: Int? = nil
    ) -> Comparison {
        Comparison(
            live: live, candidate: candidate, outcomes: outcomes, period: period, budget: budget)
    }

    @Test func `the same alerts differ in nothing`() {
        let spans = [span("A", "MED-04", on: 3), span("B", "INC-01", on: 9, state: "withdrawn")]
        let found = compare(spans, spans)
        #expect(found.total.gained == 0 && found.total.lost == 0 && found.total.leadDays == 0)
        #expect(found.total.live == found.total.candidate)
        #expect(found.total.live == .init(alerts: 2, withdrawn: 1, households: 2))
        #expect(found.rules.map(\.name) == ["INC-01", "MED-04"])
    }

    @Test func `households gained and lost, and days of lead`() {
        let found = compare(
            [span("A", "MED-04", on: 10), span("B", "MED-04", on: 10), span("C", "MED-04", on: 4)],
            [span("A", "MED-04", on: 3), span("C", "MED-04", on: 6), span("D", "MED-04", on: 1)])
        #expect(found.total.gained == 1)
        #expect(found.total.lost == 1)
        #expect(found.total.sooner == 1 && found.total.later == 1)
        #expect(found.total.leadDays == 7 - 2)
    }

    @Test func `a household another rule took over is lost to its rule and not to all`() throws {
        let found = compare([span("A", "MED-01", on: 5)], [span("A", "MED-07", on: 5)])
        #expect(found.total.gained == 0 && found.total.lost == 0)
        #expect(found.rules.first { $0.name == "MED-01" }?.lost == 1)
        #expect(found.rules.first { $0.name == "MED-07" }?.gained == 1)
    }

    @Test func `alerts outside the period do not count`() {
        let found = compare([span("A", "MED-04", on: -1)], [span("A", "MED-04", on: 61)])
        #expect(found.total.live.alerts == 0 && found.total.candidate.alerts == 0)
        #expect(found.rules.isEmpty && found.visits.isEmpty)
    }

    @Test func `visits count once, by village and month, and none where none is asked for`() {
        let found = compare(
            [
                span("A", "MED-04", on: 3, visit: "v1"), span("A", "INC-01", on: 9, visit: "v1"),
                span("B", "MED-01", on: 3, visit: "v2", asks: false),
            ],
            [
                span("A", "MED-04", on: 3, visit: "v1"), span("A", "MED-04", on: 40, visit: "v3"),
                span("C", "MED-04", on: 5, village: "529901100202", visit: "v4"),
                span("D", "MED-04", on: 6, village: "529901100202", visit: "v5"),
            ], budget: 1)
        let month = Self.march.month
        #expect(
            found.visits == [
                .init(village: "529901100201", month: month, live: 1, candidate: 1),
                .init(village: "529901100201", month: month + 1, live: 0, candidate: 1),
                .init(village: "529901100202", month: month, live: 0, candidate: 2),
            ])
        #expect(found.overBudget == (0, 1))
    }

    @Test func `precision and recall are against officers' answers`() {
        var outcomes = Outcomes()
        outcomes.relieved("A", on: Self.march + 20)
        outcomes.relieved("A", on: Self.march + 30)
        outcomes.dismissed("A")
        outcomes.relieved("B", on: Self.march + 2)
        outcomes.dismissed("C")
        let found = compare(
            [span("A", "MED-04", on: 20), span("B", "MED-04", on: 3), span("C", "MED-04", on: 1)],
            [span("A", "MED-04", on: 21), span("D", "MED-04", on: 1)], outcomes: outcomes)
        // B's alert came after its relief; D has no answer.
        #expect(found.live == .init(found: 1, unfounded: 1, needed: 2))
        #expect(found.live.precision == 0.5 && found.live.recall == 0.5)
        #expect(found.candidate == .init(found: 0, unfounded: 0, needed: 2))
        #expect(found.candidate.precision == nil && found.candidate.recall == 0)
    }
}
