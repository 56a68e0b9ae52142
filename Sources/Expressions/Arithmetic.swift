/// `+ - * / %` and the signs (CEL language definition, "Arithmetic Operators"). Integers,
/// timestamps and durations that leave their range are errors; doubles follow IEEE 754.
enum Arithmetic {
    static func add(_ a: Value, _ b: Value) throws(EvaluationError) -> Value {
        switch (a, b) {
        case (.int(let x), .int(let y)): .int(try whole(x.addingReportingOverflow(y)))
        case (.uint(let x), .uint(let y)): .uint(try whole(x.addingReportingOverflow(y)))
        case (.double(let x), .double(let y)): .double(x + y)
        case (.string(let x), .string(let y)): .string(x + y)
        case (.bytes(let x), .bytes(let y)): .bytes(x + y)
        case (.list(let x), .list(let y)): .list(x + y)
        case (.timestamp(let x), .duration(let y)): .timestamp(try shift(x, by: y))
        case (.duration(let x), .timestamp(let y)): .timestamp(try shift(y, by: x))
        case (.duration(let x), .duration(let y)):
            .duration(
                .init(
                    nanoseconds: try whole(x.nanoseconds.addingReportingOverflow(y.nanoseconds))))
        default: throw EvaluationError(.noMatchingOverload)
        }
    }

    static func subtract(_ a: Value, _ b: Value) throws(EvaluationError) -> Value {
        switch (a, b) {
        case (.int(let x), .int(let y)): .int(try whole(x.subtractingReportingOverflow(y)))
        case (.uint(let x), .uint(let y)): .uint(try whole(x.subtractingReportingOverflow(y)))
        case (.double(let x), .double(let y)): .double(x - y)
        case (.timestamp(let x), .timestamp(let y)): .duration(try between(y, x))
        case (.timestamp(let x), .duration(let y)):
            .timestamp(try shift(x, by: y, backwards: true))
        case (.duration(let x), .duration(let y)):
            .duration(
                .init(
                    nanoseconds: try whole(
                        x.nanoseconds.subtractingReportingOverflow(y.nanoseconds))))
        default: throw EvaluationError(.noMatchingOverload)
        }
    }

    static func multiply(_ a: Value, _ b: Value) throws(EvaluationError) -> Value {
        switch (a, b) {
        case (.int(let x), .int(let y)): .int(try whole(x.multipliedReportingOverflow(by: y)))
        case (.uint(let x), .uint(let y)): .uint(try whole(x.multipliedReportingOverflow(by: y)))
        case (.double(let x), .double(let y)): .double(x * y)
        default: throw EvaluationError(.noMatchingOverload)
        }
    }

    static func divide(_ a: Value, _ b: Value) throws(EvaluationError) -> Value {
        switch (a, b) {
        case (.int(let x), .int(let y)):
            guard y != 0 else { throw EvaluationError(.divisionByZero) }
            return .int(try whole(x.dividedReportingOverflow(by: y)))
        case (.uint(let x), .uint(let y)):
            guard y != 0 else { throw EvaluationError(.divisionByZero) }
            return .uint(x / y)
        case (.double(let x), .double(let y)): return .double(x / y)
        default: throw EvaluationError(.noMatchingOverload)
        }
    }

    static func remainder(_ a: Value, _ b: Value) throws(EvaluationError) -> Value {
        switch (a, b) {
        case (.int(let x), .int(let y)):
            guard y != 0 else { throw EvaluationError(.modulusByZero) }
            return .int(try whole(x.remainderReportingOverflow(dividingBy: y)))
        case (.uint(let x), .uint(let y)):
            guard y != 0 else { throw EvaluationError(.modulusByZero) }
            return .uint(x % y)
        default: throw EvaluationError(.noMatchingOverload)
        }
    }

    static func negate(_ a: Value) throws(EvaluationError) -> Value {
        switch a {
        case .int(let x): .int(try whole(Int64(0).subtractingReportingOverflow(x)))
        case .double(let x): .double(-x)
        default: throw EvaluationError(.noMatchingOverload)
        }
    }

    private static func whole<Number>(
        _ outcome: (partialValue: Number, overflow: Bool)
    ) throws(EvaluationError) -> Number {
        guard !outcome.overflow else { throw EvaluationError(.overflow) }
        return outcome.partialValue
    }

    private static let second: Int64 = 1_000_000_000

    private static func shift(
        _ time: Value.Timestamp, by duration: Value.Duration, backwards: Bool = false
    ) throws(EvaluationError) -> Value.Timestamp {
        // Split first: the least duration has no positive counterpart.
        let sign: Int64 = backwards ? -1 : 1
        var seconds = time.seconds + sign * (duration.nanoseconds / second)
        var nanoseconds = Int64(time.nanoseconds) + sign * (duration.nanoseconds % second)
        if nanoseconds < 0 {
            nanoseconds += second
            seconds -= 1
        } else if nanoseconds >= second {
            nanoseconds -= second
            seconds += 1
        }
        guard let result = Value.Timestamp(seconds: seconds, nanoseconds: Int32(nanoseconds))
        else { throw EvaluationError(.overflow) }
        return result
    }

    private static func between(
        _ start: Value.Timestamp, _ end: Value.Timestamp
    ) throws(EvaluationError) -> Value.Duration {
        let (seconds, overflow) = (end.seconds - start.seconds)
            .multipliedReportingOverflow(by: second)
        guard !overflow else { throw EvaluationError(.overflow) }
        let rest = Int64(end.nanoseconds) - Int64(start.nanoseconds)
        return Value.Duration(nanoseconds: try whole(seconds.addingReportingOverflow(rest)))
    }
}
