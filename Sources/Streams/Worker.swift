internal import Kafka
internal import Glibc
internal import Synchronization

/// Runs one pipeline on Kafka with a number of lanes, each on a thread of its own. Start it, ask
/// its status from any thread, request a stop, wait for its end.
package final class Worker: Sendable {
    private let topology: Topology
    private let settings: WorkerSettings
    private let lanes: [LaneShared]
    private let onStall: @Sendable (WorkerExit, String) -> Void
    private let end = Mutex<(exit: WorkerExit, message: String)?>(nil)
    private let stopping = Atomic<Bool>(false)
    private let thread = Mutex<LaneThread?>(nil)

    /// `onStall` ends the process when a lane hangs; it must not return normally.
    package init(
        _ topology: Topology, _ settings: WorkerSettings,
        onStall: @escaping @Sendable (WorkerExit, String) -> Void = { exit, message in
            let line = "shouwang: \(message)\n"
            _ = line.utf8.withContiguousStorageIfAvailable { write(2, $0.baseAddress, $0.count) }
            _exit(exit.rawValue)
        }
    ) {
        precondition(settings.lanes > 0)
        self.topology = topology
        self.settings = settings
        self.onStall = onStall
        lanes = (0..<settings.lanes).map { _ in LaneShared() }
    }

    /// Asks every lane to commit, leave the group and end. Returns at once; async-signal-safe it
    /// is not: call it from a thread.
    package func requestStop() {
        stopping.store(true, ordering: .relaxed)
        for lane in lanes { lane.stop() }
    }

    /// What the lanes do, a fraction of a second old.
    package var status: WorkerStatus {
        var status = WorkerStatus(lanes: lanes.map { $0.status.withLock { $0 } })
        end.withLock { end in
            status.exit = end?.exit
            status.message = end?.message
        }
        return status
    }

    /// Runs until a stop is requested or a lane cannot go on; blocks the caller's thread. The
    /// message says why it ended and what to do; empty after a requested stop.
    package func run() -> (exit: WorkerExit, message: String) {
        ProcessMemory.keepFreed()
        let ended: (exit: WorkerExit, message: String)
        do throws(LaneFailure) {
            if let counts = try findTopics() {
                ended = runLanes(counts)
            } else {
                ended = (.stopped, "")
            }
        } catch {
            ended = (error.exit, error.message)
        }
        end.withLock { $0 = ended }
        if ended.exit != .stopped {
            settings.log(.error, ended.message, [("pipeline", topology.name)])
        }
        return ended
    }

    /// Runs it on a thread of its own; returns at once. `wait` must follow some day.
    package func start() {
        thread.withLock { $0 = LaneThread { _ = self.run() } }
    }

    /// Waits for the end of what `start` began.
    package func wait() -> (exit: WorkerExit, message: String) {
        let running = thread.withLock { thread in
            defer { thread = nil }
            return thread
        }
        running?.join()
        return end.withLock { $0 } ?? (.stopped, "")
    }

    private func runLanes(_ counts: TopicCounts) -> (exit: WorkerExit, message: String) {
        let watchdog = Watchdog()
        let heartbeats = lanes.map(\.heartbeat)
        let limit = settings.stallMilliseconds
        let clock = settings.clock
        let watching = LaneThread { [onStall, topology] in
            watchdog.watch(heartbeats, limit: limit, clock: clock) { lane in
                onStall(
                    .stalled,
                    "pipeline \(topology.name), lane \(lane): nothing has moved for "
                        + "\(limit) ms; ending the process")
            }
        }
        let standby =
            settings.standbyCopies > 0 && topology.isStateful
            ? Standby(topology, settings, counts) : nil
        let following = standby.map { standby in LaneThread { standby.run() } }
        let failed = FirstFailure()
        let threads = lanes.indices.map { number in
            LaneThread {
                guard let failure = self.runLane(number, counts, standby) else { return }
                failed.note(failure)
                // One lane without the others would leave partitions with nobody: end whole,
                // let whoever runs the process start it again.
                self.requestStop()
            }
        }
        for thread in threads { thread.join() }
        standby?.stop()
        following?.join()
        watchdog.end()
        watching.join()
        guard let failure = failed.first else { return (.stopped, "") }
        return (failure.exit, failure.message)
    }

    /// The body of a lane's thread.
    private func runLane(
        _ number: Int, _ counts: TopicCounts, _ standby: Standby?
    ) -> LaneFailure? {
        do {
            let lane = try Lane(
                number: number, topology: topology, settings: settings, plan: counts,
                shared: lanes[number], standby: standby)
            return lane.run()
        } catch {
            return LaneFailure(exit: .broker, message: "\(error)")
        }
    }

    /// The partition counts of every topic of the pipeline. Waits for a broker as long as it
    /// takes, and a little for topics. `nil` when a stop is requested meanwhile.
    private func findTopics() throws(LaneFailure) -> TopicCounts? {
        let deadline = settings.clock.monotonic() + Limits.topicsMilliseconds
        while !stopping.load(ordering: .relaxed) {
            do {
                return try askTopics()
            } catch let error as KafkaError {
                let isMissing =
                    error.code == .unknownTopic || error.code == .unknownTopicOrPartition
                if isMissing, settings.clock.monotonic() >= deadline {
                    throw LaneFailure(
                        exit: .broker, message: "\(error). Run: shouwang topics apply")
                }
                if error.code.isForGood { throw LaneFailure(exit: .broker, message: "\(error)") }
                settings.log(.warning, "waiting: \(error)", [("pipeline", topology.name)])
                settings.clock.sleep(500)
            } catch let error as LaneFailure {
                throw error
            } catch {
                throw LaneFailure(exit: .broker, message: "\(error)")
            }
        }
        return nil
    }

    private func askTopics() throws -> TopicCounts {
        let admin = try settings.logClient.admin(settings.client, timeoutMilliseconds: 5_000)
        let input = try admin.partitionCount(of: topology.input)
        let names =
            topology.outputs + [topology.deadLetters] + (topology.changelog.map { [$0] } ?? [])
        var counts: [Int32] = []
        for name in names { counts.append(try admin.partitionCount(of: name)) }
        if let changelog = topology.changelog, counts.last! != input {
            throw LaneFailure(
                exit: .state,
                message: "topic \(changelog) has \(counts.last!) partitions and \(topology.input) "
                    + "has \(input); they must have the same number")
        }
        return TopicCounts(
            input: input, outputs: Array(counts.prefix(topology.outputs.count)), names: names,
            all: counts)
    }
}

/// The failure that ended the worker; later ones follow from it.
private final class FirstFailure: Sendable {
    private let failure = Mutex<LaneFailure?>(nil)
    var first: LaneFailure? { failure.withLock { $0 } }
    func note(_ new: LaneFailure) { failure.withLock { if $0 == nil { $0 = new } } }
}
