package import Kafka
internal import Glibc

/// How a worker ended, and the exit code of its process. The message beside it says what to do.
package enum WorkerExit: Int32, Sendable {
    /// Stopped on request: everything committed, the group left.
    case stopped = 0
    /// Fenced again and again while a member of the group: another process has this ordinal.
    case fenced = 10
    /// State and log disagree, or a state cannot be read (`TaskError`).
    case state = 11
    /// A record has killed the process three times, or what comes of it is refused every time.
    case record = 12
    /// Records were deleted before they were read.
    case offsetsGone = 13
    /// A topic is missing, or the broker refuses this client for good.
    case broker = 14
    /// A lane hung in a call that ignored its timeout; the watchdog ended the process.
    case stalled = 15
}

/// A log line of the runtime: level, message, fields. No personal data comes this way.
package typealias WorkerLog = @Sendable (LogLevel, String, [(String, String)]) -> Void

/// The runtime's clocks, passed in so that nothing reads one behind a test's back.
package struct WorkerClock: Sendable {
    /// Milliseconds that only grow; for intervals and deadlines.
    package let monotonic: @Sendable () -> Int64
    /// Milliseconds since 1970; only decides when a tick is due.
    package let wall: @Sendable () -> Instant
    /// Waits so many milliseconds, on the caller's thread.
    package let sleep: @Sendable (Int64) -> Void

    /// `sleep` really sleeps unless another is given.
    package init(
        monotonic: @escaping @Sendable () -> Int64, wall: @escaping @Sendable () -> Instant,
        sleep: @escaping @Sendable (Int64) -> Void = { usleep(UInt32($0) * 1_000) }
    ) {
        self.monotonic = monotonic
        self.wall = wall
        self.sleep = sleep
    }

    /// The system's clocks: for the command, and tests that run in real time.
    package static let system = WorkerClock(
        monotonic: { read(CLOCK_MONOTONIC) }, wall: { read(CLOCK_REALTIME) })

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
    }
}

/// How much of what many keys wait for is done at a time; commits may come in between. What is
/// written does not depend on it.
package struct WorkSlices: Sendable {
    package var wakeUpsPerCall = Limits.wakeUpsPerCall
    package var broadcastKeysPerRecord = Limits.broadcastKeysPerRecord
    package var broadcastKeysPerTurn = Limits.broadcastKeysPerTurn

    package init() {}
}

/// How a pipeline is run.
package struct WorkerSettings: Sendable {
    package var client: ClientSettings
    /// What makes the lanes' consumers and producers; another than Kafka's only in a simulation.
    package var logClient: any LogClient = KafkaLog()
    /// The consumer group: all processes and lanes that share the pipeline's partitions.
    package var group: String
    /// What tells this process from its like, part of the transactional id
    /// `<group>-<ordinal>-<lane>`. Two processes with one ordinal fence each other.
    package var ordinal: String
    /// The lanes are static members of the group, each under the name of its transactions: a restart
    /// within the session timeout moves no partitions, and a stop gives none back. Needs an ordinal
    /// that stays the same.
    package var isStatic = false
    /// How many lanes (threads); more than partitions are idle.
    package var lanes: Int = 1
    package var sessionTimeoutMilliseconds: Int = 6_000
    package var heartbeatMilliseconds: Int = 300
    package var transactionTimeoutMilliseconds: Int = 15_000
    package var commitIntervalMilliseconds: Int = Limits.commitIntervalMilliseconds
    /// Other sizes than the usual only in a simulation.
    package var slices = WorkSlices()
    /// Under `time: wall`: how far the wall clock must be ahead of an idle partition's stream
    /// time before a tick is written. `nil` under `time: records`: the feeder ticks.
    package var tickIntervalMilliseconds: Int64?
    /// How many other processes keep a warm copy of each of its tasks (`Standby`).
    package var standbyCopies: Int = 0
    /// How often a task's state is written to the disk. 0 for never.
    package var snapshotMilliseconds: Int64 = 600_000
    /// Where crash markers and snapshots lie; `nil` for nowhere.
    package var disk: (any WorkerDisk)?
    /// Records that an operator has ordered to skip: they become dead letters.
    package var skipping: Set<PartitionOffset> = []
    package var stallMilliseconds: Int64 = Limits.stallMilliseconds
    package var clock: WorkerClock = .system
    package var log: WorkerLog = { _, _, _ in }
    /// A mistake that a test plants.
    package var planted: PlantedFault?

    package init(client: ClientSettings, group: String, ordinal: String) {
        self.client = client
        self.group = group
        self.ordinal = ordinal
    }

    /// A number for a state that is begun now, which no other is likely to have
    /// (`TaskRecord.lineage`): a hash of who begins it and when.
    func newLineage(writer: String, partition: Int32) -> UInt64 {
        FNV1a.hash("\(writer)/\(partition)@\(clock.wall())/\(clock.monotonic())".utf8)
    }

    /// The name of a lane's transactions (design D4, item 9).
    package func transactionalID(lane: Int) -> String { "\(processID)-\(lane)" }

    /// What the names of all lanes of this process begin with.
    package var processID: String { "\(group)-\(ordinal)" }

    /// The same of another process's lane.
    package static func processID(ofTransactionalID id: String) -> String {
        id.lastIndex(of: "-").map { String(id[..<$0]) } ?? id
    }
}

/// Why a lane cannot go on.
package struct LaneFailure: Error {
    package let exit: WorkerExit
    package let message: String
}
