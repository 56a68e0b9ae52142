import Households
import Testing

@testable import Rules

/// What a rule answers: levels, members, parameters, what it cannot judge, what it shows.
struct AskingTests {
    private static func home(people: Int) -> Home {
        var home = Home()
        for number in 1...people { home.register(number, born: "19\(50 + number)-01-01") }
        return home
    }

    private func level(_ book: Book, _ home: Home, on day: String = "2026-03-10") -> Level? {
        if case .yes(let match) = book.asking(home, on: day).ask(book.rule) {
            match.baseLevel
        } else {
            nil
        }
    }

    // MARK: Levels

    @Test func `the base level is the first whose condition holds`() throws {
        let book = try Book(
            """
              - id: T-01
                cause: other
                when: memberCount > 1
                levels:
                  - {level: red, when: memberCount > 4}
                  - {level: blue, when: memberCount == 4}
                  - {level: orange, when: memberCount > 2}
                  - {level: yellow}
                text: {zh: 字, en: word}
                source: test

            """)
        let levels = (1...5).map { level(book, Self.home(people: $0)) }
        #expect(levels == [nil, .yellow, .orange, .blue, .red])
    }

    @Test func `a level goes one step up or down, and not past red or blue`() {
        #expect(Level.allCases.map(\.raised) == [.yellow, .orange, .red, .red])
        #expect(Level.allCases.map(\.lowered) == [.blue, .blue, .yellow, .orange])
        #expect(Level.allCases.map { Level(name: $0.name) } == Level.allCases)
        #expect(Level(name: "pink") == nil)
        #expect(Level.blue < .yellow && Level.yellow < .orange && Level.orange < .red)
    }

    // MARK: Members

    @Test func `an error of one member counts when nobody meets the condition`() throws {
        let book = try Book(condition: "member: 10 / (m.age - 75) >= 0")
        // On 10 March 2026 they are 75, 74 and 73 years old: the first divides by zero.
        #expect(book.answer(Self.home(people: 3), on: "2026-03-10") == "cannot judge")
    }

    @Test func `an error of one member does not hide another who meets the condition`() throws {
        let book = try Book(condition: "member: 10 / (m.age - 75) < 0")
        let home = Self.home(people: 2)
        guard case .yes(let match) = book.asking(home, on: "2026-03-10").ask(book.rule) else {
            Issue.record("the second member meets it")
            return
        }
        #expect(match.subject == Home.person(2))
    }

    @Test func `without a living member no rule is asked`() throws {
        let book = try Book(condition: "when: memberCount == 0 || memberCount > 0")
        var home = Home.ofOne
        #expect(book.answer(home, on: "2026-03-10") == "yes")
        home.add(.personDeceased, of: 1, "2026-03-10")
        #expect(book.answer(home, on: "2026-03-09") == "yes")
        #expect(book.answer(home, on: "2026-03-10") == "no")
    }

    // MARK: What it cannot judge

    @Test func `a rule on income, or on the line, cannot judge without a declaration`() throws {
        for condition in ["income.perPerson < line", "line > 0", "income.positiveNet >= 0"] {
            let book = try Book(condition: "when: \(condition)")
            #expect(book.rule.asksIncome)
            #expect(book.answer(.ofOne, on: "2026-03-10") == "cannot judge")
            var home = Home.ofOne
            home.declare("business", "2025-01-01", "2025-12-31", fen: 100)
            #expect(book.answer(home, on: "2026-03-10") == "yes")
        }
        // Figures that do not judge are there without one.
        #expect(
            try Book(condition: "when: income.rigid == 0").answer(.ofOne, on: "2026-03-10") == "yes"
        )
    }

    @Test func `an error in a condition opens nothing and ends nothing`() throws {
        for condition in ["1 / (memberCount - 1) > 0", "9223372036854775807 + memberCount > 0"] {
            let book = try Book(condition: "when: \(condition)")
            #expect(book.answer(.ofOne, on: "2026-03-10") == "cannot judge")
        }
    }

    // MARK: Parameters

    private static let overrides: [Policy.ParameterOverride] = [
        .init(rule: "T-01", name: "days", division: nil, from: Home.day("2026-02-01"), value: 2),
        .init(
            rule: "T-01", name: "days", division: Division("5299"), from: Home.day("2026-03-01"),
            value: 3),
        .init(rule: "T-01", name: "days", division: Division("529901100"), from: nil, value: 4),
        .init(
            rule: "T-01", name: "days", division: Division("529901100"),
            from: Home.day("2026-05-01"), value: 5),
        .init(rule: "T-01", name: "days", division: Division("529902"), from: nil, value: 6),
        .init(rule: "T-02", name: "days", division: nil, from: nil, value: 7),
        .init(rule: "T-01", name: "other", division: nil, from: nil, value: 8),
    ]

    @Test(
        arguments: [
            // Of the nation: the rule's own until 1 February.
            ("110101001001", "2026-01-31", 1, nil, nil),
            ("110101001001", "2026-02-01", 2, nil, "2026-02-01"),
            ("110101001001", "2026-12-31", 2, nil, "2026-02-01"),
            // Of the prefecture from its own day on; the longest prefix counts, not the latest day.
            ("529903001001", "2026-02-28", 2, nil, "2026-02-01"),
            ("529903001001", "2026-03-01", 3, "5299", "2026-03-01"),
            ("529901100201", "2026-01-01", 4, "529901100", nil),
            ("529901100201", "2026-04-30", 4, "529901100", nil),
            ("529901100201", "2026-05-01", 5, "529901100", "2026-05-01"),
            ("529902001001", "2026-06-01", 6, "529902", nil),
            // Nobody knows where: only the nation's.
            (nil, "2026-06-01", 2, nil, "2026-02-01"),
        ] as [(String?, String, Int64, String?, String?)])
    func `a parameter is that of the longest division, then of the latest day`(
        place: String?, day: String, value: Int64, from: String?, since: String?
    ) throws {
        let book = try Book(condition: "params: {days: 1}\n    when: memberCount >= param.days")
        let used = book.rule.parameters(
            in: Book.policy(parameters: Self.overrides), division: place.flatMap { Division($0) },
            on: Home.day(day))
        #expect(
            used == [
                UsedParameter(
                    name: "days", value: value, division: from.flatMap { Division($0) },
                    since: since.map(Home.day), isDefault: value == 1)
            ])
    }

    @Test func `conditions and alerts use the parameter in force on the day`() throws {
        let book = try Book(
            condition: "params: {days: 1}\n    when: memberCount >= param.days",
            policy: Book.policy(parameters: Self.overrides))
        let home = Self.home(people: 4)
        #expect(book.answer(home, on: "2026-04-30") == "yes")
        #expect(book.answer(home, on: "2026-05-01") == "no")
        let used = book.asking(home, on: "2026-05-01").parameters(of: book.rule)
        #expect(used.map(\.value) == [5])
    }

    // MARK: Clear conditions

    @Test func `a clear condition knows the day the alert opened and its subject`() throws {
        let book = try Book(
            condition:
                "when: low\n    clear: {when: visited && m.age > 70 && claimDaysAgo <= openedDaysAgo}"
        )
        var home = Self.home(people: 2)
        home.add(.visited, "2026-03-10")
        func clears(openedOn: String, subject: Pseudonym?, on day: String = "2026-03-20") -> Bool {
            book.asking(home, on: day).clears(
                book.rule, openedOn: Home.day(openedOn), subject: subject)
        }
        #expect(clears(openedOn: "2026-03-10", subject: Home.person(1)))
        #expect(!clears(openedOn: "2026-03-11", subject: Home.person(1)))
        #expect(!clears(openedOn: "2026-03-10", subject: Home.person(1), on: "2026-03-09"))
        // Nobody meant: the condition cannot hold.
        #expect(!clears(openedOn: "2026-03-10", subject: nil))
        home.add(.claimPaid, "2026-03-09", fen: 1, [(.item, .text("other"))])
        #expect(!clears(openedOn: "2026-03-10", subject: Home.person(1)))
        #expect(clears(openedOn: "2026-03-09", subject: Home.person(1)))
    }

    // MARK: Evidence

    @Test func `evidence is what the span names, of whom it names, oldest first`() throws {
        func evidence(_ selector: String, subject: Int? = nil) throws -> [Int64?] {
            let book = try Book(
                condition: "evidence: [{fact: medical.selfPaid, \(selector)}]\n    when: low")
            var home = Self.home(people: 2)
            for (person, day, fen) in [
                (1, "2025-12-31", 1), (2, "2026-01-01", 2), (1, "2026-02-08", 3),
                (2, "2026-02-09", 4), (1, "2026-03-10", 5), (1, "2026-03-11", 6),
            ] as [(Int, String, Int64)] {
                home.add(.settlement, of: person, day, fen: fen, [(.event, .text("special"))])
            }
            return book.asking(home, on: "2026-03-10").evidence(
                for: book.rule, subject: subject.map(Home.person)
            ).map(\.amountFen)
        }
        #expect(try evidence("days: 30") == [4, 5])
        #expect(try evidence("days: 31") == [3, 4, 5])
        #expect(try evidence("span: year") == [2, 3, 4, 5])
        #expect(try evidence("span: latest") == [5])
        #expect(try evidence("span: latest, of: subject", subject: 2) == [4])
        #expect(try evidence("days: 400, of: subject", subject: 1) == [1, 3, 5])
    }

    @Test func `evidence shows a disease group's name and never its code`() throws {
        let book = try Book(
            condition:
                "member: m.majorDiagnosis(90)\n    evidence: [{fact: medical.diagnosis, span: latest, of: subject}]"
        )
        var home = Home.ofOne
        home.add(.diagnosis, of: 1, "2026-03-01", [(.diseaseGroup, .text("C34.1"))])
        let shown = book.asking(home, on: "2026-03-10").evidence(
            for: book.rule, subject: Home.person(1))
        #expect(shown.map(\.detail) == ["肺癌"])
        #expect(shown.map(\.ageDays) == [9])
        #expect(shown.map(\.fact) == ["medical.diagnosis"])
    }
}
