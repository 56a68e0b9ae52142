/// A statistical division code of 12 digits (province 2, prefecture 2, county 2, township 3,
/// village 3), or an area: its first 2, 4, 6, 9 or 12 digits (formats, section 1). Kept as the
/// number of the 12 digits with zeros at the end, and how many digits count.
public struct Division: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The code filled with zeros to 12 digits.
    public let code: Int64
    /// 2, 4, 6, 9 or 12.
    public let digits: UInt8

    /// Reads 2, 4, 6, 9 or 12 digits; `nil` for anything else.
    public init?(_ text: some StringProtocol) {
        var value: Int64 = 0
        let utf8 = text.utf8
        guard [2, 4, 6, 9, 12].contains(utf8.count) else { return nil }
        for byte in utf8 {
            guard byte >= 0x30, byte <= 0x39 else { return nil }
            value = value * 10 + Int64(byte - 0x30)
        }
        for _ in utf8.count..<12 { value *= 10 }
        code = value
        digits = UInt8(utf8.count)
    }

    /// A whole 12-digit code; `nil` outside the range.
    public init?(code: Int64, digits: UInt8 = 12) {
        guard code >= 0, code < 1_000_000_000_000 else { return nil }
        switch digits {
        case 2, 4, 6, 9, 12: break
        default: return nil
        }
        self.digits = digits
        self.code = code / Division.scale(digits) * Division.scale(digits)
    }

    private static func scale(_ digits: UInt8) -> Int64 {
        switch digits {
        case 2: 10_000_000_000
        case 4: 100_000_000
        case 6: 1_000_000
        case 9: 1_000
        default: 1
        }
    }

    /// True when `other` lies in this area, or is it.
    public func contains(_ other: Division) -> Bool {
        other.digits >= digits
            && other.code / Division.scale(digits) == code / Division.scale(digits)
    }

    /// The area of the first `digits` digits (2, 4, 6, 9 or 12, at most as many as here).
    public func prefix(_ digits: UInt8) -> Division {
        Division(code: code, digits: min(digits, self.digits)) ?? self
    }

    /// The next larger area; `nil` for a province.
    public var larger: Division? {
        switch digits {
        case 12: prefix(9)
        case 9: prefix(6)
        case 6: prefix(4)
        case 4: prefix(2)
        default: nil
        }
    }

    /// Itself, then each larger area up to the province.
    public var prefixes: [Division] {
        [12, 9, 6, 4, 2].filter { $0 <= digits }.map { prefix($0) }
    }

    public var description: String {
        let text = String(code)
        return String(
            (String(repeating: "0", count: 12 - text.count) + text).prefix(Int(digits)))
    }

    public static func < (left: Division, right: Division) -> Bool {
        (left.code, left.digits) < (right.code, right.digits)
    }
}
