import Kafka
import Streams
import StreamsTesting
import Synchronization

/// A state with everything the engine must carry: numbers, a list that is copied on write, a
/// wish to be woken.
struct ToyState: StateRecord, Equatable {
    var sum: Int64 = 0
    var notes: [Int64] = []
    var wakeAt: Instant?
    /// Wake-ups left to ask for, and how far apart.
    var repeats: Int64 = 0
    var step: Int64 = 0

    init() {}

    init(decoding bytes: UnsafeRawBufferPointer) throws {
        let front = Preamble.size
        guard bytes.count >= front + 40, bytes.count % 8 == 0 else { throw ToyError() }
        let bytes = UnsafeRawBufferPointer(rebasing: bytes[front...])
        func number(_ index: Int) -> Int64 {
            bytes.loadUnaligned(fromByteOffset: index * 8, as: Int64.self)
        }
        sum = number(0)
        wakeAt = number(1) == 1 ? number(2) : nil
        repeats = number(3)
        step = number(4)
        notes = (5..<bytes.count / 8).map(number)
    }

    func encode(into bytes: inout [UInt8]) {
        Preamble.encode(sum / 64, into: &bytes)
        let numbers: [Int64] = [sum, wakeAt == nil ? 0 : 1, wakeAt ?? 0, repeats, step]
        for number in numbers + notes {
            withUnsafeBytes(of: number) { bytes.append(contentsOf: $0) }
        }
    }

    var isEmpty: Bool { sum == 0 && notes.isEmpty && wakeAt == nil }
}

struct ToyError: Error {}

/// Numbers of broadcasts that a toy's process cannot go on from yet.
final class ToyGaps: Sendable {
    private let numbers: Mutex<Set<Int64>>

    init(_ numbers: Set<Int64>) { self.numbers = Mutex(numbers) }

    func has(_ number: Int64) -> Bool { numbers.withLock { $0.contains(number) } }
    func fill(_ number: Int64) { numbers.withLock { _ = $0.remove(number) } }
}

/// What the toy's broadcasts have said: how many, and the last one's number.
struct ToyShared: StateRecord, Equatable {
    var count: Int64 = 0
    var last: Int64 = 0

    init() {}

    init(decoding bytes: UnsafeRawBufferPointer) throws {
        guard bytes.count == 16 else { throw ToyError() }
        count = bytes.loadUnaligned(as: Int64.self)
        last = bytes.loadUnaligned(fromByteOffset: 8, as: Int64.self)
    }

    func encode(into bytes: inout [UInt8]) {
        withUnsafeBytes(of: count) { bytes.append(contentsOf: $0) }
        withUnsafeBytes(of: last) { bytes.append(contentsOf: $0) }
    }

    var isEmpty: Bool { count == 0 }
    var wakeAt: Instant? { nil }
}

/// A processor whose outputs tell all it could see. Values are texts:
///
///     add N          adds, notes and emits         two N      emits twice, to both topics
///     wake D R S     wants to be woken D after now, then R times S apart
///     clear          forgets everything            fail N     changes, then throws
///     refuse         route throws                  alone      goes on without state
///     big N          emits N bytes                 trap       ends the process
///
/// Broadcasts (null key): `quiet` changes nothing, `note N` changes without emitting, `say N`
/// emits without changing, `both N`, `wake D R S`, `skip` (concerns no key), `bad` (receive throws).
struct Toy: Processor {
    typealias State = ToyState
    typealias Shared = ToyShared

    var outputs = ["toy.out", "toy.second"]
    var failsBeforeChanging = false
    /// Wakes the same instant again: an error the engine must notice.
    var isStuck = false
    /// What its process has still to learn.
    var gaps: ToyGaps?

    func missing(_ shared: ToyShared) -> String? {
        gaps?.has(shared.last) == true ? "number \(shared.last)" : nil
    }

    func route(_ record: RecordView) throws(RecordFailure) -> Route {
        guard let value = record.value else {
            throw RecordFailure(
                reason: "record.json", step: "toy.route", message: "a value was expected")
        }
        let word = words(value)[0]
        if word == "refuse" {
            throw RecordFailure(
                reason: "field.value", field: "verb", step: "toy.route", message: "refused")
        }
        if word == "alone" { return .stateless }
        guard let bytes = record.key else { return .broadcast }
        guard let key = Key(bytes) else { return .stateless }
        return .key(key)
    }

    func process(
        _ record: RecordView, key: Key, state: inout ToyState, shared: ToyShared,
        at time: Instant, _ effects: inout Effects
    ) throws(RecordFailure) {
        let words = words(record.value!)
        let number = words.count > 1 ? Int64(words[1])! : 0
        switch words[0] {
        case "add", "two":
            state.sum += number
            state.notes.append(number)
            emit(words[0], key, state, shared, time, &effects)
            if words[0] == "two" { emit("second", key, state, shared, time, &effects, to: 1) }
        case "wake":
            want(words, &state, time)
        case "clear":
            state = ToyState()
            emit("cleared", key, state, shared, time, &effects)
        case "fail":
            if !failsBeforeChanging {
                state.sum += number
                state.notes.append(contentsOf: [number, number])
                state.wakeAt = time + 1
                emit("never", key, state, shared, time, &effects)
            }
            throw RecordFailure(
                reason: "record.failed", step: "toy", message: "asked to fail")
        case "trap":
            fatalError("asked to end the process")
        case "big":
            state.sum += 1
            effects.emit(to: 0, key: key) {
                $0.append(contentsOf: [UInt8](repeating: 7, count: Int(number)))
            }
        default:
            emit(words[0], key, state, shared, time, &effects)
        }
    }

    func wake(
        key: Key, state: inout ToyState, shared: ToyShared, at due: Instant,
        _ effects: inout Effects
    ) {
        state.sum += 1
        if isStuck { return }
        state.repeats -= 1
        state.wakeAt = state.repeats >= 0 ? due + max(1, state.step) : nil
        emit("woken", key, state, shared, due, &effects)
    }

    func receive(_ broadcast: RecordView, shared: inout ToyShared, at time: Instant)
        throws(RecordFailure)
    {
        let words = words(broadcast.value!)
        shared.count += 1
        if words[0] == "bad" {
            throw RecordFailure(reason: "record.failed", step: "toy.receive", message: "bad")
        }
        shared.last = words.count > 1 ? Int64(words[1])! : 0
    }

    func concernsKeys(_ broadcast: RecordView) -> Bool {
        words(broadcast.value!)[0] != "skip"
    }

    func apply(
        _ broadcast: RecordView, to key: Key, state: inout ToyState, shared: ToyShared,
        at time: Instant, _ effects: inout Effects
    ) {
        let words = words(broadcast.value!)
        switch words[0] {
        case "note", "both":
            state.notes.append(Int64(words[1])! * 1_000 + shared.count)
            if words[0] == "both" { emit("both", key, state, shared, time, &effects) }
        case "say": emit("say", key, state, shared, time, &effects)
        case "wake": want(words, &state, time)
        default: break
        }
    }

    private func want(_ words: [Substring], _ state: inout ToyState, _ time: Instant) {
        state.wakeAt = time + Int64(words[1])!
        state.repeats = Int64(words[2])!
        state.step = Int64(words[3])!
    }

    private func words(_ bytes: UnsafeRawBufferPointer) -> [Substring] {
        String(decoding: bytes, as: UTF8.self).split(separator: " ")
    }

    private func emit(
        _ verb: Substring, _ key: Key, _ state: ToyState, _ shared: ToyShared, _ time: Instant,
        _ effects: inout Effects, to topic: Int = 0
    ) {
        let text =
            "\(verb) at \(time): \(state.sum) \(Array(state.notes.suffix(3))) woken \(state.wakeAt ?? -1) "
            + "shared \(shared.count)/\(shared.last)"
        effects.emit(to: topic, key: key, headers: [("verb", String(verb))]) {
            $0.append(contentsOf: text.utf8)
        }
    }
}

extension Topology {
    static func toy(_ toy: Toy = Toy()) -> Topology {
        Topology(name: "toy", input: "toy.in", processor: toy)
    }

    /// The only task of a toy with one partition, ready to run.
    func fresh(writer: String = "w") throws -> any AnyTask {
        let task = task(
            partition: 0, inputPartitions: 1, outputPartitions: outputs.map { _ in 1 },
            group: "toys", writer: writer)
        try task.finishRestore(committed: nil)
        return task
    }
}

/// A record of `toy.in`; `nil` for a tick.
func toyRecord(
    _ offset: Int64, _ key: String?, _ value: String?, at time: Instant,
    headers: [OwnedRecord.Header] = []
) -> OwnedRecord {
    OwnedRecord(
        topic: "toy.in", offset: offset, timestamp: time, key: key.map { Array($0.utf8) },
        value: value.map { Array($0.utf8) },
        headers: value == nil && key == nil ? [.init(Tick.name, "")] : headers)
}

extension AnyTask {
    /// `process` of an owned record.
    @discardableResult
    func process(_ record: OwnedRecord, budget: Int = 1_000, into sink: any OutputSink) throws
        -> Progress
    {
        try record.withView { view in
            try process(view, refusing: nil, attempts: 1, budget: budget, into: sink)
        }
    }

    /// `process` until it is done.
    func finish(_ record: OwnedRecord, into sink: any OutputSink) throws {
        while try process(record, into: sink) == .more {}
    }

    /// Prepare, commit on the sink's side, commit here.
    func commit(into sink: TransactionalSink) throws {
        try prepareCommit(into: sink)
        sink.commit(offset: nextOffset)
        didCommit()
    }
}

extension OwnedRecord {
    var text: String { String(decoding: value ?? [], as: UTF8.self) }
    var keyText: String { String(decoding: key ?? [], as: UTF8.self) }
}
