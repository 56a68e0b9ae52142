/// How soon somebody must act on an alert (domain, section 5.1). Ordered: red is the greatest.
package enum AlertLevel: UInt8, CaseIterable, Comparable, Sendable {
    case blue = 1
    case yellow = 2
    case orange = 3
    case red = 4

    /// Reads `red`, `orange`, `yellow`, `blue`; `nil` for any other word.
    package init?(_ name: String) {
        guard let level = AlertLevel.allCases.first(where: { $0.name == name }) else { return nil }
        self = level
    }

    /// The word used on topics and in files.
    package var name: String {
        switch self {
        case .blue: "blue"
        case .yellow: "yellow"
        case .orange: "orange"
        case .red: "red"
        }
    }

    package static func < (left: AlertLevel, right: AlertLevel) -> Bool {
        left.rawValue < right.rawValue
    }
}
