/// `getHours()` and the others on timestamps and durations.
enum TimeParts {
    /// A part of a timestamp, in UTC or in a zone.
    enum Part: CaseIterable {
        case fullYear, month, date, dayOfMonth, dayOfWeek, dayOfYear
        case hours, minutes, seconds, milliseconds

        var functionName: String {
            switch self {
            case .fullYear: "getFullYear"
            case .month: "getMonth"
            case .date: "getDate"
            case .dayOfMonth: "getDayOfMonth"
            case .dayOfWeek: "getDayOfWeek"
            case .dayOfYear: "getDayOfYear"
            case .hours: "getHours"
            case .minutes: "getMinutes"
            case .seconds: "getSeconds"
            case .milliseconds: "getMilliseconds"
            }
        }

        /// Durations have these too.
        var isOfDuration: Bool {
            switch self {
            case .hours, .minutes, .seconds, .milliseconds: true
            default: false
            }
        }
    }

    static func part(_ part: Part, of value: Value, zone: Value?) throws(EvaluationError) -> Value {
        switch (value, zone) {
        case (.timestamp(let time), nil): return .int(get(part, time, offset: 0))
        case (.timestamp(let time), .string(let name)):
            guard let offset = TimeZones.offset(name, at: time.seconds) else {
                throw EvaluationError(.unknownTimeZone)
            }
            return .int(get(part, time, offset: offset))
        case (.duration(let duration), nil) where part.isOfDuration:
            return .int(get(part, duration))
        default: throw EvaluationError(.noMatchingOverload)
        }
    }

    private static func get(_ part: Part, _ time: Value.Timestamp, offset: Int64) -> Int64 {
        let calendar = Calendar(seconds: time.seconds + offset)
        return switch part {
        case .fullYear: calendar.year
        case .month: calendar.month - 1
        case .date: calendar.day
        case .dayOfMonth: calendar.day - 1
        case .dayOfWeek: calendar.dayOfWeek
        case .dayOfYear: calendar.dayOfYear
        case .hours: calendar.hour
        case .minutes: calendar.minute
        case .seconds: calendar.second
        case .milliseconds: Int64(time.nanoseconds / 1_000_000)
        }
    }

    private static func get(_ part: Part, _ duration: Value.Duration) -> Int64 {
        let nanoseconds = duration.nanoseconds
        return switch part {
        case .hours: nanoseconds / 3_600_000_000_000
        case .minutes: nanoseconds / 60_000_000_000
        case .seconds: nanoseconds / 1_000_000_000
        default: nanoseconds / 1_000_000 % 1_000
        }
    }
}
