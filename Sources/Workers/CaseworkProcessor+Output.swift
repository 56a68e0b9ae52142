internal import Casework
internal import Households
internal import JSON
internal import Streams

/// Writes what casework publishes, as CloudEvents in binary mode (formats, section 8). Lives for
/// one call of the processor.
struct CaseworkWriter {
    let plan: CasePlan
    let key: Key
    /// `nil` for a household without a case.
    let subject: Case?
    let division: Division
    let time: Int64

    /// Indices of `CaseworkProcessor.outputs`.
    private static let assignments = 0
    private static let cases = 1
    private static let escalations = 2

    func write(_ change: HouseholdCases.Change, _ effects: inout Effects) {
        switch change {
        case .assignment(let assignment):
            guard let subject else { return }
            effects.emit(
                to: CaseworkWriter.assignments, key: key,
                headers: headers(
                    id: assignment.id, revision: assignment.revision,
                    type: "shouwang.assignment.\(assignment.state.name).v1")
            ) { bytes in JSONWriter.write(into: &bytes) { write(assignment, of: subject, &$0) } }
        case .escalation(let escalation):
            let addressee = escalation.to.area(of: division)
            effects.emit(
                to: CaseworkWriter.escalations, key: Key(addressee.description),
                headers: headers(
                    id: escalation.id, revision: escalation.revision,
                    type: "shouwang.escalation.raised.v1")
            ) { bytes in JSONWriter.write(into: &bytes) { write(escalation, &$0) } }
        case .caseChanged:
            guard let subject else { return }
            effects.emit(
                to: CaseworkWriter.cases, key: key,
                headers: headers(
                    id: subject.id, revision: subject.revision, type: "shouwang.case.changed.v1")
            ) { bytes in JSONWriter.write(into: &bytes) { write(subject, &$0) } }
        }
    }

    private func headers(
        id: Pseudonym, revision: Int64, type: String
    ) -> [(name: StaticString, value: String)] {
        PublicRecord.headers(
            id: "\(id).\(revision)", type: type, subject: key.description,
            division: division.description, worker: "casework", at: time)
    }

    private func write(_ assignment: Assignment, of subject: Case, _ json: inout JSONWriter) {
        // A measure taken out of the catalogue keeps its id as name.
        let measure = plan.measures[id: assignment.measure]
        json.beginObject()
        json.field("assignment", "\(assignment.id)")
        json.field("revision", assignment.revision)
        json.field("case", "\(subject.id)")
        json.field("household", key.description)
        json.field("division", "\(subject.division)")
        json.field("measure", assignment.measure)
        json.field(
            "name", zh: measure?.name.zh ?? assignment.measure,
            en: measure?.name.en ?? assignment.measure)
        json.field("department", measure?.department ?? "")
        json.field("level", assignment.office.name)
        json.field("state", assignment.state.name)
        json.strings("reasons", assignment.reasons)
        json.field("createdAt", InstantText.text(assignment.createdAt))
        json.field("dueAt", InstantText.text(assignment.dueAt))
        if let deliveredAt = assignment.deliveredAt {
            json.field("deliveredAt", InstantText.text(deliveredAt))
        }
        if !assignment.evidence.isEmpty {
            json.name("evidence")
            json.beginArray()
            for evidence in assignment.evidence {
                json.beginObject()
                json.field("kind", evidence.kind)
                json.field("sha256", evidence.sha256)
                if !evidence.takenAt.isEmpty { json.field("takenAt", evidence.takenAt) }
                json.endObject()
            }
            json.endArray()
        }
        json.endObject()
    }

    private func write(_ escalation: Escalation, _ json: inout JSONWriter) {
        json.beginObject()
        json.field("escalation", "\(escalation.id)")
        json.field("clock", escalation.clock)
        if let id = escalation.caseID { json.field("case", "\(id)") }
        json.field("household", key.description)
        json.field("division", "\(division)")
        json.field("from", escalation.from.name)
        json.field("to", escalation.to.name)
        json.field("dueAt", InstantText.text(escalation.dueAt))
        json.field("raisedAt", InstantText.text(escalation.raisedAt))
        json.field("text", zh: escalation.text.zh, en: escalation.text.en)
        json.endObject()
    }

    private func write(_ subject: Case, _ json: inout JSONWriter) {
        json.beginObject()
        json.field("case", "\(subject.id)")
        json.field("revision", subject.revision)
        json.field("household", key.description)
        json.field("division", "\(subject.division)")
        json.field("stage", subject.stage)
        if subject.decision != .notOwed { json.field("decision", "\(subject.decision)") }
        if let level = subject.level { json.field("level", level.name) }
        json.field("openedAt", InstantText.text(subject.openedAt))
        if let closedAt = subject.closedAt { json.field("closedAt", InstantText.text(closedAt)) }
        json.strings("alerts", subject.alerts.map(\.id))
        json.strings("causes", subject.causes)
        json.strings("visits", subject.visits.map(\.id))
        json.strings("assignments", subject.assignments.map { "\($0.id)" })
        json.name("clocks")
        json.beginArray()
        for clock in subject.clocks {
            json.beginObject()
            json.field("name", clock.name)
            json.field("dueAt", InstantText.text(clock.dueAt))
            if let assignment = clock.assignment { json.field("assignment", "\(assignment)") }
            json.endObject()
        }
        json.endArray()
        json.name("answers")
        json.beginArray()
        for answer in subject.answers {
            json.beginObject()
            json.field("action", answer.action)
            json.field("kind", answer.kind.name)
            json.field("at", InstantText.text(answer.at))
            if let reason = answer.reason { json.field("reason", reason) }
            json.endObject()
        }
        json.endArray()
        if let previous = subject.previous { json.field("previous", "\(previous)") }
        json.endObject()
    }
}
