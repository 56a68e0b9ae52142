import Households

/// One event's change of a case: takes the case, is told what happened, collects what to publish,
/// and gives the case back. Lives for one call.
struct CaseEditor {
    var subject: Case
    let plan: CasePlan
    let time: Int64
    /// The register has the household, or the county has decided so.
    let isMonitored: Bool
    var changes: [HouseholdCases.Change] = []
    /// True when something changed that the published case shows.
    var isChanged = false

    init(editing subject: Case, _ plan: CasePlan, at time: Int64, isMonitored: Bool) {
        self.subject = subject
        self.plan = plan
        self.time = time
        self.isMonitored = isMonitored
    }

    /// Settles clocks and stage, and tells the case if it changed.
    mutating func finish() -> Case {
        settleReliefClock()
        settleDecision()
        closeIfDone()
        if isChanged {
            subject.revision += 1
            changes.append(.caseChanged)
        }
        return subject
    }

    mutating func happen(_ event: Process.Event) {
        let next = plan.process.stage(after: event, in: subject.stage)
        if next != subject.stage {
            subject.stage = next
            isChanged = true
        }
    }

    /// Publishes the assignment as it now is.
    mutating func publish(_ index: Int) {
        subject.assignments[index].revision += 1
        changes.append(.assignment(subject.assignments[index]))
        isChanged = true
    }

    /// Adds an assignment with its clock and publishes it; gives its index.
    @discardableResult
    mutating func assign(
        _ measure: String, office: Office, reasons: [String], dueAt: Int64, clock: String
    ) -> Int {
        let number = 1 + subject.assignments.count { $0.measure == measure }
        let id = Assignment.id(of: subject.id, measure: measure, number: number)
        subject.assignments.append(
            Assignment(
                id: id, measure: measure, number: number, office: office, reasons: reasons,
                createdAt: time, dueAt: dueAt))
        subject.clocks.append(Clock(name: clock, assignment: id, deadline: dueAt, dueAt: dueAt))
        publish(subject.assignments.count - 1)
        return subject.assignments.count - 1
    }

    mutating func stopClock(of assignment: Pseudonym) {
        subject.clocks.removeAll { $0.assignment == assignment }
    }

    mutating func withdraw(_ index: Int) {
        guard subject.assignments[index].move(to: .withdrawn) else { return }
        stopClock(of: subject.assignments[index].id)
        publish(index)
    }

    mutating func deliver(_ index: Int, at instant: Int64, evidence: [Evidence]) {
        guard subject.assignments[index].deliver(at: instant, evidence: evidence) else { return }
        stopClock(of: subject.assignments[index].id)
        publish(index)
    }

    /// The clock of red alerts stops when none is open any more.
    private mutating func settleReliefClock() {
        let name = plan.process.reliefLadder.clock
        guard subject.clocks.contains(where: { $0.name == name && $0.assignment == nil }),
            !subject.alerts.contains(where: { $0.asks && $0.level == .red })
        else { return }
        stopReliefClock()
    }

    mutating func stopReliefClock() {
        let name = plan.process.reliefLadder.clock
        let before = subject.clocks.count
        subject.clocks.removeAll { $0.name == name && $0.assignment == nil }
        if subject.clocks.count != before { isChanged = true }
    }

    private mutating func closeIfDone() {
        guard !subject.isClosed, !subject.alerts.isEmpty,
            subject.alerts.allSatisfy({ $0.state != .open }),
            !subject.assignments.contains(where: \.isOutstanding)
        else { return }
        happen(.ended)
        subject.clocks = []
        subject.closedAt = time
        isChanged = true
    }
}
