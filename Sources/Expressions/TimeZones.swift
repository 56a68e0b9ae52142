import Foundation
import Synchronization

/// Offsets from UTC of named and fixed time zones (CEL language definition, "Timezones").
enum TimeZones {
    /// Seconds east of UTC at an instant; `nil` for a zone that is not known. A fixed offset has
    /// its sign left out or given (`02:00`, `-02:30`); a name comes from the system's database
    /// and is looked up once.
    static func offset(_ zone: String, at seconds: Int64) -> Int64? {
        if zone == "UTC" || zone == "Z" || zone.isEmpty { return 0 }
        if let fixed = fixed(zone) { return fixed }
        guard zone.utf8.count <= 64, let known = named(zone) else { return nil }
        return Int64(known.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds))))
    }

    private static func fixed(_ zone: String) -> Int64? {
        var bytes = Array(zone.utf8)
        var sign: Int64 = 1
        if bytes.first == UInt8(ascii: "-") || bytes.first == UInt8(ascii: "+") {
            sign = bytes.removeFirst() == UInt8(ascii: "-") ? -1 : 1
        }
        let parts = bytes.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ (1...2).contains($0.count) }),
            parts.allSatisfy({ $0.allSatisfy(\.isDigit) }),
            let hours = Int64(String(decoding: parts[0], as: UTF8.self)),
            let minutes = Int64(String(decoding: parts[1], as: UTF8.self)), hours <= 23,
            minutes <= 59
        else { return nil }
        return sign * (hours * 3_600 + minutes * 60)
    }

    private static let cache = Mutex<[String: TimeZone]>([:])
    /// More names than the database has would be an attempt to fill memory.
    private static let cacheLimit = 1_024

    private static func named(_ name: String) -> TimeZone? {
        if let known = cache.withLock({ $0[name] }) { return known }
        guard let zone = TimeZone(identifier: name) else { return nil }
        cache.withLock { if $0.count < cacheLimit { $0[name] = zone } }
        return zone
    }
}
