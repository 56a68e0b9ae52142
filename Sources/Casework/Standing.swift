package import Households

/// How the register of monitored households stands with a household, as the monitor tells it or an
/// officer's decision says; with the clocks that run for the household itself, whether it has a
/// case or not (PRC-03, PRC-04 and PRC-06 of the dossier, section 5.2).
package struct Standing: Equatable, Sendable {
    /// The raw value is stored; never reuse one.
    package enum State: UInt8, CaseIterable, Sendable {
        /// In one of the three classes, or identified by the county and not in the register yet.
        case monitored = 1
        /// Taken off with the risk gone.
        case eliminated = 2
    }

    package internal(set) var state: State
    package internal(set) var division: Division
    /// A living member has full or partial labour.
    package internal(set) var hasLabour: Bool
    /// When it was heard of: what was done for the household before is not known here, so nothing
    /// is due earlier than counted from then.
    package internal(set) var heardAt: Int64
    /// The latest visit, relief, call or delivery, by the officer's clock.
    package internal(set) var lastContact: Int64?
    /// Clocks of milestones that are reached, told to the last rung, or do not concern the household;
    /// ascending.
    package internal(set) var settled: [String]
    package internal(set) var clocks: [Clock]

    package init(
        state: State, division: Division, hasLabour: Bool, heardAt: Int64,
        lastContact: Int64? = nil, settled: [String] = [], clocks: [Clock] = []
    ) {
        self.state = state
        self.division = division
        self.hasLabour = hasLabour
        self.heardAt = heardAt
        self.lastContact = lastContact
        self.settled = settled
        self.clocks = clocks
    }

    /// The instant of the next ring.
    package var wakeAt: Int64? { clocks.map(\.dueAt).min() }

    /// An officer was in touch; `done` by the officer's clock.
    mutating func contact(at done: Int64, _ plan: CasePlan) {
        guard done > lastContact ?? .min else { return }
        lastContact = done
        if let name = plan.process.contact?.ladder.clock { clocks.removeAll { $0.name == name } }
        startContactClock(plan)
    }

    /// Starts what is due from now on.
    mutating func start(_ plan: CasePlan) {
        clocks = []
        startContactClock(plan)
        startMilestones(plan)
    }

    private mutating func startContactClock(_ plan: CasePlan) {
        guard let contact = plan.process.contact else { return }
        let allowed = state == .monitored ? contact.monitored : contact.eliminated
        let due = allowed.due(from: max(heardAt, lastContact ?? heardAt), in: division, plan.policy)
        clocks.append(Clock(name: contact.ladder.clock, assignment: nil, deadline: due, dueAt: due))
    }

    /// The clock of a milestone runs while it is owed: once for each identification.
    mutating func startMilestones(_ plan: CasePlan) {
        for milestone in plan.process.milestones {
            let name = milestone.ladder.clock
            let isOwed =
                state == .monitored && (hasLabour || !milestone.needsLabour)
                && !settled.contains(name)
            if !isOwed {
                clocks.removeAll { $0.name == name }
            } else if !clocks.contains(where: { $0.name == name }) {
                let due = milestone.deadline.due(from: heardAt, in: division, plan.policy)
                clocks.append(Clock(name: name, assignment: nil, deadline: due, dueAt: due))
            }
        }
    }

    /// Nothing more is due by these clocks.
    mutating func settle(_ clocks: some Sequence<String>) {
        settled = Set(settled).union(clocks).sorted()
    }

    /// Rings what is due by `time`; gives what to tell, in order.
    mutating func ring(at time: Int64, household: String, _ plan: CasePlan) -> [Escalation] {
        var told: [Escalation] = []
        while let index = clocks.indices.filter({ clocks[$0].dueAt <= time }).min(by: {
            (clocks[$0].dueAt, $0) < (clocks[$1].dueAt, $1)
        }) {
            var clock = clocks[index]
            guard let ladder = plan.process.householdLadder(clock.name),
                clock.rung < ladder.rungs.count
            else {
                clocks.remove(at: index)
                continue
            }
            let rung = ladder.rungs[clock.rung]
            told.append(
                Escalation(
                    id: Pseudonym.digest("escalation:\(household):\(clock.name):\(clock.deadline)"),
                    caseID: nil, revision: Int64(clock.rung) + 1, clock: clock.name,
                    from: rung.from, to: rung.to, dueAt: clock.deadline, raisedAt: time,
                    text: ladder.text))
            clock.rung += 1
            if clock.rung < ladder.rungs.count, let after = ladder.rungs[clock.rung].after {
                clock.dueAt = after.due(from: clock.dueAt, in: division, plan.policy)
                clocks[index] = clock
            } else {
                if clock.name != plan.process.contact?.ladder.clock { settle([clock.name]) }
                clocks.remove(at: index)
            }
        }
        return told
    }
}

/// What the monitor says of a household when the register changes how it stands (formats, section
/// 8, `shouwang.household.changed.v1`).
package struct StandingNotice: Equatable, Sendable {
    /// `nil`: in no class, or in none that anybody follows.
    package let state: Standing.State?
    package let division: Division
    package let hasLabour: Bool

    package init(state: Standing.State?, division: Division, hasLabour: Bool) {
        self.state = state
        self.division = division
        self.hasLabour = hasLabour
    }
}
