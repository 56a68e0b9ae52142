import Kafka
import Streams

/// A processor that uses every entry point: states, wake-ups, broadcasts, dead letters, several
/// outputs, records without state. A record's value is a verb and a number.
struct FleetProcessor: Processor {
    typealias State = FleetState
    typealias Shared = FleetShared

    enum Verb: UInt8, CaseIterable {
        // Of one key.
        case add, two, silent, wake, clear, fail, refuse, alone
        // Of every key.
        case note, say, both, wakeAll, skip, bad

        static let ofKeys: [Verb] = [
            .add, .add, .add, .two, .two, .silent, .wake, .wake, .clear, .fail, .refuse, .alone,
        ]
        static let ofAll: [Verb] = [.note, .say, .both, .wakeAll, .skip, .bad]
    }

    let outputs = ["out.a", "out.b"]

    static func value(_ verb: Verb, _ number: Int64) -> [UInt8] {
        [verb.rawValue] + withUnsafeBytes(of: number) { Array($0) }
    }

    private func verb(_ record: RecordView) -> Verb {
        record.value?.first.flatMap(Verb.init) ?? .refuse
    }

    private func number(_ record: RecordView) -> Int64 {
        record.value.map { $0.loadUnaligned(fromByteOffset: 1, as: Int64.self) } ?? 0
    }

    func route(_ record: RecordView) throws(RecordFailure) -> Route {
        switch verb(record) {
        case .refuse:
            throw RecordFailure(reason: "field.value", step: "route", message: "refused")
        case .alone: return .stateless
        default: break
        }
        guard let key = record.key else { return .broadcast }
        return Key(key).map { .key($0) } ?? .stateless
    }

    func process(
        _ record: RecordView, key: Key, state: inout FleetState, shared: FleetShared,
        at time: Instant, _ effects: inout Effects
    ) throws(RecordFailure) {
        let number = number(record)
        state.meet(number, shared.digest, time)
        switch verb(record) {
        case .add: emit(0, key, state, time, &effects)
        case .two:
            emit(0, key, state, time, &effects)
            emit(1, key, state, time, &effects)
        case .wake:
            state.wakeAt = time + 1 + number % 4_000
            state.repeats = number % 4
            state.step = 1 + number % 900
        case .clear:
            emit(1, key, state, time, &effects)
            state = FleetState()
        case .fail:
            emit(0, key, state, time, &effects)
            throw RecordFailure(reason: "record.failed", step: "fleet", message: "asked to fail")
        case .alone:
            // Of no state; a key of its own, since nothing orders it with the states' outputs.
            effects.emit(to: 0, partition: nil, key: Key("alone-\(key)")) {
                $0.append(contentsOf: [1])
            }
        default: break
        }
    }

    func wake(
        key: Key, state: inout FleetState, shared: FleetShared, at due: Instant,
        _ effects: inout Effects
    ) {
        state.meet(due, shared.digest)
        state.repeats -= 1
        state.wakeAt = state.repeats >= 0 ? due + state.step : nil
        emit(Int(state.count % 2), key, state, due, &effects)
    }

    func receive(_ broadcast: RecordView, shared: inout FleetShared, at time: Instant)
        throws(RecordFailure)
    {
        if verb(broadcast) == .bad {
            throw RecordFailure(reason: "record.failed", step: "fleet", message: "bad")
        }
        shared.digest = (shared.digest ^ number(broadcast)) &* 0x100_0000_01b3 &+ 1
    }

    func concernsKeys(_ broadcast: RecordView) -> Bool { verb(broadcast) != .skip }

    func apply(
        _ broadcast: RecordView, to key: Key, state: inout FleetState, shared: FleetShared,
        at time: Instant, _ effects: inout Effects
    ) {
        let verb = verb(broadcast)
        if verb != .say { state.meet(number(broadcast), shared.digest, time) }
        if verb == .wakeAll {
            state.wakeAt = time + 1 + number(broadcast) % 2_000
            state.repeats = 1
            state.step = 500
        }
        if verb != .note { emit(0, key, state, time, &effects) }
    }

    private func emit(
        _ topic: Int, _ key: Key, _ state: FleetState, _ time: Instant, _ effects: inout Effects
    ) {
        effects.emit(to: topic, key: topic == 0 ? key : Key("b-\(key)")) { bytes in
            for number in [state.digest, state.count, time, state.wakeAt ?? 0] {
                withUnsafeBytes(of: number) { bytes.append(contentsOf: $0) }
            }
        }
    }
}
