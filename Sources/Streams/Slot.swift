internal import Kafka

/// One partition that the group has given to a lane: its task, and how far it is on its way from
/// assigned to running. Confined to the lane's thread.
final class Slot {
    /// The steps of a restore, in the order that design D4, item 6, demands.
    enum Phase: Equatable {
        /// The committed offset is to be read, once it is stable.
        case offsets
        /// The changelog's end is to be taken, past open transactions.
        case changelogEnd
        /// A snapshot is being read, behind which the changelog is to be read until this offset.
        case snapshot(until: Int64)
        /// The changelog is being read, until an end of partition at or past this offset.
        case changelog(until: Int64)
        /// Restored; its input is not read yet.
        case ready
        case running
    }

    let place: TopicPartition
    var task: any AnyTask {
        didSet { countedBefore = task.counters }
    }
    var phase = Phase.offsets
    /// The group's committed offset, once read.
    var committed: Int64?
    /// Where to read when the task has no next offset: the log's start.
    var startOffset: Int64 = 0
    /// The task was kept over a rebalance, when its changelog ended here. It is as good as restored
    /// if the last task record before is its own and nothing follows. That it ends here is not
    /// enough: the process may have stood still before it asked for the end, while another owner
    /// wrote what leaves the input's offset where it was (wake-ups, broadcasts).
    var keptAt: Int64?
    /// So many offsets before the end that record is looked for. A transaction ends with it, only
    /// the marker follows; but aborted ones may lie behind. Where it is not found, all is restored.
    static let lastWords: Int64 = 100
    /// For a planted mistake: the changelog's end, taken too early.
    var plantedEnd: Range<Int64>?
    /// The task is a standby's warm copy; its changelog is to be read from here.
    var warmAt: Int64?
    /// The snapshot that the task is restored from.
    var snapshot: SnapshotReader?
    /// A task record of the snapshot's lineage was met in the changelog; of a task that was kept:
    /// its own last one, and no other behind it.
    var isConfirmed = false
    /// There is none, or it was found unfit.
    var ignoresSnapshot = false
    /// An offset of the changelog below which nothing is missing in the task's committed state:
    /// where a snapshot of it may say that the changelog goes on. Not merely the end as it was
    /// asked for: another may own the partition by then, and have written (see `didCommit`).
    private(set) var knownEnd: Int64 = 0
    /// The changelog's end as asked for between two transactions. It counts once the next one has
    /// been committed under the group's fence: so long nobody else had the partition.
    private var askedEnd: Int64?
    /// It has been, and no snapshot was begun since.
    var isConfirmedEnd = false
    var restoredRecords = 0
    var restoreBegan: Int64
    /// When it was last said that the restore waits.
    var complained: Int64
    /// It stopped in front of a broadcast that this process cannot go on from yet.
    var isHeld = false
    /// What it was last said to wait for.
    var waitedFor: String?
    /// Everything there is has been read.
    var isAtEnd = false
    var lastTick: Instant?
    let marker: CrashMarker?
    /// Until this offset, one record makes one transaction (see `Lane.noteRefusals`).
    var cautiousUntil: Int64 = -1

    init(place: TopicPartition, task: any AnyTask, marker: CrashMarker?, now: Int64) {
        self.place = place
        self.task = task
        countedBefore = task.counters
        self.marker = marker
        restoreBegan = now
        complained = now
    }

    /// What the task had counted before it came here (it may have been kept).
    private var countedBefore = TaskCounters()
    /// What it has counted here.
    var counters: TaskCounters { task.counters - countedBefore }

    var isRunning: Bool { phase == .running }

    /// The task's committed state holds what the changelog gives up to here.
    func didRestore(until end: Int64) { knownEnd = max(knownEnd, end) }

    /// The changelog's end, asked for while no transaction was open.
    func asked(end: Int64) { askedEnd = end }

    /// True for the record of the task's last commit. Nobody else writes an equal one: another
    /// writer's has its name, and one of the same name has fenced this one.
    func isLast(_ record: RecordView) -> Bool {
        guard let last = task.committedReserved().last?.value else { return false }
        return record.value?.elementsEqual(last) == true
    }

    /// True when the end has been asked for and is not confirmed yet.
    var isAsking: Bool { askedEnd != nil }

    /// A transaction with the task's offset has been committed.
    func didCommit() {
        task.didCommit()
        guard let askedEnd else { return }
        knownEnd = max(knownEnd, askedEnd)
        self.askedEnd = nil
        isConfirmedEnd = true
    }

    /// The next record to be read.
    var position: PartitionOffset { PartitionOffset(place, task.nextOffset ?? startOffset) }
}
