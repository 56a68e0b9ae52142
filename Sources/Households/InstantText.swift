/// Instants as RFC 3339 text, in milliseconds since 1970-01-01T00:00:00Z.
public enum InstantText {
    /// Reads `2026-03-05T10:00:00+08:00`, with a fraction or `Z` too; digits beyond milliseconds
    /// are dropped, a leap second is the next second. `nil` for any other form or an impossible
    /// day or time.
    public static func milliseconds(utf8 bytes: UnsafeRawBufferPointer) -> Int64? {
        // The longest useful fraction has nine digits; more is no clock's.
        guard (20...40).contains(bytes.count) else { return nil }
        func number(_ start: Int, _ count: Int) -> Int? {
            guard start + count <= bytes.count else { return nil }
            var value = 0
            for byte in bytes[start..<(start + count)] {
                guard byte >= 0x30, byte <= 0x39 else { return nil }
                value = value * 10 + Int(byte - 0x30)
            }
            return value
        }
        guard bytes[4] == 0x2d, bytes[7] == 0x2d, bytes[10] | 0x20 == 0x74, bytes[13] == 0x3a,
            bytes[16] == 0x3a, let year = number(0, 4), let month = number(5, 2),
            let dayOfMonth = number(8, 2), let hour = number(11, 2), let minute = number(14, 2),
            let second = number(17, 2), hour < 24, minute < 60, second <= 60,
            let day = Day(year: year, month: month, day: dayOfMonth)
        else { return nil }
        var index = 19
        var fraction = 0
        if bytes[index] == 0x2e {
            index += 1
            let first = index
            var scale = 100
            while index < bytes.count, bytes[index] >= 0x30, bytes[index] <= 0x39 {
                fraction += Int(bytes[index] - 0x30) * scale
                scale /= 10
                index += 1
            }
            guard index > first else { return nil }
        }
        guard index < bytes.count else { return nil }
        var offset = 0
        switch bytes[index] {
        case 0x5a, 0x7a:
            guard index + 1 == bytes.count else { return nil }
        case 0x2b, 0x2d:
            guard index + 6 == bytes.count, bytes[index + 3] == 0x3a,
                let hours = number(index + 1, 2), let minutes = number(index + 4, 2),
                hours < 24, minutes < 60
            else { return nil }
            offset = (hours * 60 + minutes) * (bytes[index] == 0x2d ? -1 : 1)
        default: return nil
        }
        let seconds = hour * 3_600 + minute * 60 + second - offset * 60
        return Int64(day.number) * Day.milliseconds + Int64(seconds) * 1_000 + Int64(fraction)
    }

    /// The same from text.
    public static func milliseconds(_ text: String) -> Int64? {
        var copy = text
        return copy.withUTF8 { milliseconds(utf8: UnsafeRawBufferPointer($0)) }
    }

    /// Writes an instant in zone +08:00: `2026-03-05T10:00:00+08:00`, with `.123` where there are
    /// milliseconds.
    public static func text(_ milliseconds: Int64) -> String {
        let day = Day(ofInstant: milliseconds)
        let ofDay = Int(milliseconds - day.start)
        func padded(_ value: Int, _ width: Int) -> String {
            let text = String(value)
            return String(repeating: "0", count: width - text.count) + text
        }
        let fraction = ofDay % 1_000
        return "\(day)T" + padded(ofDay / 3_600_000, 2) + ":" + padded(ofDay / 60_000 % 60, 2)
            + ":" + padded(ofDay / 1_000 % 60, 2)
            + (fraction == 0 ? "" : "." + padded(fraction, 3)) + "+08:00"
    }
}
