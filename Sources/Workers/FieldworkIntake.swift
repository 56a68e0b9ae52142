package import Households
import JSON
package import Kafka
package import Streams

/// The intake of officers' answers (formats, section 8): checks the form of an action, passes it
/// on to `case.events`, and states visits, dismissals and relief as facts of the household, so
/// that alerts end by them. Whether the case, alert or assignment named exists is for casework to
/// know. Only the fields of its catalogue go on: a note stays behind. Stateless and shared between
/// lanes.
package struct FieldworkIntake: Processor {
    package typealias State = NoState
    package typealias Shared = NoState

    /// The indices of `outputs`.
    package enum Output {
        package static let caseEvents = 0
        package static let householdFacts = 1
    }

    package let catalogue: IntakeCatalogue
    private let policy: Policy
    private let key: PseudonymKey
    private let readers = IntakeReaderPool()

    /// What errors name as the step at fault.
    package static let step = "FieldworkIntake"
    /// The department of officers' facts.
    package static let department = "fieldwork"

    package init(catalogue: IntakeCatalogue, policy: Policy, key: PseudonymKey) {
        self.catalogue = catalogue
        self.policy = policy
        self.key = key
    }

    package var outputs: [String] { ["case.events", "household.facts"] }

    package func route(_ record: RecordView) throws(RecordFailure) -> Route {
        .stateless
    }

    package func process(
        _ record: RecordView, key _: Key, state: inout NoState, shared: NoState,
        at time: Instant, _ effects: inout Effects
    ) throws(RecordFailure) {
        let lent = readers.take()
        defer { readers.give(lent) }
        let step = FieldworkIntake.step
        let envelope = try Envelope(record, &lent.reader, step: step)
        guard let event = catalogue.event(envelope.type),
            case .pseudonym(let subject) = event.subject
        else {
            throw RecordFailure(
                reason: "type.unknown", field: "type", step: step,
                message: "expected shouwang.action.<what was done>.v1")
        }
        guard envelope.operation == .create else {
            throw RecordFailure(
                reason: "envelope.op", field: "op", step: step,
                message: "expected create: an action is not taken back")
        }
        let reader = IntakeValueReader(
            policy: policy, key: key, step: step, latestBirth: Day(ofInstant: record.timestamp))
        let values = try reader.values(event, envelope.data, reversing: false)
        guard case .pseudonym(let household) = values[subject],
            case .text(let action) = values[event.key[0]]
        else { preconditionFailure("a checked action without its household or id") }
        pass(event, values, envelope, to: household, &effects)
        if let kind = event.fact {
            let fact = fact(kind, event, values, envelope, household, action, record, time)
            effects.emit(
                to: Output.householdFacts, key: household.key, headers: trace(envelope)
            ) { FactMessage.put(fact).encode(into: &$0) }
        }
    }

    private func trace(_ envelope: Envelope) -> [(name: StaticString, value: String)] {
        guard let traceParent = envelope.traceParent else { return [] }
        return [("traceparent", traceParent)]
    }

    /// The action as casework reads it: a CloudEvent in binary mode with the catalogue's fields.
    private func pass(
        _ event: IntakeCatalogue.Event, _ values: [IntakeValue], _ envelope: Envelope,
        to household: Pseudonym, _ effects: inout Effects
    ) {
        var headers: [(name: StaticString, value: String)] = [
            ("ce_specversion", "1.0"),
            ("ce_id", text(envelope.id)),
            ("ce_source", text(envelope.source)),
            ("ce_type", event.type),
            ("ce_time", InstantText.text(envelope.recorded)),
            ("content-type", "application/json"),
        ]
        headers += trace(envelope)
        effects.emit(to: Output.caseEvents, key: household.key, headers: headers) { bytes in
            JSONWriter.write(into: &bytes) { writer in
                writer.beginObject()
                for (plan, value) in zip(event.fields, values) {
                    write(value, plan, &writer)
                }
                writer.endObject()
            }
        }
    }

    private func write(
        _ value: IntakeValue, _ plan: IntakeCatalogue.Field, _ writer: inout JSONWriter
    ) {
        switch value {
        case .absent: break
        case .text(let text): writer.field(plan.name, self.text(text))
        case .joined(let text): writer.field(plan.name, text)
        case .pseudonym(let pseudonym): writer.field(plan.name, pseudonym.description)
        case .integer(let number):
            if plan.kind == .instant {
                writer.field(plan.name, InstantText.text(number))
            } else {
                writer.field(plan.name, number)
            }
        case .list(let list):
            writer.name(plan.name)
            writer.beginArray()
            for item in list.fields {
                if plan.kind == .texts {
                    writer.string(text(item.text))
                } else {
                    writer.beginObject()
                    if let kind = item.field("kind") { writer.field("kind", text(kind.text)) }
                    if let digest = item.field("sha256") {
                        writer.field("sha256", text(digest.text))
                    }
                    if let taken = item.field("takenAt") {
                        writer.field("takenAt", text(taken.text))
                    }
                    writer.endObject()
                }
            }
            writer.endArray()
        }
    }

    /// Text that goes on, without identity numbers somebody may have put into it.
    private func text(_ bytes: UnsafeRawBufferPointer) -> String {
        if let veiled = IdentityNumberVeil.veiled(bytes, key) {
            return String(decoding: veiled, as: UTF8.self)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The answer as a fact. An officer's clock may run ahead: a fact of a day to come would wait,
    /// so it occurs on the record's day at the latest.
    private func fact(
        _ kind: FactKind, _ event: IntakeCatalogue.Event, _ values: [IntakeValue],
        _ envelope: Envelope, _ household: Pseudonym, _ action: UnsafeRawBufferPointer,
        _ record: RecordView, _ time: Instant
    ) -> Fact {
        var attributes: [(attribute: Attribute, value: Fact.Value)] = []
        if let told = event.event { attributes.append((.event, .text(told))) }
        for (plan, value) in zip(event.fields, values) {
            guard case .attribute(let attribute) = plan.target else { continue }
            switch value {
            case .text(let text): attributes.append((attribute, .text(self.text(text))))
            case .integer(let number): attributes.append((attribute, .integer(number)))
            case .list(let list):
                let ids = list.fields.map { text($0.text) }
                guard !ids.isEmpty else { continue }
                attributes.append((attribute, .text(ids.joined(separator: ","))))
            default: break
            }
        }
        var day = Day(ofInstant: record.timestamp)
        if case .integer(let at) = values[event.occurs] { day = min(day, Day(ofInstant: at)) }
        return Fact(
            kind: kind, subject: .household(household),
            key: Pseudonym.digest("action:" + text(action)),
            department: FieldworkIntake.department, occurred: day, recorded: envelope.recorded,
            arrived: time, attributes: attributes)
    }
}
