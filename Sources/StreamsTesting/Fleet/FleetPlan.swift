import Streams

/// How a seed's numbers are drawn: sizes, timeouts, which faults there are and how often.
struct FleetPlan {
    let faults: Set<FleetFault>
    let workers: Int
    /// The pipeline keeps a state.
    let isStateful: Bool
    let inputPartitions: Int32
    let outputPartitions: [Int32]
    let records: Int
    let keys: Int
    /// The faults' time; afterwards everything heals. Milliseconds.
    let duration: Int64
    let sessionTimeout: Int64
    let heartbeat: Int64
    let transactionTimeout: Int64
    let rebalanceDelay: Int64
    /// `time: wall`: the broker stamps the input, workers write ticks; `nil` under `time: records`.
    let tickInterval: Int64?
    /// A poll finds nothing once in so many times though records wait.
    let drainedOneIn: Int
    /// A record is sent at once, not only when the batch is flushed, once in so many times.
    let sentOneIn: Int
    /// A request or answer is lost once in so many times; 0 for never.
    let lostOneIn: Int
    /// A call fails by itself once in so many times; 0 for never.
    let errorOneIn: Int
    /// A process dies or stands still at a bad moment of a commit once in so many times.
    let stumbleOneIn: Int
    /// The longest pause between two faults. Milliseconds.
    let faultPause: Int64

    /// Small slices, so that transactions end in the middle of what many keys wait for; `nil` for
    /// the usual ones.
    let slices: WorkSlices?
    let commitInterval: Int
    /// How long a busy worker may take between two turns. Milliseconds.
    let turnMax: Int64
    /// The input comes in bursts, with long silences between them.
    let hasSilences: Bool
    /// The seed is about one thing: partitions change hands, and a worker stands still in the
    /// middle of it, while there is work that moves no offset.
    let isAboutHandOver: Bool
    /// Asking where a partition ends, a process stands still once in so many times; 0 for never.
    let endStallOneIn: Int

    init(_ options: FleetOptions, _ random: inout SeededRandom) {
        // Drawn in a fixed order, whatever is allowed, so that a seed stays itself when faults
        // are taken away from it.
        var drawn: Set<FleetFault> = []
        let isCalm = random.one(in: 16)
        for fault in FleetFault.allCases where !random.one(in: 2) && !isCalm {
            drawn.insert(fault)
        }
        isAboutHandOver = random.one(in: 8)
        if isAboutHandOver { drawn = [.pause, .restart] }
        faults = options.faults.map { drawn.intersection($0) } ?? drawn
        workers = 2 + random.below(3)
        isStateful = !random.one(in: 6) || isAboutHandOver
        inputPartitions = Int32(2 + random.below(3))
        outputPartitions = [Int32(1 + random.below(3)), Int32(1 + random.below(3))]
        records = 80 + random.below(220)
        let few = 2 + random.below(8)
        duration = Int64(20_000 + random.below(30_000))
        sessionTimeout = Int64(2_000 + random.below(4_000))
        heartbeat = Int64(400 + random.below(600))
        transactionTimeout = Int64(4_000 + random.below(11_000))
        rebalanceDelay = Int64(random.below(3_000))
        let tick = Int64(1_000 + random.below(9_000))
        hasSilences = random.one(in: 3) || isAboutHandOver
        // A tick would move an offset.
        tickInterval = random.one(in: 2) && !isAboutHandOver ? tick : nil
        drainedOneIn = 2 + random.below(20)
        sentOneIn = 1 + random.below(20)
        let lost = 4 + random.below(48)
        lostOneIn = faults.contains(.lost) ? lost : 0
        let errors = 20 + random.below(200)
        errorOneIn = faults.contains(.errors) ? errors : 0
        faultPause = Int64(500 + random.below(6_000))
        var small = WorkSlices()
        small.wakeUpsPerCall = 1 + random.below(3)
        small.broadcastKeysPerRecord = random.below(2)
        small.broadcastKeysPerTurn = 1 + random.below(2)
        let interval = 1 + random.below(250)
        let isSmall = random.one(in: 2) || isAboutHandOver
        let many = 10 + random.below(50)
        keys = isSmall ? many : few
        slices = isSmall ? small : nil
        commitInterval = isSmall ? interval : Limits.commitIntervalMilliseconds
        let turn = Int64(1 + random.below(200))
        stumbleOneIn = records % 2 == 0 ? 120 : 25
        turnMax = isAboutHandOver || isSmall && random.one(in: 4) ? turn : 3
        let stall = isAboutHandOver ? 1 + random.below(6) : 20 + random.below(60)
        endStallOneIn = faults.contains(.pause) ? stall : 0
    }
}
