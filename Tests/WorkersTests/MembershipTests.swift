import Households
import Kafka
import Streams
import StreamsTesting
import Testing
import Workers

/// Runs membership alone and keeps, per household, the facts it would know.
final class MembershipBench {
    let driver = ReplayDriver()
    private var time: Int64 = Day(iso: "2026-01-01")!.start
    private(set) var households: [Pseudonym: [FactIdentity: Fact]] = [:]
    private(set) var asked: [Pseudonym: Int] = [:]
    private var seen = 0

    init() {
        driver.add(Topology(name: "membership", input: "person.facts", processor: Membership()))
        driver.collect("household.facts", "dead.membership")
    }

    static func id(_ name: String) -> Pseudonym { Pseudonym.digest(name) }

    /// Feeds a fact of a person and follows what households are told.
    func feed(
        _ kind: FactKind, of person: String, key: String = "", on day: String, fen: Int64? = nil,
        reversed: Bool = false, recorded: Int64? = nil,
        _ attributes: [(attribute: Attribute, value: Fact.Value)] = [],
        naming: (Pseudonym) -> Fact.Subject = { .person($0) }
    ) throws {
        time += 60_000
        let fact = Fact(
            kind: kind, subject: naming(Self.id(person)), key: Self.id("key " + key),
            department: "test", isReversed: reversed, occurred: Day(iso: day)!,
            recorded: recorded ?? time, arrived: time, amountFen: fen, attributes: attributes)
        var value: [UInt8] = []
        FactMessage.put(fact).encode(into: &value)
        try driver.feed(
            OwnedRecord(
                topic: "person.facts", timestamp: time,
                key: Array(Self.id(person).description.utf8), value: value))
        follow()
    }

    func register(_ person: String, in household: String, from day: String, reversed: Bool = false)
        throws
    {
        try feed(
            .personRegistered, of: person, key: "r " + household, on: day, reversed: reversed,
            [
                (.household, .pseudonym(Self.id(household))),
                (.division, .integer(529_901_100_201)),
            ])
    }

    func bill(_ person: String, _ number: String, on day: String, fen: Int64, reversed: Bool = false)
        throws
    {
        try feed(
            .settlement, of: person, key: number, on: day, fen: fen, reversed: reversed,
            [(.event, .text("inpatient"))])
    }

    func correct(_ old: String, to right: String, reversed: Bool = false) throws {
        try feed(
            .identityCorrected, of: old, on: "2026-01-01", reversed: reversed,
            [(.rightPerson, .pseudonym(Self.id(right)))])
    }

    func pass(to day: String) throws {
        time = Day(iso: day)!.start
        try driver.advance(to: time)
        follow()
    }

    private func follow() {
        let all = driver.outputs("household.facts")
        for record in all[seen...] {
            let household = record.key!.withUnsafeBytes { Pseudonym(utf8: $0)! }
            let message = try! record.value!.withUnsafeBytes { try FactMessage($0) }
            switch message {
            case .set(let fact, let asks):
                households[household, default: [:]][fact.identity] = fact
                if asks { asked[household, default: 0] += 1 }
            case .drop(let identity, let asks):
                households[household, default: [:]][identity] = nil
                if asks { asked[household, default: 0] += 1 }
            case .ask: asked[household, default: 0] += 1
            default: Issue.record("a message that is not for households")
            }
        }
        seen = all.count
    }

    /// Sum of the bills a household knows, in fen.
    func bills(_ household: String) -> Int64 {
        (households[Self.id(household)] ?? [:]).values
            .filter { $0.kind == .settlement }.reduce(0) { $0 + ($1.amountFen ?? 0) }
    }

    func askings(_ household: String) -> Int { asked[Self.id(household)] ?? 0 }

    var deadLetters: Int { driver.outputs("dead.membership").count }
}

@Suite("Membership")
struct MembershipTests {
    @Test func aBillGoesToTheHouseholdOfItsDay() throws {
        let bench = MembershipBench()
        try bench.register("p", in: "h1", from: "2025-01-01")
        try bench.register("p", in: "h2", from: "2026-03-01")
        try bench.pass(to: "2026-03-02")
        try bench.bill("p", "s1", on: "2026-02-01", fen: 100)
        try bench.bill("p", "s2", on: "2026-03-01", fen: 20)
        try bench.bill("p", "s3", on: "2024-05-05", fen: 3)
        #expect(bench.bills("h1") == 103)
        #expect(bench.bills("h2") == 20)
        #expect(bench.askings("h1") == 2)
        #expect(bench.askings("h2") == 1)
    }

    @Test func aLateMoveTakesTheFactsAlongAndAsksNobodyAtOnce() throws {
        let bench = MembershipBench()
        try bench.register("p", in: "h1", from: "2025-01-01")
        try bench.bill("p", "s1", on: "2026-02-01", fen: 100)
        try bench.register("p", in: "h2", from: "2026-01-15")
        #expect(bench.bills("h1") == 0)
        #expect(bench.bills("h2") == 100)
        #expect(bench.askings("h2") == 0)
        try bench.register("p", in: "h2", from: "2026-01-15", reversed: true)
        #expect(bench.bills("h1") == 100)
        #expect(bench.bills("h2") == 0)
    }

    @Test func aRecordAboutAPersonWhoseStartIsToComeAsksNobodyAtOnce() throws {
        let bench = MembershipBench()
        try bench.register("p", in: "h1", from: "2026-02-01")
        try bench.bill("p", "s1", on: "2025-12-20", fen: 100)
        #expect(bench.bills("h1") == 100)
        #expect(bench.askings("h1") == 0)
        try bench.pass(to: "2026-02-01")
        try bench.bill("p", "s1", on: "2025-12-20", fen: 80)
        #expect(bench.askings("h1") == 1)
    }

    @Test func aCorrectedBillReplacesAndAReversedOneGoes() throws {
        let bench = MembershipBench()
        try bench.register("p", in: "h1", from: "2025-01-01")
        try bench.bill("p", "s1", on: "2026-02-01", fen: 100)
        try bench.bill("p", "s1", on: "2026-02-01", fen: 70)
        #expect(bench.bills("h1") == 70)
        // Booked earlier, arrived later: it changes nothing, but the household is asked.
        try bench.feed(
            .settlement, of: "p", key: "s1", on: "2026-02-01", fen: 999, recorded: 5)
        #expect(bench.bills("h1") == 70)
        #expect(bench.askings("h1") == 3)
        try bench.bill("p", "s1", on: "2026-02-01", fen: 0, reversed: true)
        #expect(bench.bills("h1") == 0)
        #expect(bench.askings("h1") == 4)
    }

    // A re-sent declaration passed through as a plain "ask", which the monitor obeys at once.
    @Test func aDeclarationWaitsForTheNextMidnightReSentUnchangedToo() throws {
        let bench = MembershipBench()
        try bench.register("p", in: "h1", from: "2025-01-01")
        func declare(fen: Int64, recorded: Int64? = nil, reversed: Bool = false) throws {
            try bench.feed(
                .incomeDeclared, of: "p", key: "d1", on: "2025-12-31", fen: fen,
                reversed: reversed, recorded: recorded, naming: { .householdOf($0) })
        }
        try declare(fen: 100)
        try declare(fen: 100, recorded: 5)
        try declare(fen: 0, reversed: true)
        #expect(bench.askings("h1") == 0)
    }

    @Test func factsOfAnUnknownPersonFlowWhenThePersonIsRegistered() throws {
        let bench = MembershipBench()
        try bench.bill("p", "s1", on: "2026-01-01", fen: 100)
        try bench.bill("p", "s1", on: "2026-01-01", fen: 60)
        #expect(bench.bills("h1") == 0)
        try bench.register("p", in: "h1", from: "2025-12-01")
        #expect(bench.bills("h1") == 60)
        #expect(bench.deadLetters == 0)
    }

    @Test func factsOfAPersonNobodyRegistersBecomeDeadLettersEachByItself() throws {
        let bench = MembershipBench()
        try bench.bill("p", "s1", on: "2026-01-01", fen: 100)
        try bench.bill("p", "s1", on: "2026-01-01", fen: 60)
        try bench.pass(to: "2026-06-30")
        #expect(bench.deadLetters == 0)
        try bench.pass(to: "2026-07-02")
        #expect(bench.deadLetters == 2)
        try bench.register("p", in: "h1", from: "2025-12-01")
        #expect(bench.bills("h1") == 0)
        let letter = bench.driver.outputs("dead.membership")[0]
        let reason = letter.headers.first { $0.name == "shouwang-reason" }?.value
        #expect(reason == Array("person.unknown".utf8))
    }

    @Test func whatOnceBelongedToAHouseholdDoesNotExpire() throws {
        let bench = MembershipBench()
        try bench.register("p", in: "h1", from: "2025-12-01")
        try bench.bill("p", "s1", on: "2026-01-01", fen: 100)
        try bench.register("p", in: "h1", from: "2025-12-01", reversed: true)
        #expect(bench.bills("h1") == 0)
        try bench.bill("p", "s1", on: "2026-01-01", fen: 100)
        try bench.pass(to: "2026-09-01")
        #expect(bench.deadLetters == 0)
        try bench.register("p", in: "h2", from: "2025-11-01")
        #expect(bench.bills("h2") == 100)
    }

    @Test func aCorrectedNumberMovesPersonAndFactsAndUndoingItMovesThemBack() throws {
        let bench = MembershipBench()
        try bench.register("wrong", in: "h1", from: "2025-01-01")
        try bench.bill("wrong", "s1", on: "2026-01-01", fen: 100)
        try bench.bill("right", "s2", on: "2026-01-02", fen: 10)
        try bench.correct("wrong", to: "right")
        #expect(bench.bills("h1") == 110)
        // A late record under the old number still finds its way.
        try bench.bill("wrong", "s3", on: "2026-01-03", fen: 1)
        #expect(bench.bills("h1") == 111)
        let subjects = Set((bench.households[MembershipBench.id("h1")] ?? [:]).keys
            .filter { $0.kind == .settlement }.map(\.subject))
        #expect(subjects == [.person(MembershipBench.id("right"))])
        try bench.correct("wrong", to: "right", reversed: true)
        #expect(bench.bills("h1") == 101)
    }

    @Test func correctionsChainAndTheSameBillUnderBothNumbersCountsOnce() throws {
        let bench = MembershipBench()
        try bench.register("a", in: "h1", from: "2025-01-01")
        try bench.bill("a", "s1", on: "2026-01-01", fen: 100)
        try bench.correct("a", to: "b")
        try bench.correct("b", to: "c")
        try bench.bill("c", "s1", on: "2026-01-01", fen: 80)
        #expect(bench.bills("h1") == 80)
        try bench.correct("b", to: "c", reversed: true)
        #expect(bench.bills("h1") == 100)
    }

    @Test func correctionsInACircleEndAsADeadLetter() throws {
        let bench = MembershipBench()
        try bench.register("a", in: "h1", from: "2025-01-01")
        try bench.correct("a", to: "b")
        try bench.correct("b", to: "a")
        #expect(bench.deadLetters > 0)
    }

    @Test func stateSurvivesItsBytes() throws {
        let bench = MembershipBench()
        try bench.register("a", in: "h1", from: "2025-01-01")
        try bench.bill("a", "s1", on: "2026-01-01", fen: 100)
        try bench.bill("z", "s1", on: "2026-01-01", fen: 100)
        try bench.correct("a", to: "b")
        for record in try bench.driver.states(of: "membership") where record.value != nil {
            #expect(!record.value!.isEmpty)
        }
    }
}
