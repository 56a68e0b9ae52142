package import Casework
package import Households
package import Kafka
package import Streams
package import YAML

/// Casework: reads `case.events` (alerts as published, officers' answers as fieldwork passed them
/// on), keeps the case of each household, and writes `assignments`, `cases` and `escalations`
/// (formats, section 8; docs/CASES.md). All decisions are in `Casework`; here are only bytes.
package struct CaseworkProcessor: Processor {
    package typealias State = CaseworkState
    package typealias Shared = CaseworkShared

    package let outputs = ["assignments", "cases", "escalations"]
    private let planAtStart: CasePlan
    private let releases: ReleaseShelf

    /// `plan` is what tasks go by that have met no activation; `releases` holds what activations
    /// name.
    package init(_ plan: CasePlan, releases: ReleaseShelf = ReleaseShelf()) {
        planAtStart = plan
        self.releases = releases
    }

    /// Reads `Pipelines/casework`. Throws with file, line and column what is wrong; show it and
    /// stop.
    package static func load(
        folder: String, _ policy: Policy
    ) throws(YAMLError) -> CaseworkProcessor {
        CaseworkProcessor(try CasePlan.load(folder: folder, policy))
    }

    private func plan(_ shared: CaseworkShared) -> CasePlan {
        shared.release.map { releases[$0].plan } ?? planAtStart
    }

    package func route(_ record: RecordView) throws(RecordFailure) -> Route {
        if ReleaseOrder.kind(of: record) != nil { return .broadcast }
        guard let bytes = record.key, Pseudonym(utf8: bytes) != nil, let key = Key(bytes) else {
            throw RecordFailure(
                reason: "household.format", field: "key", step: CaseworkReader.step,
                message: "expected the household's pseudonym, 26 characters, as key")
        }
        return .key(key)
    }

    package func process(
        _ record: RecordView, key: Key, state: inout CaseworkState, shared: CaseworkShared,
        at time: Instant, _ effects: inout Effects
    ) throws(RecordFailure) {
        let plan = plan(shared)
        let changes: [HouseholdCases.Change]
        switch try CaseworkReader.read(record) {
        case .alert(let alert):
            changes = state.cases.receive(alert, household: key.description, at: time, plan)
        case .standing(let notice):
            changes = state.cases.receive(notice, at: time, plan)
        case .action(let action):
            do {
                changes = try state.cases.receive(action, at: time, plan)
            } catch {
                throw CaseworkProcessor.failure(error)
            }
        }
        write(changes, plan, key, state, at: time, &effects)
    }

    package func wake(
        key: Key, state: inout CaseworkState, shared: CaseworkShared, at due: Instant,
        _ effects: inout Effects
    ) {
        let plan = plan(shared)
        write(state.cases.wake(at: due, household: key.description, plan), plan, key, state, at: due, &effects)
    }

    package func receive(
        _ broadcast: RecordView, shared: inout CaseworkShared, at time: Instant
    ) throws(RecordFailure) {
        guard case .activate(let release)? = try ReleaseOrder(broadcast, step: CaseworkReader.step)
        else {
            throw RecordFailure(
                reason: "field.value", field: "order", step: CaseworkReader.step,
                message: "casework takes activations only")
        }
        shared.release = release
    }

    /// False: clocks that run keep their deadlines; what comes next goes by the new measures.
    package func concernsKeys(_ broadcast: RecordView) -> Bool { false }

    package func missing(_ shared: CaseworkShared) -> String? {
        shared.release.flatMap { releases.missing($0) }
    }

    private func write(
        _ changes: [HouseholdCases.Change], _ plan: CasePlan, _ key: Key, _ state: CaseworkState, at time: Instant,
        _ effects: inout Effects
    ) {
        let subject = state.cases.current
        guard let division = subject?.division ?? state.cases.standing?.division else { return }
        let writer = CaseworkWriter(
            plan: plan, key: key, subject: subject, division: division, time: time)
        for change in changes { writer.write(change, &effects) }
    }

    private static func failure(_ refusal: HouseholdCases.Refusal) -> RecordFailure {
        switch refusal {
        case .unknown(let field):
            RecordFailure(
                reason: "action.unknown", field: field, step: CaseworkReader.step,
                message: "the action names no case, alert or assignment known of this household")
        case .missing(let field):
            RecordFailure(
                reason: "field.missing", field: field, step: CaseworkReader.step,
                message: "an action of this kind needs the field")
        case .notAllowed(let field):
            RecordFailure(
                reason: "field.value", field: field, step: CaseworkReader.step,
                message: "an action of this kind cannot be taken with this value")
        }
    }
}
