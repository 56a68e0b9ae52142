package import Households

/// One measure somebody has to deliver, or the visit of a case (formats, section 8).
///
/// Allowed transitions:
///
///     proposed  → accepted, overdue, delivered, withdrawn
///     accepted  → overdue, delivered, withdrawn
///     overdue   → accepted, delivered, withdrawn
///     withdrawn → delivered      (the help had been given before the withdrawal arrived)
///     delivered → nothing
package struct Assignment: Equatable, Sendable {
    /// The raw value is stored; never reuse one.
    package enum State: UInt8, CaseIterable, Sendable {
        case proposed = 1
        case accepted = 2
        case delivered = 3
        case overdue = 4
        case withdrawn = 5

        /// The word in the event type `shouwang.assignment.<state>.v1`.
        package var name: String {
            switch self {
            case .proposed: "proposed"
            case .accepted: "accepted"
            case .delivered: "delivered"
            case .overdue: "overdue"
            case .withdrawn: "withdrawn"
            }
        }

        /// The table above.
        package func allows(_ next: State) -> Bool {
            switch (self, next) {
            case (.proposed, .accepted), (.proposed, .overdue), (.proposed, .delivered),
                (.proposed, .withdrawn), (.accepted, .overdue), (.accepted, .delivered),
                (.accepted, .withdrawn), (.overdue, .accepted), (.overdue, .delivered),
                (.overdue, .withdrawn), (.withdrawn, .delivered):
                true
            default: false
            }
        }
    }

    /// Deterministic: see `Assignment.id(of:measure:number:)`.
    package let id: Pseudonym
    /// Catalogue id, such as `H06`.
    package let measure: String
    /// Counts the assignments of one measure in one case from 1: visits, and measures given again
    /// after a withdrawal.
    package let number: Int
    /// Who has to deliver.
    package let office: Office
    /// Alert ids, in the order they came.
    package var reasons: [String]
    package let createdAt: Int64
    package var dueAt: Int64
    package private(set) var state: State
    /// Counts what was published about it from 1.
    package var revision: Int64
    package private(set) var deliveredAt: Int64?
    package private(set) var evidence: [Evidence]

    package init(
        id: Pseudonym, measure: String, number: Int, office: Office, reasons: [String],
        createdAt: Int64, dueAt: Int64, state: State = .proposed, revision: Int64 = 0,
        deliveredAt: Int64? = nil, evidence: [Evidence] = []
    ) {
        self.id = id
        self.measure = measure
        self.number = number
        self.office = office
        self.reasons = reasons
        self.createdAt = createdAt
        self.dueAt = dueAt
        self.state = state
        self.revision = revision
        self.deliveredAt = deliveredAt
        self.evidence = evidence
    }

    /// True while somebody still has to act.
    package var isOutstanding: Bool {
        switch state {
        case .proposed, .accepted, .overdue: true
        case .delivered, .withdrawn: false
        }
    }

    /// Moves to `next` where the table allows it; false, and nothing changes, where not.
    package mutating func move(to next: State) -> Bool {
        guard state.allows(next) else { return false }
        precondition(next != .delivered, "deliver(at:evidence:) says when and by what")
        state = next
        return true
    }

    /// Moves to `delivered` where the table allows it; false, and nothing changes, where not.
    package mutating func deliver(at time: Int64, evidence: [Evidence]) -> Bool {
        guard state.allows(.delivered) else { return false }
        state = .delivered
        deliveredAt = time
        self.evidence = evidence
        return true
    }

    /// The id of a case's n-th assignment of a measure.
    package static func id(of caseID: Pseudonym, measure: String, number: Int) -> Pseudonym {
        Pseudonym.digest("assignment:\(caseID):\(measure):\(number)")
    }
}
