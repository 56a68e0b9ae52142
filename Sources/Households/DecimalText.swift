/// A decimal number read from text exactly: no floating point, so nothing is rounded by reading
/// it (formats, section 1). The text is that of a JSON number, also in exponent form, or of a
/// string that holds one; a leading `+` and leading zeros, which spreadsheets write, are read too.
public struct DecimalText: Equatable, Sendable {
    /// The sign written, if any: also that of `-0`.
    public enum Sign: Sendable {
        case none
        case plus
        case minus
    }

    public let sign: Sign
    /// All digits as one number; `nil` when there are more than 18 that count.
    public let coefficient: Int64?
    /// How many of the digits stand after the point; below zero for `1e3`.
    public let scale: Int

    /// Longer texts are no numbers anyone books.
    public static let longest = 64

    /// `nil` when the bytes are no decimal number.
    public init?(utf8 bytes: UnsafeRawBufferPointer) {
        guard !bytes.isEmpty, bytes.count <= DecimalText.longest else { return nil }
        var index = 0
        switch bytes[0] {
        case 0x2b:
            sign = .plus
            index = 1
        case 0x2d:
            sign = .minus
            index = 1
        default: sign = .none
        }
        var value: Int64? = 0
        var fraction = 0
        func digits(_ counts: inout Int) -> Bool {
            let first = index
            while index < bytes.count, bytes[index] >= 0x30, bytes[index] <= 0x39 {
                if let old = value {
                    let (high, overflow) = old.multipliedReportingOverflow(by: 10)
                    value =
                        overflow || high > 999_999_999_999_999_990
                        ? nil : high + Int64(bytes[index] - 0x30)
                }
                index += 1
                counts += 1
            }
            return index > first
        }
        var whole = 0
        guard digits(&whole) else { return nil }
        if index < bytes.count, bytes[index] == 0x2e {
            index += 1
            guard digits(&fraction) else { return nil }
        }
        var exponent: Int?
        if index < bytes.count, bytes[index] | 0x20 == 0x65 {
            guard let read = DecimalText.exponent(bytes, from: index + 1) else { return nil }
            exponent = read
            index = bytes.count
        }
        guard index == bytes.count else { return nil }
        var scale = fraction - (exponent ?? 0)
        // In exponent form a machine chose the digits: zeros at the end say nothing.
        if exponent != nil, var rest = value {
            while scale > 0, rest % 10 == 0 {
                rest /= 10
                scale -= 1
                if rest == 0 { scale = 0 }
            }
            value = rest
        }
        coefficient = value
        self.scale = scale
    }

    /// The exponent's digits up to the end; up to three, as a JSON number of a machine has.
    private static func exponent(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        var index = start
        var negative = false
        if index < bytes.count, bytes[index] == 0x2b || bytes[index] == 0x2d {
            negative = bytes[index] == 0x2d
            index += 1
        }
        guard (1...3).contains(bytes.count - index) else { return nil }
        var value = 0
        for byte in bytes[index...] {
            guard byte >= 0x30, byte <= 0x39 else { return nil }
            value = value * 10 + Int(byte - 0x30)
        }
        return negative ? -value : value
    }

    /// The number times 10 to the `decimals`, rounded down (towards minus infinity); `nil` when it
    /// does not fit 18 digits.
    public func roundedDown(decimals: Int) -> Int64? {
        guard var value = coefficient else { return nil }
        if value == 0 { return 0 }
        var shift = decimals - scale
        guard shift <= 18 else { return nil }
        while shift > 0 {
            let (next, overflow) = value.multipliedReportingOverflow(by: 10)
            guard !overflow, next < 1_000_000_000_000_000_000 else { return nil }
            value = next
            shift -= 1
        }
        var lost = false
        while shift < 0, value > 0 {
            lost = lost || value % 10 != 0
            value /= 10
            shift += 1
        }
        return sign == .minus ? -value - (lost ? 1 : 0) : value
    }

    /// The number when it is whole, `3.0` too; `nil` otherwise.
    public var integer: Int64? {
        guard let floor = roundedDown(decimals: 0), let coefficient else { return nil }
        if scale <= 0 || coefficient == 0 { return floor }
        // Whole when the digits after the point are zeros: then up and down agree.
        guard scale <= 18 else { return nil }
        var divisor: Int64 = 1
        for _ in 0..<scale { divisor *= 10 }
        return coefficient % divisor == 0 ? floor : nil
    }
}
