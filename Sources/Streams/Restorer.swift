internal import Kafka

/// Brings assigned partitions to the point where they may run, in slices between the lane's
/// polls, through a consumer of its own that belongs to no group's membership. Confined to the
/// lane's thread.
final class Restorer {
    private let reader: any LogConsumer
    private let admin: any LogAdmin
    private let changelog: String?
    /// After so long a wait no open transaction is the reason: the broker would have ended it.
    private let hangingMilliseconds: Int64
    private let makeTask: (Int32) -> any AnyTask
    private let clock: WorkerClock
    private let log: WorkerLog
    private var slots: [Slot] = []
    private var turn = 0
    private(set) var recordsRestored = 0

    init(
        logClient: any LogClient, client: ClientSettings, group: String, changelog: String?,
        transactionTimeoutMilliseconds: Int, clock: WorkerClock,
        log: @escaping WorkerLog, makeTask: @escaping (Int32) -> any AnyTask
    ) throws(KafkaError) {
        var client = client
        client.clientID += "-restore"
        reader = try logClient.consumer(
            ConsumerSettings(
                client: client, group: group, isolation: .readCommitted))
        admin = try logClient.admin(
            client, timeoutMilliseconds: Limits.restoreAnswerMilliseconds)
        self.changelog = changelog
        hangingMilliseconds =
            Int64(transactionTimeoutMilliseconds) + Limits.hangingTransactionMilliseconds
        self.clock = clock
        self.log = log
        self.makeTask = makeTask
    }

    var isIdle: Bool { slots.isEmpty }

    func add(_ new: [Slot]) { slots += new }

    /// Forgets everything under way.
    func cancel() {
        slots.removeAll()
        try? reader.read([])
    }

    /// The end of a task's changelog now, past open transactions; `nil` when it cannot be had.
    func changelogEnd(_ partition: Int32) -> Int64? {
        guard let changelog else { return nil }
        return try? admin.ends([TopicPartition(changelog, partition)])[0]
    }

    /// Does a little, and returns the slots that have become ready. A broker that does not answer
    /// is asked again in the next slice. Throws when a task refuses to run.
    func slice() throws(LaneFailure) -> [Slot] {
        guard !slots.isEmpty else { return [] }
        complain()
        turn = (turn + 1) % slots.count
        let slot = slots[turn]
        do {
            switch slot.phase {
            case .offsets: try askOffsets(slot)
            case .changelogEnd: try askEnd(slot)
            default: break
            }
        } catch let error as LaneFailure {
            throw error
        } catch let error as KafkaError {
            if error.code != .timedOut, error.code != .unstableOffsets {
                log(.warning, "restore: \(error)", [("partition", "\(slot.place)")])
            }
        } catch {}
        try readChangelogs()
        let ready = slots.filter { $0.phase == .ready }
        slots.removeAll { $0.phase == .ready }
        return ready
    }

    /// Says what a restore waits for, if it takes long: most often a transaction that a dead
    /// process has left open, until the broker's transaction timeout.
    private func complain() {
        let now = clock.monotonic()
        for slot in slots where now - slot.complained >= Limits.complaintMilliseconds {
            slot.complained = now
            let what =
                switch slot.phase {
                case .offsets: "the committed offset: a transaction is pending on it"
                case .changelogEnd: "the end of the changelog"
                case .changelog(let until): "the changelog to be stable until offset \(until)"
                case .ready, .running: "nothing"
                }
            if slot.phase == .offsets, now - slot.restoreBegan > hangingMilliseconds {
                log(
                    .error,
                    "restore of \(slot.task.name): a transaction hangs on the broker, which has "
                        + "lost its end; nothing is lost or shown, but partition \(slot.place) "
                        + "stands still until an operator ends it: docs/GUARANTEES.md, \"A hanging "
                        + "transaction\"",
                    [("milliseconds", "\(now - slot.restoreBegan)")])
                continue
            }
            log(
                .notice, "restore of \(slot.task.name) waits for \(what)",
                [("milliseconds", "\(now - slot.restoreBegan)")])
        }
    }

    /// Step 1. Answers only when no transaction is pending on the offset, so a dead owner's
    /// transaction has ended before anything else is looked at.
    private func askOffsets(_ slot: Slot) throws {
        slot.committed = try reader.committed(
            [slot.place], timeoutMilliseconds: Limits.stableOffsetsMilliseconds)[0]
        if slot.keptAt != nil, slot.committed != slot.task.nextOffset { forget(slot) }
        slot.phase = .changelogEnd
        // Most often there is nothing to wait for: the next step follows at once.
        try askEnd(slot)
    }

    /// Step 2, and the beginning of step 3.
    private func askEnd(_ slot: Slot) throws {
        guard slot.task.isStateful, let changelog else { return try finish(slot) }
        let place = TopicPartition(changelog, slot.place.partition)
        let ends = try admin.watermarks(place)
        let from = slot.keptAt ?? ends.lowerBound
        guard from < ends.upperBound else { return try finish(slot) }
        try reader.start([PartitionOffset(place, from)])
        slot.phase = .changelog(until: ends.upperBound)
    }

    /// Step 3.
    private func readChangelogs() throws(LaneFailure) {
        guard slots.contains(where: { isReading($0) }) else { return }
        let deadline = clock.monotonic() + Limits.restoreMillisecondsPerSlice
        var failure: LaneFailure?
        for count in 0..<Limits.restoreRecordsPerSlice {
            if count % 64 == 63, clock.monotonic() >= deadline { break }
            let result = reader.poll(
                timeoutMilliseconds: count == 0 ? 10 : 0, delegate: nil
            ) { record in
                failure = self.take(record)
            }
            if let failure { throw failure }
            switch result {
            case .record: continue
            case .nothing: return
            case .endOfPartition(let end):
                try ended(end)
                guard slots.contains(where: { isReading($0) }) else { return }
            case .failed(let error, let partition):
                log(.warning, "restore: \(error)", [("partition", "\(partition, default: "")")])
                if error.code == .offsetReset, let slot = find(partition?.partition) {
                    try? reader.stop([partition!])
                    forget(slot)
                }
                return
            }
        }
    }

    private func isReading(_ slot: Slot) -> Bool {
        if case .changelog = slot.phase { return true }
        return false
    }

    private func find(_ partition: Int32?) -> Slot? {
        slots.first { $0.place.partition == partition && isReading($0) }
    }

    private func take(_ record: RecordView) -> LaneFailure? {
        guard let slot = find(record.partition) else { return nil }
        if slot.keptAt != nil {
            // Somebody else has written: what was kept is old.
            try? reader.stop([TopicPartition(record.topic, record.partition)])
            forget(slot)
            return nil
        }
        do throws(TaskError) {
            try slot.task.restore(key: record.key, value: record.value)
        } catch {
            return LaneFailure(exit: .state, message: error.description)
        }
        slot.restoredRecords += 1
        recordsRestored += 1
        return nil
    }

    /// Begins the restore of a slot anew, with a new task.
    private func forget(_ slot: Slot) {
        slot.keptAt = nil
        slot.task = makeTask(slot.place.partition)
        slot.restoredRecords = 0
        slot.phase = .offsets
    }

    private func ended(_ end: PartitionOffset) throws(LaneFailure) {
        guard let slot = find(end.partition.partition),
            case .changelog(let until) = slot.phase, end.offset >= until
        else { return }
        try? reader.stop([end.partition])
        try finish(slot)
    }

    /// Step 4: from here on the task reads its input at exactly the offset of step 1.
    private func finish(_ slot: Slot) throws(LaneFailure) {
        do {
            if slot.keptAt == nil { try slot.task.finishRestore(committed: slot.committed) }
            if slot.task.nextOffset == nil {
                slot.startOffset = try admin.watermarks(slot.place).lowerBound
            }
        } catch let error as TaskError {
            throw LaneFailure(exit: .state, message: error.description)
        } catch {
            // The restore is done but where the log begins is not known: ask all again, it is
            // quick, since a task without a next offset has no changelog.
            log(.warning, "restore: \(error)", [("partition", "\(slot.place)")])
            forget(slot)
            return
        }
        slot.phase = .ready
        log(
            .info, "task \(slot.task.name) \(slot.keptAt == nil ? "restored" : "kept")",
            [
                ("records", "\(slot.restoredRecords)"), ("keys", "\(slot.task.keyCount)"),
                ("offset", "\(slot.position.offset)"),
                ("milliseconds", "\(clock.monotonic() - slot.restoreBegan)"),
            ])
    }
}
