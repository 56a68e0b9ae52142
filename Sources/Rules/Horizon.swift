package import Households

/// How far ahead a household's answers hold without new facts: the days on which something the
/// rules ask could change by time alone (design, section 4, item 11). Rules look at facts through
/// windows and ages, so each fact has a few days on which it starts or stops to count; income
/// moves with the month, lines with the year, ages with birthdays. A day too many costs an asking;
/// a day too few would be a missed alert, so what is in doubt is on the list.
package struct Horizon: Sendable {
    /// Days after which a fact of a kind leaves a window, or an age reaches a threshold: every
    /// parameter but percentages and amounts, and every number in a condition, of the rules that
    /// ask about the kind. By raw value.
    let windows: [[Int]]
    /// Days of the year on which a condition may turn.
    let daysOfYear: [Int]
    /// Some condition may turn with the month.
    let asksMonth: Bool
    /// Some rule compares with the year before.
    let looksBack: Bool
    /// By rule id: days after an alert's opening on which its clear condition may turn.
    let openings: [String: [Int]]
    /// From when parameters are overridden.
    let overrides: [Day]

    init(rules: [Rule], policy: Policy) {
        var windows: [Set<Int>] = Array(repeating: [], count: 128)
        var daysOfYear: Set<Int> = [1]
        var openings: [String: [Int]] = [:]
        for rule in rules {
            var numbers = rule.numbers
            for parameter in rule.parameters {
                var values = [parameter.value]
                for entry in policy.parameters
                where entry.rule == rule.id && entry.name == parameter.name {
                    values.append(entry.value)
                }
                let isSpan = !["Percent", "Fen"].contains { parameter.name.hasSuffix($0) }
                guard isSpan else { continue }
                numbers += values.map { Int(clamping: $0) }
            }
            // A comparison with `>` turns a day later than one with `>=`.
            numbers += numbers.filter { $0 < Int.max }.map { $0 + 1 }
            for kind in rule.agingKinds { windows[Int(kind.rawValue)].formUnion(numbers) }
            if rule.asksOpenedDays { openings[rule.id] = Horizon.spans(numbers) }
            if rule.asksDayOfYear { daysOfYear.formUnion(numbers) }
        }
        self.windows = windows.map(Horizon.spans)
        self.openings = openings
        self.daysOfYear = daysOfYear.filter { (1...366).contains($0) }.sorted()
        asksMonth = rules.contains(where: \.asksMonth)
        looksBack = rules.contains { $0.figures.contains(.previous) }
        overrides = policy.parameters.compactMap(\.from).sorted()
    }

    /// Numbers that are spans of days, ascending; nothing older than four years is asked about.
    private static func spans(_ numbers: some Sequence<Int>) -> [Int] {
        numbers.filter { (1...1_500).contains($0) }.sorted()
    }

    /// The first day after `day` on which a rule's clear condition could turn because its alert
    /// opened so many days ago; `nil` for a rule that does not ask that.
    package func turn(of rule: Rule, openedOn: Day, after day: Day) -> Day? {
        openings[rule.id]?.lazy.map { openedOn + $0 }.first { $0 > day }
    }

    /// The first day after `day` on which an answer could change. At most a month ahead, because
    /// the income reference moves with the month.
    package func next(after day: Day, _ facts: HouseholdFacts) -> Day {
        var search = Search(after: day)
        search.calendar(daysOfYear)
        if asksMonth { search.consider(Day.first(ofMonth: day.month + 1)) }
        for override in overrides { search.consider(override) }
        for person in facts.persons {
            if let birth = person.timeline.registration(on: day)?.day(.birthDate) {
                search.birthday(birth)
            }
        }
        facts.forEachFact { fact in
            search.consider(
                fact.kind, fact.occurred, windows[Int(fact.kind.rawValue)], looksBack: looksBack)
        }
        if let division = facts.division(on: day) {
            for fact in facts.area.facts
            where !fact.isReversed && facts.area.covers(fact, division) {
                search.consider(fact.occurred)
                for length in windows[Int(FactKind.waterInterrupted.rawValue)] {
                    search.consider(fact.occurred + length)
                }
                if let until = fact.day(.until) { search.consider(until + 1) }
                if fact.kind == .disasterDeclared { search.consider(fact.occurred + 16) }
                if let to = fact.day(.to) { search.consider(to) }
            }
        }
        return search.first
    }

    /// The first day after `day` on which one fact could change an answer, by its kind and the day
    /// it occurred; at most a month ahead. Not for kinds that build membership or areas', which
    /// bear on other facts.
    package func next(after day: Day, _ kind: FactKind, on occurred: Day) -> Day {
        var search = Search(after: day)
        search.consider(kind, occurred, windows[Int(kind.rawValue)], looksBack: looksBack)
        return search.first
    }

    /// Keeps the first of the days considered.
    private struct Search {
        let after: Day
        var first: Day

        init(after day: Day) {
            after = day
            // The next 15th: `M12` moves when the month of d − 14 does.
            let month = (day - 14).month
            first = Day.first(ofMonth: month + 1) + 14
        }

        @inline(__always)
        mutating func consider(_ day: Day) {
            if day > after, day < first { first = day }
        }

        mutating func calendar(_ daysOfYear: [Int]) {
            for year in [after.year, after.year + 1] {
                let start = Day.first(ofMonth: year * 12)
                for number in daysOfYear { consider(start + (number - 1)) }
            }
        }

        mutating func birthday(_ birth: Day) {
            let years = after.year - birth.year
            for year in years...(years + 1) {
                let day = birth.adding(years: year)
                consider(day)
                // Born on 29 February: a year is completed on 1 March.
                consider(day + 1)
            }
        }

        mutating func consider(
            _ kind: FactKind, _ day: Day, _ windows: [Int], looksBack: Bool
        ) {
            consider(day)
            switch kind {
            case .settlement, .claimPaid, .schoolFee, .schoolAid:
                consider(day + 365)
                windowed(day, windows)
                if looksBack { yearLater(day, and: 365) }
            case .incomeDeclared:
                consider(day + 401)
                if looksBack { yearLater(day, and: 401) }
            case .schoolAbsence, .schoolEnrolment, .schoolDropout, .diagnosis, .jobStarted,
                .jobEnded, .disasterLoss, .insuranceEnrolment, .appraisal:
                windowed(day, windows)
            case .householdClass: consider(day.adding(months: 12))
            case .personRegistered, .personDeceased, .personMoved, .personLeft:
                if looksBack { yearLater(day, and: 0) }
            case .allowance:
                if looksBack { yearLater(day, and: 0) }
            // Wages and payments count by the month, which the 15th covers.
            default: break
            }
            // 48 months have 1,460 or 1,461 days, so most facts need no calendar.
            if day + 1_455 < first, !kind.isKeptForGood {
                consider(day.adding(months: Fact.amountMonths) + 1)
            }
        }

        private mutating func windowed(_ day: Day, _ windows: [Int]) {
            for length in windows { consider(day + length) }
        }

        /// What counts a year from now as it did then: with and without a leap day between.
        private mutating func yearLater(_ day: Day, and length: Int) {
            for days in 364...367 {
                consider(day + days)
                if length > 0 { consider(day + days + length) }
            }
        }
    }
}
