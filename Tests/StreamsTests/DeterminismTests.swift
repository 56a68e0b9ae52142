import Glibc
import Kafka
import Streams
import StreamsTesting
import Testing

/// Seeds to run: `SHOUWANG_SEED` alone, or the first `SHOUWANG_SEEDS` (60).
private let seeds: [UInt64] = {
    func number(_ name: String) -> UInt64? {
        getenv(name).flatMap { UInt64(String(cString: $0)) }
    }
    if let seed = number("SHOUWANG_SEED") { return [seed] }
    return Array(1...max(1, number("SHOUWANG_SEEDS") ?? 60))
}()

@Suite("What a key outputs follows from the input log alone")
struct DeterminismTests {
    @Test("Commits, aborts, restarts and slices change nothing", arguments: seeds)
    func randomRuns(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let log = randomLog(&random)
        let topology = Topology.toy()
        let straight = try LogReplay(
            topology, partition: 0, inputPartitions: 1, outputPartitions: [1, 1], group: "toys",
            log: log)
        let eager = try eagerRun(log, topology)
        #expect(
            byKey(eager.outputs) == byKey(straight.outputs),
            "one commit against replay, SHOUWANG_SEED=\(seed)")
        for run in 0..<3 {
            let sink = try faultyRun(log, topology, &random)
            #expect(
                difference(sink.outputs, straight.outputs) == [],
                "outputs of run \(run), SHOUWANG_SEED=\(seed)")
            let isSame = byKey(sink.outputs) == byKey(straight.outputs)
            #expect(isSame, "outputs of run \(run), SHOUWANG_SEED=\(seed)")
            #expect(
                states(sink.table) == states(straight.states),
                "states of run \(run), SHOUWANG_SEED=\(seed)")
            let record = try #require(sink.table[ReservedKey.task]).withUnsafeBytes {
                try TaskRecord(decoding: $0)
            }
            #expect(record.withoutWriter == straight.taskRecord, "SHOUWANG_SEED=\(seed)")
            #expect(record.writer.hasPrefix("writer-"))
        }
    }

    /// A sweep so slow that a key is woken for a broadcast of long ago when two more have come:
    /// it met them both at once, though the second came after another wake-up.
    @Test func `a key that lags meets broadcasts and wake-ups in the order of their times`() throws {
        let topology = Topology.toy()
        let log = [
            toyRecord(0, "a", "add 1", at: 1_000), toyRecord(1, "b", "add 1", at: 1_000),
            toyRecord(2, nil, "wake 20 0 0", at: 1_000), toyRecord(3, nil, "wake 20 0 0", at: 1_010),
            toyRecord(4, nil, "both 5", at: 1_050), toyRecord(5, nil, nil, at: 1_100),
        ]
        let straight = try LogReplay(
            topology, partition: 0, inputPartitions: 1, outputPartitions: [1, 1], group: "toys",
            log: log)
        func lagging(_ planted: PlantedFault?) throws -> [String: [OwnedRecord]] {
            var slices = WorkSlices()
            slices.broadcastKeysPerRecord = 0
            let task = topology.task(
                partition: 0, inputPartitions: 1, outputPartitions: [1, 1], group: "toys",
                writer: "w", slices: slices, planted: planted)
            try task.finishRestore(committed: nil)
            let sink = TransactionalSink(topics: task.topics, changelog: "state.toy")
            // The sweep of the first broadcast begins, and ends when the others have come.
            for record in log[..<3] { try task.finish(record, into: sink) }
            for record in log[3..<5] { try task.finish(record, into: sink) }
            _ = try task.advance(budget: 2, into: sink)
            try task.finish(log[5], into: sink)
            while try task.advance(budget: 1, into: sink) {}
            try task.commit(into: sink)
            return byKey(sink.outputs)
        }
        #expect(try lagging(nil) == byKey(straight.outputs))
        #expect(try lagging(.broadcastEarly) != byKey(straight.outputs))
    }

    /// The keys whose outputs differ, and what they are, for a message.
    private func difference(_ found: [OwnedRecord], _ wanted: [OwnedRecord]) -> [String] {
        func lines(_ outputs: [OwnedRecord]) -> [String: [String]] {
            byKey(outputs).mapValues { $0.map { "\($0.cause ?? "") \($0.text.prefix(80))" } }
        }
        let (found, wanted) = (lines(found), lines(wanted))
        return Set(found.keys).union(wanted.keys).sorted().filter { found[$0] != wanted[$0] }
            .map { "\($0): \(found[$0] ?? []) instead of \(wanted[$0] ?? [])" }
    }

    /// Everything but the task record, which names its writer.
    private func states(_ table: [[UInt8]: [UInt8]]) -> [[UInt8]: [UInt8]] {
        table.filter { $0.key != ReservedKey.task }
    }

    private func byKey(_ outputs: [OwnedRecord]) -> [String: [OwnedRecord]] {
        // What needs no state waits for none: nothing orders it with what a lagging key emits.
        Dictionary(grouping: outputs) {
            "\($0.topic) \($0.keyText)" + ($0.header("verb") == "alone" ? " alone" : "")
        }
    }

    /// The trace parent of a number of two digits.
    private static func traceParent(_ n: Int) -> String {
        let zeros = String(repeating: "0", count: 30)
        return "00-\(zeros)\(n)-\(zeros.prefix(14))\(n)-01"
    }

    /// Offsets with gaps, times out of order and with long silences, every verb, few keys.
    private func randomLog(_ random: inout SeededRandom) -> [OwnedRecord] {
        let keys = (0..<Int.random(in: 1...12, using: &random)).map { "key\($0)" }
        var offset: Int64 = 0
        var time: Instant = 1_000
        return (0..<Int.random(in: 20...160, using: &random)).map { _ in
            offset += Int64.random(in: 1...3, using: &random)
            let leap = Int.random(in: 0..<10, using: &random)
            time += Int64.random(in: leap == 0 ? 0...400 : -4...9, using: &random)
            let n = Int.random(in: -3...30, using: &random)
            let wake = "wake \(n) \(Int.random(in: 0...6, using: &random)) \(max(1, n))"
            let verbs: [String]
            var key: String? = keys.randomElement(using: &random)!
            switch Int.random(in: 0..<20, using: &random) {
            case 0, 1:
                return toyRecord(offset, nil, nil, at: time)
            case 2, 3, 4:
                key = nil
                verbs = [
                    "quiet", "note \(n)", "say \(n)", "both \(n)", wake, wake, "skip", "bad",
                ]
            case 5:
                key = "a key that is longer than a key of a state can be"
                verbs = ["add \(n)"]
            default:
                verbs = [
                    "add \(n)", "add \(n)", "add \(n)", "two \(n)", wake, wake, "clear",
                    "fail \(n)", "fail \(n)", "refuse", "alone",
                ]
            }
            return toyRecord(
                offset, key, verbs.randomElement(using: &random)!, at: time,
                headers: n > 20 ? [.init("traceparent", Self.traceParent(n))] : [])
        }
    }

    /// Broadcasts brought to every key at once, one commit at the end.
    private func eagerRun(_ log: [OwnedRecord], _ topology: Topology) throws -> TransactionalSink {
        let task = try topology.fresh()
        let sink = TransactionalSink(topics: task.topics, changelog: "state.toy")
        for record in log {
            try task.finish(record, into: sink)
            while try task.advance(budget: 100, into: sink) {}
        }
        try task.commit(into: sink)
        return sink
    }

    /// Random slices, commits, aborts and restarts from the changelog.
    private func faultyRun(
        _ log: [OwnedRecord], _ topology: Topology, _ random: inout SeededRandom,
        planted: PlantedFault? = nil
    ) throws -> TransactionalSink {
        var generation = 0
        var slices = WorkSlices()
        slices.broadcastKeysPerRecord = Int.random(in: 0...2, using: &random)
        func make() -> any AnyTask {
            generation += 1
            return topology.task(
                partition: 0, inputPartitions: 1, outputPartitions: [1, 1], group: "toys",
                writer: "writer-\(generation)", slices: slices, planted: planted)
        }
        var task = make()
        try task.finishRestore(committed: nil)
        let sink = TransactionalSink(topics: task.topics, changelog: "state.toy")
        var position = 0
        func rewind() {
            position = log.firstIndex { $0.offset >= task.nextOffset ?? 0 } ?? log.count
        }
        let faults = Int.random(in: 0...3, using: &random)
        while position < log.count || task.hasBacklog {
            if position < log.count {
                let budget = Int.random(in: 1...4, using: &random)
                if try task.process(log[position], budget: budget, into: sink) != .more {
                    position += 1
                }
            }
            if Int.random(in: 0..<4, using: &random) == 0 || position == log.count {
                _ = try task.advance(budget: Int.random(in: 1...5, using: &random), into: sink)
            }
            switch Int.random(in: 0..<24, using: &random) {
            case 0..<6:
                try task.commit(into: sink)
            case 6 where faults > 0:
                if Bool.random(using: &random) { try task.prepareCommit(into: sink) }
                sink.abort()
                task.didAbort()
                rewind()
            case 7 where faults > 1:
                sink.abort()
                task = make()
                for record in sink.changelog {
                    try record.withView { try task.restore(key: $0.key, value: $0.value) }
                }
                try task.finishRestore(committed: sink.committedOffset)
                rewind()
            case 8 where faults > 2 && position > 0:
                // Reads on too early: what is below the next offset must be dropped.
                position -= 1
            default: break
            }
        }
        try task.commit(into: sink)
        return sink
    }
}
