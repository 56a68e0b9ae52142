internal import Kafka

/// The end of a transaction (design D4, items 2 to 4).
extension Lane {
    /// Commits what is open, or brings the lane to a state from which it can go on.
    func commit() throws(LaneFailure) {
        if output.trouble != nil { return try recover() }
        let writing = slots.filter { $0.isRunning && $0.task.hasUncommitted }
        guard !writing.isEmpty else {
            if output.isOpen { try giveUp() }
            return
        }
        guard member?.isMember == true else {
            // Offsets without a fence must not be sent: as if the partitions were lost.
            settings.log(.warning, "not a member of the group: giving up what is open", fields)
            return try giveUp()
        }
        for slot in writing {
            output.turn(to: slot.place.partition)
            do throws(TaskError) {
                try slot.task.prepareCommit(into: output)
            } catch {
                throw LaneFailure(exit: .state, message: error.description)
            }
        }
        let offsets = writing.map { PartitionOffset($0.place, $0.task.nextOffset!) }
        guard send(offsets) else { return try recover() }
        for slot in writing {
            slot.didCommit()
            settle(slot)
        }
        recordsOpen = 0
        status.commits += 1
        if let trouble = output.trouble {
            settings.log(.notice, "after a commit: \(trouble.error)", fields)
            try renew(restoring: false)
        }
    }

    /// Sends the offsets under the fence of the membership, and commits.
    private func send(_ offsets: [PartitionOffset]) -> Bool {
        switch settings.planted {
        case .unfencedOffsets:
            output.commit(
                offsets, of: GroupMetadata(group: settings.group, generation: -1, member: ""))
        case .leaveOutOffsets: output.commit([], of: member!)
        default: output.commit(offsets, of: member!)
        }
    }

    /// Forgets troubles of records that are now behind.
    private func settle(_ slot: Slot) {
        let next = slot.task.nextOffset ?? 0
        slot.marker?.settle(before: next)
        if slot.cautiousUntil >= 0, next > slot.cautiousUntil {
            slot.cautiousUntil = -1
            countCautious()
        }
        if !refusals.isEmpty {
            let partition = slot.place.partition
            refusals = refusals.filter { $0.key.partition != partition || $0.key.offset >= next }
        }
    }

    private func countCautious() { cautiousSlots = slots.count { $0.cautiousUntil >= 0 } }

    var fields: [(String, String)] {
        [("pipeline", topology.name), ("lane", "\(number)")]
    }

    /// Goes on after trouble with the transaction, as its state says.
    func recover() throws(LaneFailure) {
        guard let trouble = output.trouble else { return }
        settings.log(.notice, "transaction: \(trouble.error)", fields)
        status.lastError = trouble.error.description
        switch trouble.step {
        case .proceed, .again: return
        case .abort: try giveUp()
        case .renew(var restoring):
            if settings.planted == .rewindAfterUnknown { restoring = false }
            try renew(restoring: restoring)
            if !restoring { rewind() }
        case .stop: throw hasNamesake
        }
    }

    var hasNamesake: LaneFailure {
        LaneFailure(
            exit: .fenced,
            message: "another process has my name: transactional id "
                + "\(settings.transactionalID(lane: number)) was taken \(Limits.fences) times within "
                + "\(Limits.fencedMilliseconds / 60_000) minutes. Give each process its own --ordinal.")
    }

    /// Aborts, drops what was open, and reads it again.
    func giveUp() throws(LaneFailure) {
        let isLocal = output.trouble?.isLocal == true
        let isDone = output.abort()
        let refused = output.refused
        // Otherwise the producer is out of step: aborted it is all the same.
        let isAborted = isDone || output.trouble?.step == .renew(restoring: false)
        guard isAborted else { return try recover() }
        status.aborts += 1
        try noteRefusals(refused, isLocal)
        if isDone { rewind() } else { try recover() }
    }

    /// Decides which input record is to blame for what the broker refused. It refuses whole
    /// batches, so when several are named, they are redone one a transaction.
    private func noteRefusals(
        _ refused: [(origin: LaneOutput.Origin?, code: KafkaError.Code)], _ isLocal: Bool
    ) throws(LaneFailure) {
        guard !refused.isEmpty else { return }
        defer { countCautious() }
        let origins = Set(refused.compactMap(\.origin))
        guard let origin = origins.first else {
            if isCautious || isLocal || recordsOpen == 0 {
                throw LaneFailure(
                    exit: .record,
                    message: "the broker refuses a state or what comes of a wake-up or broadcast "
                        + "(\(refused[0].code.name)); pipeline \(topology.name)")
            }
            for slot in slots where slot.isRunning && slot.task.hasUncommitted {
                slot.cautiousUntil = max(slot.cautiousUntil, (slot.task.nextOffset ?? 1) - 1)
            }
            return
        }
        guard origins.count == 1 else {
            for origin in origins {
                guard let slot = slotOf[origin.partition] else { continue }
                slot.cautiousUntil = max(slot.cautiousUntil, origin.offset)
            }
            return
        }
        let count = (refusals[origin]?.count ?? 0) + 1
        let code = refused[0].code
        if count >= Limits.refusalsPerRecord {
            throw LaneFailure(
                exit: .record,
                message: "\(topology.input)/\(origin.partition)/\(origin.offset): the broker "
                    + "refuses what comes of this record, and its dead letter too (\(code.name))")
        }
        let isSize = code == .messageTooLarge || code == .recordListTooLarge
        refusals[origin] = (
            count,
            RecordFailure(
                reason: isSize ? "record.size" : "record.failed", step: "write",
                message: "the broker refused what came of this record: \(code.name)")
        )
        settings.log(
            .warning, "a record becomes a dead letter: \(code.name)",
            fields + [("offset", "\(topology.input)/\(origin.partition)/\(origin.offset)")])
    }

    /// After an abort: back to the committed states, and to the records they are at.
    private func rewind() {
        let open = slots.filter { $0.isRunning && $0.task.hasUncommitted }
        for slot in open where settings.planted != .keepOverlay { slot.task.didAbort() }
        recordsOpen = 0
        let isRead = reread(settings.planted == .skipRewind ? [] : open)
        guard !isRead, settings.planted != .ignoreFailedRead else { return }
        // The consumer would go on behind the records that were given up. Nothing is taken from it
        // until it reads what it is told to: the next turn tells it again.
        for slot in slots where slot.isRunning { slot.phase = .ready }
    }

    /// Has these tasks' records delivered again from their next offsets. False when the consumer
    /// refuses: what it delivers now must not be processed.
    func reread(_ slots: [Slot]) -> Bool {
        epoch += 1
        guard !slots.isEmpty else { return true }
        do throws(KafkaError) {
            try consumer.seek(slots.map(\.position))
            return true
        } catch {
            report(error)
        }
        do throws(KafkaError) {
            try consumer.read(self.slots.filter(\.isRunning).map(\.position))
            return true
        } catch {
            report(error)
            return false
        }
    }

    /// Takes the transactional id anew with a new producer, which settles the open transaction
    /// one way or the other; waits for the broker as long as it takes. When the outcome is not
    /// known, every task is dropped and restored.
    func renew(restoring: Bool) throws(LaneFailure) {
        status.producersRenewed += 1
        output.drop()
        if restoring { restoreAll() }
        try connect()
    }
}
