import StreamsTesting

/// What a proof does to its workers.
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
}

/// When each fault comes, and whom it meets: follows from the seed alone. Each kind comes once
/// before any comes again.
struct FaultPlan {
    struct Entry: Equatable {
        let fault: Fault
        /// Milliseconds from the start.
        let at: Int64
        /// Which worker; should it be down then, the next that is not.
        let worker: Int
        /// How long it is away, or there; milliseconds.
        let lasts: Int64
        /// A killed worker comes back under its name, and so ends what it left open itself; else
        /// under another, and who takes over must.
        let keepsName: Bool
    }

    let entries: [Entry]

    /// `seconds` is how long the proof runs, `sessionMilliseconds` the workers' session timeout:
    /// what is noticed only after it needs a while to be noticed.
    init(
        seed: UInt64, faults: [Fault], workers: Int, seconds: Int, sessionMilliseconds: Int
    ) {
        var random = SeededRandom(seed: seed ^ 0x6661_756c_7473)
        let session = Int64(sessionMilliseconds)
        var entries: [Entry] = []
        var bag: [Fault] = []
        var at: Int64 = 1_000
        while !faults.isEmpty {
            // About as long as it takes to notice a dead worker: some faults meet workers that
            // have recovered, some meet the recovery.
            at += 500 + Int64(random.below(2 * Int(session)))
            guard at < Int64(seconds) * 1_000 else { break }
            if bag.isEmpty { bag = faults.shuffled(using: &random) }
            let fault = bag.removeLast()
            let lasts: Int64 =
                switch fault {
                case .kill, .restart: Int64(random.below(3_000))
                case .pause: session + 1_000 + Int64(random.below(2_000))
                case .rebalance: 3_000 + Int64(random.below(3_000))
                }
            entries.append(
                Entry(
                    fault: fault, at: at, worker: random.below(workers), lasts: lasts,
                    keepsName: random.one(in: 2)))
        }
        self.entries = entries
    }
}
