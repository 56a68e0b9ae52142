/// A run of days, both ends included.
public struct Window: Sendable, Equatable {
    public let first: Day
    public let last: Day

    public init(first: Day, last: Day) {
        self.first = first
        self.last = last
    }

    /// `W(n)`: the `n` days that end with `day` (formats, section 5.1).
    public init(_ days: Int, endingOn day: Day) {
        self.init(first: day - (days - 1), last: day)
    }

    /// `M12(d)`: the twelve calendar months before the month of `d − 14`; a month is closed
    /// 14 days after its last day (formats, section 5.1).
    public static func m12(_ day: Day) -> Window {
        let month = (day - 14).month
        return Window(first: Day.first(ofMonth: month - 12), last: Day.last(ofMonth: month - 1))
    }

    public func contains(_ day: Day) -> Bool {
        first <= day && day <= last
    }
}

/// Division rounding towards minus infinity (formats, section 5.1).
public func floorDivide(_ numerator: Int64, _ denominator: Int64) -> Int64 {
    let quotient = numerator / denominator
    return numerator % denominator != 0 && (numerator < 0) != (denominator < 0)
        ? quotient - 1 : quotient
}
