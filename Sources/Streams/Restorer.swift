internal import Kafka

/// Brings assigned partitions to the point where they may run, in slices between the lane's
/// polls, through a consumer of its own that belongs to no group's membership. Confined to the
/// lane's thread.
final class Restorer {
    let reader: any LogConsumer
    let admin: any LogAdmin
    private let changelog: String?
    private let group: String
    private let disk: (any WorkerDisk)?
    /// After so long a wait no open transaction is the reason: the broker would have ended it.
    private let hangingMilliseconds: Int64
    private let makeTask: (Int32) -> any AnyTask
    private let clock: WorkerClock
    private let log: WorkerLog
    private let planted: PlantedFault?
    private var slots: [Slot] = []
    private var turn = 0
    private(set) var recordsRestored = 0

    init(
        logClient: any LogClient, client: ClientSettings, group: String, changelog: String?,
        disk: (any WorkerDisk)?, transactionTimeoutMilliseconds: Int, clock: WorkerClock,
        log: @escaping WorkerLog, planted: PlantedFault?,
        makeTask: @escaping (Int32) -> any AnyTask
    ) throws(KafkaError) {
        var client = client
        client.clientID += "-restore"
        reader = try logClient.consumer(
            ConsumerSettings(
                client: client, group: group,
                isolation: planted == .restoreUncommitted ? .readUncommitted : .readCommitted))
        admin = try logClient.admin(
            client, timeoutMilliseconds: Limits.restoreAnswerMilliseconds)
        self.changelog = changelog
        self.group = group
        self.disk = disk
        hangingMilliseconds =
            Int64(transactionTimeoutMilliseconds) + Limits.hangingTransactionMilliseconds
        self.clock = clock
        self.log = log
        self.planted = planted
        self.makeTask = makeTask
    }

    var isIdle: Bool { slots.isEmpty }

    /// Some partition's committed offset is still being asked for.
    var isWaitingForOffsets: Bool { slots.contains { $0.phase == .offsets } }

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
            case .snapshot(let until): try readSnapshot(slot, until)
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
                case .snapshot: "its snapshot to be read"
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
        if planted == .trustKept, slot.keptAt != nil { return try finish(slot) }
        if planted == .endBeforeOffsets, slot.plantedEnd == nil, let changelog {
            slot.plantedEnd = try admin.watermarks(TopicPartition(changelog, slot.place.partition))
        }
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
        let ends = try slot.plantedEnd ?? admin.watermarks(place)
        if let warmAt = slot.warmAt, !(ends.lowerBound...ends.upperBound).contains(warmAt) {
            return forget(slot)
        }
        if slot.keptAt == nil, slot.warmAt == nil, !slot.ignoresSnapshot {
            slot.snapshot = snapshot(slot, ends)
            if slot.snapshot != nil {
                slot.phase = .snapshot(until: ends.upperBound)
                return
            }
        }
        var from = slot.warmAt ?? ends.lowerBound
        if let keptAt = slot.keptAt {
            // The log was made anew.
            guard (ends.lowerBound...ends.upperBound).contains(keptAt) else { return forget(slot) }
            slot.isConfirmed = planted == .trustKeptEnd
            from = slot.isConfirmed ? keptAt : max(ends.lowerBound, keptAt - Slot.lastWords)
        }
        guard from < ends.upperBound else { return try finish(slot) }
        try reader.start([PartitionOffset(place, from)])
        slot.phase = .changelog(until: ends.upperBound)
    }

    // MARK: The snapshot

    /// The snapshot of a task, if there is one that fits it.
    private func snapshot(_ slot: Slot, _ ends: Range<Int64>) -> SnapshotReader? {
        slot.ignoresSnapshot = true
        guard let source = disk?.snapshot(group: group, place: slot.place) else { return nil }
        do throws(SnapshotProblem) {
            let reader = try SnapshotReader(source)
            let header = reader.header
            guard header.group == group, header.topic == slot.place.topic,
                header.partition == slot.place.partition
            else { throw .foreign("it is of \(header.group), \(header.topic)/\(header.partition)") }
            guard ends.contains(header.changelogOffset) else {
                throw .old("the changelog does not go from \(header.changelogOffset)")
            }
            let age = clock.wall() - header.written
            guard (0...Limits.snapshotAgeMilliseconds).contains(age) else {
                throw .old("it was written \(age / 3_600_000) hours ago")
            }
            slot.isConfirmed = false
            slot.ignoresSnapshot = false
            return reader
        } catch {
            complain(slot, error)
            return nil
        }
    }

    /// The beginning of step 3 with a snapshot: as many blocks as a slice has time for.
    private func readSnapshot(_ slot: Slot, _ until: Int64) throws {
        let deadline = clock.monotonic() + Limits.restoreMillisecondsPerSlice
        do {
            while !slot.snapshot!.isAtEnd {
                guard clock.monotonic() < deadline else { return }
                try slot.snapshot!.block { key, value in
                    try slot.task.restore(key: key, value: value)
                    slot.restoredRecords += 1
                }
            }
        } catch {
            let problem = error as? SnapshotProblem ?? .damaged("\(error)")
            return drop(slot, problem)
        }
        let from = slot.snapshot!.header.changelogOffset
        try reader.start([
            PartitionOffset(TopicPartition(changelog!, slot.place.partition), from)
        ])
        slot.phase = .changelog(until: until)
    }

    /// Restores without the snapshot after all.
    private func drop(_ slot: Slot, _ problem: SnapshotProblem) {
        complain(slot, problem)
        if isReading(slot) {
            try? reader.stop([TopicPartition(changelog!, slot.place.partition)])
        }
        forget(slot)
        slot.ignoresSnapshot = true
    }

    private func complain(_ slot: Slot, _ problem: SnapshotProblem) {
        log(
            .warning,
            "the \(slot.warmAt == nil ? "snapshot" : "standby's copy") of \(slot.task.name) is left "
                + "aside, the whole changelog is read: "
                + "\(problem)", [])
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

    /// True when offset and state disagree only because the partition has had another owner since
    /// the offset was asked for: this process stood still for longer than its session, and has not
    /// heard yet that the group has missed it. Its restore begins anew, for as long as it lasts.
    private func isOutdated(_ slot: Slot, _ error: TaskError) -> Bool {
        guard case .offsets = error, planted != .trustOutdatedOffset else { return false }
        let now = try? reader.committed(
            [slot.place], timeoutMilliseconds: Limits.stableOffsetsMilliseconds)
        guard let now else { return true }
        return now[0] != slot.committed
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
        if let keptAt = slot.keptAt {
            if record.offset >= keptAt {
                // Somebody else has written: what was kept is old.
                try? reader.stop([TopicPartition(record.topic, record.partition)])
                forget(slot)
            } else if record.key.map(ReservedKey.isTask) == true {
                slot.isConfirmed = slot.isLast(record)
            }
            return nil
        }
        if let snapshot = slot.snapshot, record.key.map(ReservedKey.isTask) == true {
            let lineage = record.value.flatMap { try? TaskRecord(decoding: $0).lineage }
            guard lineage == snapshot.header.lineage else {
                drop(slot, .foreign("the changelog was begun anew"))
                return nil
            }
            slot.isConfirmed = true
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
        slot.plantedEnd = nil
        slot.warmAt = nil
        slot.snapshot = nil
        slot.task = makeTask(slot.place.partition)
        slot.restoredRecords = 0
        slot.phase = .offsets
    }

    private func ended(_ end: PartitionOffset) throws(LaneFailure) {
        guard let slot = find(end.partition.partition),
            case .changelog(let until) = slot.phase,
            end.offset >= until || planted == .stopRestoreEarly
        else { return }
        try? reader.stop([end.partition])
        if slot.keptAt != nil, !slot.isConfirmed {
            log(.info, "task \(slot.task.name) was kept, but its last commit is not the latest", [])
            return forget(slot)
        }
        if slot.snapshot != nil, !slot.isConfirmed {
            return drop(slot, .old("the changelog has no task record from its offset on"))
        }
        slot.didRestore(until: until)
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
            if isOutdated(slot, error) { return forget(slot) }
            if slot.snapshot != nil || slot.warmAt != nil {
                // What was kept may be at fault; the changelog alone decides.
                return drop(slot, .damaged("\(error)"))
            }
            throw LaneFailure(exit: .state, message: error.description)
        } catch {
            // The restore is done but where the log begins is not known: ask all again, it is
            // quick, since a task without a next offset has no changelog.
            log(.warning, "restore: \(error)", [("partition", "\(slot.place)")])
            forget(slot)
            return
        }
        slot.phase = .ready
        let from =
            slot.snapshot != nil
            ? " from a snapshot" : slot.warmAt != nil ? " from a standby's copy" : ""
        slot.snapshot = nil
        log(
            .info, "task \(slot.task.name) \(slot.keptAt == nil ? "restored\(from)" : "kept")",
            [
                ("records", "\(slot.restoredRecords)"), ("keys", "\(slot.task.keyCount)"),
                ("offset", "\(slot.position.offset)"),
                ("milliseconds", "\(clock.monotonic() - slot.restoreBegan)"),
            ])
    }
}
