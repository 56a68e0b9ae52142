import Glibc
import Households
import Replay
import StreamsTesting
import Workers

/// Made-up records of all six feeds and of officers, from a seed: families, their bills, wages,
/// fees, moves and disasters, with corrections, reversals, duplicates, records of people not known
/// yet, and broken ones. Few business days, so that daily wake-ups do not outweigh the records.
/// Nobody in them exists.
struct MadeUpEvents {
    static let firstDay = Day(iso: "2026-06-10").unsafelyUnwrapped
    static let feeds = [
        "household", "medical", "education", "employment", "hazard", "livelihood", "actions",
    ]

    /// The bytes of each `<feed>.jsonl`, and of `actions`.
    private(set) var files: [String: [UInt8]] = [:]
    let count: Int
    let lastDay: Day

    private struct Person {
        let number: String
        let household: Int
        let isChild: Bool
    }

    private var random: SeededRandom
    private var people: [Person] = []
    private var written = 0
    /// Milliseconds since 1970 of the record being made; grows.
    private var now: Int64
    /// Lines that may come again, as they were or corrected.
    private var again: [(feed: String, line: String)] = []
    private var bills: [(person: String, number: String)] = []

    /// `count` records over `days` days. `households` should be at most an eighth of `count`.
    init(seed: UInt64, count: Int, households: Int, days: Int) {
        random = SeededRandom(seed: seed)
        self.count = count
        lastDay = MadeUpEvents.firstDay + (days - 1)
        now = MadeUpEvents.firstDay.start
        makePeople(households)
        // The first families are registered at once, the others while records come.
        var registered = 0
        let end = lastDay.start + Day.milliseconds
        while written < count {
            let due = min(households, households / 2 + written * households / max(1, count / 2))
            if registered < due {
                register(registered)
                registered += 1
            } else {
                one(among: registered)
            }
            let progress = Int64(written) * (end - MadeUpEvents.firstDay.start) / Int64(count)
            now = max(now + 1, MadeUpEvents.firstDay.start + progress)
        }
    }

    /// All records as `replay` merges them.
    func lines() -> [FeedLine] {
        var lines: [FeedLine] = []
        for (order, name) in MadeUpEvents.feeds.enumerated() {
            let topic = name == "actions" ? name : "feed.\(name)"
            lines += FeedFiles.lines(of: files[name] ?? [], topic: topic, order: order)
        }
        return FeedFiles.merged(lines)
    }

    /// Writes `<feed>.jsonl` and `actions.jsonl` into a folder.
    func write(to folder: String) {
        for (name, bytes) in files {
            guard let file = fopen("\(folder)/\(name).jsonl", "wb") else {
                preconditionFailure("\(folder)/\(name).jsonl cannot be written")
            }
            precondition(fwrite(bytes, 1, bytes.count, file) == bytes.count)
            fclose(file)
        }
    }

    // MARK: People

    private static let villages = [
        "529901100201", "529901100202", "529901100203", "529901101201", "529901101202",
        "529901101203", "529901102201", "529901102202", "529901102203",
    ]

    private func household(_ index: Int) -> String { "E-\(10_000 + index)" }
    private func village(_ index: Int) -> String {
        MadeUpEvents.villages[index % MadeUpEvents.villages.count]
    }

    private mutating func makePeople(_ households: Int) {
        for household in 0..<households {
            for member in 0..<2 {
                let index = people.count
                let year = (member == 0 ? 1960 : 2008) + index / 1_000 % 10
                let digits =
                    "529901\(year)0\(1 + index % 9)1\(index % 10)"
                    + String(1_000 + index % 1_000).dropFirst()
                let check = IdentityNumber.checkCharacter(Array(digits.utf8))
                people.append(
                    Person(
                        number: digits + String(Character(Unicode.Scalar(check))),
                        household: household, isChild: member == 1))
            }
        }
    }

    private mutating func register(_ index: Int) {
        for person in people[(2 * index)...(2 * index + 1)] {
            let relation = person.isChild ? "child" : "head"
            let number = person.number
            let birth = number.dropFirst(6).prefix(8)
            put(
                "household", "police:register", "hh.person.registered.v1",
                [
                    ("idNumber", number), ("householdNumber", household(index)),
                    ("relation", relation), ("sex", person.isChild ? "f" : "m"),
                    (
                        "birthDate",
                        "\(birth.prefix(4))-\(birth.dropFirst(4).prefix(2))-\(birth.suffix(2))"
                    ),
                    ("division", village(index)), ("from", "2020-01-01"),
                ])
        }
        if random.one(in: 10) {
            put(
                "household", "revitalisation:register", "rb.class.changed.v1",
                [
                    ("householdNumber", household(index)), ("class", "edge"), ("exPoor", "true"),
                    ("from", "2024-01-01"),
                ])
        }
        for (kind, item, yuan) in [("business", "crops", 12_000), ("expense", "crops", 3_000)]
        where index % 3 != 0 {
            put(
                "livelihood", "revitalisation:survey", "fv.income.recorded.v1",
                [
                    ("householdNumber", household(index)), ("from", "2025-01-01"),
                    ("to", "2025-12-31"), ("kind", kind), ("item", item),
                    ("amount", "\(yuan + random.below(9_000))"), ("date", "2026-01-10"),
                ])
        }
    }

    // MARK: Records

    private mutating func one(among registered: Int) {
        let person = people[random.below(2 * registered)]
        switch random.below(1_000) {
        case 0..<300: wage(person)
        case 300..<450: bill(person, "outpatient", upTo: 900)
        case 450..<490: bill(person, "inpatient", upTo: 40_000)
        case 490..<560: subsidy(person)
        case 560..<645: school(person)
        case 645..<700: job(person)
        case 700..<760: insurance(person)
        case 760..<850: farm(person)
        case 850..<885: house(person)
        case 885..<900: life(person, registered)
        case 900..<930: repeatOne()
        case 930..<950: reverse()
        case 950..<958: unknown()
        case 958..<960: area()
        case 960..<982: broken(person)
        default: action(person)
        }
    }

    private mutating func day(back days: Int) -> String {
        (Day(ofInstant: now) - random.below(days)).description
    }

    private mutating func wage(_ person: Person) {
        let month = 1 + random.below(12)
        let year = month > 5 ? 2025 : 2025 + random.below(2)
        put(
            "employment", "labour:wages", "hr.wage.paid.v1",
            [
                ("idNumber", person.number), ("employerCode", "none"),
                ("month", "\(year)-\(month < 10 ? "0" : "")\(month)"),
                ("amount", "\(800 + random.below(4_000)).5"),
            ], op: random.one(in: 20) ? "correct" : nil)
    }

    private mutating func bill(_ person: Person, _ kind: String, upTo limit: Int) {
        let total = 100 + random.below(limit)
        let paid = total * (30 + random.below(60)) / 100
        let number = "S\(written)"
        bills.append((person.number, number))
        let settled = day(back: 40)
        var fields = [
            ("idNumber", person.number), ("settlementNumber", number), ("settled", settled),
            ("total", "\(total)"), ("fund", "\(total - paid)"), ("selfPaid", "\(paid)"),
            ("selfPaidInPolicy", "\(paid * 9 / 10)"), ("hospitalLevel", "2"),
        ]
        if kind == "inpatient" { fields += [("admitted", settled), ("discharged", settled)] }
        put("medical", "insurance:settlement", "md.settlement.\(kind).v1", fields)
    }

    private mutating func subsidy(_ person: Person) {
        let item = ["pension", "landFertility", "oldAge", "grassland"][random.below(4)]
        put(
            "livelihood", "finance:card", "bk.subsidy.paid.v1",
            [
                ("idNumber", person.number), ("paymentNumber", "P\(written)"), ("item", item),
                ("amount", "\(50 + random.below(900))"), ("date", day(back: 300)),
            ])
    }

    private mutating func school(_ person: Person) {
        let child = people[2 * person.household + 1].number
        let base = [("idNumber", child), ("studentNumber", "G\(person.household)")]
        switch random.below(6) {
        case 0..<3:
            let type = random.one(in: 3) ? "ed.aid.granted.v1" : "ed.fee.charged.v1"
            let item = type == "ed.aid.granted.v1" ? "grant" : "tuition"
            put(
                "education", "education:roll", type,
                base + [
                    ("term", "202\(3 + random.below(3))-\(1 + random.below(2))"), ("item", item),
                    ("amount", "\(100 + random.below(2_000))"), ("date", day(back: 300)),
                ])
        case 3, 4:
            let last = day(back: 20)
            put(
                "education", "education:roll", "ed.attendance.absent.v1",
                base + [
                    ("from", last), ("to", last), ("schoolDays", "\(1 + random.below(3))"),
                    ("excused", random.one(in: 2) ? "true" : "false"),
                ])
        default:
            let kind = ["suspected", "confirmed", "returned"][random.below(3)]
            put(
                "education", "education:roll", "ed.dropout.\(kind).v1",
                base + [
                    ("date", day(back: 10)), ("reason", random.one(in: 2) ? "economic" : "illness"),
                ])
        }
    }

    private mutating func job(_ person: Person) {
        let kind = random.one(in: 2) ? "started" : "ended"
        put(
            "employment", "labour:wages", "hr.job.\(kind).v1",
            [
                ("idNumber", person.number), ("employerCode", "none"), ("date", day(back: 90)),
            ])
    }

    private mutating func insurance(_ person: Person) {
        if random.one(in: 6) {
            put(
                "medical", "health:registry", "hc.diagnosis.major.v1",
                [
                    ("idNumber", person.number),
                    ("diseaseGroup", random.one(in: 2) ? "C34" : "J10"),
                    ("date", day(back: 60)),
                ])
        } else {
            put(
                "medical", "insurance:roll", "md.enrol.changed.v1",
                [
                    ("idNumber", person.number), ("year", "\(2025 + random.below(2))"),
                    ("enrolled", random.one(in: 8) ? "false" : "true"), ("date", day(back: 100)),
                ])
        }
    }

    private mutating func farm(_ person: Person) {
        let home = ("householdNumber", household(person.household))
        switch random.below(4) {
        case 0:
            put(
                "livelihood", "insurance:farm", "ag.claim.paid.v1",
                [
                    home, ("claimNumber", "C\(written)"), ("item", "cropInsurance"),
                    ("amount", "\(random.below(3_000))"), ("date", day(back: 200)),
                ])
        case 1:
            put(
                "livelihood", "agriculture:stock", "ag.stock.lost.v1",
                [
                    home, ("reportNumber", "R\(written)"), ("species", "pig"), ("head", "10"),
                    ("headLost", "\(random.below(10))"), ("loss", "\(random.below(9_000))"),
                    ("date", day(back: 60)),
                ])
        default:
            put(
                "livelihood", "revitalisation:survey", "fv.income.recorded.v1",
                [
                    ("idNumber", person.number), ("from", "2025-01-01"), ("to", "2025-12-31"),
                    ("kind", "property"), ("item", "landLease"),
                    ("amount", "\(random.below(2_000))"), ("date", day(back: 30)),
                ])
        }
    }

    private mutating func house(_ person: Person) {
        let home = ("householdNumber", household(person.household))
        if random.one(in: 2) {
            put(
                "hazard", "housing:appraisals", "hs.appraisal.graded.v1",
                [
                    home, ("houseNumber", "F\(person.household)"),
                    ("grade", ["A", "B", "C", "D"][random.below(4)]), ("inhabited", "true"),
                    ("onlyDwelling", random.one(in: 2) ? "true" : "false"),
                    ("date", day(back: 300)),
                ])
        } else {
            put(
                "hazard", "emergency:losses", "em.household.loss.reported.v1",
                [
                    ("eventNumber", "D\(random.below(4))"), home,
                    ("roomsCollapsed", random.one(in: 5) ? "1" : "0"),
                    ("roomsSeverelyDamaged", "0"),
                    ("unfitToLive", "false"), ("cropLossPercent", "\(random.below(100))"),
                    ("loss", "\(random.below(20_000))"), ("date", day(back: 30)),
                ])
        }
    }

    private mutating func life(_ person: Person, _ registered: Int) {
        let (old, new) = (household(person.household), household(random.below(registered)))
        let id = ("idNumber", person.number)
        let date = ("date", day(back: 20))
        switch random.below(8) {
        case 0..<3:
            put(
                "household", "police:register", "hh.person.moved.v1",
                [
                    id, ("householdNumber", new), ("fromHousehold", old), ("relation", "other"),
                    date,
                ])
        case 3, 4:
            put(
                "household", "police:register", "hh.household.split.v1",
                [
                    id, ("householdNumber", old), ("newHousehold", "\(old)-\(random.below(3))"),
                    ("division", village(person.household)), date,
                ])
        case 5:
            put(
                "household", "police:register", "hh.person.left.v1",
                [
                    id, ("householdNumber", old), date, ("reason", "married"),
                ])
        case 6:
            put("household", "police:register", "hh.person.deceased.v1", [id, date])
        default:
            put(
                "household", "police:register", "hh.id.corrected.v1",
                [
                    ("oldIdNumber", unknownNumber()), id, date,
                ])
        }
    }

    /// A number nobody is registered under; a few of them, so that corrections meet records.
    private mutating func unknownNumber() -> String {
        let digits = "529901198501011\(10 + random.below(40))"
        let check = IdentityNumber.checkCharacter(Array(digits.utf8))
        return digits + String(Character(Unicode.Scalar(check)))
    }

    private mutating func unknown() {
        let number = unknownNumber()
        bill(Person(number: number, household: 0, isChild: false), "outpatient", upTo: 500)
    }

    private mutating func repeatOne() {
        guard !again.isEmpty else { return area() }
        let (feed, line) = again[random.below(again.count)]
        append(feed, line)
    }

    private mutating func reverse() {
        guard !bills.isEmpty else { return area() }
        let bill = bills[random.below(bills.count)]
        put(
            "medical", "insurance:settlement", "md.settlement.reversed.v1",
            [
                ("idNumber", bill.person), ("settlementNumber", bill.number),
                ("date", Day(ofInstant: now).description),
            ])
    }

    /// An area event, which every household of a partition meets; so a tenth of them are enough.
    private mutating func area() {
        guard random.one(in: 10) else {
            return wage(people[0])
        }
        let place = "[\"\(String(village(random.below(9)).prefix(9)))\"]"
        if random.one(in: 2) {
            put(
                "hazard", "emergency:events", "em.disaster.declared.v1",
                [
                    ("eventNumber", "D\(random.below(4))"), ("kind", "0201"), ("level", "2"),
                    ("divisions", place), ("date", day(back: 5)),
                ])
        } else {
            put(
                "hazard", "water:plants", "wt.supply.interrupted.v1",
                [
                    ("plantCode", "W\(random.below(3))"), ("divisions", place),
                    ("from", day(back: 6)),
                ])
        }
    }

    private mutating func broken(_ person: Person) {
        let wrong = String(person.number.dropLast()) + (person.number.hasSuffix("1") ? "2" : "1")
        let number = ("settlementNumber", "S\(written)")
        let rest = [
            ("settled", "2026-06-01"), ("total", "100"), ("fund", "50"), ("selfPaid", "50"),
            ("selfPaidInPolicy", "40"), ("hospitalLevel", "2"),
        ]
        func bill(_ id: String, _ change: (String, String)? = nil) -> [(String, String)] {
            [("idNumber", id), number] + rest.filter { $0.0 != change?.0 }
                + (change.map { [$0] } ?? [])
        }
        let type = "md.settlement.outpatient.v1"
        let source = "insurance:settlement"
        switch random.below(8) {
        case 0: put("medical", source, type, bill(wrong))
        case 1: put("medical", source, type, bill(person.number, ("total", "-1")))
        case 2: put("medical", source, type, bill(person.number, ("total", "99999999")))
        case 3: put("medical", source, type, bill(person.number, ("settled", "2026-02-30")))
        case 4: put("medical", source, "md.settlement.dental.v1", bill(person.number))
        case 5: put("medical", source, type, bill(person.number, ("fund", "[1]")))
        case 6: append("employment", "{\"specversion\":\"1.0\",\"id\":\"cut")
        default:
            put(
                "hazard", "water:plants", "wt.supply.interrupted.v1",
                [
                    ("plantCode", "W9"), ("divisions", "[\"529903\"]"), ("from", "2026-06-01"),
                ])
        }
    }

    private mutating func action(_ person: Person) {
        let home = Repository.key.pseudonym(
            "household:", Array(household(person.household).utf8)
        ).description
        let kind = ["acknowledged", "visited", "dismissed", "relieved"][random.below(4)]
        let at = InstantText.text(now)
        append(
            "actions",
            """
            {"specversion":"1.0","id":"a-\(written)","source":"urn:gov:529901:township:app",\
            "type":"shouwang.action.\(kind).v1","time":"\(at)","data":{"action":"a-\(written)",\
            "household":"\(home)","officer":"o-\(random.below(9))","at":"\(at)",\
            "reason":"resolved"}}
            """)
    }

    // MARK: Lines

    private mutating func put(
        _ feed: String, _ source: String, _ type: String, _ fields: [(String, String)],
        op: String? = nil
    ) {
        var line = "{\"specversion\":\"1.0\",\"id\":\"e-\(written)\",\"source\":\"urn:gov:529901:"
        line += "\(source)\",\"type\":\"\(type)\",\"time\":\"\(InstantText.text(now))\""
        if let op { line += ",\"op\":\"\(op)\"" }
        line += ",\"data\":{"
        for (index, (name, value)) in fields.enumerated() {
            if index > 0 { line += "," }
            let isRaw = value.hasPrefix("[") || value == "true" || value == "false"
            line += isRaw ? "\"\(name)\":\(value)" : "\"\(name)\":\"\(value)\""
        }
        line += "}}"
        if again.count < 2_000 { again.append((feed, line)) }
        append(feed, line)
    }

    private mutating func append(_ feed: String, _ line: String) {
        guard written < count else { return }
        written += 1
        files[feed, default: []].append(contentsOf: line.utf8)
        files[feed]!.append(0x0a)
    }
}
