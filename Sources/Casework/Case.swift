package import Households

/// One case: a household's episode of need, from the first alert that asks for something until
/// all alerts have ended and nothing is outstanding. A value; all change goes through
/// `HouseholdCases`, which also says what to publish.
package struct Case: Equatable, Sendable {
    /// What the case keeps of an alert.
    package struct Entry: Equatable, Sendable {
        package let id: String
        package var revision: Int64
        package var state: Alert.State
        package let rule: String
        package let cause: String
        package var level: AlertLevel
        package var isSuperseded: Bool
        /// True once a visit was assigned for it, or made while it was open; an alert asks for one
        /// visit only.
        package var hasVisit: Bool

        package init(
            id: String, revision: Int64, state: Alert.State, rule: String, cause: String,
            level: AlertLevel, isSuperseded: Bool, hasVisit: Bool = false
        ) {
            self.id = id
            self.revision = revision
            self.state = state
            self.rule = rule
            self.cause = cause
            self.level = level
            self.isSuperseded = isSuperseded
            self.hasVisit = hasVisit
        }

        package init(_ alert: Alert) {
            self.init(
                id: alert.id, revision: alert.revision, state: alert.state, rule: alert.rule,
                cause: alert.cause, level: alert.level, isSuperseded: alert.isSuperseded)
        }

        /// True when it asks for visit and measures itself.
        package var asks: Bool { state == .open && !isSuperseded }
    }

    /// A visit and the assignment that asks for it.
    package struct Visit: Equatable, Sendable {
        /// The monitor's visit id where the alert named one that is not made yet.
        package let id: String
        package let assignment: Pseudonym

        package init(id: String, assignment: Pseudonym) {
            self.id = id
            self.assignment = assignment
        }
    }

    /// An officer's answer, kept to be told with the case: yield is counted from it.
    package struct Answer: Equatable, Sendable {
        package let action: String
        package let kind: Action.Kind
        /// By the officer's clock.
        package let at: Int64
        package let reason: String?

        package init(action: String, kind: Action.Kind, at: Int64, reason: String?) {
            self.action = action
            self.kind = kind
            self.at = at
            self.reason = reason
        }
    }

    /// Whether the county's decision, to monitor the household or not, is owed (PRC-02). The raw
    /// value is stored; never reuse one.
    package enum Decision: UInt8, CaseIterable, Sendable {
        /// Nothing that is open asks for one, or the register has the household already.
        case notOwed = 0
        /// Its clock runs.
        case owed = 1
        /// Its clock has climbed its ladder; it is told once.
        case overdue = 2
        case identified = 3
        /// A new alert asks for a new decision.
        case declined = 4
    }

    /// Deterministic: see `Case.id(of:number:)`.
    package let id: Pseudonym
    /// The case before this one, of the same household.
    package let previous: Pseudonym?
    package let openedAt: Int64
    /// The latest an alert has named.
    package internal(set) var division: Division
    package internal(set) var stage: String
    package internal(set) var closedAt: Int64?
    package internal(set) var alerts: [Entry] = []
    package internal(set) var visits: [Visit] = []
    package internal(set) var assignments: [Assignment] = []
    package internal(set) var clocks: [Clock] = []
    /// The latest `Limits.answers`.
    package internal(set) var answers: [Answer] = []
    package internal(set) var decision: Decision = .notOwed
    /// Counts what was published about it from 1.
    package internal(set) var revision: Int64 = 0

    package init(
        id: Pseudonym, previous: Pseudonym?, openedAt: Int64, division: Division, stage: String
    ) {
        self.id = id
        self.previous = previous
        self.openedAt = openedAt
        self.division = division
        self.stage = stage
    }

    /// For the reader of stored state.
    package init(
        id: Pseudonym, previous: Pseudonym?, openedAt: Int64, division: Division, stage: String,
        closedAt: Int64?, alerts: [Entry], visits: [Visit], assignments: [Assignment],
        clocks: [Clock], answers: [Answer], decision: Decision, revision: Int64
    ) {
        self.init(
            id: id, previous: previous, openedAt: openedAt, division: division, stage: stage)
        self.closedAt = closedAt
        self.alerts = alerts
        self.visits = visits
        self.assignments = assignments
        self.clocks = clocks
        self.answers = answers
        self.decision = decision
        self.revision = revision
    }

    /// The id of a household's n-th case.
    package static func id(of household: String, number: Int64) -> Pseudonym {
        Pseudonym.digest("case:\(household):\(number)")
    }

    package var isClosed: Bool { closedAt != nil }

    /// Causes of the alerts that are a reason for the case, in the order they came, each once.
    package var causes: [String] {
        unique(alerts.filter { !$0.state.isNoReason }.map(\.cause))
    }

    /// The highest level of the open alerts that speak for themselves; `nil` when none is open.
    package var level: AlertLevel? {
        alerts.filter(\.asks).map(\.level).max()
    }

    /// The instant of the next ring.
    package var wakeAt: Int64? {
        clocks.map(\.dueAt).min()
    }

    func unique(_ words: [String]) -> [String] {
        var result: [String] = []
        for word in words where !result.contains(word) { result.append(word) }
        return result
    }
}
