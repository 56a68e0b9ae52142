import Households
import Testing

@testable import Rules

/// Answers change by time alone on known days, and the horizon names each of them beforehand
/// (design, section 4, item 11). The days are worked out by hand from the formats.
struct HorizonTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let condition: String
        let home: Home
        /// The first answer, and every day after 1 January 2026 on which there is another.
        let first: String
        let turns: [String]
        var policy = Book.policy()

        var testDescription: String { condition }
    }

    private static let start = Home.day("2026-01-01")
    private static let end = Home.day("2027-12-31")

    static func home(_ change: (inout Home) -> Void) -> Home {
        var home = Home.ofOne
        change(&home)
        return home
    }

    /// Windows: a fact of 10 March counts through day n - 1 after it.
    static let windows = [
        Case(
            condition: "when: losses(90).size() > 0",
            home: home { $0.add(.disasterLoss, "2026-03-10") },
            first: "no", turns: ["2026-03-10 yes", "2026-06-08 no"]),
        Case(
            condition: "when: greatestStay(30) >= 500",
            home: home {
                $0.add(
                    .settlement, of: 1, "2026-03-10", fen: 500,
                    [(.event, .text("inpatient")), (.selfPaidFen, .integer(500))])
            },
            first: "no", turns: ["2026-03-10 yes", "2026-04-09 no"]),
        Case(
            condition: "member: m.absentDays(30) >= 5",
            home: home {
                $0.add(.schoolAbsence, of: 1, "2026-03-10", [(.schoolDays, .integer(5))])
            },
            first: "no", turns: ["2026-03-10 yes", "2026-04-09 no"]),
        Case(
            condition: "member: m.majorDiagnosis(90)",
            home: home {
                $0.add(.diagnosis, of: 1, "2026-03-10", [(.diseaseGroup, .text("C34.1"))])
            },
            first: "no", turns: ["2026-03-10 yes", "2026-06-08 no"]),
        Case(
            condition: "when: income.rigid > 0",
            home: home { $0.add(.schoolFee, of: 1, "2026-03-10", fen: 100) },
            first: "no", turns: ["2026-03-10 yes", "2027-03-10 no"]),
        Case(
            condition: "when: topSelfPaid >= 500",
            home: home {
                $0.add(.settlement, of: 1, "2026-03-10", fen: 500, [(.event, .text("special"))])
            },
            first: "no", turns: ["2026-03-10 yes", "2027-01-01 no"]),
    ]

    /// Ages: of facts, of interruptions, of people.
    static let ages = [
        Case(
            condition: "member: m.jobEndedDays >= 30",
            home: home { $0.add(.jobEnded, of: 1, "2026-03-10", [(.employerCode, .text("e"))]) },
            first: "no", turns: ["2026-04-09 yes"]),
        Case(
            condition: "member: m.hasJob && m.jobDays > 30",
            home: home {
                $0.add(.jobStarted, of: 1, "2026-03-10", [(.employerCode, .text("e"))])
                $0.add(.jobEnded, of: 1, "2026-08-01", [(.employerCode, .text("e"))])
            },
            first: "no", turns: ["2026-04-10 yes", "2026-08-01 no"]),
        Case(
            condition: "member: m.leftSchoolDays >= 30",
            home: home {
                $0.add(.schoolEnrolment, of: 1, "2026-03-10", [(.status, .text("left"))])
            },
            first: "no", turns: ["2026-04-09 yes"]),
        Case(
            condition: "when: houses.exists(h, h.daysAgo <= 60)",
            home: home {
                $0.add(
                    .appraisal, "2026-03-10",
                    [(.houseNumber, .pseudonym(.digest("h"))), (.grade, .text("C"))])
            },
            first: "no", turns: ["2026-03-10 yes", "2026-05-10 no"]),
        Case(
            condition: "when: houses.exists(h, h.daysAgo == 0)",
            home: home { $0.add(.appraisal, "2026-03-10", [(.grade, .text("C"))]) },
            first: "no", turns: ["2026-03-10 yes", "2026-03-11 no"]),
        Case(
            condition: "when: waterDays >= 3",
            home: home {
                $0.areaEvent(.waterInterrupted, "2026-03-10")
                $0.areaEvent(
                    .waterRestored, "2026-03-10", [(.to, Home.dayValue("2026-03-20"))])
            },
            first: "no", turns: ["2026-03-13 yes", "2026-03-20 no"]),
        Case(
            condition: "member: m.age >= 16",
            home: home { $0.register(2, born: "2010-05-05") }.without(1),
            first: "no", turns: ["2026-05-05 yes"]),
        Case(
            condition: "member: m.age >= 18 && m.age < 19",
            home: home { $0.register(2, born: "2008-02-29") }.without(1),
            first: "no", turns: ["2026-03-01 yes", "2027-03-01 no"]),
        // Ages that are reckoned with, or looked for in a list, may turn on any birthday.
        Case(
            condition: "member: m.age * 2 == 34 || m.age in [18]",
            home: home { $0.register(2, born: "2009-05-05") }.without(1),
            first: "no", turns: ["2026-05-05 yes"]),
        Case(
            condition: "params: {elder: 60}\n    member: 'm.age > (true ? param.elder : 3)'",
            home: home { $0.register(2, born: "1965-05-05") }.without(1),
            first: "no", turns: ["2026-05-05 yes"]),
        Case(
            condition: #"member: m.labour == "full""#,
            home: home { $0.register(2, born: "2010-05-05") }.without(1),
            first: "no", turns: ["2026-05-05 yes"]),
    ]

    /// States that begin and end.
    static let states = [
        Case(
            condition: "when: low",
            home: home {
                $0.add(
                    .householdClass, "2026-03-10",
                    [(.householdClass, .text("eliminated")), (.exPoor, .integer(0))])
            },
            first: "no", turns: ["2026-03-10 yes", "2027-03-10 no"]),
        Case(
            condition: "when: low",
            home: home {
                $0.add(.allowance, "2026-04-01", [(.event, .text("granted"))])
                $0.add(.allowance, "2026-09-01", [(.event, .text("stopped"))])
            },
            first: "no", turns: ["2026-04-01 yes", "2026-09-01 no"]),
        Case(
            condition: "when: inDisaster",
            home: home { $0.areaEvent(.disasterDeclared, "2026-03-10") },
            first: "no", turns: ["2026-03-10 yes", "2026-03-26 no"]),
        Case(
            condition: "when: inDisaster",
            home: home {
                $0.areaEvent(
                    .disasterDeclared, "2026-03-10", [(.until, Home.dayValue("2026-07-31"))])
            },
            first: "no", turns: ["2026-03-10 yes", "2026-08-01 no"]),
        Case(
            condition: "when: memberCount >= 2",
            home: home {
                $0.register(2, from: "2026-03-10")
                $0.add(.personDeceased, of: 2, "2026-06-20")
            },
            first: "no", turns: ["2026-03-10 yes", "2026-06-20 no"]),
        Case(
            condition: "when: hasLabour",
            home: home { $0.register(2, born: "1966-07-07") }.without(1),
            first: "yes", turns: ["2026-07-07 no"]),
        Case(
            condition: #"member: 'm.enrolled(year) == "no"'"#,
            home: home {
                $0.add(
                    .insuranceEnrolment, of: 1, "2026-02-03",
                    [(.year, .integer(2026)), (.enrolled, .integer(0))])
            },
            first: "no", turns: ["2026-02-03 yes", "2027-01-01 no"]),
    ]

    /// The calendar and the county's numbers.
    static let calendar = [
        Case(
            condition: "when: dayOfYear >= 15", home: .ofOne, first: "no",
            turns: ["2026-01-15 yes", "2027-01-01 no", "2027-01-15 yes"]),
        Case(
            condition: "when: dayOfYear < 100", home: .ofOne, first: "yes",
            turns: ["2026-04-10 no", "2027-01-01 yes", "2027-04-10 no"]),
        Case(
            condition: "when: dayOfYear <= 100", home: .ofOne, first: "yes",
            turns: ["2026-04-11 no", "2027-01-01 yes", "2027-04-11 no"]),
        Case(
            condition: "when: month == 3 || month >= 11", home: .ofOne, first: "no",
            turns: [
                "2026-03-01 yes", "2026-04-01 no", "2026-11-01 yes", "2027-01-01 no",
                "2027-03-01 yes", "2027-04-01 no", "2027-11-01 yes",
            ]),
        Case(
            condition: "when: year >= 2027", home: .ofOne, first: "no", turns: ["2027-01-01 yes"]),
        Case(
            condition: "params: {days: 30}\n    when: losses(param.days).size() > 0",
            home: home { $0.add(.disasterLoss, "2026-03-10") },
            first: "no",
            turns: ["2026-03-10 yes", "2026-04-09 no", "2026-05-01 yes", "2026-06-08 no"],
            policy: Book.policy(parameters: [
                .init(
                    rule: "T-01", name: "days", division: nil, from: Home.day("2026-05-01"),
                    value: 90)
            ])),
        // A span is a span whatever the parameter is called.
        Case(
            condition: "params: {within: 45}\n    when: losses(param.within).size() > 0",
            home: home { $0.add(.disasterLoss, "2026-03-10") },
            first: "no", turns: ["2026-03-10 yes", "2026-04-24 no"]),
    ]

    /// The income reference: `M12` moves on the 15th, `W(365)` and carrying to the day.
    static let income = [
        // Wages of March 2025 are in `M12` while it begins in March: d - 14 up to 31 March 2026.
        Case(
            condition: "when: income.perPerson < line",
            home: home {
                $0.declare("transfer", "2025-12-01", "2025-12-31", fen: 0)
                $0.add(.wagePaid, of: 1, "2025-03-31", fen: 870_000)
            },
            first: "no", turns: ["2026-04-15 yes", "2027-02-05 cannot judge"]),
        Case(
            condition: "member: m.wage > 0",
            home: home { $0.add(.wagePaid, of: 1, "2025-03-31", fen: 1) },
            first: "yes", turns: ["2026-04-15 no"]),
        // The last three months of `M12`: March counts from 15 April until 14 July.
        Case(
            condition: "when: income.lastThreeWages > 0",
            home: home { $0.add(.wagePaid, of: 1, "2026-03-31", fen: 1) },
            first: "no", turns: ["2026-04-15 yes", "2026-07-15 no"]),
        // 400 days after 31 December 2025 is 4 February 2027.
        Case(
            condition: "when: judgeable",
            home: home { $0.declare("business", "2025-01-01", "2025-12-31", fen: 100) },
            first: "yes", turns: ["2027-02-05 no"]),
        Case(
            condition: "when: income.perPerson >= line",
            home: home {
                $0.declare("business", "2024-01-01", "2024-12-31", fen: 871_000)
                $0.declare("business", "2025-01-01", "2025-12-31", fen: 871_000)
            },
            first: "yes", turns: ["2027-01-01 cannot judge"],
            policy: Book.policy(lines: 2020...2026)),
        Case(
            condition: "when: income.perPerson < line && income.withoutSelfPaid >= line",
            home: home {
                $0.declare("business", "2025-01-01", "2025-12-31", fen: 871_000)
                $0.declare("business", "2026-01-01", "2026-12-31", fen: 871_000)
                $0.add(
                    .settlement, of: 1, "2026-03-10", fen: 2_000, [(.event, .text("outpatient"))])
            },
            first: "no", turns: ["2026-03-10 yes", "2027-03-10 no"]),
        Case(
            condition: "when: income.perPerson > line",
            home: home {
                $0.declare("business", "2025-01-01", "2025-12-31", fen: 870_000)
                $0.declare("business", "2026-01-01", "2026-12-31", fen: 870_000)
                $0.add(.claimPaid, "2026-03-10", fen: 500, [(.item, .text("cropInsurance"))])
            },
            first: "no", turns: ["2026-03-10 yes", "2027-03-10 no"]),
        // The year before is known from the first declaration's last day plus a year.
        Case(
            condition: "when: income.previous > 0",
            home: home {
                $0.declare("business", "2024-07-01", "2025-06-30", fen: 870_000)
                $0.declare("business", "2025-07-01", "2026-06-30", fen: 870_000)
            },
            first: "no", turns: ["2026-06-30 yes", "2027-08-05 cannot judge"]),
    ]

    @Test(arguments: windows + ages + states + calendar + income + lists + guardedCalendar)
    func `an answer turns on the day worked out, and the horizon names it`(row: Case) throws {
        let book = try Book(condition: row.condition, policy: row.policy)
        let facts = row.home.known
        var answer = book.answer(row.home, on: Self.start)
        #expect(answer == row.first)
        var turns: [String] = []
        var horizon = book.ruleSet.horizon.next(after: Self.start, facts)
        var askings = 0
        for day in Self.start.number + 1...Self.end.number {
            let day = Day(number: day)
            let now = book.answer(row.home, on: day)
            if now != answer {
                turns.append("\(day) \(now)")
                #expect(horizon == day, "the horizon was \(horizon)")
                answer = now
            }
            // Whoever is woken on the days named, and no others, sees every turn.
            #expect(horizon >= day)
            if horizon == day {
                horizon = book.ruleSet.horizon.next(after: day, facts)
                askings += 1
            }
        }
        #expect(turns == row.turns)
        // It is worth having: far fewer than the 729 midnights.
        #expect(askings < 120, "\(askings) askings")
    }

    @Test func `facts of the future wait for their day, however far`() throws {
        let book = try Book(condition: "when: losses(90).size() > 0")
        var home = Home.ofOne
        home.add(.disasterLoss, "2026-01-20")
        #expect(book.ruleSet.horizon.next(after: Self.start, home.known) == Home.day("2026-01-15"))
        #expect(
            book.ruleSet.horizon.next(after: Home.day("2026-01-15"), home.known)
                == Home.day("2026-01-20"))
    }

    @Test func `of birthdays those count whose age a rule names`() throws {
        let home = HorizonTests.home { $0.register(2, born: "1990-01-04") }
        func next(_ condition: String) throws -> String {
            let book = try Book(condition: condition)
            return book.ruleSet.horizon.next(after: Self.start, home.known).description
        }
        #expect(try next("member: m.age >= 36") == "2026-01-04")
        #expect(try next("member: m.age > 35") == "2026-01-04")
        #expect(try next("member: m.age >= 40 || m.jobDays > 30") == "2026-01-15")
        #expect(try next("member: m.age + 4 >= 40") == "2026-01-04")
    }

    @Test func `an area event elsewhere changes nothing here`() throws {
        let book = try Book(condition: "when: waterDays >= 3")
        var home = Home.ofOne
        home.areaEvent(.waterInterrupted, "2026-01-03", elsewhere: true)
        #expect(book.ruleSet.horizon.next(after: Self.start, home.known) == Home.day("2026-01-15"))
        home.areaEvent(.waterInterrupted, "2026-01-03", key: "here")
        #expect(book.ruleSet.horizon.next(after: Self.start, home.known) == Home.day("2026-01-03"))
        #expect(
            book.ruleSet.horizon.next(after: Home.day("2026-01-03"), home.known)
                == Home.day("2026-01-06"))
    }

    @Test func `days since an alert opened are looked for in clear conditions`() throws {
        let book = try Book(
            condition: """
                params: {visitDays: 9}
                    when: low
                    clear: {when: openedDaysAgo >= 45 || openedDaysAgo > param.visitDays && visited}
                """)
        let opened = Home.day("2026-03-10")
        var turns: [String] = []
        var day = opened
        while let next = book.ruleSet.horizon.turn(of: book.rule, openedOn: opened, after: day) {
            turns.append(next.description)
            day = next
        }
        // Day 9, 45 and, because `>` turns later, the days after them.
        #expect(turns == ["2026-03-19", "2026-03-20", "2026-04-24", "2026-04-25"])
        func clears(_ day: String, _ home: Home) -> Bool {
            book.asking(home, on: day).clears(book.rule, openedOn: opened, subject: nil)
        }
        #expect(!clears("2026-04-23", .ofOne))
        #expect(clears("2026-04-24", .ofOne))
        var visited = Home.ofOne
        visited.add(.visited, "2026-03-12")
        #expect(!clears("2026-03-19", visited))
        #expect(clears("2026-03-20", visited))
        let other = try Book(condition: "when: low\n    clear: {when: visited}")
        #expect(
            other.ruleSet.horizon.turn(of: other.rule, openedOn: opened, after: opened) == nil)
    }
}

extension Home {
    /// The household without one of its people.
    fileprivate func without(_ number: Int) -> Home {
        var home = self
        home.remove(number)
        return home
    }
}
