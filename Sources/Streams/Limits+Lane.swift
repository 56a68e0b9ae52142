/// The bounds of the Kafka driver.
extension Limits {
    /// The longest a transaction stays open while records keep coming; when none waits it is
    /// committed at once. Larger batches cost less (a commit takes 3 to 7 ms, and writes each
    /// changed state once), but everything written waits for it, at most so long a hop.
    /// Milliseconds.
    package static let commitIntervalMilliseconds = 250

    /// Input records in one transaction: what an abort makes the lane do again, and what a
    /// rebalance waits for. 10,000 give 222k records/s, ten times as many hardly more.
    package static let recordsPerTransaction = 20_000

    /// Bytes written in one transaction: they lie in librdkafka's queue until acknowledged.
    package static let bytesPerTransaction = 32 << 20

    /// Changed states in one transaction, each of which is encoded and written at its end.
    package static let dirtyKeysPerTransaction = 20_000

    /// Records taken from the poll before the lane looks at its clock, restores and backlog.
    package static let recordsPerTurn = 256

    /// How long an idle lane waits in a poll: bounds how late it hears of a stop. Milliseconds.
    package static let idlePollMilliseconds: Int32 = 100

    /// How long the broker holds the fetch of a lane that has read everything: two requests a second
    /// while idle; a record ends the wait. Only ticks from the wall clock wait for the news of a
    /// partition's end. Milliseconds.
    package static let idleFetchMilliseconds = 500

    /// How long a lane works for one record (a tick with very many wake-ups) before it goes back
    /// to the poll, where the group can reach it, and has the record delivered again.
    /// Milliseconds.
    package static let recordMilliseconds: Int64 = 1_000

    /// Broadcast steps an idle lane does in a turn.
    package static let broadcastKeysPerTurn = 2_000

    /// Changelog records restored between two polls, and the milliseconds they may take: the
    /// lane's other tasks wait meanwhile.
    package static let restoreRecordsPerSlice = 5_000
    package static let restoreMillisecondsPerSlice: Int64 = 20

    /// How long one slice waits for committed offsets to become stable. Milliseconds.
    package static let stableOffsetsMilliseconds: Int32 = 100

    /// How long a restore waits for the broker to tell where a partition ends: the lane's other
    /// partitions stand still meanwhile. Milliseconds.
    package static let restoreAnswerMilliseconds: Int32 = 500

    /// A snapshot older than this is not used: deletions since then may have gone from the
    /// changelog, which keeps them for a day (`delete.retention.ms` of the state topics), and what
    /// was deleted would be back. Milliseconds.
    package static let snapshotAgeMilliseconds: Int64 = 12 * 3_600_000

    /// How long a lane that ends waits for the snapshot of one task. Milliseconds.
    package static let snapshotMilliseconds: Int64 = 20_000

    /// How often a standby looks who runs what, and how long a lane waits for it to let go of a
    /// copy. Milliseconds.
    package static let standbyLookMilliseconds: Int64 = 1_000
    package static let standbyAnswerMilliseconds: Int64 = 200

    /// How long an idle lane waits in a poll while it writes a snapshot. Milliseconds.
    package static let snapshotPollMilliseconds: Int32 = 1

    /// How long a transaction must stand still before it counts as a dead process's (design D4.9):
    /// a process that starts again ends its own within a few round trips. And how often it is looked
    /// at, and how long a lane waits at a time until it has been ended. Milliseconds.
    package static let deadWriterMilliseconds: Int64 = 300
    package static let deadWriterLookMilliseconds: Int64 = 100
    package static let fenceSliceMilliseconds: Int32 = 10

    /// How long a restore may wait before it says for what, and again. Milliseconds.
    package static let complaintMilliseconds: Int64 = 5_000

    /// How long after its timeout a transaction may still be open: the broker looks for such ones
    /// every 10 s (`transaction.abort.timed.out.transaction.cleanup.interval.ms`), and may be
    /// busy. Milliseconds.
    package static let hangingTransactionMilliseconds: Int64 = 30_000

    /// One try of a transactional call. All tries together may take the transaction timeout and
    /// this; a commit that has not been answered by then counts as unknown. Milliseconds.
    package static let callMilliseconds: Int32 = 5_000

    /// How long the reports of deliveries that librdkafka has given up are waited for; they come
    /// at once, unless requests are under way to a broker that is gone. Milliseconds.
    package static let reportsMilliseconds: Int32 = 1_000

    /// Waiting between tries when the broker is away, first and last. Milliseconds.
    package static let backoffMilliseconds: Int64 = 100
    package static let backoffMillisecondsMax: Int64 = 2_000

    /// How often what comes of one record may be refused by the broker (first itself, then its
    /// dead letter) before the lane gives up.
    package static let refusalsPerRecord = 3

    /// At which death of the process at the same record it is not tried again (design D8).
    package static let deathsPerRecord: Int64 = 3

    /// Fenced so often within this time means that another process has the same name (design D4.4).
    package static let fences = 5
    /// See `fences`. Milliseconds.
    package static let fencedMilliseconds: Int64 = 300_000

    /// A lane that has not moved for so long hangs in a call that ignores its timeout. Longer
    /// than every legitimate call, and than the broker's patience with its transaction.
    /// Milliseconds.
    package static let stallMilliseconds: Int64 = 60_000

    /// How long a starting worker waits for its topics to be made. Milliseconds.
    package static let topicsMilliseconds: Int64 = 15_000

    /// Between two looks of the lane at whether idle partitions need a tick. Milliseconds.
    package static let tickCheckMilliseconds: Int64 = 1_000

    /// Between two refreshes of a lane's published status. Milliseconds.
    package static let statusMilliseconds: Int64 = 200

    /// Between two questions whether the broker is back, and how long one may take: the lane
    /// does nothing else meanwhile, but has nothing to do either. Milliseconds.
    package static let brokerCheckMilliseconds: Int64 = 1_000
    package static let brokerAnswerMilliseconds: Int32 = 200
}
