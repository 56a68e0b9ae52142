import Kafka
import Streams

/// One worker process: a real lane on simulated clients, its network and its life. The lane is
/// driven turn by turn; calls that block let virtual time pass, in which others have their turns,
/// and this one may die, be paused or lose the network.
final class SimulatedProcess: @unchecked Sendable {
    // Unchecked: the simulation has one thread.

    enum Link { case up, cut, requestsLost, answersLost }

    /// What becomes of one request.
    enum Fate {
        case answered
        case requestLost
        case answerLost
        /// It arrives after so many milliseconds, and nobody hears the answer.
        case late(Int64)
        /// It arrives when it does most harm: in the next transaction of its name.
        case heldBack
    }

    unowned let fleet: Fleet
    let ordinal: Int
    let name: String
    let disk: SimulatedDisk
    private let shared = LaneShared()
    private var lane: Lane?
    private var hasBegun = false
    private var isOnStack = false

    private(set) var isDead = false
    private(set) var hasEnded = false
    var pausedUntil: Int64 = 0
    var slowUntil: Int64 = 0
    var link = Link.up
    var linkUntil: Int64 = 0
    /// It is being told that its partitions are taken from it.
    var isHandingOver = false
    /// An idle poll would have waited.
    var isIdle = false

    init(fleet: Fleet, ordinal: Int, incarnation: Int, disk: SimulatedDisk) {
        self.fleet = fleet
        self.ordinal = ordinal
        name = "\(ordinal).\(incarnation)"
        self.disk = disk
    }

    var scheduler: Scheduler { fleet.scheduler }
    var broker: SimulatedBroker { fleet.broker }
    var now: Int64 { fleet.scheduler.now }
    var isPaused: Bool { pausedUntil > now }
    var isSlow: Bool { slowUntil > now }
    var isRunning: Bool { !isDead && !hasEnded }

    // MARK: Life

    /// Makes the lane; its first turn comes soon.
    func start() {
        guard isRunning else { return }
        do throws(KafkaError) {
            lane = try Lane(
                number: 0, topology: fleet.topology, settings: settings(), plan: fleet.counts,
                shared: shared)
        } catch {
            preconditionFailure("simulated clients can always be made: \(error)")
        }
        scheduleTurn(in: scheduler.draw(0...50))
    }

    private func settings() -> WorkerSettings {
        let plan = fleet.plan
        var settings = WorkerSettings(
            client: ClientSettings(bootstrapServers: "simulated"), group: fleet.group,
            ordinal: "\(ordinal)")
        settings.logClient = SimulatedClient(process: self)
        settings.sessionTimeoutMilliseconds = Int(plan.sessionTimeout)
        settings.heartbeatMilliseconds = Int(plan.heartbeat)
        settings.transactionTimeoutMilliseconds = Int(plan.transactionTimeout)
        settings.tickIntervalMilliseconds = plan.tickInterval
        settings.disk = disk
        settings.commitIntervalMilliseconds = plan.commitInterval
        if let slices = plan.slices { settings.slices = slices }
        // In half of the fleets: where there are snapshots, restores have less to go wrong with.
        settings.snapshotMilliseconds = [0, 3].contains(fleet.options.seed % 4) ? 700 : 0
        settings.planted = fleet.options.planted
        settings.clock = WorkerClock(
            monotonic: { self.now }, wall: { self.broker.wall }, sleep: { self.wait($0) })
        settings.log = { level, message, fields in
            let fields = fields.map { " \($0)=\($1)" }.joined()
            self.fleet.say("\(self.name) \(level): \(message)\(fields)")
        }
        return settings
    }

    private func scheduleTurn(in milliseconds: Int64) {
        scheduler.after(milliseconds) { [self] in takeTurn() }
    }

    private func takeTurn() {
        guard isRunning, let lane else { return }
        if isPaused { return scheduleTurn(in: pausedUntil - now) }
        var failure: LaneFailure?
        isOnStack = true
        isIdle = false
        do throws(LaneFailure) {
            if hasBegun {
                try lane.turn()
            } else {
                hasBegun = true
                try lane.begin()
            }
        } catch {
            failure = error
        }
        if !isDead, failure != nil || shared.isStopping {
            let reason = lane.end(after: failure)
            if !isDead {
                hasEnded = true
                fleet.ended(self, reason)
            }
        }
        isOnStack = false
        guard isRunning else { return bury() }
        let busy = fleet.isHealed ? 3 : fleet.plan.turnMax
        let pause = isIdle ? scheduler.draw(20...180) : scheduler.draw(0...busy)
        scheduleTurn(in: isSlow ? pause * 10 + scheduler.draw(0...300) : pause)
    }

    /// It is no more: nothing it does from now on has any effect. Where it is in the middle of
    /// something, the lane runs into errors and out of it.
    func kill() {
        guard isRunning else { return }
        isDead = true
        fleet.say("\(name) dies")
        shared.stop()
        disk.detach()
        bury()
    }

    /// Asks it to stop in order.
    func requestStop() { shared.stop() }

    private func bury() {
        guard !isOnStack, !isRunning else { return }
        lane = nil
    }

    // MARK: Time and network

    /// Lets time pass while a call blocks.
    func wait(_ milliseconds: Int64) {
        guard !isDead else { return }
        scheduler.wait(milliseconds)
        while !isDead, pausedUntil > now { scheduler.wait(pausedUntil - now) }
    }

    /// One way of one request. Milliseconds.
    var latency: Int64 {
        isSlow ? scheduler.draw(10...400) : scheduler.one(in: 40) ? scheduler.draw(5...80)
            : scheduler.draw(0...2)
    }

    private func fate() -> Fate {
        if linkUntil <= now { link = .up }
        let plan = fleet.plan
        func unheard() -> Fate {
            guard fleet.has(.late), scheduler.one(in: 2) else { return .requestLost }
            if scheduler.one(in: 2) { return .heldBack }
            return .late(
                scheduler.one(in: 2) ? scheduler.draw(1...7_000) : scheduler.draw(5_000...20_000))
        }
        switch link {
        case .cut, .requestsLost: return unheard()
        case .answersLost: return .answerLost
        case .up:
            guard !fleet.isHealed, scheduler.one(in: plan.lostOneIn) else { return .answered }
            return scheduler.one(in: 3) ? .answerLost : unheard()
        }
    }

    var carriesRequests: Bool {
        if linkUntil <= now { link = .up }
        return link == .up || link == .answersLost
    }

    var carriesAnswers: Bool {
        if linkUntil <= now { link = .up }
        return link == .up || link == .requestsLost
    }

    /// A request and its answer; `nil` when none came in time.
    func call<Answer>(timeout: Int64, _ apply: @escaping () -> Answer) -> Answer? {
        guard !isDead else { return nil }
        let there = latency
        switch fate() {
        case .requestLost:
            wait(timeout)
            return nil
        case .late(let after):
            scheduler.after(after) { _ = apply() }
            wait(timeout)
            return nil
        case .heldBack:
            fleet.holdBack(ordinal) { _ = apply() }
            wait(timeout)
            return nil
        case .answerLost:
            scheduler.after(there) { _ = apply() }
            wait(timeout)
            return nil
        case .answered:
            guard there < timeout else {
                scheduler.after(there) { _ = apply() }
                wait(timeout)
                return nil
            }
            if there > 0 { wait(there) }
            if isDead {
                if scheduler.one(in: 2) { _ = apply() }
                return nil
            }
            let answer = apply()
            let back = latency
            if back > 0 { wait(back) }
            return isDead ? nil : answer
        }
    }

    /// The same by a client's own thread: returns at once. `done` is told the answer, or `nil` when
    /// there was none within a second.
    func post<Answer>(
        _ apply: @escaping () -> Answer, done: @escaping (Answer?) -> Void = { _ in }
    ) {
        guard !isDead else { return }
        let fate = fate()
        scheduler.after(max(0, pausedUntil - now) + latency) { [self] in
            if isDead, scheduler.one(in: 2) { return }
            switch fate {
            case .answered:
                let answer = apply()
                hear { done(answer) }
                return
            case .answerLost: _ = apply()
            case .late(let after): scheduler.after(after) { _ = apply() }
            case .heldBack: fleet.holdBack(ordinal) { _ = apply() }
            case .requestLost: break
            }
            scheduler.after(1_000) { [self] in hear { done(nil) } }
        }
    }

    private func hear(_ body: @escaping () -> Void) {
        scheduler.after(max(0, pausedUntil - now) + latency) { [self] in
            if !isDead { body() }
        }
    }

    /// A moment at which it does much harm to stand still, or to die.
    func stumble() {
        guard scheduler.one(in: fleet.plan.stumbleOneIn) else { return }
        if fleet.has(.kill), scheduler.one(in: 2) {
            fleet.fell(self)
        } else if fleet.has(.pause) {
            pausedUntil = max(pausedUntil, now + scheduler.draw(100...12_000))
            wait(0)
        }
    }

    /// Asks where a partition ends, and may stand still before. In the middle of handing over, it
    /// does so until the group has missed it: others own the partitions when it goes on.
    func stallBeforeEnd() {
        let plan = fleet.plan
        guard fleet.has(.pause), scheduler.one(in: plan.endStallOneIn),
            isHandingOver || !plan.isAboutHandOver
        else { return }
        let length =
            plan.isAboutHandOver
            ? plan.sessionTimeout + scheduler.draw(500...6_000) : scheduler.draw(500...12_000)
        pausedUntil = max(pausedUntil, now + length)
        wait(0)
    }

    /// True when a call is to fail by itself.
    var hasError: Bool { !fleet.isHealed && scheduler.one(in: fleet.plan.errorOneIn) }
}
