import Households
import YAML

@testable import Rules

/// A made-up household and what is known of it, built by hand.
struct Home {
    static let household = Pseudonym.digest("household")
    static let village = Division("529901100201")!
    private(set) var facts: [Fact] = []
    private(set) var area = AreaEvents()
    private var recorded: Int64 = 1_700_000_000_000

    static func person(_ number: Int) -> Pseudonym { Pseudonym.digest("person \(number)") }

    static func day(_ text: String) -> Day { Day(iso: text)! }

    static func dayValue(_ text: String) -> Fact.Value { .integer(Int64(day(text).number)) }

    /// One member, 40 years old.
    static var ofOne: Home {
        var home = Home()
        home.register(1, born: "1985-12-31")
        return home
    }

    private mutating func fact(
        _ kind: FactKind, _ subject: Fact.Subject, _ key: String, _ day: String, _ fen: Int64?,
        _ attributes: [(attribute: Attribute, value: Fact.Value)]
    ) -> Fact {
        recorded += 1
        return Fact(
            kind: kind, subject: subject, key: Pseudonym.digest(key), department: "test",
            occurred: Home.day(day), recorded: recorded, arrived: recorded, amountFen: fen,
            attributes: attributes)
    }

    /// A fact of the household.
    mutating func add(
        _ kind: FactKind, _ day: String, fen: Int64? = nil,
        _ attributes: [(attribute: Attribute, value: Fact.Value)] = []
    ) {
        facts.append(
            fact(kind, .household(Home.household), "\(facts.count)", day, fen, attributes))
    }

    /// A fact of a person.
    mutating func add(
        _ kind: FactKind, of number: Int, _ day: String, fen: Int64? = nil,
        _ attributes: [(attribute: Attribute, value: Fact.Value)] = []
    ) {
        facts.append(
            fact(kind, .person(Home.person(number)), "\(facts.count)", day, fen, attributes))
    }

    mutating func register(_ number: Int, from: String = "2020-01-01", born: String? = nil) {
        var attributes: [(attribute: Attribute, value: Fact.Value)] = [
            (.household, .pseudonym(Home.household)), (.division, .integer(Home.village.code)),
        ]
        if let born { attributes.append((.birthDate, Home.dayValue(born))) }
        add(.personRegistered, of: number, from, attributes)
    }

    mutating func remove(_ number: Int) {
        facts.removeAll { $0.subject == .person(Home.person(number)) }
    }

    /// An income of the household's, declared for the days from `from` to `to`.
    mutating func declare(_ kind: String, _ from: String, _ to: String, fen: Int64) {
        add(
            .incomeDeclared, to, fen: fen,
            [
                (.incomeKind, .text(kind)), (.item, .text("other")), (.from, Home.dayValue(from)),
                (.date, Home.dayValue(to)),
            ])
    }

    /// An area event over the village, or elsewhere in the county.
    mutating func areaEvent(
        _ kind: FactKind, _ day: String, key: String = "event", elsewhere: Bool = false,
        _ attributes: [(attribute: Attribute, value: Fact.Value)] = []
    ) {
        let place: (attribute: Attribute, value: Fact.Value) =
            (.divisions, .text(elsewhere ? "529901101" : "529901100"))
        area.put(fact(kind, .area, key, day, nil, attributes + [place]))
    }

    var known: HouseholdFacts {
        HouseholdFacts(household: Home.household, facts: facts, area: area)
    }
}

/// Rules written in a test, with a policy.
struct Book {
    let ruleSet: RuleSet

    /// A line of 8,700 yuan and a disposable income of 20,000 for some years.
    static func policy(
        lines years: ClosedRange<Int> = 2020...2030,
        parameters: [Policy.ParameterOverride] = []
    ) -> Policy {
        func figures(_ years: ClosedRange<Int>, _ fen: Int64) -> [Policy.YearFigure] {
            years.map {
                .init(division: Division("52")!, year: $0, fen: fen, isProvisional: false)
            }
        }
        return Policy(
            lines: figures(years, 870_000), disposable: figures(2020...2030, 2_000_000),
            divisions: [Home.village: .init(zh: "石板村", en: "Shiban")], parameters: parameters)
    }

    /// Reads rule files as the monitor does; `rules` is what stands under `rules:`.
    init(_ rules: String..., policy: Policy = Book.policy()) throws {
        ruleSet = try RuleSet(
            ruleFiles: try rules.map {
                try YAMLNode.parse(text: "rules:\n" + $0, file: "test.rules.yaml")
            },
            diseases: try YAMLNode.parse(
                text: "groups:\n  - {zh: 肺癌, en: lung cancer, codes: [C34]}\n",
                file: "diseases.yaml"),
            policy: policy, digest: "")
    }

    /// One rule with a condition (`when: …` or `member: …`, with more lines as wanted).
    init(condition: String, policy: Policy = Book.policy()) throws {
        try self.init(
            """
              - id: T-01
                cause: other
                \(condition)
                levels: [{level: yellow}]
                text: {zh: 字, en: word}
                source: test

            """, policy: policy)
    }

    var rule: Rule { ruleSet.rules[0] }

    func asking(_ home: Home, on day: Day) -> Asking {
        ruleSet.asking(HouseholdView(home.known, on: day, policy: ruleSet.policy))
    }

    func asking(_ home: Home, on day: String) -> Asking { asking(home, on: Home.day(day)) }

    /// `yes`, `no` or `cannot judge`.
    func answer(_ home: Home, on day: Day) -> String {
        switch asking(home, on: day).ask(rule) {
        case .yes: "yes"
        case .no: "no"
        case .cannotJudge: "cannot judge"
        }
    }

    func answer(_ home: Home, on day: String) -> String { answer(home, on: Home.day(day)) }
}
