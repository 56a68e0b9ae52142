package import Kafka
internal import Synchronization

/// One thread, one consumer, one transactional producer, and the tasks of the partitions that the
/// group has given to it (design D4, items 1 to 5). Everything between poll and commit is plain
/// code on that thread. Its parts: Process (a record's way), Commit, Recover, Rebalance.
package final class Lane: RebalanceDelegate {
    let number: Int
    let topology: Topology
    let settings: WorkerSettings
    let plan: TopicCounts
    let consumer: any LogConsumer
    let restorer: Restorer
    let output: LaneOutput
    let ticker: Ticker?
    let snapshots: SnapshotWriter?
    let deadWriters: DeadWriters
    let standby: Standby?
    let clock: WorkerClock
    let shared: LaneShared

    /// The partitions in hand, by number.
    var slots: [Slot] = []
    /// The same, found by partition.
    var slotOf: [Int32: Slot] = [:]
    /// The fence of the offsets; taken at assignment, dropped at revocation (D4.2).
    var member: GroupMetadata?
    /// The id by which the group had it as a member last.
    var memberID: String?
    /// Tasks kept over a rebalance, with the end of their changelog at the time, and
    /// `Slot.knownEnd`.
    var kept: [Int32: (task: any AnyTask, end: Int64, knownEnd: Int64)] = [:]

    /// Input records in the open transaction.
    var recordsOpen = 0
    /// Grows with every rewind: what was being done before is void.
    var epoch = 0
    /// Records that the broker refused what came of: how often, and why.
    var refusals: [LaneOutput.Origin: (count: Int, failure: RecordFailure)] = [:]
    /// A failure found inside a callback, thrown when the callback is over.
    var failure: LaneFailure?
    var status = LaneStatus()
    private var published: Int64 = 0
    private var tickChecked: Int64 = 0
    private var brokerChecked: Int64 = 0

    /// Makes the clients; nothing is sent yet. `plan` are the topics' partition counts. Throws when
    /// a setting is refused.
    package init(
        number: Int, topology: Topology, settings: WorkerSettings, plan: TopicCounts,
        shared: LaneShared, standby: Standby? = nil
    ) throws(KafkaError) {
        self.number = number
        self.topology = topology
        self.settings = settings
        self.plan = plan
        self.shared = shared
        clock = settings.clock
        let id = settings.transactionalID(lane: number)
        var client = settings.client
        client.clientID = id
        consumer = try settings.logClient.consumer(
            ConsumerSettings(
                client: client, group: settings.group, instanceID: settings.isStatic ? id : nil,
                sessionTimeoutMilliseconds: settings.sessionTimeoutMilliseconds,
                heartbeatMilliseconds: settings.heartbeatMilliseconds,
                fetchWaitMillisecondsMax: Limits.idleFetchMilliseconds))
        let makeTask: (Int32) -> any AnyTask = { partition in
            topology.task(
                partition: partition, inputPartitions: plan.input,
                outputPartitions: plan.outputs, group: settings.group, writer: id,
                lineage: settings.newLineage(writer: id, partition: partition),
                slices: settings.slices, planted: settings.planted)
        }
        restorer = try Restorer(
            logClient: settings.logClient, client: client, group: settings.group,
            changelog: topology.changelog, disk: settings.disk,
            transactionTimeoutMilliseconds: settings.transactionTimeoutMilliseconds,
            clock: settings.clock, log: settings.log, planted: settings.planted,
            makeTask: makeTask)
        self.makeTask = makeTask
        self.standby = standby
        deadWriters = DeadWriters(
            reader: restorer.reader, admin: restorer.admin, settings: settings, ownID: id,
            outputs: zip(plan.names, plan.all).flatMap { name, count in
                (0..<count).map { TopicPartition(name, $0) }
            }, isWaiting: { [restorer] in restorer.isWaitingForOffsets })
        if let disk = settings.disk, settings.snapshotMilliseconds > 0, topology.isStateful {
            snapshots = SnapshotWriter(
                disk: disk, group: settings.group,
                intervalMilliseconds: settings.snapshotMilliseconds, clock: settings.clock,
                log: settings.log, changelogEnd: { [restorer] in restorer.changelogEnd($0) })
        } else {
            snapshots = nil
        }
        let clock = settings.clock
        output = LaneOutput(
            logClient: settings.logClient,
            settings: TransactionalProducerSettings(
                client: client, transactionalID: id,
                transactionTimeoutMilliseconds: settings.transactionTimeoutMilliseconds),
            names: plan.names, counts: plan.all, clock: clock, planted: settings.planted,
            beat: { isWaiting in
                shared.heartbeat.beat(clock.monotonic())
                // Until the call is over, when the lane publishes again.
                if isWaiting { shared.status.withLock { $0.isBrokerAway = true } }
            })
        ticker = try settings.tickIntervalMilliseconds.map { interval throws(KafkaError) in
            try Ticker(
                logClient: settings.logClient, client: client, topic: topology.input,
                intervalMilliseconds: interval)
        }
    }

    let makeTask: (Int32) -> any AnyTask

    /// Runs until a stop is requested or the lane cannot go on.
    func run() -> LaneFailure? {
        do throws(LaneFailure) {
            try begin()
            while !shared.isStopping { try turn() }
            return end(after: nil)
        } catch {
            return end(after: error)
        }
    }

    /// Takes the transactional id and joins the group. For those who drive the lane by hand: then
    /// `turn` again and again, and `end` once, also after a throw of these.
    package func begin() throws(LaneFailure) {
        try connect()
        do throws(KafkaError) {
            try consumer.subscribe([topology.input])
        } catch {
            throw LaneFailure(exit: .broker, message: "\(error)")
        }
    }

    /// Commits what is open (without a failure, else aborts it), gives everything back and leaves
    /// the group. Returns why the lane ended; `nil` for a requested stop.
    package func end(after thrown: LaneFailure?) -> LaneFailure? {
        defer { shared.heartbeat.end() }
        do throws(LaneFailure) {
            if let thrown { throw thrown }
            try commit()
        } catch {
            failure = error
            output.abortIfAllowed()
        }
        if status.isBrokerAway {
            release(keeping: false)
            consumer.abandon()
        } else {
            // Gives everything back and leaves the group, so that others take over at once.
            consumer.close(delegate: self)
            // What `release` has kept is as committed, and nobody's any more.
            for (partition, kept) in kept.sorted(by: { $0.key < $1.key }) {
                shared.heartbeat.beat(clock.monotonic())
                snapshots?.write(
                    kept.task, TopicPartition(topology.input, partition),
                    knownEnd: kept.knownEnd)
            }
        }
        output.drop()
        publish(force: true)
        return failure
    }

    /// One turn of the loop: records, a slice of restores, backlog, commit, ticks.
    package func turn() throws(LaneFailure) {
        shared.heartbeat.beat(clock.monotonic())
        let isDrained = try pollRecords()
        output.poll()
        // Found inside the poll's closure.
        if output.trouble != nil { return try recover() }
        try hold()
        deadWriters.turn()
        if !restorer.isIdle { try start(restorer.slice()) }
        if slots.contains(where: { $0.phase == .ready }) { try start([]) }
        if isDrained { try advanceBacklog() }
        if shouldCommit(isDrained) { try commit() }
        snapshots?.turn(slots, isBetween: !output.isOpen)
        writeTicks()
        if status.isBrokerAway { checkBroker() }
        publish(force: false)
    }

    /// While the broker is away nothing else tells that it is back: an idle consumer is silent.
    private func checkBroker() {
        let now = clock.monotonic()
        guard now - brokerChecked >= Limits.brokerCheckMilliseconds else { return }
        brokerChecked = now
        let answer = try? consumer.partitionCount(
            of: topology.input, timeoutMilliseconds: Limits.brokerAnswerMilliseconds)
        if answer != nil { status.isBrokerAway = false }
    }

    /// Takes what is there, at most a turn's worth. True when nothing more waits.
    private func pollRecords() throws(LaneFailure) -> Bool {
        let isIdle = !hasUncommitted && restorer.isIdle && !slots.contains { $0.task.hasBacklog }
        var timeout = isIdle ? Limits.idlePollMilliseconds : 0
        if isIdle, snapshots?.isWriting == true { timeout = Limits.snapshotPollMilliseconds }
        for _ in 0..<Limits.recordsPerTurn {
            let result = consumer.poll(timeoutMilliseconds: timeout, delegate: self) { record in
                self.process(record)
            }
            timeout = 0
            if let failure { throw failure }
            switch result {
            case .record:
                if output.trouble != nil || isFull { return false }
            case .nothing:
                return true
            case .endOfPartition(let end):
                if let slot = slotOf[end.partition.partition] { slot.isAtEnd = true }
            case .failed(let error, let partition):
                try pollFailed(error, partition)
            }
        }
        return false
    }

    private func pollFailed(
        _ error: KafkaError, _ partition: TopicPartition?
    ) throws(LaneFailure) {
        if error.code == .offsetReset, let partition, let slot = slotOf[partition.partition],
            slot.isRunning
        {
            throw LaneFailure(
                exit: .offsetsGone,
                message: "\(partition): the records at offset \(slot.position.offset) are not "
                    + "there: deleted before they were read, or the topic was made anew. Find "
                    + "out what was lost; then reset the group's offsets and the state together.")
        }
        if error.code == .fencedInstance {
            throw LaneFailure(
                exit: .fenced,
                message: "another process has my name: static member "
                    + "\(settings.transactionalID(lane: number)). Give each process its own "
                    + "--ordinal.")
        }
        if error.isFatal {
            throw LaneFailure(exit: .broker, message: "the consumer is lost: \(error)")
        }
        report(error)
    }

    /// Notes something that passes by itself.
    func report(_ error: KafkaError) {
        if error.code == .allBrokersDown || error.code == .transport {
            status.isBrokerAway = true
        }
        status.lastError = error.description
        settings.log(.warning, error.description, [("lane", "\(number)")])
    }

    var hasUncommitted: Bool {
        output.isOpen || slots.contains { $0.isRunning && $0.task.hasUncommitted }
    }

    /// At once when no more records wait, else when a bound is reached.
    private func shouldCommit(_ isDrained: Bool) -> Bool {
        guard hasUncommitted else { return false }
        if isDrained, !slots.contains(where: { $0.isRunning && $0.task.hasBacklog }) {
            return true
        }
        return isFull
    }

    /// True when the open transaction has reached one of its bounds.
    var isFull: Bool {
        if recordsOpen >= Limits.recordsPerTransaction { return true }
        if output.bytes >= Limits.bytesPerTransaction { return true }
        if recordsOpen % 32 == 0, isDirtyOrOld { return true }
        return isCautious && recordsOpen > 0
    }

    private var isDirtyOrOld: Bool {
        let dirty = slots.reduce(0) { $0 + ($1.isRunning ? $1.task.dirtyCount : 0) }
        if dirty >= Limits.dirtyKeysPerTransaction { return true }
        return clock.monotonic() - transactionBegan >= Int64(settings.commitIntervalMilliseconds)
    }

    /// One record a transaction, until it is known which one the broker refuses.
    var isCautious: Bool { cautiousSlots > 0 }
    var cautiousSlots = 0

    /// When the open transaction's first record was taken.
    var transactionBegan: Int64 = 0

    /// Brings broadcasts to further keys while no records wait.
    private func advanceBacklog() throws(LaneFailure) {
        for slot in slots where slot.isRunning && slot.task.hasBacklog {
            if !hasUncommitted { transactionBegan = clock.monotonic() }
            output.turn(to: slot.place.partition)
            do throws(TaskError) {
                _ = try slot.task.advance(
                    budget: settings.slices.broadcastKeysPerTurn, into: output)
            } catch {
                throw LaneFailure(exit: .state, message: error.description)
            }
            if output.trouble != nil { return try recover() }
        }
    }

    /// Ticks for partitions that are read to their ends and lag behind the wall clock.
    private func writeTicks() {
        guard let ticker, topology.isStateful else { return }
        let now = clock.monotonic()
        guard now - tickChecked >= Limits.tickCheckMilliseconds else { return }
        tickChecked = now
        let wall = clock.wall()
        for slot in slots where slot.isRunning && slot.isAtEnd {
            guard
                ticker.isDue(
                    streamTime: slot.task.streamTime, lastTick: slot.lastTick, now: wall)
            else { continue }
            slot.lastTick = wall
            if let error = ticker.tick(partition: slot.place.partition, now: wall) {
                report(error)
            } else {
                status.ticksWritten += 1
            }
        }
        ticker.poll()
    }

    /// Makes the lane's state known to other threads.
    func publish(force: Bool) {
        let now = clock.monotonic()
        guard force || now - published >= Limits.statusMilliseconds else { return }
        published = now
        var copy = status
        copy.recordsRestored = restorer.recordsRestored
        copy.isMember = member != nil
        for slot in slots {
            copy.counters.add(slot.counters)
            let end = consumer.knownWatermarks(slot.place)?.upperBound
            let next = slot.task.nextOffset
            copy.tasks.append(
                TaskStatus(
                    partition: slot.place.partition, isRunning: slot.isRunning, nextOffset: next,
                    lag: end.map { max(0, $0 - slot.position.offset) },
                    streamTime: slot.task.streamTime, keyCount: slot.task.keyCount,
                    stateBytes: slot.task.stateBytes))
        }
        shared.status.withLock { $0 = copy }
    }
}

/// What a lane shares with other threads.
package final class LaneShared: Sendable {
    let heartbeat = Heartbeat()
    let status = Mutex(LaneStatus())
    private let stopping = Atomic<Bool>(false)

    package init() {}

    /// True once a stop was requested.
    package var isStopping: Bool { stopping.load(ordering: .relaxed) }
    /// Requests a stop.
    package func stop() { stopping.store(true, ordering: .relaxed) }
}

/// The partition counts of a pipeline's topics, as the broker has them.
package struct TopicCounts: Sendable {
    let input: Int32
    let outputs: [Int32]
    /// Of `AnyTask.topics`: names and counts.
    let names: [String]
    let all: [Int32]

    /// `names` and `all` are those of `AnyTask.topics`, `outputs` the first of `all`.
    package init(input: Int32, outputs: [Int32], names: [String], all: [Int32]) {
        self.input = input
        self.outputs = outputs
        self.names = names
        self.all = all
    }
}
