package import Kafka

/// One record a task wants written, borrowed: pointers are valid only during `OutputSink.write`.
package struct OutgoingRecord {
    /// Index into `AnyTask.topics`.
    package let topic: Int
    /// Where it must go; `nil` lets the key decide (murmur2; a null key anywhere).
    package let partition: Int32?
    package let timestamp: Instant
    package let key: UnsafeRawBufferPointer?
    /// `nil` is a null value (in the changelog: a tombstone).
    package let value: UnsafeRawBufferPointer?
    package let headers: UnsafeBufferPointer<HeaderView>

    package init(
        topic: Int, partition: Int32?, timestamp: Instant, key: UnsafeRawBufferPointer?,
        value: UnsafeRawBufferPointer?, headers: UnsafeBufferPointer<HeaderView>
    ) {
        self.topic = topic
        self.partition = partition
        self.timestamp = timestamp
        self.key = key
        self.value = value
        self.headers = headers
    }
}

/// Where the records of a task go: a lane's open transaction, or memory in replay. One sink
/// belongs to one pipeline (topic indices mean that pipeline's), any number of its tasks.
///
/// `write` does not throw: a sink remembers its first failure, and its owner looks at it after
/// each call of a task, then aborts (`AnyTask.didAbort`) and rewinds.
package protocol OutputSink: AnyObject {
    func write(_ record: OutgoingRecord)
}

/// What a call of a task left to do.
package enum Progress: Equatable, Sendable {
    /// The record is done; `nextOffset` is past it.
    case done
    /// The budget is used up before the record's turn came (many wake-ups were due): commit if
    /// you like, then call again with the same record.
    case more
    /// The record was below `nextOffset`; dropped and counted.
    case dropped
    /// The record is a broadcast that this process cannot go on from yet, for this reason. It is
    /// not processed: commit what came before, and call again with it once `missing` is `nil`.
    case waits(for: String)
}

/// Why a task refuses to run or to go on. Each says what is at fault and who can mend it; none
/// carries personal data. The worker must stop (its exit code says "state").
package enum TaskError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Committed offsets and task record disagree: somebody reset one of them.
    case offsets(task: String, committed: Int64?, recorded: Int64?)
    /// A topic has another number of partitions than the state was built with.
    case partitionCount(task: String, topic: String, was: Int32, now: Int32)
    /// A changelog record, or a state, cannot be read.
    case damaged(task: String, what: String)
    /// A processor named the instant it was woken at, or an earlier one, again.
    case stuckWakeUp(task: String, due: Instant)
    /// The log needs what is not there and never will be: a driver has nothing to wait for.
    case missing(task: String, what: String)

    package var description: String {
        switch self {
        case .offsets(let task, let committed, let recorded):
            let a = committed.map(String.init) ?? "none"
            let b = recorded.map(String.init) ?? "none"
            return "\(task): the group's committed offset is \(a), but the state was written at "
                + "\(b). Somebody reset the group's offsets or emptied the state topic; put both "
                + "back to the same place, or reset both."
        case .partitionCount(let task, let topic, let was, let now):
            return "\(task): topic \(topic) has \(now) partitions, but the state was built with "
                + "\(was). Partition counts of keyed topics can't change."
        case .damaged(let task, let what):
            return "\(task): \(what)"
        case .stuckWakeUp(let task, let due):
            return "\(task): a state woken at \(due) wants to be woken at the same or an earlier "
                + "instant again. This is an error in the processor."
        case .missing(let task, let what):
            return "\(task): the log needs what is not there: \(what)"
        }
    }
}

/// What a task has done since it was made. Not durable.
package struct TaskCounters: Equatable, Sendable {
    package var records = 0
    package var ticks = 0
    package var wakeUps = 0
    /// Keys met by a broadcast.
    package var applied = 0
    package var outputs = 0
    package var deadLetters = 0
    /// Records below the next offset, which were dropped.
    package var dropped = 0
    /// What processors noted (`Effects.note`), by name. Redone records count again.
    package var notes: [String: Int] = [:]

    package init() {}
}

/// One input partition of one pipeline: its state, its time, its place in the log. Pure: no I/O,
/// no clock; what it writes for a key follows from the input log alone, however calls are cut
/// into slices and transactions (design, section 4). Confined to one thread.
///
/// Life: made → (`restore`* → `finishRestore`) → per transaction (`process`, `advance`)* →
/// `prepareCommit` → send `nextOffset` → `didCommit`, or `didAbort` at any point, after which
/// the owner reads on from `nextOffset`. After an unknown outcome: drop the task, make another.
package protocol AnyTask: AnyObject {
    /// `pipeline/partition`, for messages.
    var name: String { get }
    var partition: Int32 { get }
    /// The pipeline's output topics in the processor's order, then its dead letters, then its
    /// changelog where it has one. `OutgoingRecord.topic` is an index into these.
    var topics: [String] { get }
    /// False for a pipeline without state: no changelog, no restore, no task record.
    var isStateful: Bool { get }

    /// The offset of the next record to process, with the open transaction's work counted: what
    /// is sent with the transaction, and where to read on after `didAbort`. `nil` before the
    /// first record of a task that has never committed: start at the log's start.
    var nextOffset: Int64? { get }
    /// The largest record timestamp processed (while wake-ups run: their due); `nil` before the
    /// first record.
    var streamTime: Instant? { get }
    /// True when the open transaction has changed anything, so it must be committed.
    var hasUncommitted: Bool { get }
    /// True while a broadcast has not met every key: call `advance` between records and when idle.
    var hasBacklog: Bool { get }
    /// What the processor has still to learn before the task may go on (`Processor.missing`): for
    /// what it has restored, or for the broadcast it stopped in front of. `nil` for nothing.
    var missing: String? { get }
    /// States changed in the open transaction: bounds the size of a commit.
    var dirtyCount: Int { get }
    var counters: TaskCounters { get }
    /// Keys with state, and the bytes of their committed states.
    var keyCount: Int { get }
    var stateBytes: Int { get }
    /// The transactional id that its task records name.
    var writer: String { get set }
    /// Who last committed this task's state, from the task record; for fencing a dead writer.
    var lastWriter: String? { get }

    // For snapshots: what the changelog would give, as of the last commit.

    /// `TaskRecord.lineage` of the state.
    var lineage: UInt64 { get }
    /// The keys that have a state: a copy, as long as there are keys.
    var committedKeys: [Key] { get }
    /// Lends the changelog's records of a key, in log order; none if it has no state.
    func forCommitted(
        _ key: Key, _ body: (_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Void
    )
    /// The records that are the runtime's own (`ReservedKey`), the task record among them; none
    /// before the first commit.
    func committedReserved() -> [(key: [UInt8], value: [UInt8])]

    /// Takes one record of the changelog, in log order.
    func restore(key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer?) throws(TaskError)
    /// Ends the restore. `committed` is the group's committed offset of the input partition; for
    /// a stateless pipeline it is all there is. Throws when it is not what the state was written
    /// at. Must be called once, before the first `process`.
    func finishRestore(committed: Int64?) throws(TaskError)

    /// Processes one input record: wake-ups due until its time, then the record. `refusing` makes
    /// it a dead letter instead (a redo after the broker refused what came of it). `budget`
    /// bounds the wake-ups run by this call; a slice of broadcasts is applied too.
    func process(
        _ record: RecordView, refusing: RecordFailure?, attempts: Int, budget: Int,
        into sink: any OutputSink
    ) throws(TaskError) -> Progress
    /// Applies broadcasts to up to `budget` further keys. Returns true when more is left.
    func advance(budget: Int, into sink: any OutputSink) throws(TaskError) -> Bool
    /// The log holds no records below `offset` (transaction markers, compaction): moves
    /// `nextOffset` there. Optional; for owners that commit positions.
    func skip(to offset: Int64)

    /// Writes the changed states, at most one record a key that exists, and the task record to the changelog. Then
    /// send `nextOffset` and commit; call nothing else in between.
    func prepareCommit(into sink: any OutputSink) throws(TaskError)
    /// The transaction is committed: the overlay becomes committed state.
    func didCommit()
    /// The transaction is aborted: everything since the last commit is dropped.
    func didAbort()
}

extension AnyTask {
    /// `process` as usual: nothing refused, first attempt, the default budget.
    package func process(_ record: RecordView, into sink: any OutputSink) throws(TaskError)
        -> Progress
    {
        try process(
            record, refusing: nil, attempts: 1, budget: Limits.wakeUpsPerCall, into: sink)
    }
}

/// A pipeline as the runtime sees it: a name, an input topic and a processor. Makes its tasks.
package struct Topology: Sendable {
    /// The pipeline's name, such as `medical`; names `dead.<name>` and `state.<name>`.
    package let name: String
    /// Stands before these two names where topics are not an installation's own; else empty.
    package let prefix: String
    package let input: String
    private let processor: ErasedProcessor

    /// Makes the topology of a processor.
    package init<P: Processor>(
        name: String, prefix: String = "", input: String, processor: P
    ) {
        self.name = name
        self.prefix = prefix
        self.input = input
        self.processor = TypedProcessor(processor)
    }

    /// The processor's outputs, in its order.
    package var outputs: [String] { processor.outputs }
    /// False when the processor keeps neither state nor what broadcasts said.
    package var isStateful: Bool { processor.isStateful }

    /// Where refused records go.
    package var deadLetters: String { "\(prefix)dead.\(name)" }
    /// The changelog; `nil` for a pipeline without state.
    package var changelog: String? { isStateful ? "\(prefix)state.\(name)" : nil }

    /// The task of one input partition. `inputPartitions` and `outputPartitions` (in the order of
    /// `outputs`) are the topics' partition counts; `group` is the consumer group (dead letters
    /// name it); `writer` the transactional id that goes into the task record;
    /// `planted` a test's mistake.
    package func task(
        partition: Int32, inputPartitions: Int32, outputPartitions: [Int32], group: String,
        writer: String, lineage: UInt64 = 0, isReplay: Bool = false,
        slices: WorkSlices = WorkSlices(), planted: PlantedFault? = nil
    ) -> any AnyTask {
        var settings = TaskSettings(
            pipeline: name, prefix: prefix, input: input, partition: partition,
            inputPartitions: inputPartitions, outputPartitions: outputPartitions,
            group: group, writer: writer, lineage: lineage, isReplay: isReplay)
        settings.slices = slices
        settings.planted = planted
        return PartitionTask(processor: processor, settings: settings)
    }
}

/// Everything a task must be told.
package struct TaskSettings: Sendable {
    package var pipeline: String
    /// As `Topology.prefix`.
    package var prefix: String
    package var input: String
    package var partition: Int32
    package var inputPartitions: Int32
    package var outputPartitions: [Int32]
    package var group: String
    package var writer: String
    /// The lineage of the state if this task is the one that begins it (`TaskRecord.lineage`).
    package var lineage: UInt64
    /// True under a driver without transactions: states stay decoded until asked for, `didAbort`
    /// must not be called, and `prepareCommit` may be, once, at the end, to see all states.
    package var isReplay: Bool
    package var slices = WorkSlices()
    /// A mistake that a test plants.
    package var planted: PlantedFault?

    package init(
        pipeline: String, prefix: String = "", input: String, partition: Int32, inputPartitions: Int32,
        outputPartitions: [Int32], group: String, writer: String, lineage: UInt64 = 0,
        isReplay: Bool = false
    ) {
        self.pipeline = pipeline
        self.prefix = prefix
        self.input = input
        self.partition = partition
        self.inputPartitions = inputPartitions
        self.outputPartitions = outputPartitions
        self.group = group
        self.writer = writer
        self.lineage = lineage
        self.isReplay = isReplay
    }
}
