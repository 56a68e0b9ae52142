package import Households

/// A clock of a case: rings at `dueAt` and climbs its ladder, one rung a ring. Wakes the
/// household to the minute; never stops the case.
package struct Clock: Equatable, Sendable {
    /// The process rule, such as `PRC-01` (domain, section 5.2).
    package let name: String
    /// The assignment that is due; `nil` for the clock of a red alert, of a decision, of a
    /// household.
    package let assignment: Pseudonym?
    /// The instant something was or is due.
    package var deadline: Int64
    /// The instant of the next ring: the deadline first, then that of the next rung.
    package var dueAt: Int64
    /// The rung the next ring climbs, from 0.
    package var rung: Int

    package init(
        name: String, assignment: Pseudonym?, deadline: Int64, dueAt: Int64, rung: Int = 0
    ) {
        self.name = name
        self.assignment = assignment
        self.deadline = deadline
        self.dueAt = dueAt
        self.rung = rung
    }
}

/// A missed deadline, told to the next office (formats, section 8).
package struct Escalation: Equatable, Sendable {
    /// Deterministic: clock, case and what was due.
    package let id: Pseudonym
    /// The case it is about; `nil` where the household itself is meant.
    package let caseID: Pseudonym?
    /// The rung, from 1.
    package let revision: Int64
    package let clock: String
    package let from: Office
    package let to: Office
    package let dueAt: Int64
    package let raisedAt: Int64
    package let text: LocalText

    package init(
        id: Pseudonym, caseID: Pseudonym?, revision: Int64, clock: String, from: Office, to: Office, dueAt: Int64,
        raisedAt: Int64, text: LocalText
    ) {
        self.id = id
        self.caseID = caseID
        self.revision = revision
        self.clock = clock
        self.from = from
        self.to = to
        self.dueAt = dueAt
        self.raisedAt = raisedAt
        self.text = text
    }
}
