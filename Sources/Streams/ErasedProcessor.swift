import Kafka

/// The decoded state of one key, with what the runtime keeps of it. A class, so that nothing is
/// copied to look at it. The state itself lies in `TypedState`. Confined to the lane's thread.
class KeyState {
    let key: Key
    /// When the key is to be woken; `Envelope.never` for not at all.
    final var due: Instant
    /// Broadcasts it has met.
    final var applied: UInt64
    /// Broadcasts it had met when it last changed: what the envelope says.
    final var stored: UInt64
    /// False for a key without anything to keep: met by no broadcast, written as a tombstone.
    final var exists: Bool
    /// True when a call may have changed it in this transaction.
    final var isTouched = false
    /// True while it belongs to the open transaction.
    final var isOpen = false
    /// Bytes of the state as committed.
    final var byteCount = 0
    /// What of them counts as kept decoded (see `Overlay`).
    final var counted = 0

    init(key: Key, due: Instant, applied: UInt64, stored: UInt64, exists: Bool) {
        self.key = key
        self.due = due
        self.applied = applied
        self.stored = stored
        self.exists = exists
    }

    // What is asked of the state, whatever its type.

    var isEmpty: Bool { preconditionFailure("a key without a state") }
    var wakeAt: Instant? { preconditionFailure("a key without a state") }
    func encode(into bytes: inout [UInt8]) { preconditionFailure("a key without a state") }
    /// Back to the state of a key never seen.
    func clear() { preconditionFailure("a key without a state") }
}

/// `KeyState` with its state.
final class TypedState<State: StateRecord>: KeyState {
    var state: State

    init(
        _ state: State, key: Key, due: Instant, applied: UInt64, stored: UInt64, exists: Bool
    ) {
        self.state = state
        super.init(key: key, due: due, applied: applied, stored: stored, exists: exists)
    }

    // `inout` lends the state; a generic getter would copy it first.
    override var isEmpty: Bool { TypedState.isEmpty(&state) }
    override var wakeAt: Instant? { TypedState.wakeAt(&state) }
    override func encode(into bytes: inout [UInt8]) { TypedState.encode(&state, into: &bytes) }
    override func clear() { state = State() }

    private static func isEmpty(_ state: inout State) -> Bool { state.isEmpty }
    private static func wakeAt(_ state: inout State) -> Instant? { state.wakeAt }
    private static func encode(_ state: inout State, into bytes: inout [UInt8]) {
        state.encode(into: &bytes)
    }
}

/// What a partition's broadcasts have said. Never changed once made.
class SharedState {
    func encode(into bytes: inout [UInt8]) { preconditionFailure("nothing shared") }
}

/// `SharedState` with its value.
final class TypedShared<Shared: StateRecord>: SharedState {
    let value: Shared

    init(_ value: Shared) { self.value = value }

    override func encode(into bytes: inout [UInt8]) { value.encode(into: &bytes) }
}

/// A processor as the task engine calls it, without its types: the engine is compiled once and
/// looks types up nowhere. Every entry and shared state passed in is one that it made. See
/// `Processor` for what the calls mean. Shared between threads.
package class ErasedProcessor: @unchecked Sendable {
    // Unchecked: the only subclass holds a processor, which is Sendable.

    let outputs: [String]
    /// False when it keeps neither state nor what broadcasts said.
    let isStateful: Bool
    let failsBeforeChanging: Bool

    init(outputs: [String], isStateful: Bool, failsBeforeChanging: Bool) {
        self.outputs = outputs
        self.isStateful = isStateful
        self.failsBeforeChanging = failsBeforeChanging
    }

    func route(_ record: RecordView) throws(RecordFailure) -> Route { missing() }

    /// The state of a key never seen.
    func state(_ key: Key, applied: UInt64) -> KeyState { missing() }

    /// The state of a key from the processor's bytes.
    func state(
        _ key: Key, decoding bytes: UnsafeRawBufferPointer, due: Instant, applied: UInt64,
        stored: UInt64
    ) throws -> KeyState { missing() }

    /// A copy to go back to; `nil` when none is needed.
    func copy(_ state: KeyState) -> KeyState? { missing() }

    /// Puts the state of a copy back.
    func restore(_ state: KeyState, from copy: KeyState) { missing() }

    func shared() -> SharedState { missing() }

    func shared(decoding bytes: UnsafeRawBufferPointer) throws -> SharedState { missing() }

    func process(
        _ record: RecordView, key: Key, _ state: KeyState, _ shared: SharedState,
        at time: Instant, _ effects: inout Effects
    ) throws(RecordFailure) { missing() }

    func wake(
        _ state: KeyState, _ shared: SharedState, at due: Instant, _ effects: inout Effects
    ) { missing() }

    /// What has been said once the broadcast is received.
    func receive(_ broadcast: RecordView, _ shared: SharedState, at time: Instant)
        throws(RecordFailure) -> SharedState
    { missing() }

    func apply(
        _ broadcast: RecordView, _ state: KeyState, _ shared: SharedState, at time: Instant,
        _ effects: inout Effects
    ) { missing() }

    func concernsKeys(_ broadcast: RecordView) -> Bool { missing() }

    func missing(_ shared: SharedState) -> String? { missing() }

    private func missing() -> Never { preconditionFailure("a processor without its types") }
}

/// `ErasedProcessor` of a processor.
final class TypedProcessor<P: Processor>: ErasedProcessor, @unchecked Sendable {
    private let processor: P

    init(_ processor: P) {
        self.processor = processor
        super.init(
            outputs: processor.outputs,
            isStateful: P.State.self != NoState.self || P.Shared.self != NoState.self,
            failsBeforeChanging: processor.failsBeforeChanging)
    }

    @inline(__always)
    private func typed(_ state: KeyState) -> TypedState<P.State> {
        unsafeDowncast(state, to: TypedState<P.State>.self)
    }

    @inline(__always)
    private func value(_ shared: SharedState) -> TypedShared<P.Shared> {
        unsafeDowncast(shared, to: TypedShared<P.Shared>.self)
    }

    override func route(_ record: RecordView) throws(RecordFailure) -> Route {
        try processor.route(record)
    }

    override func state(_ key: Key, applied: UInt64) -> KeyState {
        TypedState(
            P.State(), key: key, due: Envelope.never, applied: applied, stored: applied,
            exists: false)
    }

    override func state(
        _ key: Key, decoding bytes: UnsafeRawBufferPointer, due: Instant, applied: UInt64,
        stored: UInt64
    ) throws -> KeyState {
        TypedState(
            try P.State(decoding: bytes), key: key, due: due, applied: applied, stored: stored,
            exists: true)
    }

    override func copy(_ state: KeyState) -> KeyState? {
        let state = typed(state)
        guard processor.isCopied(&state.state) else { return nil }
        return TypedState(
            state.state, key: state.key, due: state.due, applied: state.applied,
            stored: state.stored, exists: state.exists)
    }

    override func restore(_ state: KeyState, from copy: KeyState) {
        typed(state).state = typed(copy).state
    }

    override func shared() -> SharedState { TypedShared(P.Shared()) }

    override func shared(decoding bytes: UnsafeRawBufferPointer) throws -> SharedState {
        TypedShared(try P.Shared(decoding: bytes))
    }

    override func process(
        _ record: RecordView, key: Key, _ state: KeyState, _ shared: SharedState,
        at time: Instant, _ effects: inout Effects
    ) throws(RecordFailure) {
        try processor.process(
            record, key: key, state: &typed(state).state, shared: value(shared).value, at: time,
            &effects)
    }

    override func wake(
        _ state: KeyState, _ shared: SharedState, at due: Instant, _ effects: inout Effects
    ) {
        processor.wake(
            key: state.key, state: &typed(state).state, shared: value(shared).value, at: due,
            &effects)
    }

    override func receive(_ broadcast: RecordView, _ shared: SharedState, at time: Instant)
        throws(RecordFailure) -> SharedState
    {
        var value = value(shared).value
        try processor.receive(broadcast, shared: &value, at: time)
        return TypedShared(value)
    }

    override func apply(
        _ broadcast: RecordView, _ state: KeyState, _ shared: SharedState, at time: Instant,
        _ effects: inout Effects
    ) {
        processor.apply(
            broadcast, to: state.key, state: &typed(state).state, shared: value(shared).value,
            at: time, &effects)
    }

    override func concernsKeys(_ broadcast: RecordView) -> Bool {
        processor.concernsKeys(broadcast)
    }

    override func missing(_ shared: SharedState) -> String? {
        processor.missing(value(shared).value)
    }
}
