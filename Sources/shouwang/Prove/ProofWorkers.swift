import Glibc
import StreamsTesting

/// The worker processes of a proof. Only these are ever sent a signal. Confined to one thread.
final class ProofWorkers {
    /// A place for one worker at a time.
    final class Worker {
        enum Condition { case running, paused, cutOff, away }

        /// What its transactions are named after (`--ordinal`).
        fileprivate(set) var name: String
        fileprivate(set) var process: ChildProcess
        fileprivate(set) var condition = Condition.running
        /// It may have been taken for dead, and find that another had its name in the meantime.
        fileprivate var wasSilent = false
        /// When it was asked to end.
        fileprivate var askedAt: Int64 = 0
        /// Its end has been looked at.
        fileprivate var isSettled = false

        fileprivate init(name: String, process: ChildProcess) {
            self.name = name
            self.process = process
        }
    }

    /// The ones there are to be.
    private(set) var regular: [Worker] = []
    /// Guests that force rebalances.
    private(set) var guests: [Worker] = []
    /// Logs of every process started, in that order.
    private(set) var logs: [String] = []
    /// What processes did that they must not.
    private(set) var problems: [String] = []
    /// Times a worker that was paused or cut off found its name taken and ended with code 10, to be started again.
    private(set) var gaveWay = 0
    /// Whether workers started now write ticks.
    var ticks = true

    private let folder: String
    private let command: (_ name: String, _ ticks: Bool) -> [String]
    private let environment: [String: String]
    private var names = 0

    /// Ending in order takes a rebalance and a commit. Milliseconds.
    private static let stopMilliseconds: Int64 = 60_000

    /// `command` gives the words that start the worker of a name; logs go to `folder`.
    init(
        folder: String, environment: [String: String],
        command: @escaping (_ name: String, _ ticks: Bool) -> [String]
    ) {
        self.folder = folder
        self.environment = environment
        self.command = command
    }

    deinit { killAll() }

    // MARK: Starting and ending

    func start(_ count: Int) {
        for number in 0..<count {
            let name = "\(number)"
            regular.append(Worker(name: name, process: launch(name)))
        }
    }

    private func launch(_ name: String) -> ChildProcess {
        let log = "\(folder)/worker-\(logs.count + 1)-\(name).log"
        logs.append(log)
        return ChildProcess(
            command(name, ticks), log: log, environment: environment, isOwnGroup: true)
    }

    private func relaunch(_ worker: Worker) {
        worker.process = launch(worker.name)
        worker.condition = .running
        worker.wasSilent = false
        worker.isSettled = false
    }

    /// A worker that is running: the one at `index`, or the next; `nil` when all are down. The
    /// first of several is never ended: what it uses shows whether workers grow.
    func running(from index: Int, toEnd isEnding: Bool) -> Worker? {
        let candidates = isEnding && regular.count > 1 ? regular[1...] : regular[...]
        return (0..<candidates.count).lazy
            .map { candidates[candidates.startIndex + (index + $0) % candidates.count] }
            .first { $0.condition == .running }
    }

    func kill(_ worker: Worker) {
        worker.process.signal(SIGKILL)
        worker.process.wait()
        worker.condition = .away
        worker.isSettled = true
    }

    func pause(_ worker: Worker) {
        worker.process.signal(SIGSTOP)
        worker.condition = .paused
        worker.wasSilent = true
    }

    func resume(_ worker: Worker) {
        worker.process.signal(SIGCONT)
        worker.condition = .running
    }

    /// Its network holds everything back, or has come back; whoever calls this sees to that.
    func setCutOff(_ worker: Worker, _ isCutOff: Bool) {
        worker.condition = isCutOff ? .cutOff : .running
        worker.wasSilent = true
    }

    /// Asks for an orderly end; `watch` or `restart` hears of it.
    func terminate(_ worker: Worker) {
        worker.process.signal(SIGTERM)
        worker.condition = .away
        worker.askedAt = Clock.now()
    }

    /// Starts a worker again that is away; waits until its process has ended.
    func restart(_ worker: Worker, keepingName: Bool = true) {
        expectEnd(worker)
        if !keepingName {
            names += 1
            worker.name = worker.name.prefix { $0 != "." } + ".\(names)"
        }
        relaunch(worker)
    }

    /// Starts a further worker; `terminate` sees it off.
    func invite() -> Worker {
        names += 1
        let name = "guest.\(names)"
        let guest = Worker(name: name, process: launch(name))
        guests.append(guest)
        return guest
    }

    /// SIGTERM to all that are there, and waits for their ends.
    func stopAll() {
        for worker in regular where worker.condition == .paused { resume(worker) }
        let all = (regular + guests).filter { $0.condition != .away }
        for worker in all { terminate(worker) }
        for worker in regular + guests { expectEnd(worker) }
        guests = []
    }

    /// Ends what is left at once; for when the proof is given up.
    func killAll() {
        for worker in regular + guests { worker.process.signal(SIGKILL) }
        for worker in regular + guests { worker.process.wait() }
    }

    // MARK: Looking after them

    /// Finds workers that have ended unasked, and starts them again as a supervisor would.
    func watch() {
        for guest in guests where guest.condition == .away && !guest.process.isRunning {
            expectEnd(guest)
            guests.removeAll { $0 === guest }
        }
        for worker in regular + guests
        where [.running, .cutOff].contains(worker.condition) && !worker.process.isRunning {
            if worker.process.wait() == 10, worker.wasSilent {
                gaveWay += 1
            } else {
                noteEnd(worker)
            }
            let condition = worker.condition
            relaunch(worker)
            if condition == .cutOff { setCutOff(worker, true) }
        }
    }

    /// Those there are now, with their process ids.
    var processes: [(name: String, pid: Int32)] {
        regular.filter { $0.condition != .away }.map { ($0.name, $0.process.pid) }
    }

    /// True when all that are to be there have said that they have their partitions and states.
    var areReady: Bool { regular.allSatisfy { $0.process.output.contains(" notice ready ") } }

    /// Waits for the end of a worker that was asked to end in order.
    private func expectEnd(_ worker: Worker) {
        guard !worker.isSettled else { return }
        worker.isSettled = true
        let deadline = worker.askedAt + ProofWorkers.stopMilliseconds
        while worker.process.isRunning, Clock.now() < deadline { Clock.sleep(milliseconds: 10) }
        if worker.process.isRunning {
            problems.append("worker \(worker.name) does not end when asked to")
            worker.process.signal(SIGKILL)
            worker.process.wait()
        } else if worker.process.wait() == 10, worker.wasSilent {
            gaveWay += 1
        } else if ![0, -SIGTERM].contains(worker.process.wait()) {
            // SIGTERM itself ends a process that has only just begun and does not watch for it.
            noteEnd(worker)
        }
    }

    private func noteEnd(_ worker: Worker) {
        let code = worker.process.wait()
        let end = code < 0 ? "by signal \(-code)" : "with code \(code)"
        let words = worker.process.output.split(separator: "\n").last { $0.contains(" error ") }
        problems.append(
            "worker \(worker.name) ended by itself \(end): \(words ?? "without a word"); "
                + "its log is \(worker.process.log)")
    }
}
