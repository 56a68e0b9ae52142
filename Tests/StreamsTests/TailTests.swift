import Foundation
import Kafka
import StreamsTesting
import Testing

@testable import Streams

/// A state's tail in the changelog: what is written for a change, and that a restore comes to the
/// same states whatever compaction has left.
struct TailTests {
    private let topology = Topology.toy()

    private func task() -> any AnyTask {
        topology.task(
            partition: 0, inputPartitions: 1, outputPartitions: [1, 1], group: "toys", writer: "w")
    }

    /// The last records of the changelog: their keys, without what is the runtime's otherwise.
    private func keys(_ sink: TransactionalSink, after count: Int) -> [String] {
        sink.changelog.dropFirst(count).map(\.keyText).filter { $0 != "\u{0}task" }
    }

    @Test func `a change at the end is written alone, and a removed state leaves nothing`() throws {
        let task = try topology.fresh()
        let sink = TransactionalSink(topics: task.topics, changelog: "state.toy")
        var offset: Int64 = 0
        func commit(_ value: String) throws -> (keys: [String], bytes: Int) {
            let before = sink.changelog.count
            try task.finish(toyRecord(offset, "a", value, at: 1_000 + offset), into: sink)
            try task.commit(into: sink)
            offset += 1
            let written = sink.changelog.dropFirst(before).filter { $0.keyText != "\u{0}task" }
            return (written.map(\.keyText), written.reduce(0) { $0 + ($1.value?.count ?? 0) })
        }
        let whole = Envelope.size + Preamble.size + 48
        #expect(try commit("add 1") == (["a"], whole))
        // The preamble stays: the numbers and the notes behind it.
        #expect(try commit("add 2") == (["\u{0}tail/a"], Envelope.tailSize + 56))
        _ = try commit("add 3")
        // Another preamble: nothing is left of the whole.
        #expect(try commit("add 64").keys == ["a"])
        #expect(try commit("add 1").keys == ["\u{0}tail/a"])
        #expect(try commit("clear").keys == ["\u{0}tail/a", "a"])
        #expect(sink.changelog.suffix(3).filter { $0.value == nil }.count == 2)
        #expect(sink.table.keys.sorted { $0.count < $1.count } == [ReservedKey.task])
        // Never had a tail: one tombstone.
        #expect(try commit("add 1").keys == ["a"])
        #expect(try commit("clear").keys == ["a"])
    }

    /// Random histories, and of what compaction may take away random parts.
    @Test func `a compacted changelog gives the same states`() throws {
        let seed =
            ProcessInfo.processInfo.environment["SHOUWANG_SEED"].flatMap { UInt64($0) }
            ?? UInt64.random(in: 0...UInt64.max)
        print("tails, seed \(seed) (set SHOUWANG_SEED to repeat it)")
        var random = SeededRandom(seed: seed)
        var tails = 0
        for _ in 0..<200 {
            let task = try topology.fresh()
            let sink = TransactionalSink(topics: task.topics, changelog: "state.toy")
            for offset in 0..<Int64(random.below(120) + 1) {
                let value =
                    random.one(in: 12) ? "clear" : "add \(random.below(40))"
                try task.finish(
                    toyRecord(offset, "k\(random.below(4))", value, at: 1_000 + offset), into: sink)
                if random.one(in: 3) { try task.commit(into: sink) }
            }
            try task.commit(into: sink)
            tails += sink.changelog.count { $0.keyText.hasPrefix("\u{0}tail/") && $0.value != nil }
            let left = compact(sink.changelog, &random)
            let restored = self.task()
            let fold = StateFold()
            for record in left {
                try record.withView { try restored.restore(key: $0.key, value: $0.value) }
                try fold.take(record)
            }
            try restored.finishRestore(committed: sink.committedOffset)
            #expect(states(restored) == states(task), "SHOUWANG_SEED=\(seed)")
            #expect(fold.states == sink.table, "SHOUWANG_SEED=\(seed)")
        }
        #expect(tails > 1_500, "tails are hardly written: \(tails)")
    }

    /// Takes away, at random, records that a later one of their key replaces, and then tombstones
    /// with nothing of their key before them.
    private func compact(
        _ log: [OwnedRecord], _ random: inout SeededRandom
    ) -> [OwnedRecord] {
        var later: Set<[UInt8]> = []
        var kept: [OwnedRecord] = []
        for record in log.reversed() {
            if later.contains(record.key!), !random.one(in: 3) { continue }
            later.insert(record.key!)
            kept.append(record)
        }
        var earlier: Set<[UInt8]> = []
        return kept.reversed().filter { record in
            if record.value == nil, !earlier.contains(record.key!), random.one(in: 2) {
                return false
            }
            earlier.insert(record.key!)
            return true
        }
    }

    /// The records a snapshot would hold, folded.
    private func states(_ task: any AnyTask) -> [[UInt8]: [UInt8]] {
        let fold = StateFold()
        for key in task.committedKeys {
            task.forCommitted(key) { key, value in try? fold.take(key: key, value: value) }
        }
        return fold.states
    }

    /// Found by seed 7652994686899269444: compaction has left the whole of a key's first life and,
    /// of its second, a tail that it is too short for; the whole that the tail continues has been
    /// replaced by one behind it.
    @Test func `a tail of a key's second life passes over the whole of its first`() throws {
        func record(_ key: String, _ edition: UInt32, kept: Int? = nil, bytes: Int) -> OwnedRecord {
            let size = (kept == nil ? Envelope.size : Envelope.tailSize) + bytes
            var value = [UInt8](repeating: UInt8(edition), count: size)
            value.withUnsafeMutableBytes {
                Envelope(due: Envelope.never, applied: 0, edition: edition).write(to: $0, kept: kept)
            }
            return OwnedRecord(topic: "state.toy", key: Array(key.utf8), value: value)
        }
        let fold = StateFold()
        try fold.take(record("a", 1, bytes: 10))
        try fold.take(record("\u{0}tail/a", 1, kept: 40, bytes: 8))
        try fold.take(record("a", 2, bytes: 60))
        let alone = StateFold()
        try alone.take(record("a", 2, bytes: 60))
        #expect(fold.states == alone.states)
    }

    @Test func `a tail without its whole is refused, unless it had been replaced`() throws {
        let task = try topology.fresh()
        let sink = TransactionalSink(topics: task.topics, changelog: "state.toy")
        for (offset, value) in ["add 1", "add 2", "add 64"].enumerated() {
            let offset = Int64(offset)
            try task.finish(toyRecord(offset, "a", value, at: 1_000 + offset), into: sink)
            try task.commit(into: sink)
        }
        func restore(_ isLeft: (OwnedRecord) -> Bool) throws {
            let task = self.task()
            for record in sink.changelog where isLeft(record) {
                try record.withView { try task.restore(key: $0.key, value: $0.value) }
            }
            try task.finishRestore(committed: 3)
        }
        // The first whole is gone, as its tail continues it; the second stands behind.
        var isFirst = true
        try restore { record in
            defer { if record.keyText == "a" { isFirst = false } }
            return record.keyText != "a" || !isFirst
        }
        let error = #expect(throws: TaskError.self) { try restore { $0.keyText != "a" } }
        #expect(error?.description.contains("not its beginning") == true)
    }

    @Test func `the prefix two pieces of memory share is found to the byte`() {
        var random = SeededRandom(seed: 7)
        for _ in 0..<2_000 {
            let left = (0..<random.below(40)).map { _ in UInt8(random.below(2)) }
            let right = (0..<random.below(40)).map { _ in UInt8(random.below(2)) }
            let shared = zip(left, right).prefix { $0 == $1 }.count
            left.withUnsafeBytes { left in
                right.withUnsafeBytes { #expect(left.sharedPrefix($0) == shared) }
            }
        }
    }
}
