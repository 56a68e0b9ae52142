/// How soon somebody must come (domain dossier, section 5.1): red acts within 24 to 48 hours,
/// orange is visited within 3 working days, yellow within 5, blue with the next planned visit.
package enum Level: Int, CaseIterable, Comparable, Sendable {
    case blue = 0
    case yellow, orange, red

    /// The word in files and alerts.
    package var name: String {
        switch self {
        case .blue: "blue"
        case .yellow: "yellow"
        case .orange: "orange"
        case .red: "red"
        }
    }

    package init?(name: String) {
        guard let level = Level.allCases.first(where: { $0.name == name }) else { return nil }
        self = level
    }

    /// One step up, at most red.
    package var raised: Level { Level(rawValue: rawValue + 1) ?? .red }
    /// One step down, at least blue.
    package var lowered: Level { Level(rawValue: rawValue - 1) ?? .blue }

    package static func < (left: Level, right: Level) -> Bool {
        left.rawValue < right.rawValue
    }
}

/// Why a household is at risk (formats, section 7).
package enum Cause: String, CaseIterable, Sendable {
    case illness, disability, schooling, employment, industry, disaster, accident, housing, water
    case income, other
}
