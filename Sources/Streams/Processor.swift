package import Kafka

/// What one record is for.
package enum Route: Equatable {
    /// It concerns one key: `process` runs with that key's state.
    case key(Key)
    /// It concerns every key of the partition: `receive` runs once, then `apply` for each key.
    case broadcast
    /// It concerns no state: `process` runs with an empty state that is dropped (intakes).
    case stateless
}

/// Why a record goes to the dead letters. Carries no personal data: `message` names what was
/// expected, never what was found (formats, section 9).
package struct RecordFailure: Error, Equatable, Sendable {
    /// A code of formats, section 9, such as `identity.checkDigit`.
    package let reason: String
    /// The field at fault, where one is.
    package let field: String?
    /// The step of the pipeline that refused it.
    package let step: String
    package let message: String

    package init(reason: String, field: String? = nil, step: String, message: String) {
        self.reason = reason
        self.field = field
        self.step = step
        self.message = message
    }
}

/// State of one key, or what a partition's broadcasts have said. A value: the runtime decodes it
/// on first touch in a transaction, hands it to the processor `inout`, and encodes it once at
/// commit, so an aborted transaction leaves nothing behind.
package protocol StateRecord {
    /// The state of a key never seen.
    init()
    /// Reads what `encode` wrote. Throws on a foreign or damaged record; the runtime then refuses
    /// to run, naming topic, partition and key digest.
    init(decoding bytes: UnsafeRawBufferPointer) throws
    /// Appends the state. The same state always gives the same bytes.
    func encode(into bytes: inout [UInt8])
    /// True when nothing is left to keep: written as a tombstone.
    var isEmpty: Bool { get }
    /// The instant this key wants to be woken at, if any (stream time). Asked after each call.
    var wakeAt: Instant? { get }
}

/// The state of a stateless pipeline.
package struct NoState: StateRecord {
    package init() {}
    package init(decoding bytes: UnsafeRawBufferPointer) throws {}
    package func encode(into bytes: inout [UInt8]) {}
    package var isEmpty: Bool { true }
    package var wakeAt: Instant? { nil }
}

/// A step from records to effects: a pure function of (state of one key, one record, the time it
/// is given). It reads no clock, file, socket or random number, so what it writes follows from
/// the input log alone. One instance serves every task of a process and is shared between
/// threads: it holds only what was planned at start (catalogues, rules, policy).
package protocol Processor: Sendable {
    /// State kept per key.
    associatedtype State: StateRecord
    /// What broadcasts have said, kept per input partition, visible to every key of it.
    associatedtype Shared: StateRecord

    /// The topics it writes to, in the order of the indices given to `Effects.emit`.
    var outputs: [String] { get }

    /// What the record is for. Cheap: looks at the key and headers, at most the value's head.
    /// A throw makes the record a dead letter.
    func route(_ record: RecordView) throws(RecordFailure) -> Route

    /// One record of one key. `time` is the task's stream time (at least the record's timestamp);
    /// in a pipeline without state it is the record's timestamp.
    /// A throw makes the record a dead letter and drops everything this call did.
    func process(
        _ record: RecordView, key: Key, state: inout State, shared: Shared, at time: Instant,
        _ effects: inout Effects
    ) throws(RecordFailure)

    /// Stream time has reached `due`, which `state.wakeAt` named; if what it named was not after
    /// the time of the call that named it, `due` is the millisecond after that time. Must move
    /// `wakeAt` past `due` or clear it, else the worker stops. Outputs are stamped `due`.
    func wake(
        key: Key, state: inout State, shared: Shared, at due: Instant, _ effects: inout Effects)

    /// A broadcast reached this partition: remember what every key must see.
    func receive(_ broadcast: RecordView, shared: inout Shared, at time: Instant)
        throws(RecordFailure)

    /// The broadcast meets one existing key. `shared` already holds it. Runs for each key of the
    /// partition, in key order, always before that key's next record or wake-up.
    func apply(
        _ broadcast: RecordView, to key: Key, state: inout State, shared: Shared,
        at time: Instant, _ effects: inout Effects)

    /// False when `apply` can be skipped for this broadcast altogether: no key would change or
    /// emit. Default true.
    func concernsKeys(_ broadcast: RecordView) -> Bool

    /// What this process has still to learn before it can go on where broadcasts have said this,
    /// in words for the log; `nil`, the default, when nothing is missing. A task stops in front of
    /// a broadcast that would leave something missing, and does not run after a restore until
    /// nothing is. What is answered is no part of the state, so it only decides when, never what.
    /// Asked often while a task waits.
    func missing(_ shared: Shared) -> String?

    /// True when `process` never throws after it has changed the state: then the runtime holds no
    /// copy of a state during a call, and nothing of it is copied on write. Default false.
    var failsBeforeChanging: Bool { get }

    /// False when no copy of this state need be held during `process`: it throws before it changes
    /// the state, and what it emits with this state is sure to fit into records. Default: true
    /// unless it fails before changing. The state is lent, which in generic code takes `inout`;
    /// leave it as it is.
    func isCopied(_ state: inout State) -> Bool
}

extension Processor {
    package func wake(
        key: Key, state: inout State, shared: Shared, at due: Instant, _ effects: inout Effects
    ) {}

    package func receive(_ broadcast: RecordView, shared: inout Shared, at time: Instant)
        throws(RecordFailure)
    {}

    package func apply(
        _ broadcast: RecordView, to key: Key, state: inout State, shared: Shared,
        at time: Instant, _ effects: inout Effects
    ) {}

    package func concernsKeys(_ broadcast: RecordView) -> Bool { true }

    package func missing(_ shared: Shared) -> String? { nil }

    package var failsBeforeChanging: Bool { false }

    package func isCopied(_ state: inout State) -> Bool { !failsBeforeChanging }
}
