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
    /// The task was kept over a rebalance; it is as good as restored if its changelog holds
    /// nothing from this offset on.
    var keptAt: Int64?
    /// The task is a standby's warm copy; its changelog is to be read from here.
    var warmAt: Int64?
    /// The snapshot that the task is restored from.
    var snapshot: SnapshotReader?
    /// A task record of the snapshot's lineage was met in the changelog.
    var isConfirmed = false
    /// There is none, or it was found unfit.
    var ignoresSnapshot = false
    var restoredRecords = 0
    var restoreBegan: Int64
    /// When it was last said that the restore waits.
    var complained: Int64
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

    /// The next record to be read.
    var position: PartitionOffset { PartitionOffset(place, task.nextOffset ?? startOffset) }
}
