import Households

extension HouseholdCases {
    /// The register changed how the household stands.
    package mutating func receive(
        _ notice: StandingNotice, at time: Int64, _ plan: CasePlan
    ) -> [Change] {
        guard let state = notice.state else {
            standing = nil
            return settleCase(at: time, plan)
        }
        if var known = standing, known.state == state {
            known.division = notice.division
            known.hasLabour = notice.hasLabour
            known.settleDevelopment(plan)
            standing = known
        } else {
            stand(state, notice.division, hasLabour: notice.hasLabour, at: time, plan)
        }
        return settleCase(at: time, plan)
    }

    /// A new standing; what an officer did last still counts.
    mutating func stand(
        _ state: Standing.State, _ division: Division, hasLabour: Bool, at time: Int64,
        _ plan: CasePlan
    ) {
        var made = Standing(
            state: state, division: division, hasLabour: hasLabour, heardAt: time,
            lastContact: standing?.lastContact)
        made.isDeveloped = state == .monitored && hasDevelopment(plan)
        made.start(plan)
        standing = made
    }

    /// True when the case at hand has had a measure that helps the household earn.
    func hasDevelopment(_ plan: CasePlan) -> Bool {
        guard let groups = plan.process.development?.groups, let current else { return false }
        return current.assignments.contains { assignment in
            assignment.state == .delivered
                && groups.contains(plan.measures[id: assignment.measure]?.group ?? "")
        }
    }

    /// Takes account of an action in how the household stands. `done` by the officer's clock.
    mutating func note(_ action: Action, at time: Int64, _ plan: CasePlan) {
        if action.kind == .identified, standing?.state != .monitored, let current {
            stand(.monitored, current.division, hasLabour: false, at: time, plan)
        }
        guard var known = standing else { return }
        switch action.kind {
        case .visited, .relieved, .contacted, .delivered:
            known.contact(at: min(action.at, time), plan)
        default: break
        }
        if hasDevelopment(plan) {
            known.isDeveloped = true
            known.settleDevelopment(plan)
        }
        standing = known
    }

    /// Whether the case's decision is still owed may have changed.
    private mutating func settleCase(at time: Int64, _ plan: CasePlan) -> [Change] {
        guard let open = current, !open.isClosed else { return [] }
        var editor = CaseEditor(editing: open, plan, at: time, isMonitored: isMonitored)
        current = editor.finish()
        return editor.changes
    }

    /// True while the register or the county's decision says so.
    var isMonitored: Bool { standing?.state == .monitored }
}
