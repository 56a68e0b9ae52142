import Households

extension CaseEditor {
    /// An officer's answer; nothing has changed when it throws.
    mutating func answer(_ action: Action) throws(HouseholdCases.Refusal) {
        let named = try resolve(action)
        // An officer's clock may be ahead; nothing is done before it is known.
        let done = min(action.at, time)
        switch action.kind {
        case .acknowledged: acknowledge(named, alerts: action.alerts)
        case .visited: visited(at: done, evidence: action.evidence)
        case .relieved: try relieved(named, at: done, evidence: action.evidence)
        case .dismissed:
            // Only recorded: the alert ends when the monitor, which gets the same answer as a
            // fact, says so.
            guard action.reason != nil else { throw .missing(field: "reason") }
        case .delivered: try delivered(named, at: done, evidence: action.evidence)
        case .identified:
            decide(.identified)
            happen(.identified)
        case .declined:
            guard action.reason != nil else { throw .missing(field: "reason") }
            decide(.declined)
        case .contacted: break
        case .eliminationProposed: happen(.eliminationProposed)
        case .eliminationWithdrawn: happen(.eliminationWithdrawn)
        }
        subject.answers.append(
            Case.Answer(
                action: action.id, kind: action.kind, at: action.at, reason: action.reason))
        if subject.answers.count > Limits.answers { subject.answers.removeFirst() }
        isChanged = true
    }

    /// Everything the action names must be known; gives the index of the assignment named.
    private func resolve(_ action: Action) throws(HouseholdCases.Refusal) -> Int? {
        if let named = action.caseID, named != "\(subject.id)" { throw .unknown(field: "case") }
        for alert in action.alerts where !subject.knows(alert) { throw .unknown(field: "alerts") }
        if action.evidence.count > Limits.evidence { throw .notAllowed(field: "evidence") }
        guard let named = action.assignment else { return nil }
        guard let index = subject.assignments.firstIndex(where: { "\($0.id)" == named }) else {
            throw .unknown(field: "assignment")
        }
        return index
    }

    /// Accepts the assignment named; else those the alerts named are a reason for; else all.
    private mutating func acknowledge(_ named: Int?, alerts: [String]) {
        var hasAnsweredMeasure = false
        for index in subject.assignments.indices {
            let assignment = subject.assignments[index]
            if let named {
                guard index == named else { continue }
            } else if !alerts.isEmpty {
                guard assignment.reasons.contains(where: alerts.contains) else { continue }
            }
            guard subject.assignments[index].move(to: .accepted) else { continue }
            if assignment.measure != plan.process.visitMeasure { hasAnsweredMeasure = true }
            publish(index)
        }
        if hasAnsweredMeasure { happen(.answered) }
    }

    private mutating func visited(at done: Int64, evidence: [Evidence]) {
        for index in subject.assignments.indices
        where subject.assignments[index].measure == plan.process.visitMeasure
            && subject.assignments[index].isOutstanding
        {
            deliver(index, at: done, evidence: evidence)
        }
        // It answers every alert that was open, also those for which another spoke.
        for index in subject.alerts.indices where subject.alerts[index].state == .open {
            subject.alerts[index].hasVisit = true
        }
        stopReliefClock()
        happen(.visited)
    }

    private mutating func relieved(
        _ named: Int?, at done: Int64, evidence: [Evidence]
    ) throws(HouseholdCases.Refusal) {
        if let named {
            let measure = plan.measures[id: subject.assignments[named].measure]
            guard measure?.isReliefFirst ?? false else { throw .notAllowed(field: "assignment") }
            // Relief counts at once; the measure is delivered only with evidence (design, 6).
            if !evidence.isEmpty {
                deliver(named, at: done, evidence: evidence)
                checkProof(named, evidence)
            } else if subject.assignments[named].move(to: .accepted) {
                publish(named)
            }
        }
        stopReliefClock()
        happen(.relieved)
    }

    private mutating func delivered(
        _ named: Int?, at done: Int64, evidence: [Evidence]
    ) throws(HouseholdCases.Refusal) {
        guard let named else { throw .missing(field: "assignment") }
        guard subject.assignments[named].measure != plan.process.visitMeasure else {
            throw .notAllowed(field: "assignment")
        }
        guard !evidence.isEmpty else { throw .missing(field: "evidence") }
        deliver(named, at: done, evidence: evidence)
        checkProof(named, evidence)
        happen(.answered)
    }
}
