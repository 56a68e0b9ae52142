package import Households

/// Who has to act, by the level of the administration. Ordered: the county is the greatest.
package enum Office: UInt8, CaseIterable, Comparable, Sendable {
    case village = 1
    case township = 2
    case county = 3

    /// Reads `village`, `township`, `county`; `nil` for any other word.
    package init?(_ name: String) {
        guard let office = Office.allCases.first(where: { $0.name == name }) else { return nil }
        self = office
    }

    /// The word used on topics and in files.
    package var name: String {
        switch self {
        case .village: "village"
        case .township: "township"
        case .county: "county"
        }
    }

    /// The area this office answers for, of a household's 12-digit division: 12 digits for the
    /// village, 9 for the township, 6 for the county.
    package func area(of division: Division) -> Division {
        switch self {
        case .village: division.prefix(12)
        case .township: division.prefix(9)
        case .county: division.prefix(6)
        }
    }

    package static func < (left: Office, right: Office) -> Bool {
        left.rawValue < right.rawValue
    }
}
