import Foundation
import Kafka
import Streams
import Synchronization

/// Runs workers side by side until a signal comes or one of them cannot go on; then all end.
final class Supervisor: Sendable {
    private let workers: [(name: String, worker: Worker)]
    private let log: Log
    private let ended = Mutex<[Int: WorkerExit]>([:])
    private let signals = Atomic<Int>(0)

    private let releases: ReleaseTail?

    /// `releases` is followed for as long as the workers run.
    init(_ workers: [(name: String, worker: Worker)], _ log: Log, releases: ReleaseTail? = nil) {
        self.workers = workers
        self.releases = releases
        self.log = log
    }

    /// Blocks until every worker has ended. Answers the exit code: that of the first worker, in
    /// the order of the path, that failed.
    func run() -> Int32 {
        watchSignals()
        let following = releases.map { releases in LaneThread { releases.run() } }
        defer {
            releases?.stop()
            following?.join()
        }
        for index in workers.indices {
            let thread = Thread { [self] in
                let exit = workers[index].worker.run().exit
                ended.withLock { $0[index] = exit }
                if exit != .stopped { stopAll() }
            }
            thread.start()
        }
        var readiness = workers.map { _ in Readiness() }
        var notes = Notes()
        while ended.withLock({ $0.count }) < workers.count {
            for index in workers.indices { report(index, &readiness[index]) }
            notes.report(workers, every: Notes.intervalMilliseconds, log)
            Clock.sleep(milliseconds: 50)
        }
        notes.report(workers, every: 0, log)
        let exits = ended.withLock { $0 }
        for index in workers.indices {
            let exit = exits[index] ?? .stopped
            log.write(
                exit == .stopped ? .notice : .error, "ended",
                [("pipeline", workers[index].name), ("exit", "\(exit.rawValue)")])
        }
        return workers.indices.lazy.compactMap { exits[$0] }.first { $0 != .stopped }?.rawValue ?? 0
    }

    /// Says how often workers noted what operations should hear of (`TaskCounters.notes`): the
    /// sums since the start, when they have grown, and not oftener than asked for.
    private struct Notes {
        /// Often enough to be seen the same day, seldom enough to fill no log.
        static let intervalMilliseconds: Int64 = 60_000

        private var saidAt = Clock.now()
        private var said: [String: [String: Int]] = [:]

        mutating func report(
            _ workers: [(name: String, worker: Worker)], every interval: Int64, _ log: Log
        ) {
            guard Clock.now() - saidAt >= interval else { return }
            saidAt = Clock.now()
            for (name, worker) in workers {
                let notes = worker.status.counters.notes
                guard notes != said[name] ?? [:] else { continue }
                said[name] = notes
                let counts = notes.sorted { $0.key < $1.key }.map { ($0.key, "\($0.value)") }
                log.write(.notice, "counted", [("pipeline", name)] + counts)
            }
        }
    }

    /// What was said last of a worker.
    private struct Readiness {
        var isReady = false
        /// Since when it has not been, after it was.
        var lostAt: Int64?

        /// A rebalance is over sooner; what lasts longer is a broker that does not answer, or a
        /// long restore.
        static let patienceMilliseconds: Int64 = 3_000
    }

    /// Says of a worker when it has its partitions and their state, and when it no longer does.
    private func report(_ index: Int, _ said: inout Readiness) {
        let (name, worker) = workers[index]
        let status = worker.status
        if status.isReady {
            said.lostAt = nil
            guard !said.isReady else { return }
            said.isReady = true
            log.write(
                .notice, "ready",
                [
                    ("pipeline", name),
                    ("partitions", status.running.map(String.init).joined(separator: ",")),
                ])
        } else if said.isReady, signals.load(ordering: .relaxed) == 0, status.exit == nil {
            let since = said.lostAt ?? Clock.now()
            said.lostAt = since
            guard Clock.now() - since >= Readiness.patienceMilliseconds else { return }
            said = Readiness()
            let isAway = status.lanes.contains(where: \.isBrokerAway)
            log.write(
                .warning, "not ready",
                [("pipeline", name), ("broker", isAway ? "away" : "answers")])
        }
    }

    private func stopAll() {
        for entry in workers { entry.worker.requestStop() }
    }

    /// The first signal asks for an orderly end, a second ends the process.
    private func watchSignals() {
        StopSignals.watch { [self] signal in
            if signals.add(1, ordering: .relaxed).newValue > 1 { _exit(128 + signal) }
            log.write(.notice, "stopping", [("signal", "\(signal)")])
            stopAll()
        }
    }
}
