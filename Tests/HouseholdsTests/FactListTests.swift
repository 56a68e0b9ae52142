import Foundation
import Households
import StreamsTesting
import Testing

/// What a list keeps ready while facts come is what it would make anew.
struct FactListTests {
    private static let kinds: [FactKind] = [
        .settlement, .wagePaid, .appraisal, .schoolFee, .visited, .incomeDeclared,
        .personRegistered, .personLeft, .identityCorrected,
    ]

    fileprivate static func fact(_ generator: inout SeededRandom) -> Fact {
        let kind = kinds.randomElement(using: &generator)!
        var attributes: [(attribute: Attribute, value: Fact.Value)] = [
            (.household, .pseudonym(Fixture.household)), (.item, .text("grain of a long name")),
        ]
        let other = Fixture.person(Int.random(in: 1...3, using: &generator))
        if kind == .incomeDeclared { attributes.append((.person, .pseudonym(other))) }
        if kind == .identityCorrected { attributes.append((.rightPerson, .pseudonym(other))) }
        let recorded = Int64.random(in: 0...1_000, using: &generator)
        return Fact(
            kind: kind, subject: .person(Fixture.person(Int.random(in: 1...3, using: &generator))),
            key: Pseudonym.digest("\(Int.random(in: 0...5, using: &generator))"),
            department: "test", isReversed: Int.random(in: 0...5, using: &generator) == 0,
            occurred: Fixture.day("2021-03-01") + Int.random(in: 0...2_000, using: &generator),
            recorded: recorded, arrived: recorded, amountFen: recorded, attributes: attributes)
    }

    @Test func kindsPeopleAndBytesAreThoseOfTheFactsWhateverHappened() {
        let seed =
            ProcessInfo.processInfo.environment["SHOUWANG_SEED"].flatMap { UInt64($0) }
            ?? UInt64.random(in: 0...UInt64.max)
        print("fact lists, seed \(seed) (set SHOUWANG_SEED to repeat it)")
        var generator = SeededRandom(seed: seed)
        for _ in 0..<200 {
            var list = FactList()
            for _ in 0..<Int.random(in: 1...30, using: &generator) {
                let fact = FactListTests.fact(&generator)
                switch Int.random(in: 0...5, using: &generator) {
                case 0: list.set(fact)
                case 1: list.drop(fact.identity)
                case 2:
                    _ = list.prune(
                        asOf: Fixture.day("2025-01-01")
                            + Int.random(in: 0...400, using: &generator))
                default: _ = list.put(fact)
                }
                // Made ready at every step, so that every step must keep it.
                let known = HouseholdFacts(
                    household: Fixture.household, list: &list, area: AreaEvents())
                let anew = HouseholdFacts(
                    household: Fixture.household, facts: list.facts, area: AreaEvents())
                for kind in FactListTests.kinds {
                    #expect(known.of(kind) == anew.of(kind), "\(kind), seed \(seed)")
                }
                let day = Fixture.day("2025-06-01")
                #expect(known.members(on: day) == anew.members(on: day))
                #expect(known.members(on: day - 900) == anew.members(on: day - 900))
            }
            var bytes: [UInt8] = []
            list.encode(into: &bytes)
            var one: [UInt8] = []
            FactList(list.facts).encode(into: &one)
            #expect(bytes == one, "seed \(seed)")
        }
    }
}
