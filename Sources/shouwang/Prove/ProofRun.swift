import Kafka
import Streams
import StreamsTesting

/// One proof from its first worker to its verdict: feeds, does harm, waits until all work is done,
/// reads everything. Confined to one thread.
final class ProofRun {
    /// What a proof is asked for.
    struct Order {
        let topics: ProofTopics
        let seed: UInt64
        let seconds: Int
        let workers: Int
        let rate: Int
        let faults: [Fault]
        /// Of the workers, milliseconds.
        let sessionMilliseconds: Int
        let transactionMilliseconds: Int
    }

    /// What came of it.
    struct Outcome {
        let verdict: ProofVerdict
        let problems: [String]
        let evidence: ProofEvidence
        let done: [Fault: Int]
        let takeOvers: [Int64]
        let gaveWay: Int
    }

    private let order: Order
    private let settings: ClientSettings
    private let workers: ProofWorkers
    private let takeOvers: TakeOvers
    private let isAsked: () -> Bool
    private let err: (String) -> Void
    /// What is to be done next, at a time by the clock.
    private var agenda: [(at: Int64, act: () -> Void)] = []
    private var done: [Fault: Int] = [:]
    private var problems: [String] = []

    /// Without any progress for so long, workers have failed; the session timeout and the
    /// transaction timeout come on top. Milliseconds.
    private static let patienceMilliseconds: Int64 = 60_000

    /// `isAsked` says that the proof is to be given up. Throws when no broker answers.
    init(
        _ order: Order, _ settings: ClientSettings, _ workers: ProofWorkers,
        isAsked: @escaping () -> Bool, err: @escaping (String) -> Void
    ) throws {
        self.order = order
        self.settings = settings
        self.workers = workers
        self.isAsked = isAsked
        self.err = err
        takeOvers = try TakeOvers(settings, order.topics)
    }

    /// Blocks until there is an outcome. Throws when the proof could not be carried out, which says
    /// nothing about the workers.
    func run() throws -> Outcome {
        workers.start(order.workers)
        try waitUntilReady()
        let feed = try ProofFeed(settings, order.topics, rate: order.rate, seed: order.seed)
        try doHarm(feed)
        try feed.settle()
        try settle()
        let verdict = try judge(sent: feed.sent)
        return Outcome(
            verdict: verdict, problems: problems + workers.problems + verdict.problems,
            evidence: ProofEvidence(logs: workers.logs), done: done,
            takeOvers: takeOvers.milliseconds, gaveWay: workers.gaveWay)
    }

    private func pause(milliseconds: UInt32) throws(CommandError) {
        Clock.sleep(milliseconds: milliseconds)
        if isAsked() { throw .failed("ended before it was done: nothing is proved") }
    }

    private func waitUntilReady() throws {
        let deadline = Clock.now() + ProofRun.patienceMilliseconds + patienceForTheDead
        while !workers.areReady {
            workers.watch()
            guard Clock.now() < deadline, workers.problems.isEmpty else {
                throw CommandError.failed(
                    "the workers do not get to work: "
                        + (workers.problems.first ?? "see \(workers.logs[0])"))
            }
            takeOvers.look()
            try pause(milliseconds: 50)
        }
    }

    // MARK: Harm

    private func doHarm(_ feed: ProofFeed) throws {
        let plan = FaultPlan(
            seed: order.seed, faults: order.faults, workers: order.workers,
            seconds: order.seconds, sessionMilliseconds: order.sessionMilliseconds)
        let began = Clock.now()
        for entry in plan.entries {
            agenda.append((began + entry.at, { [unowned self] in begin(entry) }))
        }
        var bar = ProgressBar(
            "prove", total: order.seconds, isInteractive: Terminal.isInteractive, err: err)
        defer { bar.end() }
        let end = began + Int64(order.seconds) * 1_000
        while Clock.now() < end {
            try feed.send()
            keepAgenda()
            workers.watch()
            takeOvers.look()
            let faults = done.values.reduce(0, +)
            bar.show(
                Int((Clock.now() - began) / 1_000), "\(feed.sent) records, \(faults) faults")
            try pause(milliseconds: 20)
        }
        // What was begun is brought to its end: the paused go on, the killed come back.
        while !agenda.isEmpty {
            keepAgenda()
            workers.watch()
            takeOvers.look()
            try pause(milliseconds: 20)
        }
    }

    private func keepAgenda() {
        let now = Clock.now()
        let due = agenda.filter { $0.at <= now }.sorted { $0.at < $1.at }
        agenda.removeAll { $0.at <= now }
        for entry in due { entry.act() }
    }

    private func later(_ milliseconds: Int64, _ act: @escaping () -> Void) {
        agenda.append((Clock.now() + milliseconds, act))
    }

    private func begin(_ entry: FaultPlan.Entry) {
        if entry.fault == .rebalance {
            done[.rebalance, default: 0] += 1
            let guest = workers.invite()
            later(entry.lasts) { [unowned self] in workers.terminate(guest) }
            return
        }
        guard let worker = workers.running(from: entry.worker) else { return }
        done[entry.fault, default: 0] += 1
        switch entry.fault {
        case .kill:
            workers.kill(worker)
            takeOvers.killed(worker.name)
            later(entry.lasts) { [unowned self] in
                workers.restart(worker, keepingName: entry.keepsName)
                takeOvers.started(worker.name)
            }
        case .pause:
            workers.pause(worker)
            later(entry.lasts) { [unowned self] in workers.resume(worker) }
        case .restart:
            workers.terminate(worker)
            later(entry.lasts) { [unowned self] in comeBack(worker) }
        case .rebalance: break
        }
    }

    /// Starts a worker again, but not before it has ended: others go on meanwhile.
    private func comeBack(_ worker: ProofWorkers.Worker, tries: Int = 0) {
        if worker.process.isRunning, tries < 300 {
            later(100) { [unowned self] in comeBack(worker, tries: tries + 1) }
        } else {
            workers.restart(worker)
        }
    }

    // MARK: The end

    /// All workers are made anew, without ticks, so that the input has an end; then they have to
    /// read it all, and broadcasts have to meet every key.
    private func settle() throws {
        err("prove: waiting until everything is read\n")
        workers.stopAll()
        workers.ticks = false
        for worker in workers.regular { workers.restart(worker) }
        let admin = try Admin(settings)
        var before: [Int64?] = []
        var deadline = Clock.now()
        while true {
            workers.watch()
            takeOvers.look()
            let ends = try admin.ends(order.topics.inputs)
            let committed = try admin.committed(group: order.topics.group, order.topics.inputs)
            let isRead = zip(ends, committed).allSatisfy { $0 == $1 ?? 0 }
            if isRead, try isSwept() { break }
            if committed != before {
                before = committed
                deadline = Clock.now() + ProofRun.patienceMilliseconds + patienceForTheDead
            } else if Clock.now() >= deadline {
                problems.append(
                    "workers make no progress, with records left to read; logs: "
                        + workers.logs.suffix(order.workers).joined(separator: ", "))
                break
            }
            try pause(milliseconds: 100)
        }
        workers.stopAll()
    }

    /// How long what the dead leave behind may hold others up, milliseconds: the broker looks for
    /// transactions that are open too long every 10 s.
    private var patienceForTheDead: Int64 {
        Int64(order.sessionMilliseconds + order.transactionMilliseconds) + 12_000
    }

    private func isSwept() throws -> Bool {
        try BrokerLog.read(order.topics.all.filter(\.isState), from: settings).isSwept
    }

    private func judge(sent: Int) throws -> ProofVerdict {
        let topics = order.topics
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
        checkOffsets(reader, topics.inputs)
        err("prove: reading and replaying\n")
        return ProofVerdict(
            topics, log: try BrokerLog.read(topics.all, from: settings), sent: sent,
            committed: committed, ends: ends)
    }

    /// A transaction may be pending on the offsets alone; a reader of committed ones is then not
    /// answered.
    private func checkOffsets(_ reader: borrowing Consumer, _ inputs: [TopicPartition]) {
        do throws(KafkaError) {
            _ = try reader.committed(inputs, timeoutMilliseconds: 20_000)
        } catch {
            problems.append("the group's offsets: a transaction is open (\(error.code.name))")
        }
    }
}
