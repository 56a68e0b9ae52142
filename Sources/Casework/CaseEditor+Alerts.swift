import Households

extension CaseEditor {
    /// An alert the case does not know yet; it is open.
    mutating func add(_ alert: Alert) {
        subject.alerts.append(Case.Entry(alert))
        subject.division = alert.division
        isChanged = true
        if subject.decision == .declined { decide(.notOwed) }
        if alert.asksForHelp {
            help(alert, at: subject.alerts.count - 1, becameRed: alert.level == .red)
        }
    }

    /// A new revision of an alert the case knows.
    mutating func update(_ alert: Alert) {
        guard let index = subject.alerts.firstIndex(where: { $0.id == alert.id }),
            alert.revision > subject.alerts[index].revision
        else { return }
        let before = subject.alerts[index]
        subject.alerts[index].revision = alert.revision
        // An ended alert stays ended: a new episode is a new alert.
        guard before.state == .open else { return }
        subject.alerts[index].level = alert.level
        subject.alerts[index].isSuperseded = alert.isSuperseded
        subject.alerts[index].state = alert.state
        if subject.division != alert.division {
            subject.division = alert.division
            isChanged = true
        }
        guard alert.state == .open else {
            isChanged = true
            if alert.state.isNoReason { withdrawWhatHasNoReason() }
            return
        }
        if before.level != alert.level || before.isSuperseded != alert.isSuperseded {
            isChanged = true
        }
        if alert.asksForHelp {
            let wasRed = before.asks && before.level == .red
            help(alert, at: index, becameRed: alert.level == .red && !wasRed)
        }
    }

    /// The alert asks for itself: visit, measures, and the clock of red alerts.
    private mutating func help(_ alert: Alert, at index: Int, becameRed: Bool) {
        visit(alert, at: index)
        for measure in alert.proposes { propose(measure, for: alert) }
        let ladder = plan.process.reliefLadder
        if becameRed, !subject.clocks.contains(where: { $0.name == ladder.clock }) {
            let due = plan.process.reliefDeadline.due(
                from: time, in: subject.division, plan.policy)
            subject.clocks.append(
                Clock(name: ladder.clock, assignment: nil, deadline: due, dueAt: due))
            isChanged = true
        }
    }

    /// All alerts share the visit that is outstanding; its deadline follows the highest level and
    /// only ever moves forward. An alert that had its visit does not ask for another.
    private mutating func visit(_ alert: Alert, at index: Int) {
        guard let measure = plan.measures[id: plan.process.visitMeasure] else { return }
        let due = plan.process.visitDeadline(subject.level ?? alert.level).due(
            from: time, in: subject.division, plan.policy)
        if let running = subject.assignments.lastIndex(where: {
            $0.measure == measure.id && $0.isOutstanding
        }) {
            var isTold = false
            if !subject.alerts[index].hasVisit {
                subject.alerts[index].hasVisit = true
                subject.assignments[running].reasons.append(alert.id)
                isTold = true
            }
            if hasten(running, to: due) { isTold = true }
            if isTold { publish(running) }
        } else if !subject.alerts[index].hasVisit {
            subject.alerts[index].hasVisit = true
            let made = assign(
                measure.id, office: measure.office, reasons: [alert.id], dueAt: due,
                clock: plan.process.visitLadder.clock)
            subject.visits.append(
                Case.Visit(id: visitID(alert), assignment: subject.assignments[made].id))
            happen(.assigned)
        }
    }

    /// The monitor's id, unless that visit has been made already: alerts that overlap in time share
    /// one id there, however many visits they need.
    private func visitID(_ alert: Alert) -> String {
        if let id = alert.visit, !subject.visits.contains(where: { $0.id == id }) { return id }
        return "\(Pseudonym.digest("visit:\(subject.id):\(subject.visits.count + 1)"))"
    }

    /// Moves a deadline that has not passed forward; true if it did.
    private mutating func hasten(_ index: Int, to due: Int64) -> Bool {
        let assignment = subject.assignments[index]
        guard due < assignment.dueAt, assignment.state != .overdue,
            let clock = subject.clocks.firstIndex(where: { $0.assignment == assignment.id })
        else { return false }
        subject.assignments[index].dueAt = due
        subject.clocks[clock].deadline = due
        subject.clocks[clock].dueAt = due
        return true
    }

    /// A measure is given once a case; another alert that proposes it is one more reason. One that
    /// was withdrawn can be given again.
    private mutating func propose(_ id: String, for alert: Alert) {
        guard id != plan.process.visitMeasure, let measure = plan.measures[id: id],
            measure.answers(cause: alert.cause, rule: alert.rule)
        else { return }
        if let existing = subject.assignments.lastIndex(where: {
            $0.measure == id && $0.state != .withdrawn
        }) {
            guard !subject.assignments[existing].reasons.contains(alert.id) else { return }
            subject.assignments[existing].reasons.append(alert.id)
            publish(existing)
            return
        }
        guard measure.eligibility?.holds(for: facts(for: alert)) ?? true else { return }
        assign(
            id, office: measure.office, reasons: [alert.id],
            dueAt: measure.deadline.due(from: time, in: subject.division, plan.policy),
            clock: plan.process.measureLadder.clock)
    }

    private func facts(for alert: Alert) -> EligibilityFacts {
        let open = subject.alerts.filter { $0.state == .open }
        return EligibilityFacts(
            cause: alert.cause, rule: alert.rule, level: alert.level, alert: alert.facts,
            causes: subject.unique(open.map(\.cause)), rules: subject.unique(open.map(\.rule)))
    }

    /// What was assigned only for alerts that were never right is taken back.
    private mutating func withdrawWhatHasNoReason() {
        let noReason = subject.alerts.filter(\.state.isNoReason).map(\.id)
        for index in subject.assignments.indices
        where subject.assignments[index].isOutstanding
            && subject.assignments[index].reasons.allSatisfy(noReason.contains)
        {
            withdraw(index)
        }
    }
}

extension Alert {
    /// True when it asks for visit and measures itself.
    var asksForHelp: Bool { state == .open && !isSuperseded }
}
