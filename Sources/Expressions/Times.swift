/// Texts of timestamps and durations (RFC 3339; CEL language definition, "timestamp",
/// "duration").
enum Times {
    /// `2009-02-13T23:31:30.5Z` or with an offset such as `+08:00`; `nil` for anything else, and
    /// outside of the years 1 to 9999.
    static func timestamp(_ text: String) -> Value.Timestamp? {
        var scanner = Scanner(text)
        guard let year = scanner.digits(4), scanner.skip("-"), let month = scanner.digits(2),
            scanner.skip("-"), let day = scanner.digits(2),
            scanner.skip("T") || scanner.skip("t"),
            let hour = scanner.digits(2), scanner.skip(":"), let minute = scanner.digits(2),
            scanner.skip(":"), let second = scanner.digits(2)
        else { return nil }
        var nanoseconds: Int64 = 0
        if scanner.skip(".") {
            guard let fraction = scanner.fraction() else { return nil }
            nanoseconds = fraction
        }
        guard let offset = scanner.zone(), scanner.isAtEnd,
            (1...12).contains(month), day >= 1, day <= Calendar.days(inMonth: month, year),
            hour <= 23, minute <= 59, second <= 59
        else { return nil }
        let seconds =
            Calendar.days(year: year, month: month, day: day) * 86_400 + hour * 3_600
            + minute * 60 + second - offset
        return Value.Timestamp(seconds: seconds, nanoseconds: Int32(nanoseconds))
    }

    /// UTC with as many digits of a second as are needed.
    static func text(of time: Value.Timestamp) -> String {
        let parts = Calendar(seconds: time.seconds)
        let date = "\(padded(parts.year, 4))-\(padded(parts.month, 2))-\(padded(parts.day, 2))"
        let clock =
            "\(padded(parts.hour, 2)):\(padded(parts.minute, 2)):\(padded(parts.second, 2))"
        return "\(date)T\(clock)\(fraction(Int64(time.nanoseconds)))Z"
    }

    /// Seconds with as many digits as are needed, and `s`.
    static func text(of duration: Value.Duration) -> String {
        let magnitude = duration.nanoseconds.magnitude
        let sign = duration.nanoseconds < 0 ? "-" : ""
        return "\(sign)\(magnitude / 1_000_000_000)"
            + "\(fraction(Int64(magnitude % 1_000_000_000)))s"
    }

    /// Signed amounts with units, such as `1h30m`, `-1.5s`, `0`; `nil` for anything else and for
    /// what does not fit.
    static func duration(_ text: String) -> Value.Duration? {
        var scanner = Scanner(text)
        let isNegative = scanner.skip("-")
        if !isNegative { _ = scanner.skip("+") }
        if scanner.rest == [UInt8(ascii: "0")] { return Value.Duration(nanoseconds: 0) }
        // Summed below zero, where the range reaches one further.
        var total: Int64 = 0
        repeat {
            guard let part = scanner.amount() else { return nil }
            let (sum, overflow) = total.subtractingReportingOverflow(part)
            guard !overflow else { return nil }
            total = sum
        } while !scanner.isAtEnd
        if isNegative { return Value.Duration(nanoseconds: total) }
        guard total != .min else { return nil }
        return Value.Duration(nanoseconds: -total)
    }

    static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }

    private static func fraction(_ nanoseconds: Int64) -> String {
        guard nanoseconds > 0 else { return "" }
        var digits = padded(nanoseconds, 9)
        while digits.hasSuffix("0") { digits.removeLast() }
        return "." + digits
    }
}

/// Reads pieces of a time's text.
private struct Scanner {
    private let bytes: [UInt8]
    private var position = 0

    init(_ text: String) {
        // No time's text is longer; the cut leaves something that is refused.
        bytes = Array(text.utf8.prefix(256))
    }

    var isAtEnd: Bool { position == bytes.count }
    var rest: ArraySlice<UInt8> { bytes[position...] }
    private var current: UInt8 { position < bytes.count ? bytes[position] : 0 }

    mutating func skip(_ character: Character) -> Bool {
        guard current == character.asciiValue else { return false }
        position += 1
        return true
    }

    mutating func digits(_ count: Int) -> Int64? {
        var value: Int64 = 0
        for _ in 0..<count {
            guard current.isDigit else { return nil }
            value = value * 10 + Int64(current - UInt8(ascii: "0"))
            position += 1
        }
        return value
    }

    /// Nanoseconds of the digits after a point; those beyond the ninth are dropped.
    mutating func fraction() -> Int64? {
        var value: Int64 = 0
        var count = 0
        while current.isDigit {
            if count < 9 { value = value * 10 + Int64(current - UInt8(ascii: "0")) }
            count += 1
            position += 1
        }
        guard count > 0 else { return nil }
        for _ in min(count, 9)..<9 { value *= 10 }
        return value
    }

    /// Seconds east of UTC.
    mutating func zone() -> Int64? {
        if skip("Z") || skip("z") { return 0 }
        let sign: Int64 = skip("+") ? 1 : (skip("-") ? -1 : 0)
        guard sign != 0, let hours = digits(2), skip(":"), let minutes = digits(2), hours <= 23,
            minutes <= 59
        else { return nil }
        return sign * (hours * 3_600 + minutes * 60)
    }

    /// Nanoseconds of one amount with its unit.
    mutating func amount() -> Int64? {
        let start = position
        while current.isDigit { position += 1 }
        let whole = bytes[start..<position]
        var part: Int64 = 0
        var hasFraction = false
        if skip(".") {
            hasFraction = current.isDigit
            if hasFraction { part = fraction() ?? 0 }
        }
        guard !whole.isEmpty || hasFraction, let unit = unit() else { return nil }
        guard let count = whole.isEmpty ? 0 : Int64(String(decoding: whole, as: UTF8.self)) else {
            return nil
        }
        let (scaled, overflow) = count.multipliedReportingOverflow(by: unit)
        // unit × part / 10^9 without overflow: hours times 10^9 would not fit 64 bits.
        let wide = unit.multipliedFullWidth(by: part)
        let rest = Int64(1_000_000_000).dividingFullWidth(wide).quotient
        let (sum, overflown) = scaled.addingReportingOverflow(rest)
        return overflow || overflown ? nil : sum
    }

    private mutating func unit() -> Int64? {
        if skip("h") { return 3_600_000_000_000 }
        if skip("s") { return 1_000_000_000 }
        if skip("m") { return skip("s") ? 1_000_000 : 60_000_000_000 }
        if skip("u") || skipMicro() { return skip("s") ? 1_000 : nil }
        if skip("n") { return skip("s") ? 1 : nil }
        return nil
    }

    /// The two signs for micro: U+00B5 and U+03BC.
    private mutating func skipMicro() -> Bool {
        for sign in [[0xC2, 0xB5], [0xCE, 0xBC]] as [[UInt8]] where rest.starts(with: sign) {
            position += 2
            return true
        }
        return false
    }
}
