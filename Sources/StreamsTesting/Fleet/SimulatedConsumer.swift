import Kafka
import Streams

/// A consumer: reads what it was told to, from what its fetches have brought; answers rebalances
/// inside the poll.
final class SimulatedConsumer: LogConsumer {
    private struct Position {
        let place: TopicPartition
        let partition: SimulatedPartition
        /// Where it was told to begin.
        let first: Int64
        var next: Int64
        /// What has been fetched ends here.
        var fetched: Int64
        var fetchDue: Int64
        var isEndTold = false
        var hasFetched = false
    }

    private let process: SimulatedProcess
    private let settings: ConsumerSettings
    private var membership: SimulatedMembership?
    private var positions: [Position] = []
    private var isClosed = false
    /// When it was last said that no broker answers.
    private var complained: Int64 = 0

    init(_ process: SimulatedProcess, _ settings: ConsumerSettings) {
        self.process = process
        self.settings = settings
    }

    // MARK: Membership

    func subscribe(_ topics: [String]) throws(KafkaError) {
        membership = SimulatedMembership(process, settings, topic: topics[0])
    }

    func close(delegate: (any RebalanceDelegate)?) {
        guard !isClosed, !process.isDead else { return }
        isClosed = true
        guard let membership else { return }
        let partitions = membership.assigned ?? []
        switch membership.close() {
        case .lost: delegate?.lost(partitions)
        case .revoked: delegate?.revoked(partitions)
        case .assigned, nil: break
        }
        positions = []
        membership.leave()
    }

    func abandon() {
        isClosed = true
        _ = membership?.close()
        positions = []
    }

    func groupMetadata() -> GroupMetadata? {
        guard let membership else { return nil }
        return GroupMetadata(
            group: settings.group, generation: membership.generation, member: membership.id ?? "")
    }

    // MARK: What is read

    /// What refused to seek may refuse to be told anew, too.
    private var refusesRead = false

    func read(_ offsets: [PartitionOffset]) throws(KafkaError) {
        guard !process.isDead else { throw .dead }
        if !offsets.isEmpty, refusesRead || process.hasError {
            refusesRead = false
            throw KafkaError(code: .state, message: "by itself")
        }
        positions = offsets.map(position)
    }

    func start(_ offsets: [PartitionOffset]) throws(KafkaError) {
        guard !process.isDead else { throw .dead }
        positions.removeAll { old in offsets.contains { $0.partition == old.place } }
        positions += offsets.map(position)
    }

    func stop(_ partitions: [TopicPartition]) throws(KafkaError) {
        positions.removeAll { partitions.contains($0.place) }
    }

    func seek(_ offsets: [PartitionOffset]) throws(KafkaError) {
        guard !process.isDead else { throw .dead }
        // A seek follows an abort: rare enough to fail often.
        if process.hasError || process.fleet.has(.errors) && process.scheduler.one(in: 4) {
            refusesRead = process.scheduler.one(in: 2)
            throw KafkaError(code: .state, message: "by itself")
        }
        for offset in offsets {
            guard let index = positions.firstIndex(where: { $0.place == offset.partition }) else {
                throw KafkaError(code: .state, message: "seeking \(offset), which is not read")
            }
            positions[index] = position(offset)
        }
    }

    private func position(_ offset: PartitionOffset) -> Position {
        Position(
            place: offset.partition, partition: process.broker.partition(offset.partition),
            first: offset.offset, next: offset.offset, fetched: offset.offset,
            fetchDue: process.now + process.latency)
    }

    // MARK: Polling

    func poll(
        timeoutMilliseconds: Int32, delegate: (any RebalanceDelegate)?,
        _ body: (RecordView) -> Void
    ) -> PollResult {
        guard !process.isDead else { return .failed(.dead, partition: nil) }
        if let membership, let event = membership.takeEvent() {
            serve(event, membership, delegate)
            return .nothing
        }
        if let error = outage() { return .failed(error, partition: nil) }
        let isDrained = !process.fleet.isHealed
            && process.scheduler.one(in: process.fleet.plan.drainedOneIn)
        if !isDrained, !positions.isEmpty {
            let start = positions.count > 1 ? process.scheduler.random.below(positions.count) : 0
            for step in 0..<positions.count {
                let index = (start + step) % positions.count
                if let found = deliver(index, body) { return found }
            }
        }
        if timeoutMilliseconds > 0 { process.isIdle = true }
        return .nothing
    }

    private func serve(
        _ event: SimulatedMembership.Event, _ membership: SimulatedMembership,
        _ delegate: (any RebalanceDelegate)?
    ) {
        let before = membership.assigned ?? []
        positions = []
        switch event {
        case .assigned(let partitions):
            delegate?.assigned(partitions)
        case .revoked:
            process.isHandingOver = true
            delegate?.revoked(before)
            process.isHandingOver = false
            positions = []
            membership.didRevoke()
        case .lost:
            delegate?.lost(before)
            positions = []
            membership.didRevoke()
        }
    }

    /// Says now and then that no broker answers.
    private func outage() -> KafkaError? {
        guard !process.carriesRequests, process.now - complained > 1_500 else { return nil }
        complained = process.now
        return KafkaError(code: .allBrokersDown, message: "simulated")
    }

    /// What one partition has; `nil` when that is nothing.
    private func deliver(_ index: Int, _ body: (RecordView) -> Void) -> PollResult? {
        let place = positions[index].place
        let partition = positions[index].partition
        if positions[index].next > partition.end {
            return .failed(
                KafkaError(code: .offsetReset, message: "\(positions[index].next)"),
                partition: place)
        }
        fetch(index)
        let isCommitted = settings.isolation == .readCommitted
        let limit = positions[index].fetched
        if let record = partition.record(
            from: positions[index].next, below: limit, committedOnly: isCommitted)
        {
            positions[index].next = record.view.offset + 1
            if process.fleet.has(.duplicates), process.scheduler.one(in: 40) {
                let back = Int64(1 + process.scheduler.random.below(4))
                positions[index].next = max(positions[index].first, record.view.offset + 1 - back)
            }
            body(record.view)
            return .record
        }
        positions[index].next = limit
        guard positions[index].hasFetched, !positions[index].isEndTold else { return nil }
        positions[index].isEndTold = true
        return .endOfPartition(PartitionOffset(place, limit))
    }

    private func fetch(_ index: Int) {
        guard process.now >= positions[index].fetchDue, process.carriesRequests,
            process.carriesAnswers
        else { return }
        let partition = positions[index].partition
        let limit =
            settings.isolation == .readCommitted ? partition.lastStableOffset : partition.end
        if limit > positions[index].fetched || !positions[index].hasFetched {
            positions[index].isEndTold = false
        }
        positions[index].fetched = max(limit, positions[index].fetched)
        positions[index].hasFetched = true
        let isStalled = process.fleet.has(.fetch) && process.scheduler.one(in: 12)
        positions[index].fetchDue =
            process.now
            + (isStalled ? process.scheduler.draw(50...3_000) : 1 + process.latency)
    }

    // MARK: Questions

    func committed(
        _ partitions: [TopicPartition], timeoutMilliseconds: Int32
    ) throws(KafkaError) -> [Int64?] {
        guard !process.isDead else { throw .dead }
        let group = process.broker.group(settings.group)
        let isStable = settings.isolation == .readCommitted
        let answer = process.call(timeout: Int64(timeoutMilliseconds)) {
            group.committed(partitions, requireStable: isStable)
        }
        guard let answer else { throw .unanswered("asking for committed offsets") }
        guard let offsets = answer else {
            process.wait(process.scheduler.draw(1...20))
            throw KafkaError(code: .unstableOffsets, message: "a transaction is pending on them")
        }
        return offsets
    }

    func ends(
        _ partitions: [TopicPartition], timeoutMilliseconds: Int32
    ) throws(KafkaError) -> [Int64] {
        guard !process.isDead else { throw .dead }
        let broker = process.broker
        let isStable = settings.isolation == .readCommitted
        let answer = process.call(timeout: Int64(timeoutMilliseconds)) {
            partitions.map { place in
                let partition = broker.partition(place)
                return isStable ? partition.lastStableOffset : partition.end
            }
        }
        guard let answer else { throw .unanswered("asking for ends") }
        return answer
    }

    func knownWatermarks(_ partition: TopicPartition) -> Range<Int64>? {
        guard let found = positions.first(where: { $0.place == partition }), found.hasFetched
        else { return nil }
        return 0..<found.fetched
    }

    func partitionCount(
        of topic: String, timeoutMilliseconds: Int32
    ) throws(KafkaError) -> Int32 {
        try SimulatedAdmin(process, timeout: Int64(timeoutMilliseconds)).partitionCount(of: topic)
    }
}
