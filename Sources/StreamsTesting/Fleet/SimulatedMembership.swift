import Kafka

/// What librdkafka's own thread does for a member of a group: joins, heartbeats, notices that the
/// group gathers anew or has missed it. What the application must hear waits for its next poll
/// (eager: everything is revoked before it joins again).
final class SimulatedMembership {
    enum State { case unjoined, joining, syncing, stable, revoking, left }

    enum Event {
        case assigned([TopicPartition])
        case revoked
        case lost
    }

    private let process: SimulatedProcess
    private let group: SimulatedGroup
    private let topic: String
    private let clientID: String
    private let sessionTimeout: Int64
    private let heartbeat: Int64
    private let pollTimeout: Int64

    private var state = State.unjoined
    private(set) var id: String?
    private(set) var generation: Int32 = -1
    private var events: [Event] = []
    /// What the application has in hand; `nil` between a revocation and the next assignment.
    private(set) var assigned: [TopicPartition]?
    /// When the coordinator was last heard.
    private var heard: Int64 = 0
    private var polled: Int64
    /// An unanswered JoinGroup is waited for so long.
    private var joinsAfter: Int64 = 0

    init(_ process: SimulatedProcess, _ settings: ConsumerSettings, topic: String) {
        self.process = process
        self.topic = topic
        clientID = settings.client.clientID
        group = process.broker.group(settings.group)
        sessionTimeout = Int64(settings.sessionTimeoutMilliseconds)
        heartbeat = Int64(settings.heartbeatMilliseconds)
        pollTimeout = Int64(settings.pollTimeoutMillisecondsMax)
        polled = process.now
        beat(in: process.latency)
    }

    // MARK: The application's side

    /// What the application is to hear next.
    func takeEvent() -> Event? {
        polled = process.now
        guard !events.isEmpty else { return nil }
        let event = events.removeFirst()
        if case .assigned(let partitions) = event { assigned = partitions }
        return event
    }

    /// The application has heard that it has nothing any more.
    func didRevoke() {
        assigned = nil
        guard state == .revoking else { return }
        state = .unjoined
        hurry()
    }

    /// Ends; answers what the application must still hear.
    func close() -> Event? {
        defer { state = .left }
        guard assigned != nil else { return nil }
        if case .lost? = events.last { return .lost }
        return .revoked
    }

    /// Tells the coordinator, if it hears.
    func leave() {
        guard let id else { return }
        let group = group
        _ = process.call(timeout: 1_000) { group.leave(id) }
    }

    // MARK: Its own thread

    private func beat(in milliseconds: Int64) {
        process.scheduler.after(milliseconds) { [weak self] in
            guard let self, state != .left, !process.isDead else { return }
            step()
            beat(in: heartbeat)
        }
    }

    private func hurry() {
        process.scheduler.after(1 + process.latency) { [weak self] in self?.step() }
    }

    private func step() {
        guard state != .left, !process.isDead, !process.isPaused else { return }
        if process.now - polled > pollTimeout, state == .stable {
            // The application is gone, for all one can tell.
            if process.carriesRequests, let id { group.leave(id) }
            id = nil
            return lose()
        }
        if state == .stable, process.now - heard > sessionTimeout { return lose() }
        guard process.carriesRequests else { return }
        let hears = process.carriesAnswers
        switch state {
        case .left: break
        case .unjoined:
            // A first request only asks for an id (KIP-394), so an unheard one leaves nothing.
            guard hears || id != nil, process.now >= joinsAfter else { return }
            let given = group.join(
                id, clientID: clientID, topic: topic, sessionTimeout: sessionTimeout
            ) { [weak self] in self?.hurry() }
            guard hears else {
                joinsAfter = process.now + 1_000
                return
            }
            id = given
            state = given == nil ? .unjoined : .joining
            hurry()
        case .joining:
            guard hears else { return }
            switch group.joinedGeneration(id!) {
            case .failure:
                id = nil
                state = .unjoined
            case .success(nil): break
            case .success(let joined?):
                generation = joined
                state = .syncing
                hurry()
            }
        case .syncing:
            let answer = group.sync(id!, generation: generation)
            guard hears else { return }
            synced(answer)
        case .stable, .revoking:
            let code = group.heartbeat(id ?? "", generation: generation)
            guard hears else { return }
            heard = process.now
            answered(code)
        }
    }

    private func synced(_ answer: SimulatedGroup.SyncAnswer) {
        switch answer {
        case .wait: break
        case .assigned(let partitions):
            heard = process.now
            state = .stable
            events.append(.assigned(partitions))
        case .failed(let code):
            if code == .unknownMember { id = nil }
            state = .unjoined
            hurry()
        }
    }

    private func answered(_ code: KafkaError.Code?) {
        guard let code else { return }
        if code == .unknownMember { id = nil }
        if state == .revoking {
            // What was to be handed over is lost meanwhile.
            if code != .rebalanceInProgress, !events.isEmpty { events = [.lost] }
        } else if code == .rebalanceInProgress {
            take(.revoked)
        } else {
            lose()
        }
    }

    private func lose() { take(.lost) }

    private func take(_ event: Event) {
        state = .revoking
        guard assigned == nil else {
            events = [event]
            return
        }
        // The application never heard of what it would have had.
        events = []
        state = .unjoined
        hurry()
    }
}
