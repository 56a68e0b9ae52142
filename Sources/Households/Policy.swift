/// The county's numbers, by division and date (formats, section 10). Pure: read from
/// `config/policy` by `PolicyFolder` in `Workers`. Shared between threads, never changed.
public final class Policy: Sendable {
    /// A monitoring line or a disposable income of one division and year.
    public struct YearFigure: Sendable, Equatable {
        public let division: Division
        public let year: Int
        public let fen: Int64
        /// Last year's figure, entered until this year's is set; alerts say so.
        public let isProvisional: Bool

        public init(division: Division, year: Int, fen: Int64, isProvisional: Bool) {
            self.division = division
            self.year = year
            self.fen = fen
            self.isProvisional = isProvisional
        }
    }

    /// A division's name in both languages.
    public struct DivisionName: Sendable, Equatable {
        public let zh: String
        public let en: String

        public init(zh: String, en: String) {
            self.zh = zh
            self.en = en
        }
    }

    /// A rule parameter overridden for a division (nation when `nil`) from a day on.
    public struct ParameterOverride: Sendable, Equatable {
        public let rule: String
        public let name: String
        public let division: Division?
        public let from: Day?
        /// Integers as they are: percent, days, fen.
        public let value: Int64

        public init(rule: String, name: String, division: Division?, from: Day?, value: Int64) {
            self.rule = rule
            self.name = name
            self.division = division
            self.from = from
            self.value = value
        }
    }

    /// A day off, or a weekend day that is worked, in a division (nation when `nil`).
    public struct CalendarDay: Sendable, Equatable {
        public let division: Division?
        public let date: Day
        public let isOff: Bool

        public init(division: Division?, date: Day, isOff: Bool) {
            self.division = division
            self.date = date
            self.isOff = isOff
        }
    }

    private let lines: [Place: YearFigure]
    private let disposable: [Place: YearFigure]
    /// Every listed division's name.
    public let divisions: [Division: DivisionName]
    private let knownAreas: Set<Division>
    private let calendar: [Day: [CalendarDay]]
    public let parameters: [ParameterOverride]
    /// Digest of the files read: part of `ruleSet`.
    public let digest: String

    public init(
        lines: [YearFigure], disposable: [YearFigure], divisions: [Division: DivisionName],
        calendar: [CalendarDay] = [], parameters: [ParameterOverride] = [], digest: String = ""
    ) {
        self.lines = Policy.byPlace(lines)
        self.disposable = Policy.byPlace(disposable)
        self.divisions = divisions
        var areas: Set<Division> = []
        for division in divisions.keys { areas.formUnion(division.prefixes) }
        knownAreas = areas
        self.calendar = Dictionary(grouping: calendar, by: \.date)
        self.parameters = parameters
        self.digest = digest
    }

    /// The monitoring line of the longest matching prefix for the year, fen per person and year;
    /// `nil` when none is set: there is no falling back to another year (formats, section 5.8).
    public func line(_ division: Division, year: Int) -> YearFigure? {
        Policy.longest(lines, division, year)
    }

    /// Disposable income per person of the year, likewise.
    public func disposableIncome(_ division: Division, year: Int) -> YearFigure? {
        Policy.longest(disposable, division, year)
    }

    /// Years some division has a line for, ascending.
    public var lineYears: [Int] { Policy.years(lines) }

    /// Years some division has a disposable income for, ascending.
    public var disposableYears: [Int] { Policy.years(disposable) }

    private static func years(_ figures: [Place: YearFigure]) -> [Int] {
        Set(figures.values.map(\.year)).sorted()
    }

    /// A year and an area in one word: looked up with every asking.
    private struct Place: Hashable {
        private let word: Int64

        /// Twelve digits take 40 bits, their count 4.
        init(_ division: Division, _ year: Int) {
            word = Int64(year) << 44 | Int64(division.digits) << 40 | division.code
        }
    }

    private static func byPlace(_ figures: [YearFigure]) -> [Place: YearFigure] {
        var result: [Place: YearFigure] = [:]
        for figure in figures { result[Place(figure.division, figure.year)] = figure }
        return result
    }

    private static func longest(
        _ figures: [Place: YearFigure], _ division: Division, _ year: Int
    ) -> YearFigure? {
        var area: Division? = division
        while let place = area {
            if let figure = figures[Place(place, year)] { return figure }
            area = place.larger
        }
        return nil
    }

    /// True when the code is a listed division or a prefix of one, or lies in a listed village's
    /// place: formats, section 9, `division.unknown`.
    public func knows(_ division: Division) -> Bool {
        knownAreas.contains(division)
    }

    /// True when the day is worked in the division: the calendar's word for the longest matching
    /// division, else Monday to Friday.
    public func isWorkingDay(_ day: Day, in division: Division) -> Bool {
        if let entries = calendar[day] {
            let applying = entries.filter { $0.division?.contains(division) ?? true }
            let closest = applying.max { ($0.division?.digits ?? 0) < ($1.division?.digits ?? 0) }
            if let closest { return !closest.isOff }
        }
        // 1970-01-01 was a Thursday: 0 = Monday after the shift.
        let weekday = ((Int(day.number) + 3) % 7 + 7) % 7
        return weekday < 5
    }
}
