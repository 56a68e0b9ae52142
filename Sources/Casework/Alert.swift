package import Households

/// An alert as casework reads it from `case.events` (formats, section 7): what decides about the
/// case. The parts that explain it stay on `alerts`.
package struct Alert: Equatable, Sendable {
    /// Where the alert stands. The raw value is stored; never reuse one.
    package enum State: UInt8, CaseIterable, Sendable {
        case open = 1
        case cleared = 2
        case dismissed = 3
        case withdrawn = 4

        /// Reads the word of field `state`; `nil` for any other.
        package init?(_ name: String) {
            guard let state = State.allCases.first(where: { $0.name == name }) else { return nil }
            self = state
        }

        package var name: String {
            switch self {
            case .open: "open"
            case .cleared: "cleared"
            case .dismissed: "dismissed"
            case .withdrawn: "withdrawn"
            }
        }

        /// True when the alert never had a ground, or an officer said so: it is no reason for
        /// anything any more. A cleared alert was right when it opened, so what it asked for
        /// stays asked for.
        package var isNoReason: Bool { self == .dismissed || self == .withdrawn }
    }

    package var id: String
    package var revision: Int64
    package var state: State
    package var rule: String
    package var division: Division
    /// A code of formats, section 7, such as `illness`.
    package var cause: String
    package var level: AlertLevel
    /// The visit the monitor counts this alert to; an opaque id.
    package var visit: String?
    /// True while another alert speaks for this one.
    package var isSuperseded: Bool
    /// Measure ids, in the rule's order.
    package var proposes: [String]
    package var facts: AlertFacts

    package init(
        id: String, revision: Int64, state: State, rule: String, division: Division,
        cause: String, level: AlertLevel, visit: String? = nil, isSuperseded: Bool = false,
        proposes: [String] = [], facts: AlertFacts = AlertFacts()
    ) {
        self.id = id
        self.revision = revision
        self.state = state
        self.rule = rule
        self.division = division
        self.cause = cause
        self.level = level
        self.visit = visit
        self.isSuperseded = isSuperseded
        self.proposes = proposes
        self.facts = facts
    }
}

/// What an alert says about the household, for the eligibility of measures. Taken from fields
/// `computation` and `levelReasons`; amounts in fen per person and year.
package struct AlertFacts: Equatable, Sendable {
    /// The codes that moved the alert's level, such as `noLabour`.
    package var levelReasons: [String]
    /// Living members; 0 when the alert does not say.
    package var members: Int64
    /// True when the income reference could be computed.
    package var isJudgeable: Bool
    /// The monitoring line; `nil` where none is set.
    package var lineFen: Int64?
    package var referencePerCapitaFen: Int64
    /// Compliant self-paid medical expenditure of the household over a year, fen.
    package var selfPaidFen: Int64

    package init(
        levelReasons: [String] = [], members: Int64 = 0, isJudgeable: Bool = false,
        lineFen: Int64? = nil, referencePerCapitaFen: Int64 = 0, selfPaidFen: Int64 = 0
    ) {
        self.levelReasons = levelReasons
        self.members = members
        self.isJudgeable = isJudgeable
        self.lineFen = lineFen
        self.referencePerCapitaFen = referencePerCapitaFen
        self.selfPaidFen = selfPaidFen
    }
}
