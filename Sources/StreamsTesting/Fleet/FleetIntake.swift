import Kafka
import Streams

/// A processor without state, as intakes are: what a record becomes depends on that record alone.
struct FleetIntake: Processor {
    typealias State = NoState
    typealias Shared = NoState

    let outputs = ["out.a", "out.b"]

    func route(_ record: RecordView) throws(RecordFailure) -> Route {
        if record.value?.first == FleetProcessor.Verb.refuse.rawValue {
            throw RecordFailure(reason: "field.value", step: "route", message: "refused")
        }
        return .stateless
    }

    func process(
        _ record: RecordView, key: Key, state: inout NoState, shared: NoState,
        at time: Instant, _ effects: inout Effects
    ) throws(RecordFailure) {
        let verb = record.value?.first.flatMap(FleetProcessor.Verb.init)
        for topic in 0..<2 where topic == 0 || verb == .two {
            effects.emit(to: topic, key: record.key == nil ? nil : key) {
                $0.append(contentsOf: record.value!)
            }
        }
        if verb == .fail {
            throw RecordFailure(reason: "record.failed", step: "fleet", message: "asked to fail")
        }
    }
}
