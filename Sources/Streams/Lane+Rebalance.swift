package import Kafka

/// Partitions come and go (design D4, items 5 and 6).
extension Lane {
    /// Makes the producer; tries again while the broker is away.
    func connect() throws(LaneFailure) {
        var pause = Limits.backoffMilliseconds
        while !shared.isStopping {
            shared.heartbeat.beat(clock.monotonic())
            guard let trouble = output.connect() else { return }
            let error = trouble.error
            report(error)
            if error.recovery == .retriable || error.recovery == .unknown {
                status.isBrokerAway = true
            }
            if trouble.step == .stop { throw hasNamesake }
            if trouble.step == .renew(restoring: true) { restoreAll() }
            if error.code.isForGood {
                throw LaneFailure(exit: .broker, message: "\(error)")
            }
            publish(force: false)
            clock.sleep(pause)
            pause = min(pause * 2, Limits.backoffMillisecondsMax)
        }
    }

    // MARK: What the group says, inside the poll

    package func assigned(_ partitions: [TopicPartition]) {
        member = consumer.groupMetadata()
        let place = member?.parsed()
        status.rebalances += 1
        // Under another id: the group had given it up, and maybe its partitions to others.
        if let memberID, memberID != place?.member { output.expelled() }
        memberID = place?.member
        output.admitted()
        settings.log(
            .info, "assigned \(partitions.map(\.partition).sorted())",
            fields + [("generation", "\(place?.generation ?? -1)")])
        take(partitions)
    }

    package func revoked(_ partitions: [TopicPartition]) {
        let renewed = status.producersRenewed
        do throws(LaneFailure) {
            if failure == nil, output.isConnected { try commit() }
        } catch {
            failure = error
            output.abortIfAllowed()
        }
        // With a producer made anew, another of the same name may have written behind the last
        // commit, and would not be told from this one.
        release(keeping: failure == nil && status.producersRenewed == renewed)
    }

    package func lost(_ partitions: [TopicPartition]) {
        settings.log(.warning, "lost \(partitions.map(\.partition).sorted())", fields)
        output.expelled()
        abandon()
        release(keeping: false)
    }

    /// Drops what is open without asking who has it now.
    private func abandon() {
        guard failure == nil, !output.abort() else { return }
        if let trouble = output.trouble { report(trouble.error) }
        do throws(LaneFailure) { try renew(restoring: false) } catch { failure = error }
    }

    /// Makes a slot of each partition and has it restored.
    private func take(_ partitions: [TopicPartition]) {
        let now = clock.monotonic()
        let warm = standby?.take(partitions.map(\.partition).filter { kept[$0] == nil }) ?? [:]
        slots = partitions.sorted().map { place in
            let marker = settings.disk?.crashMarker(group: settings.group, place: place)
            if marker == nil, let disk = settings.disk {
                settings.log(.warning, "no crash marker can be kept in \(disk.name)", fields)
            }
            let kept = kept[place.partition]
            let warm = warm[place.partition]
            let slot = Slot(
                place: place, task: kept?.task ?? warm?.task ?? makeTask(place.partition),
                marker: marker, now: now)
            slot.keptAt = kept?.end
            if let kept { slot.didRestore(until: kept.knownEnd) }
            slot.warmAt = warm?.offset
            slot.task.writer = settings.transactionalID(lane: number)
            return slot
        }
        deadWriters.add(partitions.filter { kept[$0.partition] == nil })
        let taken = Set(partitions.map(\.partition))
        for (partition, kept) in kept.sorted(by: { $0.key < $1.key })
        where !taken.contains(partition) {
            snapshots?.add(
                kept.task, TopicPartition(topology.input, partition), knownEnd: kept.knownEnd)
        }
        kept = [:]
        cautiousSlots = 0
        slotOf = Dictionary(uniqueKeysWithValues: slots.map { ($0.place.partition, $0) })
        restorer.add(slots)
        publish(force: true)
    }

    /// Gives everything up. Committed states are kept a while: under the eager protocol most
    /// partitions come back to where they were a moment later.
    func release(keeping: Bool) {
        epoch += 1
        restorer.cancel()
        snapshots?.cancel()
        deadWriters.cancel()
        kept = [:]
        for slot in slots {
            retire(slot)
            if keeping, slot.task.isStateful, !slot.task.hasUncommitted,
                slot.task.nextOffset != nil,
                let end = slot.isRunning
                    ? restorer.changelogEnd(slot.place.partition) : slot.keptAt
            {
                kept[slot.place.partition] = (slot.task, end, slot.knownEnd)
            }
        }
        slots = []
        slotOf = [:]
        member = nil
        recordsOpen = 0
        publish(force: true)
    }

    /// Counts of a task that is let go stay in the lane's sums.
    private func retire(_ slot: Slot) {
        status.counters.add(slot.counters)
    }

    /// After an unknown outcome: all tasks anew, from what the broker has.
    func restoreAll() {
        epoch += 1
        recordsOpen = 0
        restorer.cancel()
        do throws(KafkaError) { try consumer.read([]) } catch { report(error) }
        for slot in slots { retire(slot) }
        kept = [:]
        take(slots.map(\.place))
    }

    /// Lets restored tasks run: their input is read from exactly where their state is.
    func start(_ ready: [Slot]) throws(LaneFailure) {
        for slot in ready { try checkDeaths(slot) }
        let starting = slots.filter { $0.phase == .ready && !isWaiting($0) }
        guard !starting.isEmpty else { return }
        for slot in starting { slot.phase = .running }
        do throws(KafkaError) {
            try consumer.read(slots.filter(\.isRunning).map(\.position))
        } catch {
            report(error)
            for slot in starting { slot.phase = .ready }
        }
        for slot in slots { slot.isAtEnd = false }
        publish(force: true)
    }

    /// Lets go of tasks that stopped in front of a broadcast: what they did before is committed, and
    /// they are read again once this process can go on (`start`).
    func hold() throws(LaneFailure) {
        guard slots.contains(where: { $0.isHeld && $0.isRunning }) else { return }
        if hasUncommitted { try commit() }
        let held = slots.filter { $0.isHeld && $0.isRunning }
        guard !held.isEmpty else { return }
        for slot in held {
            slot.isHeld = false
            slot.phase = .ready
        }
        do throws(KafkaError) {
            try consumer.read(slots.filter(\.isRunning).map(\.position))
        } catch {
            // They are read on, and what comes is dropped.
            report(error)
        }
    }

    /// True while the process has something to learn before a restored or held task may run. Says
    /// so at once, and again now and then.
    private func isWaiting(_ slot: Slot) -> Bool {
        guard let what = slot.task.missing else { return false }
        let now = clock.monotonic()
        if slot.waitedFor != what || now - slot.complained >= Limits.complaintMilliseconds {
            slot.waitedFor = what
            slot.complained = now
            settings.log(.notice, "task \(slot.task.name) waits for \(what)", fields)
        }
        return true
    }

    /// Refuses to try a record for the fourth time that has ended the process three times.
    private func checkDeaths(_ slot: Slot) throws(LaneFailure) {
        guard let deaths = slot.marker?.deaths(), deaths.offset >= slot.position.offset else {
            return
        }
        let place = PartitionOffset(slot.place, deaths.offset)
        settings.log(
            .warning, "the process died \(deaths.count) times at \(place)", fields)
        if deaths.count >= Limits.deathsPerRecord, !settings.skipping.contains(place) {
            throw LaneFailure(
                exit: .record,
                message: "the record \(place) has ended the process \(deaths.count) times. It is "
                    + "not tried again; to make it a dead letter, run with --skip \(place)")
        }
    }
}

extension KafkaError.Code {
    /// Nothing that waiting would mend: permissions, and settings the broker refuses.
    var isForGood: Bool {
        [29, 30, 31, 33, 35, 50, 53, 58].contains(rawValue) || self == .invalidArgument
    }
}
