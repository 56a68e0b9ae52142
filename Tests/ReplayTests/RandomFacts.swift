import Households
import Kafka
import StreamsTesting
import Workers

/// Random histories of made-up households as the monitor receives them: facts of every kind, late
/// and to come, corrected, reversed, dropped and sent again, people who come and go, areas hit,
/// officers' answers, and stretches in which nothing happens.
struct RandomFacts {
    /// A record of `household.facts`.
    struct Record {
        let household: Pseudonym?
        let value: [UInt8]
        let time: Instant
    }

    private var numbers: SeededRandom
    private(set) var day = Day(iso: "2026-01-01")!
    private var clock: Instant = 0
    private var records: [Record] = []
    private var told: [(household: Int, fact: Fact)] = []
    private let households = 4

    static let divisions: [Int64] = [529_901_100_201, 529_901_100_202, 529_901_101_201]

    /// The records of one history.
    static func history(seed: UInt64, days: Int) -> [Record] {
        var history = RandomFacts(seed)
        for household in 0..<history.households { history.settle(household) }
        let end = history.day + days
        while history.day < end {
            // Busy weeks, and gaps of up to three months.
            let gap = history.one(in: 12) ? Int.random(in: 1...90, using: &history.numbers) : 1
            history.day = history.day + gap
            history.clock = history.day.start
            for _ in 0..<Int.random(in: 0...4, using: &history.numbers) { history.something() }
        }
        return history.records
    }

    private init(_ seed: UInt64) {
        numbers = SeededRandom(seed: seed)
    }

    static func household(_ number: Int) -> Pseudonym { Pseudonym.digest("random h\(number)") }

    private static func person(_ household: Int, _ number: Int) -> Pseudonym {
        Pseudonym.digest("random p\(household)-\(number)")
    }

    // MARK: Choices

    mutating func one(in count: Int) -> Bool {
        Int.random(in: 0..<count, using: &numbers) == 0
    }

    mutating func pick<Choice>(_ choices: [Choice]) -> Choice {
        choices.randomElement(using: &numbers)!
    }

    mutating func fen(_ range: ClosedRange<Int64>) -> Int64 {
        Int64.random(in: range, using: &numbers)
    }

    private mutating func past(_ days: Int) -> Day {
        day - Int.random(in: 0...days, using: &numbers)
    }

    // MARK: Telling

    private mutating func send(_ household: Int, _ message: FactMessage) {
        clock += Int64.random(in: 1...4_000_000, using: &numbers)
        var value: [UInt8] = []
        message.encode(into: &value)
        records.append(
            Record(household: Self.household(household), value: value, time: clock))
    }

    private mutating func tell(
        _ household: Int, _ kind: FactKind, _ subject: Fact.Subject, key: String, _ occurred: Day,
        fen: Int64? = nil, _ attributes: [(attribute: Attribute, value: Fact.Value)] = []
    ) {
        let fact = Fact(
            kind: kind, subject: subject, key: Pseudonym.digest(key), department: "test",
            occurred: occurred, recorded: clock + 1, arrived: clock + 1, amountFen: fen,
            attributes: attributes)
        told.append((household, fact))
        // What names a household comes straight from an intake.
        if case .household = subject {
            send(household, .put(fact))
        } else {
            send(household, .set(fact, asks: !one(in: 12)))
        }
    }

    /// Registrations of a household's people, a declaration and a running job.
    private mutating func settle(_ household: Int) {
        clock = day.start
        let born = ["1948-05-01", "1985-02-28", "1988-02-29", "2013-09-30", "2017-01-20"]
        for number in 0..<Int.random(in: 2...4, using: &numbers) {
            register(household, number, born: Day(iso: pick(born))!, from: day - 900)
        }
        declare(household, from: Day(iso: "2025-01-01")!, to: Day(iso: "2025-12-31")!)
        declare(household, from: Day(iso: "2024-01-01")!, to: Day(iso: "2024-12-31")!)
    }

    private mutating func register(_ household: Int, _ number: Int, born: Day, from: Day) {
        let id = Self.person(household, number)
        var attributes: [(attribute: Attribute, value: Fact.Value)] = [
            (.household, .pseudonym(Self.household(household))),
            (.birthDate, .integer(Int64(born.number))),
            (.division, .integer(pick(Self.divisions))),
        ]
        if one(in: 4) { attributes.append((.labour, .text(pick(["none", "partial", "full"])))) }
        tell(
            household, .personRegistered, .person(id), key: "r\(household)", from, attributes)
    }

    private mutating func declare(_ household: Int, from: Day, to: Day) {
        let kind = pick(["wage", "business", "business", "property", "transfer", "expense"])
        var attributes: [(attribute: Attribute, value: Fact.Value)] = [
            (.incomeKind, .text(kind)),
            (.item, .text(kind == "transfer" ? pick(["pension", "dibao"]) : "work")),
            (.from, .integer(Int64(from.number))), (.date, .integer(Int64(day.number))),
        ]
        if kind == "wage", one(in: 2) {
            let person = Self.person(household, Int.random(in: 0...2, using: &numbers))
            attributes.append((.person, .pseudonym(person)))
        }
        tell(
            household, .incomeDeclared, .household(Self.household(household)),
            key: "i\(kind)\(from)", to, fen: fen(200_000...6_000_000), attributes)
    }

    private mutating func something() {
        let household = Int.random(in: 0..<households, using: &numbers)
        switch Int.random(in: 0..<40, using: &numbers) {
        case 0: area()
        case 1: membership(household)
        case 2: send(household, .ask)
        case 3, 4, 5: again()
        case 6: declare(household, from: day - 365, to: day - 1)
        case 7...9: officer(household)
        case 10...16: ofHousehold(household)
        default: ofPerson(household)
        }
    }

    // MARK: What happens

    private mutating func ofPerson(_ household: Int) {
        let id = Self.person(household, Int.random(in: 0...3, using: &numbers))
        let occurred = one(in: 15) ? day + 20 : past(one(in: 4) ? 400 : 10)
        let key = "k\(Int.random(in: 0..<1_000_000, using: &numbers))"
        func say(
            _ kind: FactKind, fen: Int64? = nil,
            _ attributes: [(attribute: Attribute, value: Fact.Value)] = []
        ) {
            tell(household, kind, .person(id), key: key, occurred, fen: fen, attributes)
        }
        switch Int.random(in: 0..<19, using: &numbers) {
        case 0...2:
            let amount = fen(10_000...3_000_000)
            say(
                .settlement, fen: amount,
                [
                    (.event, .text(pick(["inpatient", "outpatient"]))),
                    (.selfPaidFen, .integer(amount)),
                ])
        case 3, 4: say(.wagePaid, fen: fen(50_000...700_000))
        case 5: say(.wageArrears, fen: fen(50_000...700_000))
        case 6: say(.schoolFee, fen: fen(10_000...900_000), [(.item, .text("tuition"))])
        case 7: say(.schoolAid, fen: fen(10_000...300_000), [(.item, .text("grant"))])
        case 8:
            say(
                .subsidyPaid, fen: fen(5_000...300_000),
                [(.item, .text(pick(["pension", "dibao", "landFertility", "povertyInsurance"])))])
        case 9:
            say(
                .insuranceEnrolment,
                [
                    (.year, .integer(Int64(pick([2025, 2026, 2027])))),
                    (.enrolled, .integer(pick([0, 1]))),
                ])
        case 10: say(.diagnosis, [(.diseaseGroup, .text(pick(["C34", "J00", "N18.5"])))])
        case 11: say(.schoolEnrolment, [(.status, .text(pick(["left", "enrolled"])))])
        case 12:
            say(
                .schoolAbsence,
                [(.schoolDays, .integer(fen(1...6))), (.excused, .integer(pick([0, 0, 1])))])
        case 13:
            say(
                .schoolDropout,
                [
                    (.event, .text(pick(["suspected", "confirmed", "resolved"]))),
                    (.reason, .text(pick(["economic", "other"]))),
                ])
        case 14:
            var attributes: Attributes = [(.employerCode, .text(pick(["E1", "E2"])))]
            if one(in: 3) { attributes.append((.jobKind, .text("migrant"))) }
            if one(in: 3) { attributes.append((.contractUntil, .integer(Int64(day.number) + 70))) }
            say(.jobStarted, attributes)
        case 15...17:
            let rare = rareOfPerson()
            say(rare.kind, fen: rare.fen, rare.attributes)
        default: say(.jobEnded, [(.employerCode, .text(pick(["E1", "E2"])))])
        }
    }

    private mutating func ofHousehold(_ household: Int) {
        let occurred = one(in: 15) ? day + 30 : past(one(in: 4) ? 300 : 5)
        let key = "k\(Int.random(in: 0..<1_000_000, using: &numbers))"
        let subject = Fact.Subject.household(Self.household(household))
        func say(
            _ kind: FactKind, key: String, fen: Int64? = nil,
            _ attributes: [(attribute: Attribute, value: Fact.Value)] = []
        ) {
            tell(household, kind, subject, key: key, occurred, fen: fen, attributes)
        }
        switch Int.random(in: 0..<11, using: &numbers) {
        case 7...10:
            let rare = rareOfHousehold()
            say(rare.kind, key: key, fen: rare.fen, rare.attributes)
        case 0:
            say(
                .allowance, key: key,
                [
                    (.event, .text(pick(["granted", "stopped"]))),
                    (.caseNumber, .pseudonym(Pseudonym.digest("case \(household)"))),
                    (.fenPerMonth, .integer(fen(10_000...80_000))),
                ])
        case 1:
            say(
                .householdClass, key: key,
                [
                    (
                        .householdClass,
                        .text(pick(["unstable", "edge", "sudden", "eliminated", "none"]))
                    ), (.exPoor, .integer(pick([0, 0, 1]))),
                    (.risk, .text(pick(["illness", "unstableWork", "noLabour", "other"]))),
                    (.eliminatedBy, .text(pick(["help", "natural"]))),
                ])
        case 2:
            say(
                .disasterLoss, key: key,
                [
                    (.roomsCollapsed, .integer(pick([0, 0, 1]))),
                    (.unfitToLive, .integer(pick([0, 0, 0, 1]))),
                    (.cropLossPercent, .integer(fen(0...100))), (.insured, .integer(pick([0, 1]))),
                ])
        case 3, 4:
            say(
                .appraisal, key: key,
                [
                    (.houseNumber, .pseudonym(Pseudonym.digest("house \(household) \(pick([1, 2]))"))),
                    (.grade, .text(pick(["A", "B", "C", "D"]))),
                    (.inhabited, .integer(pick([0, 1]))), (.onlyDwelling, .integer(pick([0, 1]))),
                ])
        case 5:
            say(
                .claimPaid, key: key, fen: fen(10_000...900_000),
                [(.item, .text(pick(["crops", "povertyInsurance"])))])
        default:
            say(
                .livestockLost, key: key, fen: fen(10_000...900_000),
                [(.head, .integer(10)), (.headLost, .integer(fen(1...10)))])
        }
    }

    private mutating func officer(_ household: Int) {
        let kind = pick([FactKind.visited, .visited, .visited, .dismissed, .relieved])
        tell(
            household, kind, .household(Self.household(household)),
            key: "a\(Int.random(in: 0..<1_000_000, using: &numbers))", day,
            [(.officer, .text("o1"))])
    }

    private mutating func membership(_ household: Int) {
        let number = Int.random(in: 0...3, using: &numbers)
        let id = Fact.Subject.person(Self.person(household, number))
        let attributes: [(attribute: Attribute, value: Fact.Value)] = [
            (.household, .pseudonym(Self.household(household)))
        ]
        switch Int.random(in: 0..<6, using: &numbers) {
        case 0: tell(household, .personDeceased, id, key: "none", past(20))
        case 1, 2: tell(household, .personLeft, id, key: "l\(day)", past(20), attributes)
        case 3: tell(household, .personMoved, id, key: "m\(day)", day + 7, attributes)
        case 4:
            tell(
                household, .identityCorrected, id, key: "none", past(20),
                [(.rightPerson, .pseudonym(Self.person(household, number + 1)))])
        default:
            register(household, number, born: Day(iso: "1990-03-01")!, from: past(200))
        }
    }

    /// An earlier fact again: the same, corrected, reversed or dropped.
    private mutating func again() {
        guard let (household, old) = told.randomElement(using: &numbers) else { return }
        var fact = old
        let isOwn: Bool
        if case .household = fact.subject { isOwn = true } else { isOwn = false }
        switch Int.random(in: 0..<4, using: &numbers) {
        case 0: break
        case 1:
            fact.recorded = clock
            fact.amountFen = fact.amountFen.map { $0 / 2 }
        case 2:
            fact.recorded = clock
            fact.occurred = past(60)
        default:
            fact.recorded = clock
            fact.isReversed = true
            if !isOwn { return send(household, .drop(fact.identity, asks: !one(in: 6))) }
        }
        send(household, isOwn ? .put(fact) : .set(fact, asks: !one(in: 6)))
    }

    private mutating func area() {
        clock += Int64.random(in: 1...4_000_000, using: &numbers)
        let isRare = one(in: 3)
        let isFlood = !isRare && one(in: 2)
        let division = pick(["529901", "529901100", "529901101201"])
        var attributes: [(attribute: Attribute, value: Fact.Value)] = [
            (.divisions, .text(division))
        ]
        if isFlood { attributes.append((.until, .integer(Int64((day + 10).number)))) }
        let rare = rareOfArea()
        if isRare { attributes += rare.attributes }
        let fact = Fact(
            kind: isRare
                ? rare.kind
                : isFlood ? .disasterDeclared : one(in: 3) ? .waterRestored : .waterInterrupted,
            subject: .area, key: Pseudonym.digest("area \(Int.random(in: 0...3, using: &numbers))"),
            department: "test", isReversed: one(in: 10), occurred: past(5), recorded: clock,
            arrived: clock,
            attributes: attributes + (isFlood || isRare ? [] : [(.to, .integer(Int64((day + 4).number)))]))
        var value: [UInt8] = []
        FactMessage.put(fact).encode(into: &value)
        records.append(Record(household: nil, value: value, time: clock))
    }
}
