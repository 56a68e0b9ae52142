import Kafka
import Streams
import StreamsTesting

/// What a proof found on the cluster once all work was done, and the judgement on it: pure.
struct ProofVerdict {
    /// The end of a partition for readers of committed records, and past open transactions.
    struct Ends: Equatable {
        let stable: Int64
        let end: Int64
    }

    /// What is wrong; nothing when the proof stands.
    private(set) var problems: [String] = []
    /// Inputs found, ticks, dead letters, broadcasts, outputs (dead letters among them) and states.
    private(set) var inputs = 0
    private(set) var ticks = 0
    private(set) var broadcasts = 0
    private(set) var deadLetters = 0
    private(set) var outputs = 0
    private(set) var states = 0

    /// Judges. `log` holds partition counts and states, `source` the records; `sent` is how many
    /// of them the cluster has acknowledged, `committed` the group's offsets by input partition,
    /// `ends` those of every partition. Records are read one after the other, so there may be
    /// more than memory holds. Throws when they cannot be read.
    init(
        _ topics: ProofTopics, log: BrokerLog, source: some RecordSource, sent: Int,
        committed: [Int64?], ends: [TopicPartition: Ends]
    ) throws {
        let topology = topics.topology
        let check = ExactlyOnce(
            pipelines: [.init(topology: topology, group: topics.group)], log: log)
        var found = FoundInputs(sent: sent)
        let report = try check.check(source, onInput: { found.add($0) })
        problems = report.problems + found.problems
        outputs = report.outputs
        states = report.states
        deadLetters = report.deadLetters
        (inputs, ticks, broadcasts) = (found.count, found.ticks, found.broadcasts)
        for place in ends.keys.sorted() {
            guard let found = ends[place], found.stable < found.end else { continue }
            problems.append(
                "\(place): a transaction is open behind offset \(found.stable) (the end is "
                    + "\(found.end)), longer than its timeout: Kafka has left its marker out; see "
                    + "docs/GUARANTEES.md, \"A hanging transaction\"")
        }
        for (place, offset) in zip(topics.inputs, committed) {
            let end = ends[place]?.end ?? 0
            guard offset ?? 0 != end else { continue }
            problems.append(
                "\(place): read and committed up to "
                    + "\(offset.map(String.init) ?? "nothing") of \(end)")
        }
    }
}

/// The records of the input, by their numbers: every acknowledged one must be there, once.
private struct FoundInputs {
    private(set) var count = 0
    private(set) var ticks = 0
    private(set) var broadcasts = 0
    /// How often each number was found; index 0 is that of none.
    private var times: [UInt8]
    /// Numbers never sent.
    private var strangers: Set<Int> = []

    init(sent: Int) { times = Array(repeating: 0, count: sent + 1) }

    mutating func add(_ record: RecordView) {
        guard !record.isTick else {
            ticks += 1
            return
        }
        count += 1
        if record.key == nil { broadcasts += 1 }
        let digits = record.value?.prefix { $0 != UInt8(ascii: " ") }
        let number = digits.flatMap { Int(String(decoding: $0, as: UTF8.self)) } ?? 0
        if times.indices.dropFirst().contains(number) {
            times[number] = min(times[number], .max - 1) + 1
        } else {
            strangers.insert(number)
        }
    }

    var problems: [String] {
        var problems: [String] = []
        let missing = times.indices.dropFirst().filter { times[$0] == 0 }
        if let first = missing.first {
            problems.append(
                "\(missing.count) acknowledged record(s) are not in the input, such as "
                    + "number \(first): the cluster has lost them")
        }
        for number in times.indices.dropFirst() where times[number] > 1 {
            problems.append("record \(number) is in the input \(times[number]) times")
        }
        for number in strangers.sorted() {
            problems.append("record \(number) is in the input, and was never sent")
        }
        return problems
    }
}
