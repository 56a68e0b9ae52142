package import Households

/// What casework keeps of one household: the case, open or last closed, and what must be
/// remembered beside it. Pure: every event gives the new value and what to publish.
package struct HouseholdCases: Equatable, Sendable {
    /// Open, or the last one that was closed, so that a late answer still finds it.
    package internal(set) var current: Case?
    /// How many cases the household has had.
    package internal(set) var count: Int64
    /// Open alerts for which another speaks, while there is no open case: they are no reason to
    /// open one, and are recorded in the next.
    package internal(set) var waiting: [Case.Entry]
    /// Digests of the latest `Limits.seenActions` action ids, oldest first.
    package internal(set) var seenActions: [Pseudonym]
    /// `nil` for a household that nobody monitors or follows.
    package internal(set) var standing: Standing?

    package init(
        current: Case? = nil, count: Int64 = 0, waiting: [Case.Entry] = [],
        seenActions: [Pseudonym] = [], standing: Standing? = nil
    ) {
        self.current = current
        self.count = count
        self.waiting = waiting
        self.seenActions = seenActions
        self.standing = standing
    }

    /// The instant the household wants to be woken at.
    package var wakeAt: Int64? {
        [current?.wakeAt, standing?.wakeAt].compactMap { $0 }.min()
    }

    /// What to publish, in order: assignments and escalations as they happened, the case last.
    package enum Change: Equatable, Sendable {
        case assignment(Assignment)
        case escalation(Escalation)
        case caseChanged
    }

    /// Why an action is refused.
    package enum Refusal: Error, Equatable, Sendable {
        /// It names no case, alert or assignment known here.
        case unknown(field: String)
        /// It lacks what its kind demands.
        case missing(field: String)
        /// It names an assignment its kind cannot deliver.
        case notAllowed(field: String)
    }

    // MARK: Alerts

    /// An alert opened, changed or ended. A revision not newer than the one known changes nothing.
    package mutating func receive(
        _ alert: Alert, household: String, at time: Int64, _ plan: CasePlan
    ) -> [Change] {
        if var open = current, open.knows(alert.id) {
            var editor = CaseEditor(editing: open, plan, at: time, isMonitored: isMonitored)
            editor.update(alert)
            open = editor.finish()
            current = open
            noteMilestones(plan)
            return editor.changes
        }
        if let index = waiting.firstIndex(where: { $0.id == alert.id }) {
            guard alert.revision > waiting[index].revision else { return [] }
            if alert.state == .open && alert.isSuperseded {
                waiting[index] = Case.Entry(alert)
                return []
            }
            waiting.remove(at: index)
        }
        guard alert.state == .open else { return [] }
        if let open = current, !open.isClosed {
            return add(alert, to: open, at: time, plan)
        }
        if alert.isSuperseded {
            waiting.append(Case.Entry(alert))
            if waiting.count > Limits.waitingAlerts { waiting.removeFirst() }
            return []
        }
        count += 1
        var opened = Case(
            id: Case.id(of: household, number: count), previous: current?.id, openedAt: time,
            division: alert.division, stage: plan.process.initialStage)
        opened.alerts = waiting
        waiting = []
        return add(alert, to: opened, at: time, plan)
    }

    private mutating func add(
        _ alert: Alert, to open: Case, at time: Int64, _ plan: CasePlan
    ) -> [Change] {
        var editor = CaseEditor(
            editing: open, plan, at: time, isMonitored: isMonitored)
        editor.add(alert)
        current = editor.finish()
        noteMilestones(plan)
        return editor.changes
    }

    // MARK: Actions

    /// An officer's answer. One that was seen before changes nothing. Throws for one that names
    /// nothing known, or cannot be done; the household is then unchanged.
    package mutating func receive(
        _ action: Action, at time: Int64, _ plan: CasePlan
    ) throws(Refusal) -> [Change] {
        let digest = Pseudonym.digest("action:\(action.id)")
        if seenActions.contains(digest) { return [] }
        var changes: [Change] = []
        if let open = current {
            var editor = CaseEditor(
                editing: open, plan, at: time,
                isMonitored: isMonitored || action.kind == .identified)
            try editor.answer(action)
            current = editor.finish()
            changes = editor.changes
        } else {
            guard standing != nil else { throw .unknown(field: "household") }
            if action.caseID != nil { throw .unknown(field: "case") }
            if !action.alerts.isEmpty { throw .unknown(field: "alerts") }
            if action.assignment != nil { throw .unknown(field: "assignment") }
        }
        note(action, at: time, plan)
        seenActions.append(digest)
        if seenActions.count > Limits.seenActions { seenActions.removeFirst() }
        return changes
    }

    // MARK: Time

    /// Stream time has reached `due`: every clock that rings by then rings, those of the case first.
    package mutating func wake(
        at due: Int64, household: String, _ plan: CasePlan
    ) -> [Change] {
        var changes: [Change] = []
        if let open = current {
            var editor = CaseEditor(
                editing: open, plan, at: due, isMonitored: isMonitored)
            editor.ring()
            current = editor.finish()
            changes = editor.changes
        }
        if let told = standing?.ring(at: due, household: household, plan) {
            changes += told.map { .escalation($0) }
        }
        return changes
    }
}

extension Case {
    func knows(_ alert: String) -> Bool {
        alerts.contains { $0.id == alert }
    }
}
