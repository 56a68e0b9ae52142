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

    /// Judges. `sent` is how many records the cluster has acknowledged, `committed` the group's
    /// offsets by input partition, `ends` those of every partition.
    init(
        _ topics: ProofTopics, log: BrokerLog, sent: Int, committed: [Int64?],
        ends: [TopicPartition: Ends]
    ) {
        let topology = topics.topology
        let check = ExactlyOnce(
            pipelines: [.init(topology: topology, group: topics.group)], log: log)
        let report = check.checkInTurn()
        problems = report.problems
        outputs = report.outputs
        states = report.states
        deadLetters = log.records[topology.deadLetters]?.count ?? 0
        countInputs(log.records[topology.input] ?? [], sent)
        for place in ends.keys.sorted() {
            guard let found = ends[place], found.stable < found.end else { continue }
            problems.append(
                "\(place): a transaction is open behind offset \(found.stable) (the end is "
                    + "\(found.end)); see docs/GUARANTEES.md, \"A hanging transaction\"")
        }
        for (place, offset) in zip(topics.inputs, committed) {
            let end = ends[place]?.end ?? 0
            guard offset ?? 0 != end else { continue }
            problems.append(
                "\(place): read and committed up to "
                    + "\(offset.map(String.init) ?? "nothing") of \(end)")
        }
    }

    /// Every acknowledged record must be there, once.
    private mutating func countInputs(_ records: [OwnedRecord], _ sent: Int) {
        var times: [Int: Int] = [:]
        for record in records {
            if record.isTick {
                ticks += 1
                continue
            }
            inputs += 1
            if record.key == nil { broadcasts += 1 }
            let text = String(decoding: record.value ?? [], as: UTF8.self)
            times[Int(text.prefix { $0 != " " }) ?? 0, default: 0] += 1
        }
        let missing = sent < 1 ? [] : (1...sent).filter { times[$0] == nil }
        if let first = missing.first {
            problems.append(
                "\(missing.count) acknowledged record(s) are not in the input, such as "
                    + "number \(first): the cluster has lost them")
        }
        for (number, count) in times.sorted(by: { $0.key < $1.key })
        where count > 1 || !(1...max(1, sent)).contains(number) {
            problems.append("record \(number) is in the input \(count) times")
        }
    }
}
