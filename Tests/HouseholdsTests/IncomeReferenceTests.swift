import Households
import Testing

/// Builds the facts of a made-up household by hand.
struct Fixture {
    static let household = Pseudonym.digest("household")
    var facts: [Fact] = []
    var recorded: Int64 = 1_700_000_000_000

    static func person(_ number: Int) -> Pseudonym { Pseudonym.digest("person \(number)") }

    static func day(_ text: String) -> Day { Day(iso: text)! }

    mutating func add(
        _ kind: FactKind, _ subject: Fact.Subject, key: String, _ day: String, fen: Int64? = nil,
        _ attributes: [(attribute: Attribute, value: Fact.Value)] = []
    ) {
        recorded += 1
        let fact = Fact(
            kind: kind, subject: subject, key: Pseudonym.digest(key), department: "test",
            occurred: Fixture.day(day), recorded: recorded, arrived: recorded, amountFen: fen,
            attributes: attributes)
        facts.removeAll { $0.identity == fact.identity }
        facts.append(fact)
    }

    mutating func register(_ number: Int, from: String = "2020-01-01", born: String = "1985-05-05")
    {
        add(
            .personRegistered, .person(Fixture.person(number)), key: "r", from,
            attributes: [
                (.household, .pseudonym(Fixture.household)),
                (.division, .integer(529_901_100_201)),
                (.birthDate, .integer(Int64(Fixture.day(born).number))),
            ])
    }

    mutating func add(
        _ kind: FactKind, _ subject: Fact.Subject, key: String, _ day: String,
        attributes: [(attribute: Attribute, value: Fact.Value)]
    ) {
        add(kind, subject, key: key, day, fen: nil, attributes)
    }

    mutating func declare(
        _ kind: String, _ item: String, _ from: String, _ to: String, fen: Int64,
        date: String, person: Int? = nil
    ) {
        var attributes: [(attribute: Attribute, value: Fact.Value)] = [
            (.incomeKind, .text(kind)), (.item, .text(item)),
            (.from, .integer(Int64(Fixture.day(from).number))),
            (.date, .integer(Int64(Fixture.day(date).number))),
        ]
        if let person { attributes.append((.person, .pseudonym(Fixture.person(person)))) }
        add(
            .incomeDeclared, .household(Fixture.household), key: kind + item + from, to, fen: fen,
            attributes)
    }

    mutating func wage(_ number: Int, _ lastDay: String, fen: Int64) {
        add(
            .wagePaid, .person(Fixture.person(number)), key: "w" + lastDay, lastDay, fen: fen, [])
    }

    mutating func bill(_ number: Int, _ key: String, _ day: String, fen: Int64) {
        add(
            .settlement, .person(Fixture.person(number)), key: key, day, fen: fen,
            [(.event, .text("inpatient")), (.selfPaidFen, .integer(fen))])
    }

    static let policy = Policy(
        lines: [
            .init(division: Division("5299")!, year: 2026, fen: 870_000, isProvisional: false)
        ],
        disposable: [],
        divisions: [Division("529901100201")!: .init(zh: "青石村", en: "Qingshi")])

    func view(_ day: String, area: AreaEvents = .init()) -> HouseholdView {
        HouseholdView(
            HouseholdFacts(household: Fixture.household, facts: facts, area: area),
            on: Fixture.day(day), policy: Fixture.policy)
    }
}

@Suite("The income reference")
struct IncomeReferenceTests {
    /// The example of formats, section 5.
    @Test func workedExampleOfTheFormatsComesOutToTheFen() throws {
        var home = Fixture()
        for number in 1...4 { home.register(number) }
        home.declare(
            "business", "crops", "2025-01-01", "2025-12-31", fen: 2_190_000, date: "2026-01-10")
        home.declare(
            "expense", "crops", "2025-01-01", "2025-12-31", fen: 730_000, date: "2026-01-10")
        for month in [
            "2025-06-30", "2025-07-31", "2025-08-31", "2025-09-30", "2025-10-31", "2025-11-30",
            "2025-12-31", "2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31",
        ] { home.wage(1, month, fen: 500_000) }
        let before = try #require(home.view("2026-06-15").income)
        #expect(before.businessFen == 2_190_000)
        #expect(before.expenseFen == 730_000)
        #expect(before.wageFen == 6_000_000)
        #expect(before.netFen == 7_460_000)
        #expect(before.perCapitaFen == 1_865_000)
        home.bill(2, "s1", "2026-06-15", fen: 4_200_000)
        let after = try #require(home.view("2026-06-15").income)
        #expect(after.referenceFen == 3_260_000)
        #expect(after.perCapitaFen == 815_000)
        #expect(after.withoutSelfPaidPerCapitaFen == 1_865_000)
        home.bill(2, "s1", "2026-06-15", fen: 3_000_000)
        let corrected = try #require(home.view("2026-06-20").income)
        #expect(corrected.referenceFen == 4_460_000)
        #expect(corrected.perCapitaFen == 1_115_000)
        #expect(home.view("2026-06-20").isJudgeable)
    }

    @Test func aDeclarationIsCarriedFourHundredDaysAndNoLonger() throws {
        var home = Fixture()
        home.register(1)
        home.declare(
            "business", "crops", "2024-01-01", "2024-12-31", fen: 366_000, date: "2025-01-05")
        // M12 of 2026-03-01 is 2025-02-01 to 2026-01-31: 365 days, carried to 2026-02-04.
        #expect(home.view("2026-03-01").income?.businessFen == 365_000)
        // M12 of 2026-04-20 is 2025-04-01 to 2026-03-31: carried days end on 2026-02-04.
        #expect(home.view("2026-04-20").income?.businessFen == 310_000)
        #expect(home.view("2026-02-04").isJudgeable)
        #expect(!home.view("2026-02-05").isJudgeable)
    }

    @Test func theLaterDeclarationOfTwoCountsOnTheDaysBothCover() throws {
        var home = Fixture()
        home.register(1)
        home.declare(
            "business", "crops", "2025-01-01", "2025-12-31", fen: 365_000, date: "2025-02-01")
        home.declare(
            "business", "crops", "2025-07-01", "2025-12-31", fen: 368_000, date: "2026-01-01")
        // M12 = 2025: 181 days at 1,000 and 184 days at 2,000.
        #expect(home.view("2026-01-20").income?.businessFen == 549_000)
    }

    @Test func declaredWageStopsWherePaidWagesBegin() throws {
        var home = Fixture()
        home.register(1)
        home.declare(
            "wage", "work", "2025-01-01", "2025-12-31", fen: 365_000, date: "2026-01-05", person: 1)
        home.wage(1, "2025-11-30", fen: 50_000)
        // January to October declared (304 days), then what was paid.
        #expect(home.view("2026-01-20").income?.wageFen == 354_000)
        // Of someone who is not a member it does not count at all.
        home.declare(
            "wage", "work", "2025-02-01", "2025-12-31", fen: 334_000, date: "2026-01-05", person: 9)
        #expect(home.view("2026-01-20").income?.wageFen == 354_000)
    }

    @Test func aMonthIsClosedFourteenDaysAfterItsLastDay() {
        #expect(
            Window.m12(Fixture.day("2026-06-14"))
                == Window(first: Fixture.day("2025-05-01"), last: Fixture.day("2026-04-30")))
        #expect(
            Window.m12(Fixture.day("2026-06-15"))
                == Window(first: Fixture.day("2025-06-01"), last: Fixture.day("2026-05-31")))
    }

    @Test func divisionRoundsTowardsMinusInfinity() {
        #expect(floorDivide(-7, 2) == -4)
        #expect(floorDivide(7, 2) == 3)
        #expect(floorDivide(-8, 2) == -4)
    }
}
