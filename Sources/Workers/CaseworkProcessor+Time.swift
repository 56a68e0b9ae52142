internal import Households

/// Instants as text, RFC 3339, for the records casework reads and writes.
enum CaseworkTime {
    /// `2026-03-05T09:30:00+08:00`, with milliseconds only where there are any.
    static func text(_ instant: Int64) -> String {
        let day = Day(ofInstant: instant)
        let milliseconds = Int(instant - day.start)
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let seconds = milliseconds / 1_000
        var text = "\(day)T\(two(seconds / 3_600)):\(two(seconds / 60 % 60)):\(two(seconds % 60))"
        let rest = milliseconds % 1_000
        if rest != 0 {
            text += "." + String(repeating: "0", count: rest < 10 ? 2 : rest < 100 ? 1 : 0)
            text += "\(rest)"
        }
        return text + "+08:00"
    }

    /// Reads an instant with any offset, cut to milliseconds; `nil` for any other text, leap
    /// seconds too.
    static func instant(_ text: String) -> Int64? {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, let day = Day(iso: String(text.prefix(10))),
            bytes[10] == UInt8(ascii: "T") || bytes[10] == UInt8(ascii: "t"),
            let hour = number(bytes, 11, below: 24), bytes[13] == UInt8(ascii: ":"),
            let minute = number(bytes, 14, below: 60), bytes[16] == UInt8(ascii: ":"),
            let second = number(bytes, 17, below: 60)
        else { return nil }
        var index = 19
        var milliseconds = 0
        if bytes[index] == UInt8(ascii: ".") {
            index += 1
            var scale = 100
            let start = index
            while index < bytes.count, bytes[index] >= 0x30, bytes[index] <= 0x39 {
                milliseconds += Int(bytes[index] - 0x30) * scale
                scale /= 10
                index += 1
            }
            guard index > start, index < bytes.count else { return nil }
        }
        guard let offset = offsetMinutes(bytes, index) else { return nil }
        // `start` is the day's 00:00 in +08:00.
        let local = Int64((hour * 60 + minute) * 60 + second) * 1_000 + Int64(milliseconds)
        return day.start + Day.zoneOffsetMilliseconds + local - Int64(offset) * 60_000
    }

    private static func offsetMinutes(_ bytes: [UInt8], _ index: Int) -> Int? {
        switch bytes[index] {
        case UInt8(ascii: "Z"), UInt8(ascii: "z"):
            return index + 1 == bytes.count ? 0 : nil
        case UInt8(ascii: "+"), UInt8(ascii: "-"):
            guard index + 6 == bytes.count, let hours = number(bytes, index + 1, below: 24),
                bytes[index + 3] == UInt8(ascii: ":"),
                let minutes = number(bytes, index + 4, below: 60)
            else { return nil }
            let total = hours * 60 + minutes
            return bytes[index] == UInt8(ascii: "-") ? -total : total
        default: return nil
        }
    }

    private static func number(_ bytes: [UInt8], _ index: Int, below limit: Int) -> Int? {
        guard index + 1 < bytes.count else { return nil }
        let (tens, ones) = (bytes[index], bytes[index + 1])
        guard tens >= 0x30, tens <= 0x39, ones >= 0x30, ones <= 0x39 else { return nil }
        let value = Int(tens - 0x30) * 10 + Int(ones - 0x30)
        return value < limit ? value : nil
    }
}
