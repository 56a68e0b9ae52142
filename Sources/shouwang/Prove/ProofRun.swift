import Kafka
import Streams
import StreamsTesting

/// One proof from its first worker to its verdict: feeds, does harm, waits until all work is done,
/// reads everything. Confined to one thread.
final class ProofRun {
    /// What a proof is asked for.
    struct Order {
        /// One a group.
        let topics: [ProofTopics]
        let seed: UInt64
        let seconds: Int
        /// In each group.
        let workers: Int
        /// Of all groups, records a second.
        let rate: Int
        let faults: [Fault]
        /// Between two faults, on average; milliseconds.
        let intervalMilliseconds: Int
        /// Of the workers, milliseconds.
        let sessionMilliseconds: Int
        let transactionMilliseconds: Int
    }

    /// What came of it.
    struct Outcome {
        /// One a group.
        var verdicts: [ProofVerdict] = []
        var problems: [String] = []
        var evidence = ProofEvidence()
        var done: [Fault: Int] = [:]
        /// Milliseconds.
        var takeOvers: [ChangelogWatch.Silence: [Int64]] = [:]
        var longestStandStill: ChangelogWatch.StandStill?
        var gaveWay = 0
        var growths: [ProcessSamples.Growth] = []
    }

    private let order: Order
    private let settings: ClientSettings
    private let groups: [ProofGroup]
    private let network: FaultyNetwork?
    private let nodes: Nodes?
    private let isAsked: () -> Bool
    private let err: (String) -> Void
    /// Writes a line beside the workers' logs, with the time.
    private let log: (String) -> Void
    /// What is to be done next, at a time by the clock.
    private var agenda: [(at: Int64, act: () -> Void)] = []
    private var done: [Fault: Int] = [:]
    private var problems: [String] = []
    private var samples = ProcessSamples()
    /// When no more faults may begin.
    private var harmEnds: Int64 = 0

    /// Without any progress for so long, workers have failed; the session timeout and the
    /// transaction timeout come on top. Milliseconds.
    private static let patienceMilliseconds: Int64 = 60_000

    /// `network` is there when a fault is one of the network, `nodes` when nodes are killed.
    /// `isAsked` says that the proof is to be given up; `log` takes what happens, for people.
    init(
        _ order: Order, _ settings: ClientSettings, _ groups: [ProofGroup],
        network: FaultyNetwork?, nodes: Nodes?, isAsked: @escaping () -> Bool,
        err: @escaping (String) -> Void, log: @escaping (String) -> Void
    ) {
        self.order = order
        self.settings = settings
        self.groups = groups
        self.network = network
        self.nodes = nodes
        self.isAsked = isAsked
        self.err = err
        self.log = log
    }

    /// Blocks until there is an outcome. Throws when the proof could not be carried out, which says
    /// nothing about the workers.
    func run() throws -> Outcome {
        for group in groups { group.workers.start(order.workers) }
        try waitUntilReady()
        for group in groups { try group.beginFeed(rate: order.rate / groups.count) }
        try doHarm()
        let growths = samples.growths
        let longest = groups.compactMap(\.watch.longest).max { $0.milliseconds < $1.milliseconds }
        for group in groups { try group.feed?.settle() }
        try settle()
        var outcome = Outcome(growths: growths)
        for group in groups {
            outcome.verdicts.append(try judge(group))
            outcome.problems += group.workers.problems
            outcome.gaveWay += group.workers.gaveWay
            outcome.takeOvers.merge(group.watch.takeOvers) { $0 + $1 }
        }
        outcome.problems += problems + (nodes?.problems ?? [])
        outcome.problems += outcome.verdicts.flatMap(\.problems)
        outcome.problems += growths.filter(\.isGrowing).map { "\($0) grows" }
        outcome.evidence = ProofEvidence(logs: groups.flatMap(\.workers.logs))
        outcome.done = done
        outcome.longestStandStill = longest
        return outcome
    }

    private func pause(milliseconds: UInt32) throws(CommandError) {
        Clock.sleep(milliseconds: milliseconds)
        if isAsked() { throw .failed("ended before it was done: nothing is proved") }
    }

    private func waitUntilReady() throws {
        let deadline = Clock.now() + ProofRun.patienceMilliseconds + patienceForTheDead
        for group in groups {
            let workers = group.workers
            while !workers.areReady {
                group.look()
                guard Clock.now() < deadline, workers.problems.isEmpty else {
                    throw CommandError.failed(
                        "the workers do not get to work: "
                            + (workers.problems.first ?? "see \(workers.logs[0])"))
                }
                try pause(milliseconds: 50)
            }
        }
    }

    // MARK: Harm

    private func doHarm() throws {
        let plan = FaultPlan(
            seed: order.seed,
            .init(
                faults: order.faults, groups: groups.count, workers: order.workers,
                seconds: order.seconds, sessionMilliseconds: order.sessionMilliseconds,
                intervalMilliseconds: order.intervalMilliseconds))
        let began = Clock.now()
        for entry in plan.entries {
            agenda.append((began + entry.at, { [unowned self] in begin(entry) }))
        }
        var bar = ProgressBar(
            "prove", total: order.seconds, isInteractive: Terminal.isInteractive, err: err)
        defer { bar.end() }
        harmEnds = began + Int64(order.seconds) * 1_000
        while Clock.now() < harmEnds {
            for group in groups { try group.feed?.send() }
            look()
            samples.look(
                groups.enumerated().flatMap { number, group in
                    group.workers.processes.map { ("\(number + 1)/\($0.name)", $0.pid) }
                }, now: Clock.now())
            let sent = groups.reduce(0) { $0 + $1.sent }
            let faults = done.values.reduce(0, +)
            bar.show(Int((Clock.now() - began) / 1_000), "\(sent) records, \(faults) faults")
            try pause(milliseconds: 20)
        }
        // What was begun is brought to its end: the paused go on, the killed come back.
        while !agenda.isEmpty {
            look()
            try pause(milliseconds: 20)
        }
        try nodes?.bringBack(topics: watchedTopics) {
            look()
            try pause(milliseconds: 100)
        }
    }

    /// Does what is due and looks after everything.
    private func look() {
        let now = Clock.now()
        let due = agenda.filter { $0.at <= now }.sorted { $0.at < $1.at }
        agenda.removeAll { $0.at <= now }
        for entry in due { entry.act() }
        nodes?.watch()
        for (number, group) in groups.enumerated() {
            group.look()
            for standStill in group.watch.told() {
                log(
                    "group \(number + 1), partition \(standStill.partition): stood still for "
                        + "\(standStill.milliseconds) ms")
            }
        }
    }

    private func later(_ milliseconds: Int64, _ act: @escaping () -> Void) {
        agenda.append((Clock.now() + milliseconds, act))
    }

    /// Nodes are not killed before all copies of these topics have caught up.
    private var watchedTopics: [String] {
        groups.flatMap { $0.topics.all.map(\.name) } + ["__consumer_offsets", "__transaction_state"]
    }

    private func note(_ entry: FaultPlan.Entry, _ whom: String) {
        done[entry.fault, default: 0] += 1
        log("\(entry.fault) of \(whom) for \(entry.lasts) ms, kind \(entry.isKind)")
    }

    private func begin(_ entry: FaultPlan.Entry) {
        switch entry.fault {
        case .node: killNode(entry)
        case .rebalance:
            let workers = groups[entry.group].workers
            let guest = workers.invite()
            note(entry, "group \(entry.group + 1) by \(guest.name)")
            later(entry.lasts) { workers.terminate(guest) }
        case .kill, .pause, .restart, .cut, .late, .deaf, .reset:
            let isEnding = entry.fault == .kill || entry.fault == .restart
            // Should all of the group be down already, the next one's.
            for step in 0..<groups.count {
                let number = (entry.group + step) % groups.count
                let group = groups[number]
                guard let worker = group.workers.running(from: entry.worker, toEnd: isEnding)
                else { continue }
                note(entry, "worker \(number + 1)/\(worker.name)")
                return harm(worker, in: group, entry)
            }
        }
    }

    private func killNode(_ entry: FaultPlan.Entry) {
        guard let nodes else { return }
        if let node = nodes.kill(entry.worker, topics: watchedTopics) {
            note(entry, "node \(node)")
            later(entry.lasts) { nodes.start() }
        } else if Clock.now() + 1_000 < harmEnds {
            later(1_000) { [unowned self] in killNode(entry) }
        }
    }

    private func harm(
        _ worker: ProofWorkers.Worker, in group: ProofGroup, _ entry: FaultPlan.Entry
    ) {
        let (workers, watch, name) = (group.workers, group.watch, worker.name)
        switch entry.fault {
        case .kill:
            workers.kill(worker)
            watch.silenced(name, .killed)
            later(entry.lasts) {
                workers.restart(worker, keepingName: entry.isKind)
                watch.back(worker.name)
            }
        case .pause:
            workers.pause(worker)
            watch.silenced(name, .cutOff)
            later(entry.lasts) {
                workers.resume(worker)
                watch.back(name)
            }
        case .restart:
            workers.terminate(worker)
            later(entry.lasts) { [unowned self] in comeBack(worker, of: workers) }
        case .cut, .late, .deaf, .reset:
            guard let network else { return }
            let client = group.topics.networkName(of: name)
            switch entry.fault {
            case .cut: network.set(.held(toBroker: true, fromBroker: true), for: client)
            case .late: network.set(.held(toBroker: true, fromBroker: false), for: client)
            case .deaf: network.set(.held(toBroker: false, fromBroker: true), for: client)
            default: network.set(.refused, for: client)
            }
            workers.setCutOff(worker, true)
            if entry.lasts > order.sessionMilliseconds { watch.silenced(name, .cutOff) }
            later(entry.lasts) {
                // Late requests are what `late` is for.
                if !entry.isKind, entry.fault != .late { network.breakConnections(of: client) }
                network.set(.fair, for: client)
                workers.setCutOff(worker, false)
                watch.back(name)
            }
        case .rebalance, .node: break
        }
    }

    /// Starts a worker again, but not before it has ended: others go on meanwhile.
    private func comeBack(_ worker: ProofWorkers.Worker, of workers: ProofWorkers, tries: Int = 0) {
        if worker.process.isRunning, tries < 600 {
            later(100) { [unowned self] in comeBack(worker, of: workers, tries: tries + 1) }
        } else {
            workers.restart(worker)
        }
    }

    // MARK: The end

    /// All workers are made anew, without ticks, so that the input has an end; then they have to
    /// read it all, and broadcasts have to meet every key.
    private func settle() throws {
        err("prove: waiting until everything is read\n")
        for group in groups {
            group.workers.stopAll()
            group.workers.ticks = false
            for worker in group.workers.regular { group.workers.restart(worker) }
        }
        let admin = try Admin(settings)
        for group in groups { try settle(group, admin) }
        for group in groups { group.workers.stopAll() }
    }

    private func settle(_ group: ProofGroup, _ admin: borrowing Admin) throws {
        var before: [Int64?] = []
        var deadline = Clock.now() + ProofRun.patienceMilliseconds + patienceForTheDead
        while true {
            for group in groups { group.look() }
            let ends = try admin.ends(group.topics.inputs)
            let committed = try admin.committed(group: group.topics.group, group.topics.inputs)
            let isRead = zip(ends, committed).allSatisfy { $0 == $1 ?? 0 }
            if isRead, group.watch.isDone(ends) { return }
            if committed != before {
                before = committed
                deadline = Clock.now() + ProofRun.patienceMilliseconds + patienceForTheDead
            } else if Clock.now() >= deadline {
                problems.append(
                    "workers make no progress, with records left to read; logs: "
                        + group.workers.logs.suffix(order.workers).joined(separator: ", "))
                return
            }
            try pause(milliseconds: 100)
        }
    }

    /// How long what the dead leave behind may hold others up, milliseconds: the broker looks for
    /// transactions that are open too long every 10 s.
    private var patienceForTheDead: Int64 {
        Int64(order.sessionMilliseconds + order.transactionMilliseconds) + 12_000
    }

    private func judge(_ group: ProofGroup) throws -> ProofVerdict {
        let topics = group.topics
        let admin = try Admin(settings)
        let reader = try Consumer(ConsumerSettings(client: settings, group: topics.group))
        let deadline = Clock.now() + patienceForTheDead
        var ends: [TopicPartition: ProofVerdict.Ends] = [:]
        repeat {
            try pause(milliseconds: 100)
            let all = try admin.ends(topics.places)
            let stable = try reader.ends(topics.places, timeoutMilliseconds: 10_000)
            for (index, place) in topics.places.enumerated() {
                ends[place] = ProofVerdict.Ends(stable: stable[index], end: all[index])
            }
        } while ends.values.contains(where: { $0.stable < $0.end }) && Clock.now() < deadline
        let committed = try admin.committed(group: topics.group, topics.inputs)
        checkOffsets(reader, topics)
        err("prove: reading and replaying \(topics.group)\n")
        var log = try BrokerLog.read(topics.all.filter(\.isState), from: settings)
        for topic in topics.all { log.counts[topic.name] = topic.partitions }
        return try ProofVerdict(
            topics, log: log, source: BrokerTopics(topics.all, from: settings), sent: group.sent,
            committed: committed, ends: ends)
    }

    /// A transaction may be pending on the offsets alone; a reader of committed ones is then not
    /// answered.
    private func checkOffsets(_ reader: borrowing Consumer, _ topics: ProofTopics) {
        do throws(KafkaError) {
            _ = try reader.committed(topics.inputs, timeoutMilliseconds: 20_000)
        } catch {
            problems.append(
                "\(topics.group): the offsets: a transaction is open (\(error.code.name))")
        }
    }
}
