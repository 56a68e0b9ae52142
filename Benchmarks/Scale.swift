import Glibc
import Households
import Kafka
import Replay
import Streams
import StreamsTesting
import Workers

/// (l): two million households (with `kinds` 10,000) of 25 facts in one process: what they take, how fast they come back,
/// and what a fact costs when its household is in no cache. No broker; the states are those of
/// some made-up households, each 200 times under another pseudonym.
struct Scale {
    let county: County
    /// Made-up households.
    let kinds: Int
    private static let copies = 200
    private static let facts = 200_000

    func measure() throws {
        // Three people and a declaration are four of the 25.
        let load = Load(households: kinds, factsEach: 21)
        let (states, committed) = try states(of: load)
        let before = memory()
        let task = county.topology("monitor")!.task(
            partition: 0, inputPartitions: 1, outputPartitions: [1, 1], group: "bench",
            writer: "bench")
        var clock = 0.0
        for copy in 0..<Scale.copies {
            for (number, state) in states.enumerated() {
                let household = Scale.household(number, copy)
                let value = state.of(household)
                clock += try elapsed {
                    try household.text.withUnsafeBytes { key in
                        try value.withUnsafeBytes { try task.restore(key: key, value: $0) }
                    }
                }
            }
        }
        for record in committed {
            try record.withView { try task.restore(key: $0.key, value: $0.value) }
        }
        let record = try committed.last!.value!.withUnsafeBytes { try TaskRecord(decoding: $0) }
        let offset = record.nextOffset
        try task.finishRestore(committed: offset)
        let count = Double(task.keyCount)
        print("(l) households: \(task.keyCount), \(load.factsEach + 4) facts each")
        show("    restore", count / clock, "households per second")
        show("    state of a household", Double(task.stateBytes) / count, "bytes")
        show("    memory of a household", (memory() - before) / count, "bytes")

        // Facts of households here and there: each is decoded, asked about and encoded.
        let sink = Counting()
        var random = SeededRandom(seed: 1)
        let instant = record.streamTime
        var next = offset
        func feed(_ number: Int, at time: Int64) throws {
            let template = random.below(kinds)
            let household = Scale.household(template, random.below(Scale.copies))
            var value: [UInt8] = []
            let fact = load.fact(template, load.factsEach + number, instant)
            FactMessage.set(fact, asks: true).encode(into: &value)
            let record = OwnedRecord(
                topic: "household.facts", offset: next, timestamp: time, key: household.text,
                value: value)
            next += 1
            try record.withView { view in
                while try task.process(
                    view, refusing: nil, attempts: 1, budget: Limits.wakeUpsPerCall, into: sink)
                    == .more
                {
                    if task.dirtyCount >= Limits.dirtyKeysPerTransaction { try commit(task, sink) }
                }
            }
        }
        clock = cpuSeconds()
        for number in 0..<Scale.facts {
            try feed(number, at: instant)
            if number % 10_000 == 9_999 { try commit(task, sink) }
        }
        let seconds = cpuSeconds() - clock
        show("    facts here and there", Double(Scale.facts) / seconds, "facts per CPU-second")
        show(
            "    written to the changelog for each", Double(sink.bytes) / Double(Scale.facts),
            "bytes")
        clock = cpuSeconds()
        let wakeUps = task.counters.wakeUps
        try feed(Scale.facts, at: instant + Day.milliseconds)
        try commit(task, sink)
        let woken = Double(task.counters.wakeUps - wakeUps)
        print("    households woken in a day: \(Int(woken))")
        show("    wake-ups of households at rest", woken / (cpuSeconds() - clock), "per CPU-second")
        show("    memory of a household then", (memory() - before) / count, "bytes")
    }

    private func commit(_ task: any AnyTask, _ sink: Counting) throws {
        try task.prepareCommit(into: sink)
        task.didCommit()
    }

    /// A household's state, to be had under other pseudonyms.
    private struct Template {
        let value: [UInt8]
        /// Where the household's pseudonym stands.
        let places: [Int]

        init(_ value: [UInt8], of household: Pseudonym) {
            var bytes: [UInt8] = []
            bytes.appendPseudonym(household)
            self.value = value
            places = value.indices.filter { value[$0...].starts(with: bytes) }
            precondition(!places.isEmpty, "a household that nobody is registered in")
        }

        func of(_ household: Pseudonym) -> [UInt8] {
            var bytes: [UInt8] = []
            bytes.appendPseudonym(household)
            var value = value
            for place in places { value.replaceSubrange(place..<place + 16, with: bytes) }
            return value
        }
    }

    /// The states of the load's households by their numbers, and the records that are the
    /// runtime's.
    private func states(
        of load: Load
    ) throws -> (states: [Template], reserved: [OwnedRecord]) {
        let replay = Replay(county, only: ["monitor"])
        try load.forEach { household, value, timestamp in
            try replay.driver.feed(
                OwnedRecord(
                    topic: "household.facts", timestamp: timestamp,
                    key: Array(household.description.utf8), value: value))
        }
        let all = try replay.driver.states(of: "monitor")
        let values = Dictionary(uniqueKeysWithValues: all.map { ($0.key!, $0.value!) })
        return (
            load.ids.map { Template(values[$0.text]!, of: $0) },
            all.filter { $0.key![0] == 0 }
        )
    }

    private static func household(_ number: Int, _ copy: Int) -> Pseudonym {
        Pseudonym.digest("bench h\(number) copy \(copy)")
    }

    private func elapsed(_ body: () throws -> Void) rethrows -> Double {
        let start = wallSeconds()
        try body()
        return wallSeconds() - start
    }

    /// Resident bytes of this process.
    private func memory() -> Double {
        guard let file = fopen("/proc/self/statm", "r") else { return 0 }
        defer { fclose(file) }
        var size = 0
        var resident = 0
        withUnsafeMutablePointer(to: &size) { size in
            withUnsafeMutablePointer(to: &resident) { resident in
                withVaList([size, resident]) { _ = vfscanf(file, "%ld %ld", $0) }
            }
        }
        return Double(resident) * Double(sysconf(Int32(_SC_PAGESIZE)))
    }

    /// Counts what a task writes.
    private final class Counting: OutputSink {
        var records = 0
        var bytes = 0

        func write(_ record: OutgoingRecord) {
            records += 1
            bytes += (record.key?.count ?? 0) + (record.value?.count ?? 0)
        }
    }
}

extension Pseudonym {
    fileprivate var text: [UInt8] { Array(description.utf8) }
}
