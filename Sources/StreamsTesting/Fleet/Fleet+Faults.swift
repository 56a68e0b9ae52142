import Kafka
import Streams

/// What befalls a fleet: faults of processes and of the network, drawn from the seed.
extension Fleet {
    /// Has one fault follow the other.
    func scheduleFault() {
        scheduler.after(scheduler.draw(100...plan.faultPause)) { [weak self] in
            guard let self, !isHealed else { return }
            befall()
            scheduleFault()
        }
    }

    private func befall() {
        let kinds: [FleetFault] = [
            .kill, .restart, .pause, .slow, .cut, .oneWay, .outage, .twins,
        ]
        let kind = kinds[scheduler.random.below(kinds.count)]
        let process = processes[scheduler.random.below(processes.count)]
        let isLong = scheduler.one(in: 4)
        let length = scheduler.draw(isLong ? 5_000...25_000 : 50...5_000)
        guard has(kind), process.isRunning else { return }
        say("\(kind.rawValue) \(process.name) for \(length)")
        tally.faults += 1
        switch kind {
        case .kill: fell(process)
        case .restart: process.requestStop()
        case .pause: process.pausedUntil = scheduler.now + length
        case .slow: process.slowUntil = scheduler.now + length
        case .cut: cut(process, .cut, length)
        case .oneWay: cut(process, scheduler.one(in: 2) ? .requestsLost : .answersLost, length)
        case .outage: for process in processes { cut(process, .cut, length) }
        case .twins: startTwin(of: process)
        default: break
        }
    }

    /// Has the group gather anew.
    func disturb() {
        guard has(.restart) || has(.kill) else { return }
        let process = processes[scheduler.random.below(processes.count)]
        guard process.isRunning else { return }
        tally.faults += 1
        if has(.restart) { process.requestStop() } else { fell(process) }
    }

    /// A process dies. Its twin is not missed.
    func fell(_ process: SimulatedProcess) {
        process.kill()
        if process === twin {
            twin = nil
        } else {
            restart(process.ordinal)
        }
    }

    private func cut(_ process: SimulatedProcess, _ link: SimulatedProcess.Link, _ length: Int64) {
        process.link = link
        process.linkUntil = scheduler.now + length
    }

    /// Someone starts a second process of the same name, and after a while ends it.
    private func startTwin(of process: SimulatedProcess) {
        guard twin == nil else { return }
        incarnations += 1
        let made = SimulatedProcess(
            fleet: self, ordinal: process.ordinal, incarnation: incarnations, disk: SimulatedDisk())
        twin = made
        made.start()
        scheduler.after(scheduler.draw(500...8_000)) { [weak self] in
            made.kill()
            self?.twin = nil
        }
    }

    /// The network keeps a request until `releaseHeldBack`.
    func holdBack(_ ordinal: Int, _ apply: @escaping () -> Void) {
        heldBack[ordinal, default: []].append(apply)
    }

    /// A process of this ordinal is in the middle of a transaction.
    func releaseHeldBack(_ ordinal: Int) {
        guard heldBack[ordinal] != nil, scheduler.one(in: 2),
            let requests = heldBack.removeValue(forKey: ordinal)
        else { return }
        for request in requests { scheduler.after(scheduler.draw(0...8), request) }
    }
}
