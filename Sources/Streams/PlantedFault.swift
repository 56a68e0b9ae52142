/// Mistakes that tests plant in the runtime, to show that the simulated fleet finds them. Nothing
/// but a test sets one; each is looked at where something seldom happens, such as the end of a
/// transaction or a restore, never per record.
package enum PlantedFault: String, CaseIterable, Sendable {
    /// After an abort the consumer reads on where it was.
    case skipRewind = "skip-rewind"
    /// After an abort the tasks keep what they did.
    case keepOverlay = "keep-overlay"
    /// An abort forgets the wake-ups that had run.
    case loseWakeUps = "lose-wake-ups"
    /// The decision to commit is sent before the records (in the simulated producer).
    case commitBeforeFlush = "commit-before-flush"
    /// A call without an answer until its deadline is followed by an abort, on the same producer.
    case reuseAfterUnknown = "reuse-after-unknown"
    /// A producer goes on after a call had to be made twice.
    case reuseAfterRepeat = "reuse-after-repeat"
    /// After an unknown outcome the tasks are rewound instead of restored.
    case rewindAfterUnknown = "rewind-after-unknown"
    /// A restore ends where the changelog is readable now, before an open transaction.
    case stopRestoreEarly = "stop-restore-early"
    /// The changelog's end is taken before the committed offset is known to be stable.
    case endBeforeOffsets = "end-before-offsets"
    /// A restore reads what is not committed.
    case restoreUncommitted = "restore-uncommitted"
    /// Offsets are sent without the fence of the membership.
    case unfencedOffsets = "unfenced-offsets"
    /// A task kept over a rebalance is not compared with the log.
    case trustKept = "trust-kept"
    /// A task kept over a rebalance is taken for the latest because the changelog ends where it did.
    case trustKeptEnd = "trust-kept-end"
    /// A consumer that refuses to read again after an abort is left reading where it was.
    case ignoreFailedRead = "ignore-failed-read"
    /// A restore that was overtaken takes its offset for the group's.
    case trustOutdatedOffset = "trust-outdated-offset"
    /// A key that is woken late meets broadcasts of after its wake-up, too.
    case broadcastEarly = "broadcast-early"
    /// A snapshot has states as they were last written whole.
    case snapshotWithoutTails = "snapshot-without-tails"
    /// The offsets are left out of a transaction.
    case leaveOutOffsets = "leave-out-offsets"
}
