/// Why an alert's level is not its base level (formats, section 6, "Level"). Four bits of state.
struct LevelReasons: OptionSet {
    let rawValue: UInt8

    static let low = LevelReasons(rawValue: 1)
    static let noLabour = LevelReasons(rawValue: 2)
    static let otherCause = LevelReasons(rawValue: 4)
    static let netted = LevelReasons(rawValue: 8)

    /// The codes in alerts, in this order.
    var codes: [String] {
        let all: [(Self, String)] = [
            (.low, "low"), (.noLabour, "noLabour"), (.otherCause, "otherCause"),
            (.netted, "netted"),
        ]
        return all.filter { contains($0.0) }.map(\.1)
    }
}
