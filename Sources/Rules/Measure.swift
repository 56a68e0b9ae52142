/// What a word of the vocabulary is measured in and which values it may have: what the checks of
/// `RuleCheck` reason with, and what the table of docs/RULES.md says.
struct Measure: Sendable {
    /// In what a number is counted.
    enum Unit: String, Sendable {
        /// Hundredths of a yuan.
        case fen
        /// Whole yuan: no word is counted so, but a parameter may be by mistake.
        case yuan
        case days
        /// Completed years of age.
        case years
        /// Hundredths.
        case percent
        /// How many.
        case count
        /// 1 is the first of January.
        case dayOfYear
        /// 1 is January.
        case month
        /// A calendar year.
        case year
        /// A number of another kind, which the checks compare with any.
        case plain
    }

    /// `nil` for what is no number.
    let unit: Unit?
    /// The least and the most a number can be; `Int64.min` and `.max` where there is no bound.
    let range: ClosedRange<Int64>
    /// The texts it can be; `nil` for what is no text, or any.
    let words: [String]?
    /// True or false.
    let isTruth: Bool

    private init(
        _ unit: Unit? = nil, _ range: ClosedRange<Int64> = .min ... .max, words: [String]? = nil,
        isTruth: Bool = false
    ) {
        self.unit = unit
        self.range = range
        self.words = words
        self.isTruth = isTruth
    }

    static func number(_ unit: Unit, atLeast least: Int64 = .min, atMost most: Int64 = .max)
        -> Measure
    {
        Measure(unit, least...most)
    }

    static func words(_ words: String...) -> Measure {
        Measure(words: words)
    }

    static let truth = Measure(isTruth: true)

    /// A text of any kind, an object or a list of them.
    static let other = Measure()

    /// Days since something; -1 for never, which a comparison must not take for a short while.
    static let daysSince = number(.days, atLeast: -1)
}

extension Measure.Unit {
    /// The unit a parameter's name says at its end; `nil` for a name that says none.
    init?(parameter name: String) {
        let endings: [(String, Measure.Unit)] = [
            ("Fen", .fen), ("Yuan", .yuan), ("Percent", .percent), ("DayOfYear", .dayOfYear),
            ("Days", .days), ("Window", .days), ("Age", .years), ("Years", .years),
            ("Count", .count), ("Month", .month),
        ]
        let capitalized = (name.first.map { $0.uppercased() } ?? "") + name.dropFirst()
        guard let unit = endings.first(where: { capitalized.hasSuffix($0.0) })?.1 else {
            return nil
        }
        self = unit
    }

    /// What values of a parameter of this unit make sense.
    var sensible: ClosedRange<Int64> {
        switch self {
        case .fen, .yuan: 0...1_000_000_000
        case .days: 0...Int64(Spans.longest)
        case .years: 0...150
        case .percent: 0...1_000
        case .count: 0...1_000
        case .dayOfYear: 1...366
        case .month: 1...12
        case .year: 1990...2200
        case .plain: .min ... .max
        }
    }

    var zh: String {
        switch self {
        case .fen: "金额（分）"
        case .yuan: "金额（元）"
        case .days: "天数"
        case .years: "周岁"
        case .percent: "百分比"
        case .count: "个数"
        case .dayOfYear: "一年中的第几天"
        case .month: "月份"
        case .year: "年份"
        case .plain: "数"
        }
    }

    var en: String {
        switch self {
        case .fen: "an amount in fen"
        case .yuan: "an amount in yuan"
        case .days: "days"
        case .years: "years of age"
        case .percent: "percent"
        case .count: "a count"
        case .dayOfYear: "a day of the year"
        case .month: "a month"
        case .year: "a calendar year"
        case .plain: "a number"
        }
    }
}
