internal import Kafka
internal import Synchronization

/// Keeps warm copies of tasks that other processes run: it follows their changelogs, so that a lane
/// that takes one over has next to nothing to read (design, section 4, item 8). One thread a worker.
///
/// Who keeps copies of what nobody tells anybody: each process asks the group who runs which
/// partition, and ranks the others for it by a hash of their names and the partition's, the same
/// everywhere. The first `copies` of them follow it. Who takes over in the end is for the group's
/// assignor to say; with as many copies as other processes it always is one that has a copy.
package final class Standby: Sendable {
    /// A copy, handed over: it must not be used here any more.
    struct Warm: @unchecked Sendable {
        // Unchecked: it goes from one thread to the other.
        let task: any AnyTask
        /// Where its changelog is to be read on.
        let offset: Int64
    }

    private struct Exchange {
        var wanted: Set<Int32> = []
        var given: [Int32: Warm?] = [:]
        var isEnding = false
    }

    private let exchange = Mutex(Exchange())
    private let settings: WorkerSettings
    private let topology: Topology
    private let plan: TopicCounts

    init(_ topology: Topology, _ settings: WorkerSettings, _ plan: TopicCounts) {
        self.topology = topology
        self.settings = settings
        self.plan = plan
    }

    /// Ends the thread soon.
    func stop() { exchange.withLock { $0.isEnding = true } }

    /// Takes copies over, those there are. Waits for the thread to let go of them, a few
    /// milliseconds; any thread.
    func take(_ partitions: [Int32]) -> [Int32: Warm] {
        exchange.withLock { $0.wanted.formUnion(partitions) }
        let deadline = settings.clock.monotonic() + Limits.standbyAnswerMilliseconds
        var found: [Int32: Warm] = [:]
        var missing = Set(partitions)
        while !missing.isEmpty, settings.clock.monotonic() < deadline {
            exchange.withLock { exchange in
                for partition in missing {
                    guard let answer = exchange.given.removeValue(forKey: partition) else {
                        continue
                    }
                    found[partition] = answer
                    missing.remove(partition)
                }
            }
            if !missing.isEmpty { settings.clock.sleep(1) }
        }
        exchange.withLock { exchange in
            // The thread is busy, or has ended: the changelog has everything.
            exchange.wanted.subtract(missing)
            for partition in missing { exchange.given[partition] = nil }
        }
        return found
    }

    /// The thread's body: until `stop`. A broker that is away is waited for.
    func run() {
        var pause = Limits.backoffMilliseconds
        while !exchange.withLock({ $0.isEnding }) {
            do {
                let follower = try Follower(topology, settings, plan)
                while !exchange.withLock({ $0.isEnding }) {
                    let wanted = exchange.withLock { exchange in
                        defer { exchange.wanted = [] }
                        return exchange.wanted
                    }
                    for partition in wanted.sorted() {
                        let warm = follower.give(partition)
                        exchange.withLock { $0.given[partition] = .some(warm) }
                    }
                    try follower.turn()
                    pause = Limits.backoffMilliseconds
                }
            } catch {
                settings.log(.info, "standby: \(error)", [("pipeline", topology.name)])
                settings.clock.sleep(pause)
                pause = min(pause * 2, Limits.backoffMillisecondsMax)
            }
        }
    }
}

/// What the standby's thread owns.
private final class Follower {
    private let topology: Topology
    private let settings: WorkerSettings
    private let plan: TopicCounts
    private let changelog: String
    private let reader: any LogConsumer
    private let admin: any LogAdmin
    /// By partition.
    private var copies: [Int32: Standby.Warm] = [:]
    private var looked: Int64?

    init(_ topology: Topology, _ settings: WorkerSettings, _ plan: TopicCounts) throws {
        self.topology = topology
        self.settings = settings
        self.plan = plan
        changelog = topology.changelog!
        var client = settings.client
        client.clientID = "\(settings.processID)-standby"
        reader = try settings.logClient.consumer(
            ConsumerSettings(client: client, group: settings.group, isolation: .readCommitted))
        admin = try settings.logClient.admin(
            client, timeoutMilliseconds: Limits.restoreAnswerMilliseconds)
    }

    /// Lets go of a copy; `nil` when there is none.
    func give(_ partition: Int32) -> Standby.Warm? {
        guard let copy = copies.removeValue(forKey: partition) else { return nil }
        try? reader.stop([TopicPartition(changelog, partition)])
        return copy
    }

    /// Reads what has come, and now and then looks who runs what.
    func turn() throws {
        let now = settings.clock.monotonic()
        if looked.map({ now - $0 >= Limits.standbyLookMilliseconds }) ?? true {
            looked = now
            try look()
        }
        for count in 0..<Limits.restoreRecordsPerSlice {
            var failure: TaskError?
            let result = reader.poll(timeoutMilliseconds: count == 0 ? 20 : 0, delegate: nil) {
                record in
                failure = self.follow(record)
            }
            if let failure { throw failure }
            switch result {
            case .record: continue
            case .nothing: return
            case .endOfPartition(let end): move(end.partition.partition, to: end.offset)
            case .failed(let error, let place):
                if error.code == .offsetReset, let place {
                    // Compacted away or made anew: from its beginning.
                    try reader.stop([place])
                    copies[place.partition] = nil
                }
                throw error
            }
        }
    }

    private func follow(_ record: RecordView) -> TaskError? {
        guard let copy = copies[record.partition] else { return nil }
        do throws(TaskError) {
            try copy.task.restore(key: record.key, value: record.value)
        } catch {
            return error
        }
        move(record.partition, to: record.offset + 1)
        return nil
    }

    private func move(_ partition: Int32, to offset: Int64) {
        guard let copy = copies[partition] else { return }
        copies[partition] = Standby.Warm(task: copy.task, offset: offset)
    }

    /// Begins and ends copies, as the group's members and their partitions say.
    private func look() throws {
        var owners: [Int32: String] = [:]
        var processes: Set<String> = [settings.processID]
        for member in try admin.members(of: settings.group) {
            let process = WorkerSettings.processID(ofTransactionalID: member.clientID)
            processes.insert(process)
            for place in member.partitions where place.topic == topology.input {
                owners[place.partition] = process
            }
        }
        // Between two assignments nobody runs anything: then all stays as it is.
        guard !owners.isEmpty else { return }
        for partition in 0..<plan.input {
            let owner = owners[partition]
            let isOurs =
                owner != nil && owner != settings.processID
                && processes.subtracting([owner!])
                    .sorted { Follower.rank($0, partition) < Follower.rank($1, partition) }
                    .prefix(settings.standbyCopies).contains(settings.processID)
            if isOurs, copies[partition] == nil {
                try begin(partition)
            } else if !isOurs, owner != nil, copies[partition] != nil {
                _ = give(partition)
            }
        }
    }

    /// Orders processes for a partition, the same in all of them.
    private static func rank(_ process: String, _ partition: Int32) -> UInt64 {
        FNV1a.hash("\(process)/\(partition)".utf8)
    }

    private func begin(_ partition: Int32) throws {
        let place = TopicPartition(changelog, partition)
        let start = try admin.watermarks(place).lowerBound
        copies[partition] = Standby.Warm(
            task: topology.task(
                partition: partition, inputPartitions: plan.input,
                outputPartitions: plan.outputs, group: settings.group,
                writer: settings.processID,
                lineage: settings.newLineage(writer: settings.processID, partition: partition)),
            offset: start)
        try reader.start([PartitionOffset(place, start)])
        settings.log(
            .info, "standby: following \(place)", [("pipeline", topology.name)])
    }
}
