internal import Kafka

/// A record's way through the lane.
extension Lane {
    /// Called inside the poll with each record. Anything that goes wrong is noted for the turn.
    func process(_ record: RecordView) {
        guard output.trouble == nil, failure == nil, let slot = slotOf[record.partition],
            slot.isRunning, !slot.isHeld
        else { return }
        slot.isAtEnd = false
        if recordsOpen == 0, !hasUncommitted { transactionBegan = clock.monotonic() }
        recordsOpen += 1
        output.turn(to: record.partition, offset: record.offset)
        slot.marker?.begin(record.offset)
        defer { slot.marker?.end() }
        do throws(LaneFailure) {
            try process(record, slot)
        } catch {
            failure = error
        }
    }

    private func process(_ record: RecordView, _ slot: Slot) throws(LaneFailure) {
        let (refusing, attempts) = refusal(of: record, slot)
        var began: Int64?
        while true {
            let progress: Progress
            do throws(TaskError) {
                progress = try slot.task.process(
                    record, refusing: refusing, attempts: attempts,
                    budget: settings.slices.wakeUpsPerCall, into: output)
            } catch {
                throw LaneFailure(exit: .state, message: error.description)
            }
            if output.trouble != nil { return }
            if case .waits = progress { slot.isHeld = true }
            guard progress == .more else { return }
            let now = clock.monotonic()
            shared.heartbeat.beat(now)
            if isFull || now - transactionBegan >= Int64(settings.commitIntervalMilliseconds) {
                let before = epoch
                try commit()
                // Rewound, restored or rebalanced: the record will come again.
                if epoch != before || !slot.isRunning { return }
                transactionBegan = clock.monotonic()
                output.turn(to: record.partition, offset: record.offset)
            }
            if now - (began ?? now) >= Limits.recordMilliseconds {
                // Back to the poll, where the group can be heard; the record comes again.
                if !reread([slot]) { try giveUp() }
                return
            }
            began = began ?? now
        }
    }

    /// Why a record is to be a dead letter instead, if it is.
    private func refusal(of record: RecordView, _ slot: Slot) -> (RecordFailure?, Int) {
        if !refusals.isEmpty {
            let origin = LaneOutput.Origin(partition: record.partition, offset: record.offset)
            if let refused = refusals[origin] { return (refused.failure, refused.count + 1) }
        }
        if !settings.skipping.isEmpty,
            settings.skipping.contains(PartitionOffset(slot.place, record.offset))
        {
            return (
                RecordFailure(
                    reason: "record.failed", step: "skip",
                    message: "skipped by an operator's order"), 1
            )
        }
        return (nil, 1)
    }
}
