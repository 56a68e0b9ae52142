import StreamsTesting

/// What a proof does to its workers, to their network, and to the cluster's nodes.
enum Fault: String, CaseIterable, Sendable {
    /// SIGKILL; started again later.
    case kill
    /// SIGSTOP for longer than the session timeout, so that others take its partitions over, then
    /// SIGCONT: it goes on believing that it owns them.
    case pause
    /// SIGTERM; started again later.
    case restart
    /// A further worker joins for a while, so that partitions change hands twice.
    case rebalance
    /// Nothing of a worker's reaches a broker, nor the other way; then what was held arrives, or
    /// its connections break.
    case cut
    /// What a worker sends is held and arrives late, even when it has given up waiting.
    case late
    /// What a worker sends arrives; answers come late.
    case deaf
    /// A worker's connections break, and none is made for a while.
    case reset
    /// A node of the cluster is killed, and started again later.
    case node

    /// How often among all: a node takes the whole cluster's time to come back.
    fileprivate var weight: Int {
        switch self {
        case .kill, .pause: 3
        case .cut, .late, .deaf, .reset, .restart: 2
        case .rebalance, .node: 1
        }
    }

    /// Faults of the network between workers and brokers.
    static let ofNetwork: [Fault] = [.cut, .late, .deaf, .reset]
}

/// When each fault comes, and whom it meets: follows from the seed alone. Each kind comes its share
/// of times before the shares begin anew, and none comes twice before all have come once.
struct FaultPlan {
    struct Entry: Equatable {
        let fault: Fault
        /// Milliseconds from the start.
        let at: Int64
        let group: Int
        /// Which worker of the group, or which node; should it be down or cut off then, the next
        /// that is not.
        let worker: Int
        /// How long it is away, there, or cut off; milliseconds.
        let lasts: Int64
        /// A killed worker comes back under its name, and so ends what it left open itself; else
        /// under another, and who takes over must. What was held of a cut-off worker arrives in the
        /// end; else it is lost.
        let isKind: Bool
    }

    /// What the plan is for.
    struct Scope {
        let faults: [Fault]
        let groups: Int
        /// In each group.
        let workers: Int
        let seconds: Int
        /// The workers' session timeout: what is noticed only after it needs a while to be noticed.
        let sessionMilliseconds: Int
        /// Between two faults, on average.
        let intervalMilliseconds: Int
    }

    let entries: [Entry]

    init(seed: UInt64, _ scope: Scope) {
        var random = SeededRandom(seed: seed ^ 0x6661_756c_7473)
        let session = Int64(scope.sessionMilliseconds)
        var entries: [Entry] = []
        var bag: [Fault] = []
        var at: Int64 = 500
        while !scope.faults.isEmpty {
            // Between half and one and a half times the interval.
            let interval = scope.intervalMilliseconds
            at += Int64(interval / 2 + random.below(interval + 1))
            guard at < Int64(scope.seconds) * 1_000 else { break }
            if bag.isEmpty {
                let more = scope.faults.flatMap { Array(repeating: $0, count: $0.weight - 1) }
                bag = more.shuffled(using: &random) + scope.faults.shuffled(using: &random)
            }
            let fault = bag.removeLast()
            // Some cuts are over before anybody notices, others after others took over.
            let short = 200 + Int64(random.below(scope.sessionMilliseconds))
            let long = session + 1_000 + Int64(random.below(2_000))
            let lasts: Int64 =
                switch fault {
                case .kill, .restart: Int64(random.below(3_000))
                case .pause: long
                case .rebalance: 3_000 + Int64(random.below(3_000))
                case .cut, .late, .deaf: random.one(in: 2) ? short : long
                case .reset: short
                case .node: Int64(random.below(5_000))
                }
            entries.append(
                Entry(
                    fault: fault, at: at, group: random.below(scope.groups),
                    worker: random.below(1 << 16), lasts: lasts, isKind: random.one(in: 2)))
        }
        self.entries = entries
    }
}
