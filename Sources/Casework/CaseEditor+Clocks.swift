import Households

extension CaseEditor {
    /// Rings every clock that is due, in the order of their time, then of their start.
    mutating func ring() {
        while let next = nextClock() { ring(next) }
    }

    private func nextClock() -> Int? {
        let due = subject.clocks.indices.filter { subject.clocks[$0].dueAt <= time }
        return due.min {
            (subject.clocks[$0].dueAt, $0) < (subject.clocks[$1].dueAt, $1)
        }
    }

    private mutating func ring(_ index: Int) {
        var clock = subject.clocks[index]
        let assignment = clock.assignment.flatMap { id in
            subject.assignments.firstIndex { $0.id == id }
        }
        let ladder = ladder(of: clock, assignment)
        isChanged = true
        if clock.rung == 0, let assignment,
            subject.assignments[assignment].move(to: .overdue)
        {
            publish(assignment)
        }
        if clock.rung < ladder.rungs.count {
            changes.append(.escalation(escalation(clock, ladder, assignment)))
        }
        clock.rung += 1
        if clock.rung < ladder.rungs.count, let after = ladder.rungs[clock.rung].after {
            clock.dueAt = after.due(from: clock.dueAt, in: subject.division, plan.policy)
            subject.clocks[index] = clock
        } else {
            subject.clocks.remove(at: index)
            if clock.name == plan.process.identification?.ladder.clock {
                subject.decision = .overdue
            }
        }
    }

    /// A measure's ladder starts at the office that has to deliver it.
    private func ladder(of clock: Clock, _ assignment: Int?) -> Process.Ladder {
        guard let assignment else {
            if let ladder = plan.process.identification?.ladder, ladder.clock == clock.name {
                return ladder
            }
            return plan.process.reliefLadder
        }
        if clock.name == plan.process.visitLadder.clock { return plan.process.visitLadder }
        let office = subject.assignments[assignment].office
        let whole = plan.process.measureLadder
        return Process.Ladder(
            clock: whole.clock, rungs: whole.rungs.filter { $0.from >= office }, text: whole.text)
    }

    private func escalation(
        _ clock: Clock, _ ladder: Process.Ladder, _ assignment: Int?
    ) -> Escalation {
        let rung = ladder.rungs[clock.rung]
        var text = ladder.text
        if let assignment {
            let id = subject.assignments[assignment].measure
            let name = plan.measures[id: id]?.name ?? LocalText(zh: id, en: id)
            text = text.replacing("measure", zh: name.zh, en: name.en)
        }
        let subjectOfClock = clock.assignment.map { "\($0)" } ?? "\(clock.deadline)"
        return Escalation(
            id: Pseudonym.digest("escalation:\(subject.id):\(clock.name):\(subjectOfClock)"),
            caseID: subject.id, revision: Int64(clock.rung) + 1, clock: clock.name, from: rung.from, to: rung.to,
            dueAt: clock.deadline, raisedAt: time, text: text)
    }

    /// The county's decision is owed while an open alert of the least level asks for help and the
    /// household is not monitored yet (PRC-02).
    mutating func settleDecision() {
        guard let identification = plan.process.identification else { return }
        let name = identification.ladder.clock
        let isOwed =
            !isMonitored && !subject.isClosed
            && subject.alerts.contains { $0.asks && $0.level >= identification.least }
        switch subject.decision {
        case .notOwed where isOwed:
            let due = identification.deadline.due(from: time, in: subject.division, plan.policy)
            subject.decision = .owed
            subject.clocks.append(Clock(name: name, assignment: nil, deadline: due, dueAt: due))
            isChanged = true
        case .owed where !isOwed, .overdue where !isOwed: decide(.notOwed)
        default: break
        }
    }

    /// The decision was made, or is no longer owed.
    mutating func decide(_ decision: Case.Decision) {
        guard subject.decision != decision else { return }
        subject.decision = decision
        if let name = plan.process.identification?.ladder.clock {
            subject.clocks.removeAll { $0.name == name }
        }
        isChanged = true
    }

    /// A measure said to be delivered, without a document of a kind that shows it (PRC-05).
    mutating func checkProof(_ index: Int, _ evidence: [Evidence]) {
        let assignment = subject.assignments[index]
        guard let proof = plan.process.proof,
            let measure = plan.measures[id: assignment.measure],
            !evidence.contains(where: { measure.evidence.contains($0.kind) })
        else { return }
        changes.append(
            .escalation(
                Escalation(
                    id: Pseudonym.digest("escalation:\(subject.id):\(proof.clock):\(assignment.id)"),
                    caseID: subject.id, revision: 1, clock: proof.clock, from: assignment.office,
                    to: proof.to, dueAt: assignment.deliveredAt ?? time, raisedAt: time,
                    text: proof.text.replacing(
                        "measure", zh: measure.name.zh, en: measure.name.en))))
    }
}
