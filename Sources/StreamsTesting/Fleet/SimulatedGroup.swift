import Kafka

/// A consumer group at its coordinator: the classic protocol, eager, with the range assignor; and
/// its committed offsets, those of open transactions too.
final class SimulatedGroup {
    enum State { case empty, preparing, completing, stable }

    final class Member {
        let id: String
        let clientID: String
        let sessionTimeout: Int64
        /// Its JoinGroup waits for an answer.
        var isJoining = true
        var heard: Int64
        /// Tells the client that an answer is there.
        let notify: () -> Void

        init(
            id: String, clientID: String, sessionTimeout: Int64, now: Int64,
            notify: @escaping () -> Void
        ) {
            self.id = id
            self.clientID = clientID
            self.sessionTimeout = sessionTimeout
            heard = now
            self.notify = notify
        }
    }

    /// What a SyncGroup brings.
    enum SyncAnswer {
        case assigned([TopicPartition])
        case wait
        case failed(KafkaError.Code)
    }

    /// A member that has not joined again by then is left out. Milliseconds (librdkafka sends its
    /// `max.poll.interval.ms`).
    static let rebalanceTimeout: Int64 = 60_000

    let name: String
    private unowned let broker: SimulatedBroker
    private(set) var state = State.empty
    private(set) var generation: Int32 = 0
    private(set) var members: [Member] = []
    private var assignments: [String: [TopicPartition]] = [:]
    private var topic = ""
    private var joined = 0
    private var round = 0
    /// `group.initial.rebalance.delay.ms`.
    var initialDelay: Int64 = 0

    /// Committed offsets, each with its place in the offsets' own log,
    /// and the transactional id that it came from.
    private var offsets: [TopicPartition: (offset: Int64, position: Int, writer: String)] = [:]
    private var pending: [(who: ProducerIdentity, position: Int, offsets: [PartitionOffset])] = []
    private var positions = 0

    init(_ name: String, broker: SimulatedBroker) {
        self.name = name
        self.broker = broker
    }

    private var scheduler: Scheduler { broker.scheduler }
    private func member(_ id: String) -> Member? { members.first { $0.id == id } }

    // MARK: Membership

    /// JoinGroup; a member without an id gets one. `nil` for an id that is not known.
    func join(
        _ id: String?, clientID: String, topic: String, sessionTimeout: Int64,
        notify: @escaping () -> Void
    ) -> String? {
        self.topic = topic
        let joining: Member
        if let id {
            guard let known = member(id) else { return nil }
            joining = known
            known.isJoining = true
            known.heard = scheduler.now
        } else {
            joined += 1
            // Range assigns in the order of the ids, which is nobody's choice.
            joining = Member(
                id: "\(scheduler.random.below(1_000))-\(joined)", clientID: clientID,
                sessionTimeout: sessionTimeout, now: scheduler.now,
                notify: notify)
            members.append(joining)
        }
        switch state {
        case .preparing: tryComplete()
        case .empty: prepare(after: initialDelay)
        case .completing, .stable: prepare(after: 0)
        }
        return joining.id
    }

    private func prepare(after delay: Int64) {
        state = .preparing
        round += 1
        let round = round
        broker.note(.preparing, Int64(generation), Int64(members.count))
        isHeldBack = delay > 0
        if delay > 0 {
            scheduler.after(delay) { [self] in
                guard self.round == round else { return }
                isHeldBack = false
                tryComplete()
            }
        }
        scheduler.after(Self.rebalanceTimeout) { [self] in
            guard self.round == round, state == .preparing else { return }
            members.removeAll { !$0.isJoining }
            tryComplete()
        }
        tryComplete()
    }

    private var isHeldBack = false

    private func tryComplete() {
        guard state == .preparing, !isHeldBack else { return }
        guard !members.isEmpty else {
            state = .empty
            round += 1
            return
        }
        guard members.allSatisfy(\.isJoining) else { return }
        round += 1
        generation += 1
        state = .completing
        assignments = [:]
        broker.note(.generation, Int64(generation), Int64(members.count))
        for member in members {
            member.isJoining = false
            member.heard = scheduler.now
            member.notify()
        }
    }

    /// The generation that a member's JoinGroup was answered with; `nil` while it waits.
    func joinedGeneration(_ id: String) -> Result<Int32?, KafkaErrorCode> {
        guard let member = member(id) else { return .failure(.init(.unknownMember)) }
        return .success(member.isJoining ? nil : generation)
    }

    /// SyncGroup; the first member leads, and brings the assignment.
    func sync(_ id: String, generation: Int32) -> SyncAnswer {
        guard let member = member(id) else { return .failed(.unknownMember) }
        guard generation == self.generation else { return .failed(.illegalGeneration) }
        member.heard = scheduler.now
        switch state {
        case .empty, .preparing: return .failed(.rebalanceInProgress)
        case .stable: return .assigned(assignments[id] ?? [])
        case .completing:
            guard members.first?.id == id else { return .wait }
            assign()
            state = .stable
            for member in members { member.notify() }
            return .assigned(assignments[id] ?? [])
        }
    }

    /// The range assignor.
    private func assign() {
        let ids = members.map(\.id).sorted()
        let count = Int(broker.partitionCount(of: topic))
        var next = 0
        for (index, id) in ids.enumerated() {
            let share = count / ids.count + (index < count % ids.count ? 1 : 0)
            assignments[id] = (next..<next + share).map { TopicPartition(topic, Int32($0)) }
            next += share
        }
    }

    /// Heartbeat.
    func heartbeat(_ id: String, generation: Int32) -> KafkaError.Code? {
        guard let member = member(id) else { return .unknownMember }
        guard generation == self.generation else { return .illegalGeneration }
        member.heard = scheduler.now
        return state == .preparing ? .rebalanceInProgress : nil
    }

    /// LeaveGroup, or a session that has expired.
    func leave(_ id: String) {
        guard let index = members.firstIndex(where: { $0.id == id }) else { return }
        members.remove(at: index)
        broker.note(.leave, Int64(generation), Int64(members.count))
        switch state {
        case .empty: break
        case .preparing: tryComplete()
        case .completing, .stable: prepare(after: 0)
        }
    }

    /// Misses the members that were not heard of for their session timeout. One whose JoinGroup
    /// waits is not missed.
    func expireSessions() {
        let now = scheduler.now
        let missed = members.filter { !$0.isJoining && now - $0.heard > $0.sessionTimeout }
        for member in missed { leave(member.id) }
    }

    /// Whether offsets may be sent under this membership.
    func fence(generation: Int32, member id: String) -> KafkaError.Code? {
        guard let member = member(id) else { return .unknownMember }
        guard generation == self.generation else { return .illegalGeneration }
        member.heard = scheduler.now
        return nil
    }

    // MARK: Offsets

    func addPending(_ who: ProducerIdentity, _ new: [PartitionOffset]) {
        positions += 1
        pending.append((who, positions, new))
    }

    /// A marker on the offsets' topic. Of two transactions the one that wrote later counts.
    func end(_ producerID: Int64, isCommit: Bool) {
        if isCommit {
            for entry in pending where entry.who.producerID == producerID {
                for offset in entry.offsets
                where entry.position > offsets[offset.partition]?.position ?? 0 {
                    offsets[offset.partition] = (
                        offset.offset, entry.position, entry.who.transactionalID
                    )
                }
            }
        }
        pending.removeAll { $0.who.producerID == producerID }
    }

    /// OffsetFetch. `nil` when a transaction is pending on one of them and the reader wants stable
    /// ones.
    func committed(_ places: [TopicPartition], requireStable: Bool) -> [Int64?]? {
        if requireStable {
            let isPending = pending.contains { entry in
                entry.offsets.contains { places.contains($0.partition) }
            }
            if isPending { return nil }
        }
        return places.map { offsets[$0]?.offset }
    }

    /// Who committed them, as the offsets' metadata says; open transactions do not count.
    func writers(_ places: [TopicPartition]) -> [String?] { places.map { offsets[$0]?.writer } }

    /// DescribeGroups.
    var description: [GroupDescription.Member] {
        members.map {
            GroupDescription.Member(
                clientID: $0.clientID, memberID: $0.id, host: "simulated",
                partitions: state == .stable ? assignments[$0.id] ?? [] : [])
        }
    }

    var hasPending: Bool { !pending.isEmpty }
}
