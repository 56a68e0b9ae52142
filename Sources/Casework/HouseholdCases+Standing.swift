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
            known.startMilestones(plan)
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
        if state == .monitored {
            made.settle(reached(plan))
            let isKnown = current.map { !$0.isClosed } ?? false
            made.settle(
                plan.process.milestones.filter { $0.needsCase && !isKnown }.map(\.ladder.clock))
        }
        made.start(plan)
        standing = made
    }

    /// The clocks of the milestones that the case at hand has reached.
    private func reached(_ plan: CasePlan) -> [String] {
        guard let current else { return [] }
        return plan.process.milestones.filter { milestone in
            current.assignments.contains { assignment in
                guard assignment.measure != plan.process.visitMeasure else { return false }
                let group = plan.measures[id: assignment.measure]?.group ?? ""
                guard milestone.groups.isEmpty || milestone.groups.contains(group) else {
                    return false
                }
                return switch milestone.aim {
                case .planned: assignment.state != .withdrawn
                case .delivered: assignment.state == .delivered
                }
            }
        }.map(\.ladder.clock)
    }

    /// Takes account of what the case has come to in what is owed to the household.
    mutating func noteMilestones(_ plan: CasePlan) {
        guard var known = standing, known.state == .monitored else { return }
        let reached = reached(plan)
        guard reached.contains(where: { !known.settled.contains($0) }) else { return }
        known.settle(reached)
        known.startMilestones(plan)
        standing = known
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
        standing = known
        noteMilestones(plan)
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
