/// A calendar day in zone +08:00, as days since 1970-01-01. All windows, deadlines and as-of days
/// of the domain are counted in it (formats, section 1).
public struct Day: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Days since 1970-01-01.
    public let number: Int32

    public init(number: Int32) {
        self.number = number
    }

    /// The day of an instant (milliseconds since 1970-01-01T00:00Z) in zone +08:00.
    public init(ofInstant milliseconds: Int64) {
        let local = milliseconds + Day.zoneOffsetMilliseconds
        let quotient = local / Day.milliseconds
        self.init(number: Int32(truncatingIfNeeded: local < quotient * Day.milliseconds
            ? quotient - 1 : quotient))
    }

    /// `nil` when there is no such day in the proleptic Gregorian calendar or the year is not in
    /// 1800 to 2999.
    public init?(year: Int, month: Int, day: Int) {
        guard (1800...2999).contains(year), (1...12).contains(month),
            day >= 1, day <= Day.daysIn(year: year, month: month)
        else { return nil }
        self.init(unchecked: year, month, day)
    }

    private init(unchecked year: Int, _ month: Int, _ day: Int) {
        // Days from civil, with March as the first month of the year.
        let y = month <= 2 ? year - 1 : year
        let era = y / 400
        let yearOfEra = y - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        self.init(number: Int32(era * 146_097 + dayOfEra - 719_468))
    }

    /// Reads `2026-03-05`; `nil` for any other form or an impossible day.
    public init?(iso text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard bytes.count == 10, bytes[4] == 0x2d, bytes[7] == 0x2d else { return nil }
        func number(_ range: Range<Int>) -> Int? {
            var value = 0
            for byte in bytes[range] {
                guard byte >= 0x30, byte <= 0x39 else { return nil }
                value = value * 10 + Int(byte - 0x30)
            }
            return value
        }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10)
        else { return nil }
        self.init(year: year, month: month, day: day)
    }

    /// Milliseconds of a day; +08:00 has no daylight saving.
    public static let milliseconds: Int64 = 86_400_000
    /// +08:00 in milliseconds.
    public static let zoneOffsetMilliseconds: Int64 = 8 * 3_600_000

    /// The instant of 00:00 (+08:00) of this day, milliseconds.
    public var start: Int64 {
        Int64(number) * Day.milliseconds - Day.zoneOffsetMilliseconds
    }

    /// Year, month and day.
    public var civil: (year: Int, month: Int, day: Int) {
        let z = Int(number) + 719_468
        let era = (z >= 0 ? z : z - 146_096) / 146_097
        let dayOfEra = z - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }

    public var year: Int { civil.year }

    /// Months since year 0: `year * 12 + month - 1`. Calendar months are compared with it.
    public var month: Int {
        let civil = civil
        return civil.year * 12 + civil.month - 1
    }

    /// The first day of a month given as `year * 12 + month - 1`.
    public static func first(ofMonth month: Int) -> Day {
        Day(unchecked: month / 12, month % 12 + 1, 1)
    }

    /// The last day of a month given as `year * 12 + month - 1`.
    public static func last(ofMonth month: Int) -> Day {
        first(ofMonth: month + 1) - 1
    }

    public static func daysIn(year: Int, month: Int) -> Int {
        switch month {
        case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// The same day a number of years away; 29 February becomes 28 (formats, section 6).
    public func adding(years: Int) -> Day {
        let civil = civil
        let year = civil.year + years
        return Day(
            unchecked: year, civil.month, min(civil.day, Day.daysIn(year: year, month: civil.month))
        )
    }

    /// The same day a number of months away, at most the month's last day.
    public func adding(months: Int) -> Day {
        let civil = civil
        let month = civil.year * 12 + civil.month - 1 + months
        return Day(
            unchecked: month / 12, month % 12 + 1,
            min(civil.day, Day.daysIn(year: month / 12, month: month % 12 + 1)))
    }

    /// Completed years from `birth` to this day; negative before birth. Someone born on
    /// 29 February completes a year on 1 March of a common year.
    public func age(bornOn birth: Day) -> Int {
        let now = civil
        let born = birth.civil
        let passed = (now.month, now.day) >= (born.month, born.day)
        return now.year - born.year - (passed ? 0 : 1)
    }

    public static func + (day: Day, days: Int) -> Day {
        Day(number: day.number + Int32(days))
    }

    public static func - (day: Day, days: Int) -> Day {
        Day(number: day.number - Int32(days))
    }

    /// Days from `right` to `left`.
    public static func - (left: Day, right: Day) -> Int {
        Int(left.number) - Int(right.number)
    }

    public static func < (left: Day, right: Day) -> Bool {
        left.number < right.number
    }

    /// ISO, `2026-03-05`.
    public var description: String {
        let civil = civil
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let year = String(civil.year)
        return String(repeating: "0", count: 4 - year.count) + year + "-" + two(civil.month) + "-"
            + two(civil.day)
    }
}
