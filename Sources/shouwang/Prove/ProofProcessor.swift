import Kafka
import Streams
import StreamsTesting

/// What the proof's pipeline knows of a key, or what broadcasts have said: the digest follows from
/// everything seen and its order, so a record lost, doubled or out of order shows in every output
/// after it.
struct ProofState: StateRecord, Equatable {
    var count: Int64 = 0
    var digest: UInt64 = 0
    var wakeAt: Instant?
    /// Wake-ups left to ask for.
    var repeats: Int64 = 0

    init() {}

    init(decoding bytes: UnsafeRawBufferPointer) throws {
        guard bytes.count == Preamble.size + 40 else { throw Damaged() }
        func number(_ index: Int) -> Int64 {
            bytes.loadUnaligned(fromByteOffset: Preamble.size + index * 8, as: Int64.self)
        }
        count = number(0)
        digest = UInt64(bitPattern: number(1))
        wakeAt = number(2) == 1 ? number(3) : nil
        repeats = number(4)
    }

    struct Damaged: Error {}

    func encode(into bytes: inout [UInt8]) {
        // So that most commits write the tail of a state (`Preamble`).
        Preamble.encode(count / 8, into: &bytes)
        let numbers: [Int64] = [
            count, Int64(bitPattern: digest), wakeAt == nil ? 0 : 1, wakeAt ?? 0, repeats,
        ]
        for number in numbers {
            withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
        }
    }

    var isEmpty: Bool { count == 0 && wakeAt == nil }

    /// Takes in what was said at a time.
    mutating func add(_ text: Substring, at time: Instant) {
        count += 1
        digest = FNV1a.hash("\(digest)/\(text)/\(time)".utf8)
    }
}

/// The pipeline of `prove`: small, and with everything the runtime has to carry. A record's value
/// is a number, a word and what belongs to it:
///
///     add      one output                      clear    forgets the key, and tells
///     two      an output in each topic         fail     a dead letter after changing the state
///     wake D R wants to be woken D ms later,   refuse   a dead letter before any state
///              then R times a second apart     all      (without key) meets every key
struct ProofProcessor: Processor {
    typealias State = ProofState
    typealias Shared = ProofState

    let outputs: [String]

    func route(_ record: RecordView) throws(RecordFailure) -> Route {
        let words = try ProofProcessor.words(record)
        if words[1] == "refuse" {
            throw RecordFailure(reason: "field.value", step: "proof.route", message: "asked to")
        }
        guard let key = record.key else { return .broadcast }
        guard let key = Key(key) else {
            throw RecordFailure(reason: "record.key", step: "proof.route", message: "a short key")
        }
        return .key(key)
    }

    func process(
        _ record: RecordView, key: Key, state: inout ProofState, shared: ProofState,
        at time: Instant, _ effects: inout Effects
    ) throws(RecordFailure) {
        let words = try ProofProcessor.words(record)
        if words[1] == "clear" { state = ProofState() } else { state.add(words[0], at: time) }
        switch words[1] {
        case "fail":
            tell("never", key, state, shared, time, &effects)
            throw RecordFailure(reason: "record.failed", step: "proof", message: "asked to")
        case "wake":
            state.wakeAt = time + (words.count > 2 ? Int64(words[2]) ?? 1 : 1)
            state.repeats = words.count > 3 ? Int64(words[3]) ?? 0 : 0
        case "two":
            tell("two", key, state, shared, time, &effects)
            tell("second", key, state, shared, time, &effects, to: 1)
        default:
            tell(words[1], key, state, shared, time, &effects)
        }
    }

    func wake(
        key: Key, state: inout ProofState, shared: ProofState, at due: Instant,
        _ effects: inout Effects
    ) {
        state.add("woken", at: due)
        state.repeats -= 1
        state.wakeAt = state.repeats >= 0 ? due + 1_000 : nil
        tell("woken", key, state, shared, due, &effects)
    }

    func receive(
        _ broadcast: RecordView, shared: inout ProofState, at time: Instant
    ) throws(RecordFailure) {
        shared.add(try ProofProcessor.words(broadcast)[0], at: time)
    }

    func apply(
        _ broadcast: RecordView, to key: Key, state: inout ProofState, shared: ProofState,
        at time: Instant, _ effects: inout Effects
    ) {
        state.add("all", at: time)
        if state.count % 2 == 0 { tell("all", key, state, shared, time, &effects) }
    }

    private func tell(
        _ word: Substring, _ key: Key, _ state: ProofState, _ shared: ProofState, _ time: Instant,
        _ effects: inout Effects, to topic: Int = 0
    ) {
        let text =
            "\(word) \(state.count) \(String(state.digest, radix: 16)) "
            + "\(shared.count) \(String(shared.digest, radix: 16))"
        effects.emit(to: topic, key: key, headers: [("word", String(word))]) {
            $0.append(contentsOf: text.utf8)
        }
    }

    /// The words of a value, at least two.
    private static func words(_ record: RecordView) throws(RecordFailure) -> [Substring] {
        let words = record.value.map {
            String(decoding: $0, as: UTF8.self).split(separator: " ")
        }
        guard let words, words.count >= 2 else {
            throw RecordFailure(
                reason: "record.value", step: "proof", message: "a number and a word were expected")
        }
        return words
    }
}
