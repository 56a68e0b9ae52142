package import Households
package import Kafka
package import Streams

/// An intake of a department's feed: checks a record against the event catalogue, replaces every
/// number that leads to a person by a pseudonym, and passes on one fact (design, sections 2 and
/// 3). What it may not pass goes to the dead letters with a reason of formats, section 9. The six
/// department feeds differ only in their catalogue. Stateless and shared between lanes.
package struct Intake: Processor {
    package typealias State = NoState
    package typealias Shared = NoState

    /// The indices of `outputs`.
    package enum Output {
        package static let personFacts = 0
        package static let householdFacts = 1
        package static let areaEvents = 2
    }

    package let catalogue: IntakeCatalogue
    package let policy: Policy
    let key: PseudonymKey
    private let readers = IntakeReaderPool()

    /// What errors name as the step at fault.
    package static let step = "Intake"

    package init(catalogue: IntakeCatalogue, policy: Policy, key: PseudonymKey) {
        self.catalogue = catalogue
        self.policy = policy
        self.key = key
    }

    /// Prices go to the worker `area` too.
    package var outputs: [String] {
        ["person.facts", "household.facts"]
            + (catalogue.events.contains { $0.fact == .price } ? ["area.events"] : [])
    }

    package func route(_ record: RecordView) throws(RecordFailure) -> Route {
        .stateless
    }

    package func process(
        _ record: RecordView, key _: Key, state: inout NoState, shared: NoState,
        at time: Instant, _ effects: inout Effects
    ) throws(RecordFailure) {
        let lent = readers.take()
        defer { readers.give(lent) }
        let envelope = try Envelope(record, &lent.reader, step: Intake.step)
        guard let department = GovernmentSource.department(envelope.source) else {
            throw RecordFailure(
                reason: "envelope.source", field: "source", step: Intake.step,
                message: "expected urn:gov:<2, 4 or 6 digits>:<department>:<system>")
        }
        guard let event = catalogue.event(envelope.type), let kind = event.fact else {
            throw RecordFailure(
                reason: "type.unknown", field: "type", step: Intake.step,
                message: "expected an event type of the feed \(catalogue.feed)")
        }
        let reader = IntakeValueReader(
            policy: policy, key: key, step: Intake.step,
            latestBirth: Day(ofInstant: max(envelope.recorded, record.timestamp)))
        let isReverse = envelope.operation == .reverse
        let values = try reader.values(event, envelope.data, reversing: isReverse)
        let fact = fact(
            kind, event, values, envelope, department: department,
            reversed: isReverse || event.reverses, arrived: time)
        if !fact.isReversed { Intake.noteItems(event, values, &effects) }
        Intake.emit(fact, traceParent: envelope.traceParent, &effects)
    }

    /// Items that match nothing are counted: `other`, and codes outside their own kind's list
    /// (formats, section 3). Many of the latter are a department's new code, or a wrong mapping.
    private static func noteItems(
        _ event: IntakeCatalogue.Event, _ values: [IntakeValue], _ effects: inout Effects
    ) {
        for index in event.items {
            guard case .text(let item) = values[index] else { continue }
            let field = event.fields[index]
            var list = 0
            if let by = field.itemsBy, case .text(let kind) = values[by] {
                list = event.fields[by].codeTable.index(of: kind) ?? 0
            }
            if item.elementsEqual("other".utf8) {
                effects.note("item.other")
            } else if field.itemTables[list].index(of: item) == nil {
                effects.note("item.unknown")
            }
        }
    }

    /// Sends a fact where its subject's owner reads it; an area's fact goes to every partition.
    private static func emit(_ fact: Fact, traceParent: String?, _ effects: inout Effects) {
        var headers: [(name: StaticString, value: String)] = []
        if let traceParent { headers.append(("traceparent", traceParent)) }
        let topic: Int
        let owner: Pseudonym
        switch fact.subject {
        case .person(let person), .householdOf(let person):
            topic = Output.personFacts
            owner = person
        case .household(let household):
            topic = Output.householdFacts
            owner = household
        case .area:
            headers.append(("shouwang-broadcast", "area"))
            let topics =
                fact.kind == .price
                ? [Output.householdFacts, Output.areaEvents] : [Output.householdFacts]
            for topic in topics {
                for partition in 0..<effects.partitionCounts[topic] {
                    effects.emit(to: topic, partition: partition, key: nil, headers: headers) {
                        FactMessage.put(fact).encode(into: &$0)
                    }
                }
            }
            return
        }
        effects.emit(to: topic, key: owner.key, headers: headers) {
            FactMessage.put(fact).encode(into: &$0)
        }
    }
}
