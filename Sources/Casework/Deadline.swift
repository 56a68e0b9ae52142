package import Households

/// How long somebody has. Hours and days run to the minute from the instant given, whatever the
/// calendar says; working days end at the same time of day on the n-th working day after it, by
/// the calendar of the household's division (formats, section 8; domain, section 5.1).
package enum Deadline: Equatable, Sendable {
    case hours(Int)
    /// Calendar days of 24 hours.
    case days(Int)
    case workingDays(Int)

    /// The greatest count of each unit a file may ask for: about two years. A working-day count
    /// is looked up day by day, so it must be small.
    package static let limit = (hours: 17_520, days: 730, workingDays: 520)

    /// Calendars with more days off in a row than this are taken to be a mistake: the search for
    /// the next working day then goes on by the week alone.
    private static let longestHoliday = 60

    /// The instant (milliseconds since 1970-01-01T00:00Z) at which the time is up.
    package func due(from start: Int64, in division: Division, _ policy: Policy) -> Int64 {
        switch self {
        case .hours(let count): return start + Int64(count) * 3_600_000
        case .days(let count): return start + Int64(count) * Day.milliseconds
        case .workingDays(let count):
            let first = Day(ofInstant: start)
            var day = first
            for _ in 0..<count { day = Deadline.workingDay(after: day, in: division, policy) }
            return start + Int64(day - first) * Day.milliseconds
        }
    }

    private static func workingDay(
        after day: Day, in division: Division, _ policy: Policy
    ) -> Day {
        for step in 1...longestHoliday where policy.isWorkingDay(day + step, in: division) {
            return day + step
        }
        return day + 1
    }
}
