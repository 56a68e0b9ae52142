package import Kafka

/// One task as its lane sees it.
package struct TaskStatus: Equatable, Sendable {
    package var partition: Int32
    /// False while its state is being restored.
    package var isRunning: Bool
    package var nextOffset: Int64?
    /// Records between the next offset and the end of the partition, as last heard; markers of
    /// transactions count, so it may stay a little above 0.
    package var lag: Int64?
    package var streamTime: Instant?
    package var keyCount: Int
    package var stateBytes: Int
}

/// What a lane does, for health pages and metrics. A copy, a fraction of a second old.
package struct LaneStatus: Equatable, Sendable {
    package var tasks: [TaskStatus] = []
    /// True between an assignment and the next revocation.
    package var isMember = false
    /// True while no broker answers: the lane waits and loses nothing.
    package var isBrokerAway = false
    /// Sums over all tasks since the lane began.
    package var counters = TaskCounters()
    package var commits = 0
    package var aborts = 0
    /// How often the producer was made anew after a fatal or unknown outcome.
    package var producersRenewed = 0
    package var rebalances = 0
    /// Changelog records read back.
    package var recordsRestored = 0
    package var ticksWritten = 0
    /// The last thing that went wrong and passed, without personal data.
    package var lastError: String?

    /// True when every task it has is restored, and the broker answers.
    package var isReady: Bool { isMember && !isBrokerAway && tasks.allSatisfy(\.isRunning) }
}

/// A worker's lanes.
package struct WorkerStatus: Equatable, Sendable {
    package var lanes: [LaneStatus] = []
    package var exit: WorkerExit?
    package var message: String?

    package var isReady: Bool { exit == nil && !lanes.isEmpty && lanes.allSatisfy(\.isReady) }

    /// Partitions that are running here.
    package var running: [Int32] {
        lanes.flatMap { $0.tasks.filter(\.isRunning).map(\.partition) }.sorted()
    }

    package var counters: TaskCounters {
        lanes.reduce(into: TaskCounters()) { $0.add($1.counters) }
    }
}

extension TaskCounters {
    /// Adds another's numbers.
    package mutating func add(_ other: TaskCounters) {
        records += other.records
        ticks += other.ticks
        wakeUps += other.wakeUps
        applied += other.applied
        outputs += other.outputs
        deadLetters += other.deadLetters
        dropped += other.dropped
        notes.merge(other.notes, uniquingKeysWith: +)
    }

    static func - (left: TaskCounters, right: TaskCounters) -> TaskCounters {
        var difference = left
        difference.records -= right.records
        difference.ticks -= right.ticks
        difference.wakeUps -= right.wakeUps
        difference.applied -= right.applied
        difference.outputs -= right.outputs
        difference.deadLetters -= right.deadLetters
        difference.dropped -= right.dropped
        for (name, times) in right.notes {
            let left = difference.notes[name, default: 0] - times
            difference.notes[name] = left == 0 ? nil : left
        }
        return difference
    }
}
