import Kafka
import Streams

/// A whole fleet of workers, simulated: real lanes on a broker in memory, in virtual time, on one
/// thread, with faults. Everything follows from the seed. `run` makes one, lets it live through its
/// faults, heals it, waits until it has caught up, stops it, and compares what it has written with
/// what one perfect worker would have.
package final class Fleet: @unchecked Sendable {
    // Unchecked: the simulation has one thread.

    package let options: FleetOptions
    let plan: FleetPlan
    let scheduler: Scheduler
    let broker: SimulatedBroker
    let topology: Topology
    let group = "group.fleet"
    let counts: TopicCounts
    /// No new faults happen any more.
    private(set) var isHealed = false
    private(set) var problems: [String] = []
    private var fingerprint = Fingerprint()
    private(set) var processes: [SimulatedProcess] = []
    private var disks: [SimulatedDisk] = []
    /// A second process with the name of another.
    var twin: SimulatedProcess?
    var incarnations = 0
    /// Requests that the network holds back, by the ordinal of their process.
    var heldBack: [Int: [() -> Void]] = [:]
    private var isStopping = false
    private var isOver = false
    var tally = FleetTally()

    private init(_ options: FleetOptions) {
        self.options = options
        scheduler = Scheduler(seed: options.seed)
        plan = FleetPlan(options, &scheduler.random)
        broker = SimulatedBroker(scheduler: scheduler, epoch: 1_700_000_000_000)
        topology =
            plan.isStateful
            ? Topology(name: "fleet", input: "in", processor: FleetProcessor())
            : Topology(name: "fleet", input: "in", processor: FleetIntake())
        broker.makeTopic(
            topology.input, partitions: plan.inputPartitions, isStamped: plan.tickInterval != nil)
        for (name, count) in zip(topology.outputs, plan.outputPartitions) {
            broker.makeTopic(name, partitions: count)
        }
        broker.makeTopic(topology.deadLetters, partitions: 2)
        var names = topology.outputs + [topology.deadLetters]
        if let changelog = topology.changelog {
            broker.makeTopic(changelog, partitions: plan.inputPartitions, isCompacted: true)
            names.append(changelog)
        }
        counts = TopicCounts(
            input: plan.inputPartitions, outputs: plan.outputPartitions, names: names,
            all: names.map { [broker] in broker.partitionCount(of: $0) })
        broker.note = { [unowned self] what, first, second in
            fingerprint.mix(scheduler.now)
            fingerprint.mix(first)
            fingerprint.mix(second)
            switch what {
            case .preparedCommit: tally.commits += 1
            case .preparedAbort: tally.aborts += 1
            case .generation: tally.generations += 1
            default: break
            }
            options.trace?("\(scheduler.now) \(what) \(first) \(second)")
        }
        broker.group(group).initialDelay = plan.rebalanceDelay
        if has(.markers) { broker.markerMilliseconds = 8_000 }
        disks = (0..<plan.workers).map { _ in SimulatedDisk() }
    }

    /// Whether a fault is among this seed's, and its time is not over.
    func has(_ fault: FleetFault) -> Bool { !isHealed && plan.faults.contains(fault) }

    /// A line of a worker's log.
    func say(_ line: @autoclosure () -> String) {
        guard let trace = options.trace else { return fingerprint.mix(scheduler.now) }
        fingerprint.mix(scheduler.now)
        trace("\(scheduler.now) \(line())")
    }

    // MARK: A run

    /// Runs a seed once.
    package static func run(_ options: FleetOptions) -> FleetOutcome {
        let fleet = Fleet(options)
        fleet.live()
        defer { fleet.end() }
        if fleet.problems.isEmpty { fleet.problems = FleetCheck(fleet).problems() }
        return FleetOutcome(
            seed: options.seed, fingerprint: fleet.fingerprint.value, problems: fleet.problems,
            tally: fleet.tally)
    }

    private func live() {
        let began = scheduler.now
        let feed = FleetFeed(fleet: self)
        feed.run()
        keepHouse()
        for ordinal in 0..<plan.workers {
            startProcess(ordinal, in: scheduler.one(in: 3) ? scheduler.draw(0...15_000) : 0)
        }
        scheduleFault()
        while scheduler.now - began < plan.duration, problems.isEmpty { scheduler.wait(500) }
        heal()
        let healed = scheduler.now
        while !feed.isDone || !isCaughtUp, problems.isEmpty {
            scheduler.wait(400)
            if scheduler.now - healed > 400_000 {
                problems.append("the fleet does not catch up: \(lagging)")
            }
        }
        // What was written since.
        if problems.isEmpty { scheduler.wait(1_500) }
        isStopping = true
        for process in processes { process.requestStop() }
        let stopped = scheduler.now
        while problems.isEmpty, processes.contains(where: \.isRunning) || broker.hasOpenTransaction
        {
            scheduler.wait(200)
            if scheduler.now - stopped > 200_000 {
                problems.append("the fleet does not come to an end")
            }
        }
        tally.virtualMilliseconds = scheduler.now - began
    }

    /// Breaks the circles of references that a run leaves.
    private func end() {
        isOver = true
        for process in processes { process.kill() }
        twin?.kill()
        scheduler.clear()
    }

    /// The broker's own clockwork.
    private func keepHouse() {
        func every(_ milliseconds: ClosedRange<Int64>, _ body: @escaping () -> Void) {
            scheduler.after(scheduler.draw(milliseconds)) { [weak self] in
                guard let self, !isOver else { return }
                body()
                every(milliseconds, body)
            }
        }
        every(200...400) { [broker, group] in broker.group(group).expireSessions() }
        every(10_000...10_000) { [broker] in broker.endTimedOutTransactions() }
        every(1_000...6_000) { [weak self] in
            if self?.plan.faults.contains(.compaction) == true { self?.broker.compact() }
        }
    }

    // MARK: Processes

    private func startProcess(_ ordinal: Int, in delay: Int64 = 0) {
        incarnations += 1
        tally.starts += 1
        let process = SimulatedProcess(
            fleet: self, ordinal: ordinal, incarnation: incarnations, disk: disks[ordinal])
        if ordinal < processes.count {
            processes[ordinal] = process
        } else {
            processes.append(process)
        }
        scheduler.after(delay) { [weak self] in
            self?.say("\(process.name) starts")
            process.start()
        }
    }

    /// Whoever supervises the process starts it again.
    func restart(_ ordinal: Int) {
        scheduler.after(scheduler.draw(isHealed ? 100...500 : 0...6_000)) { [weak self] in
            guard let self, !isStopping, !isOver, !processes[ordinal].isRunning else { return }
            if has(.disk), scheduler.one(in: 2) { disks[ordinal].wipe() }
            startProcess(ordinal)
        }
    }

    /// A process has ended by itself.
    func ended(_ process: SimulatedProcess, _ failure: LaneFailure?) {
        say("\(process.name) ends: \(failure?.message ?? "stopped")")
        if process === twin {
            twin = nil
        } else if failure == nil, !isStopping {
            restart(process.ordinal)
        } else if let failure {
            switch failure.exit {
            case .fenced: tally.fenced += 1
            case .record:
                // Deaths that happened to befall one record. An operator looks, and finds it sound.
                tally.suspected += 1
                disks[process.ordinal].wipe()
            default: problems.append("worker \(process.name) gives up: \(failure.message)")
            }
            restart(process.ordinal)
        }
    }

    private func heal() {
        isHealed = true
        broker.markerMilliseconds = 3
        twin?.kill()
        twin = nil
        for process in processes {
            process.pausedUntil = 0
            process.slowUntil = 0
            process.linkUntil = 0
            if !process.isRunning { restart(process.ordinal) }
        }
    }

    // MARK: Being done

    /// Every input record that a reader is shown has been committed by the group.
    private var isCaughtUp: Bool { lagging.isEmpty }

    private var lagging: [TopicPartition] {
        broker.partitions(of: topology.input).filter { partition in
            partition.hasOpenTransaction
                || committed(partition.place) != partition.committed.last.map { $0.view.offset + 1 }
                || hasBacklog(partition.place.partition)
        }.map(\.place)
    }

    /// A broadcast has not met every key of a partition, as its last task record says.
    private func hasBacklog(_ partition: Int32) -> Bool {
        guard let changelog = topology.changelog else { return false }
        let records = broker.partition(TopicPartition(changelog, partition)).committed
        let last = records.last { $0.view.key?.elementsEqual(ReservedKey.task) == true }
        guard let value = last?.view.value, let record = try? TaskRecord(decoding: value) else {
            return false
        }
        return record.broadcastsMet < record.broadcastsReceived
    }

    /// The group's committed offset, whether or not a transaction is pending on it.
    func committed(_ place: TopicPartition) -> Int64? {
        broker.group(group).committed([place], requireStable: false)?[0]
    }
}
