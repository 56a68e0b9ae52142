import Households
import Rules
import Testing

@testable import Workers

/// The facts a household's state keeps.
struct HouseholdStateTests {
    static let household = Pseudonym.digest("household")

    static func declared(
        _ person: String?, fen: Int64, recorded: Int64, isReversed: Bool = false
    ) -> Fact {
        var attributes: [(attribute: Attribute, value: Fact.Value)] = [
            (.incomeKind, .text("wage")), (.item, .text("work")),
            (.from, .integer(Int64(Day(iso: "2024-01-01")!.number))),
            (.date, .integer(Int64(Day(iso: "2025-01-10")!.number))),
        ]
        if let person { attributes.append((.person, .pseudonym(Pseudonym.digest(person)))) }
        return Fact(
            kind: .incomeDeclared, subject: .household(household),
            key: Pseudonym.digest("wage work 2024-01-01"), department: "survey",
            isReversed: isReversed, occurred: Day(iso: "2024-12-31")!, recorded: recorded,
            arrived: recorded, amountFen: fen, attributes: attributes)
    }

    @Test func `two members' declared wages of the same days are two facts`() {
        var state = HouseholdState()
        _ = state.list.put(HouseholdStateTests.declared("a", fen: 100, recorded: 1))
        _ = state.list.put(HouseholdStateTests.declared("b", fen: 200, recorded: 2))
        _ = state.list.put(HouseholdStateTests.declared(nil, fen: 300, recorded: 3))
        #expect(state.facts.map(\.amountFen) == [100, 200, 300])
    }

    @Test func `a member's corrected declaration replaces the same member's only`() {
        var state = HouseholdState()
        _ = state.list.put(HouseholdStateTests.declared("a", fen: 100, recorded: 1))
        _ = state.list.put(HouseholdStateTests.declared("b", fen: 200, recorded: 2))
        _ = state.list.put(HouseholdStateTests.declared("a", fen: 150, recorded: 3))
        #expect(state.facts.map(\.amountFen) == [150, 200])
    }

    @Test func `under an old and the right number a declaration is one fact`() {
        let correction = Fact(
            kind: .identityCorrected, subject: .person(Pseudonym.digest("old")),
            key: Pseudonym.digest("old"), department: "police",
            occurred: Day(iso: "2025-02-01")!, recorded: 5, arrived: 5,
            attributes: [(.rightPerson, .pseudonym(Pseudonym.digest("a")))])
        let facts = [
            HouseholdStateTests.declared("a", fen: 100, recorded: 3),
            HouseholdStateTests.declared("old", fen: 90, recorded: 1),
            HouseholdStateTests.declared("b", fen: 200, recorded: 2),
            correction,
        ]
        let known = HouseholdFacts(
            household: HouseholdStateTests.household, facts: facts, area: AreaEvents())
        #expect(known.of(.incomeDeclared).map(\.amountFen) == [100, 200])
        let reversal = HouseholdStateTests.declared("old", fen: 0, recorded: 9, isReversed: true)
        let after = HouseholdFacts(
            household: HouseholdStateTests.household, facts: [facts[0], reversal, correction],
            area: AreaEvents())
        #expect(after.of(.incomeDeclared).isEmpty)
    }

    @Test(
        "an alert's level and its reasons come back from state",
        arguments: [LevelReasons](
            [[], [.low], [.noLabour, .otherCause], [.low, .noLabour, .otherCause, .netted]]))
    func reasons(_ reasons: LevelReasons) throws {
        for level in Level.allCases {
            var state = HouseholdState()
            state.episodes = [
                HouseholdState.Episode(
                    rule: "MED-07", number: 1, revision: 1, openedOn: Day(iso: "2026-06-15")!,
                    groundedOn: Day(iso: "2026-06-15")!,
                    visit: 1, baseLevel: .orange, level: level, reasons: reasons, shown: [7])
            ]
            var bytes: [UInt8] = []
            state.encode(into: &bytes)
            let read = try bytes.withUnsafeBytes { try HouseholdState(decoding: $0) }
            #expect(read == state)
        }
    }
}
