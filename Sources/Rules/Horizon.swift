package import Households

/// How far ahead a household's answers hold without new facts: the days on which something the
/// rules ask could change by time alone (design, section 4, item 11). Rules look at facts through
/// windows and ages, so each fact has a few days on which it starts or stops to count; income
/// moves with the month, lines with the year, ages with birthdays. A day too many costs an asking;
/// a day too few would be a missed alert, so what is in doubt is on the list.
package struct Horizon: Sendable {
    /// Days after which a fact of a kind leaves a window, or an age reaches a threshold: every
    /// parameter that may be a span, and every number in a condition, of the rules that ask about
    /// the kind. By raw value.
    let windows: [[Int]]
    /// Whether some rule asks how many days are left until the end of a fact of a kind. By raw
    /// value.
    let endings: [Bool]
    /// Days of the year on which a condition may turn.
    let daysOfYear: [Int]
    /// The same of rules that are only asked of who has a fact of a kind. By raw value.
    let calendars: [[Int]]
    /// Spans before which months of care costs are compared with (`usualCare`), and how many.
    let careSpans: [Int]
    let careMonths: [Int]
    /// Days after an alert's opening on which a rule about alerts may turn.
    let alertAges: [Int]
    /// Spans over which days without water are counted, and the counts they are compared with.
    let waterSpans: [Int]
    let waterCounts: [Int]
    /// Some condition may turn with the month.
    let asksMonth: Bool
    /// Some rule compares with the year before.
    let looksBack: Bool
    /// Years of life at whose completion a condition may turn; `nil` for every year.
    let ages: [Int]?
    /// By rule id: days after an alert's opening on which its clear condition may turn.
    let openings: [String: [Int]]
    /// From when parameters are overridden.
    let overrides: [Day]

    init(rules: [Rule], policy: Policy) {
        var windows: [Set<Int>] = Array(repeating: [], count: 128)
        var endings = Array(repeating: false, count: 128)
        var daysOfYear: Set<Int> = [1]
        var calendars: [Set<Int>] = Array(repeating: [], count: 128)
        var careSpans: Set<Int> = []
        var careMonths: Set<Int> = []
        var alertAges: Set<Int> = []
        var waterSpans: Set<Int> = []
        var waterCounts: Set<Int> = []
        var openings: [String: [Int]] = [:]
        // Where a register does not tell, whoever is 16 to 59 can work (`MemberView.labour`).
        var ages: Set<Int>? = [16, 60]
        for rule in rules {
            var numbers = rule.numbers
            var calendar: [Int] = []
            var years = rule.numbers
            for parameter in rule.parameters {
                var values = [parameter.value]
                for entry in policy.parameters
                where entry.rule == rule.id && entry.name == parameter.name {
                    values.append(entry.value)
                }
                if rule.asksUsualCare { careMonths.formUnion(values.map { Int(clamping: $0) }) }
                if rule.asksDaysWithoutWater {
                    let counts = values.map { Int(clamping: $0) }.filter { $0 < Int.max }
                    waterCounts.formUnion(counts + counts.map { $0 + 1 })
                }
                years += values.map { Int(clamping: $0) }
                if Horizon.isNoSpan(parameter.name) { continue }
                if parameter.name.hasSuffix(Horizon.dayOfYear) {
                    calendar += values.map { Int(clamping: $0) }
                } else {
                    numbers += values.map { Int(clamping: $0) }
                }
            }
            switch rule.asksAge {
            case .no: break
            case .compared: ages?.formUnion(years.flatMap { [$0, $0 &+ 1] })
            case .reckoned: ages = nil
            }
            // Spans the cost functions reach back over end on the day itself.
            if rule.asksUsualCare {
                careSpans.formUnion(numbers)
                careMonths.formUnion(numbers)
            }
            if rule.asksDaysWithoutWater {
                waterSpans.formUnion(numbers)
                waterCounts.formUnion(numbers.flatMap { [$0, $0 + 1] })
            }
            // What is only looked at through windows leaves them on the day itself; a comparison of
            // an age with `>` turns a day later than one with `>=`.
            for kind in rule.agingKinds { windows[Int(kind.rawValue)].formUnion(numbers) }
            numbers += numbers.filter { $0 < Int.max }.map { $0 + 1 }
            for kind in rule.agingKinds.subtracting([.settlement, .schoolAbsence, .diagnosis]) {
                windows[Int(kind.rawValue)].formUnion(numbers)
            }
            for kind in rule.endingKinds {
                windows[Int(kind.rawValue)].formUnion(numbers)
                endings[Int(kind.rawValue)] = true
            }
            if rule.asksAlerts { alertAges.formUnion(numbers) }
            if rule.asksOpenedDays { openings[rule.id] = Horizon.spans(numbers) }
            if rule.asksDayOfYear {
                // A rule that names days of the year names them all, and compares with >= or <.
                let days = calendar.isEmpty ? numbers : calendar
                if rule.having.isEmpty { daysOfYear.formUnion(days) }
                for kind in rule.having { calendars[Int(kind.rawValue)].formUnion(days) }
            }
        }
        self.windows = windows.map(Horizon.spans)
        self.endings = endings
        self.openings = openings
        self.daysOfYear = Horizon.days(daysOfYear)
        self.calendars = calendars.map(Horizon.days)
        self.careSpans = Horizon.spans(careSpans)
        self.careMonths = careMonths.filter { (1...12).contains($0) }.sorted()
        self.alertAges = Horizon.spans(alertAges)
        self.waterSpans = Horizon.spans(waterSpans)
        self.waterCounts = Horizon.spans(waterCounts)
        asksMonth = rules.contains(where: \.asksMonth)
        looksBack = rules.contains { $0.figures.contains(.previous) }
        self.ages = ages.map { $0.filter { (0...130).contains($0) }.sorted() }
        overrides = policy.parameters.compactMap(\.from).sorted()
    }

    private static let dayOfYear = "DayOfYear"

    /// True for a parameter that is an amount, a share, a count or a person's age.
    private static func isNoSpan(_ name: String) -> Bool {
        ["Percent", "Fen", "Count", "Age"].contains { name.hasSuffix($0) }
    }

    private static func days(_ numbers: Set<Int>) -> [Int] {
        numbers.filter { (1...366).contains($0) }.sorted()
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
                search.birthday(birth, ages)
            }
        }
        facts.forEachFact { fact in
            search.consider(fact.kind, fact.occurred, self)
            if asksEnd(of: fact.kind), let until = fact.day(.until) ?? fact.day(.contractUntil) {
                search.end(until, windows[Int(fact.kind.rawValue)])
            }
        }
        if let division = facts.division(on: day) {
            for fact in facts.area.facts
            where !fact.isReversed && facts.area.covers(fact, division) {
                search.consider(fact.occurred)
                let kind = fact.kind == .waterRestored ? FactKind.waterInterrupted : fact.kind
                let windows = windows[Int(kind.rawValue)]
                for length in windows { search.consider(fact.occurred + length) }
                if let until = fact.day(.until) {
                    search.consider(until + 1)
                    if asksEnd(of: fact.kind) { search.end(until, windows) }
                }
                if fact.kind == .disasterDeclared { search.consider(fact.occurred + 16) }
                if let to = fact.day(.to) { search.consider(to) }
            }
            for span in waterSpans
            where !facts.area.facts(.waterInterrupted, in: division, asOf: search.first).isEmpty {
                search.dry(waterCounts) {
                    facts.area.daysWithoutWater(span, in: division, asOf: $0)
                }
            }
        }
        return search.first
    }

    /// True when a fact of the kind bears on answers by the day it ends too, which is then looked
    /// for among all facts.
    package func asksEnd(of kind: FactKind) -> Bool {
        endings[Int(kind.rawValue)]
    }

    /// The first day after `day` on which a rule about alerts could turn because an alert opened so
    /// many days ago.
    package func turn(ofAlertOpenedOn opened: Day, after day: Day) -> Day? {
        alertAges.lazy.map { opened + $0 }.first { $0 > day }
    }

    /// The first day after `day` on which one fact could change an answer, by its kind and the day
    /// it occurred; at most a month ahead. Not for kinds that build membership or areas', which
    /// bear on other facts.
    package func next(after day: Day, _ kind: FactKind, on occurred: Day) -> Day {
        var search = Search(after: day)
        search.consider(kind, occurred, self)
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
            // Most kinds name no day, and a date costs as much as all else of a fact.
            if daysOfYear.isEmpty { return }
            let year = after.year
            for year in year...(year + 1) {
                let start = Day.first(ofMonth: year * 12)
                for number in daysOfYear { consider(start + (number - 1)) }
            }
        }

        /// The days on which somebody completes years of life.
        mutating func birthday(_ birth: Day, _ ages: [Int]?) {
            let years = after.year - birth.year
            for age in years...(years + 1) where ages?.contains(age) ?? true {
                let day = birth.adding(years: age)
                // Born on 29 February: a year is completed on 1 March.
                consider(day.age(bornOn: birth) == age ? day : day + 1)
            }
        }

        /// The days around the end of a fact on which days left could turn a condition.
        mutating func end(_ until: Day, _ windows: [Int]) {
            for length in windows {
                for near in -1...1 { consider(until - length + near) }
            }
            consider(until)
            consider(until + 1)
        }

        /// The first day on which so many days without water lie in a span as no longer meet, or now
        /// meet, one of the counts. Exact, so that it is the same day whenever it is looked for.
        mutating func dry(_ counts: [Int], _ days: (Day) -> Int) {
            let last = first - 1
            guard last > after else { return }
            let now = days(after)
            for number in (after.number + 1)...last.number {
                let then = days(Day(number: number))
                if counts.contains(where: { (now >= $0) != (then >= $0) }) {
                    return consider(Day(number: number))
                }
            }
        }

        mutating func consider(_ kind: FactKind, _ day: Day, _ horizon: Horizon) {
            let windows = horizon.windows[Int(kind.rawValue)]
            let looksBack = horizon.looksBack
            consider(day)
            calendar(horizon.calendars[Int(kind.rawValue)])
            switch kind {
            case .settlement, .claimPaid, .schoolFee, .schoolAid:
                consider(day + 365)
                windowed(day, windows)
                if looksBack { yearLater(day, and: 365) }
                if kind == .settlement {
                    // Its month comes before the one in which the span begins, and goes by.
                    for span in horizon.careSpans {
                        consider(Day.first(ofMonth: day.month + 1) + (span - 1))
                        for months in horizon.careMonths {
                            consider(Day.first(ofMonth: day.month + 1 + months) + (span - 1))
                        }
                    }
                }
            case .incomeDeclared:
                consider(day + 401)
                if looksBack { yearLater(day, and: 401) }
            case .householdClass:
                consider(day.adding(months: 12))
                windowed(day, windows)
            case .personRegistered, .personDeceased, .personMoved, .personLeft, .allowance:
                windowed(day, windows)
                if looksBack { yearLater(day, and: 0) }
            // Wages and payments count by the month, which the 15th covers; no rule asks their age.
            default: windowed(day, windows)
            }
            // 48 months have 1,460 or 1,461 days, so most facts need no calendar.
            if day + 1_455 < first, !kind.isKeptForGood {
                consider(day.adding(months: Fact.amountMonths) + 1)
            }
        }

        private mutating func windowed(_ day: Day, _ windows: [Int]) {
            for length in windows { consider(day + length) }
        }

        /// The days on which a year has passed since a day, and since so many days after it, as
        /// `previousPerCapitaFen` counts years.
        private mutating func yearLater(_ day: Day, and length: Int) {
            yearLater(day)
            if length > 0 { yearLater(day + length) }
        }

        private mutating func yearLater(_ day: Day) {
            // The anniversary, or the day after where the year before has 29 February.
            guard day + 364 < first, day + 367 > after else { return }
            if let turn = (364...367).lazy.map({ day + $0 }).first(where: { $0.adding(years: -1) >= day })
            {
                consider(turn)
            }
        }
    }
}
