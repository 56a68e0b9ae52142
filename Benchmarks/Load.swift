import Households
import Kafka
import Workers

/// Made-up households as facts, straight into `household.facts`: what the monitor is measured
/// with. Deterministic.
struct Load {
    let households: Int
    /// Facts a household has besides its registrations and its declaration.
    let factsEach: Int

    /// The households, and the first person of each: the one with bills and wages.
    let ids: [Pseudonym]
    private let firstPeople: [Pseudonym]

    private static let start = Day(iso: "2026-01-05")!

    init(households: Int, factsEach: Int) {
        self.households = households
        self.factsEach = factsEach
        ids = (0..<households).map { Pseudonym.digest("bench h\($0)") }
        firstPeople = (0..<households).map { Load.person($0, 0) }
    }

    /// Calls `body` with each record: first what makes the households, then facts in rounds, each
    /// household's facts days apart.
    func forEach(_ body: (_ key: Pseudonym, _ value: [UInt8], _ timestamp: Int64) throws -> Void)
        throws
    {
        var clock = Load.start.start
        func emit(_ number: Int, _ fact: Fact) throws {
            var value: [UInt8] = []
            FactMessage.set(fact, asks: true).encode(into: &value)
            try body(ids[number], value, clock)
        }
        for number in 0..<households {
            clock += 1
            for person in 0..<3 { try emit(number, registration(number, person, clock)) }
            try emit(number, declaration(number, clock))
        }
        for round in 0..<factsEach {
            for number in 0..<households {
                clock += 1
                try emit(number, fact(number, round, clock))
            }
            // A round takes two days of business.
            clock = (Load.start + 2 * (round + 1)).start
        }
    }

    var count: Int { households * (4 + factsEach) }

    private static func person(_ number: Int, _ person: Int) -> Pseudonym {
        Pseudonym.digest("bench p\(number)-\(person)")
    }

    private func registration(_ number: Int, _ person: Int, _ clock: Int64) -> Fact {
        Fact(
            kind: .personRegistered, subject: .person(Load.person(number, person)),
            key: ids[number], department: "household",
            occurred: Day(iso: "2020-01-01")!, recorded: clock, arrived: clock,
            attributes: [
                (.household, .pseudonym(ids[number])),
                (.division, .integer(529_901_100_201)), (.sex, .text("f")),
                (
                    .birthDate,
                    .integer(Int64(Day(iso: "1980-03-04")!.number + Int32(person * 5_000)))
                ),
            ])
    }

    private func declaration(_ number: Int, _ clock: Int64) -> Fact {
        Fact(
            kind: .incomeDeclared, subject: .household(ids[number]),
            key: Pseudonym.digest("d"), department: "livelihood",
            occurred: Day(iso: "2025-12-31")!, recorded: clock, arrived: clock,
            amountFen: 6_000_000,
            attributes: [
                (.incomeKind, .text("business")), (.item, .text("crops")),
                (.from, .integer(Int64(Day(iso: "2025-01-01")!.number))),
                (.date, .integer(Int64(Day(iso: "2026-01-04")!.number))),
            ])
    }

    /// Wages, payments and bills in turn.
    func fact(_ number: Int, _ round: Int, _ clock: Int64) -> Fact {
        let day = Day(ofInstant: clock)
        let kind: FactKind = [.wagePaid, .subsidyPaid, .settlement][(number + round) % 3]
        var attributes: [(attribute: Attribute, value: Fact.Value)] = []
        switch kind {
        case .wagePaid: attributes = [(.employerCode, .text("E1")), (.month, .integer(24_312))]
        case .subsidyPaid: attributes = [(.item, .text("landFertility"))]
        default: attributes = [(.event, .text("outpatient")), (.selfPaidFen, .integer(9_000))]
        }
        return Fact(
            kind: kind, subject: .person(firstPeople[number]),
            key: Pseudonym(high: UInt64(round), low: UInt64(number)), department: "medical",
            occurred: day, recorded: clock, arrived: clock, amountFen: 8_000,
            attributes: attributes)
    }
}
