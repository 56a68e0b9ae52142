import Kafka
import Streams
import StreamsTesting

/// All topics of an installation as a reader of committed records finds them.
struct BrokerLog: Sendable {
    /// Partition counts by topic.
    var counts: [String: Int32] = [:]
    /// Records by topic: partition by partition, in offset order. State topics are not among them.
    var records: [String: [OwnedRecord]] = [:]
    /// By state topic and partition: the last value of each key.
    var states: [String: [[[UInt8]: [UInt8]]]] = [:]

    func log(_ topic: String, _ partition: Int32) -> [OwnedRecord] {
        (records[topic] ?? []).filter { $0.partition == partition }
    }
}

/// The exactly-once check (design, section 4, item 13): each task's input partition, as it lies on
/// the broker, goes through the replay driver, and the topics must hold exactly what comes of it,
/// each record once. It trusts nothing but the input logs and the processors.
struct ExactlyOnce: Sendable {
    /// A pipeline with the group that runs it.
    struct Pipeline: Sendable {
        let topology: Topology
        let group: String
    }

    /// What was checked, and what is wrong.
    struct Report: Sendable {
        var problems: [String] = []
        var tasks = 0
        /// Records of inputs without state: what departments and officers sent.
        var received = 0
        var facts = 0
        var deadLetters = 0
        /// Outputs found where they had to be, of all pipelines.
        var outputs = 0
        var states = 0

        /// More than anyone reads; the rest is counted.
        static let shown = 40

        mutating func add(_ other: Report) {
            problems += other.problems
            tasks += other.tasks
            received += other.received
            facts += other.facts
            deadLetters += other.deadLetters
            outputs += other.outputs
            states += other.states
            refused += other.refused
        }

        var summary: String {
            "\(tasks) tasks: \(received) received = facts of \(received - refused) + dead letters "
                + "of \(refused); \(outputs) outputs, \(states) states, "
                + "\(problems.count) problems"
        }

        /// Received records that became dead letters.
        var refused = 0
    }

    let pipelines: [Pipeline]
    let log: BrokerLog

    /// Checks every task; as many at once as there are cores.
    func check() async -> Report {
        var report = Report()
        let (found, strangers) = sort()
        report.problems += strangers
        report.problems += replayProblems(
            pipelines.map(\.topology.input), pipelines.map(\.topology.deadLetters))
        await withTaskGroup(of: Report.self) { group in
            for pipeline in pipelines {
                for partition in 0..<(log.counts[pipeline.topology.input] ?? 0) {
                    let place = TopicPartition(pipeline.topology.input, partition)
                    let outputs = found[place] ?? []
                    group.addTask { check(pipeline, partition, outputs) }
                }
            }
            for await part in group { report.add(part) }
        }
        report.problems.sort()
        return report
    }

    /// What was found, by the input partition its cause names; and what names none.
    private func sort() -> (found: [TopicPartition: [OwnedRecord]], strangers: [String]) {
        let inputs = Set(pipelines.map(\.topology.input))
        var found: [TopicPartition: [OwnedRecord]] = [:]
        var strangers: [String] = []
        let letters = Set(pipelines.map(\.topology.deadLetters))
        let topics = Set(pipelines.flatMap { $0.topology.outputs + [$0.topology.deadLetters] })
        for topic in topics.sorted() {
            for record in log.records[topic] ?? [] where !record.isTick {
                let place = record.cause.flatMap(Cause.init)?.place
                // Sent back by hand: `replayProblems` looks at it.
                if let place, letters.contains(place.topic) { continue }
                guard let place, inputs.contains(place.topic) else {
                    strangers.append("\(record.place): no cause of ours")
                    continue
                }
                found[place, default: []].append(record)
            }
        }
        return (found, strangers)
    }

    private func check(
        _ pipeline: Pipeline, _ partition: Int32, _ found: [OwnedRecord]
    ) -> Report {
        let topology = pipeline.topology
        let name = "\(topology.name)/\(partition)"
        let input = log.log(topology.input, partition)
        let replay: LogReplay
        do {
            replay = try LogReplay(
                topology, partition: partition,
                inputPartitions: log.counts[topology.input] ?? 0,
                outputPartitions: topology.outputs.map { log.counts[$0] ?? 0 },
                group: pipeline.group, log: input)
        } catch {
            return Report(problems: ["\(name): the replay stops: \(error)"], tasks: 1)
        }
        var report = Report(tasks: 1, outputs: found.count)
        report.problems += compare(replay.outputs, found, partition).map { "\(name): \($0)" }
        if let changelog = topology.changelog {
            let states = log.states[changelog]?[Int(partition)] ?? [:]
            report.states = states.count
            report.problems += compare(replay, states).map { "\(name): \($0)" }
        } else {
            account(input, replay.outputs, topology, &report)
        }
        return report
    }

    // MARK: Replayed dead letters

    /// What is wrong with the records that `dead replay` sent back: each must be that of a dead
    /// letter there is, as that holds it, and there once for each time it was replayed.
    func replayProblems(_ inputs: [String], _ deadLetters: [String]) -> [String] {
        var letters: [String: OwnedRecord] = [:]
        for letter in deadLetters.flatMap({ log.records[$0] ?? [] }) {
            letters[letter.place] = letter
        }
        var problems: [String] = []
        var seen: Set<String> = []
        for record in inputs.flatMap({ log.records[$0] ?? [] }) {
            guard let cause = record.cause, let end = cause.lastIndex(of: "#"),
                let place = Cause(cause)?.place, deadLetters.contains(place.topic)
            else { continue }
            if !seen.insert(cause).inserted {
                problems.append("\(record.place): \(cause) was sent back twice")
            }
            let number = Int(cause[cause.index(after: end)...]) ?? 0
            let wanted = letters[String(cause[..<end])].flatMap { letter in
                letter.withView { view in
                    Refusal(view).map { DeadLetter.record(in: view, $0, output: number) }
                }
            }
            guard let wanted else {
                problems.append("\(record.place): there is no dead letter \(cause)")
                continue
            }
            if !record.says(wanted) || record.partition != wanted.partition {
                problems.append("\(record.place): \(cause) differs in \(record.difference(wanted))")
            }
        }
        return problems
    }

    // MARK: Outputs

    /// Records that keep their order: those of one key, or without one of one partition.
    private struct Line: Hashable {
        let topic: String
        let key: [UInt8]?
        let partition: Int32
    }

    private func compare(
        _ wanted: [OwnedRecord], _ found: [OwnedRecord], _ input: Int32
    ) -> [String] {
        func line(_ record: OwnedRecord) -> Line {
            if let key = record.key { return Line(topic: record.topic, key: key, partition: -1) }
            // A record without a key goes where its task says, else with the input partition.
            let partition =
                record.partition >= 0
                ? record.partition : input % max(1, log.counts[record.topic] ?? 1)
            return Line(topic: record.topic, key: nil, partition: partition)
        }
        let wantedLines = Dictionary(grouping: wanted, by: line)
        let foundLines = Dictionary(grouping: found, by: line)
        var problems: [String] = []
        for (line, wanted) in wantedLines {
            problems += compare(wanted, foundLines[line] ?? [])
        }
        for (line, found) in foundLines where wantedLines[line] == nil {
            problems += compare([], found)
        }
        return problems
    }

    /// Compares the records of one line.
    private func compare(_ wanted: [OwnedRecord], _ found: [OwnedRecord]) -> [String] {
        var problems: [String] = []
        for record in found {
            guard let key = record.key, let count = log.counts[record.topic] else { continue }
            let place = key.withUnsafeBytes { Placement.partition(of: $0, count: count) }
            if place != record.partition {
                problems.append("\(record.place): its key belongs to partition \(place)")
            }
        }
        if wanted.count == found.count, zip(wanted, found).allSatisfy({ $0.says($1) }) {
            return problems
        }
        // One cause may stand for outputs of several keys woken at one instant, so count.
        let wantedCauses = Dictionary(grouping: wanted, by: \.causeText)
        let foundCauses = Dictionary(grouping: found, by: \.causeText)
        let before = problems.count
        for (cause, records) in wantedCauses {
            let there = foundCauses[cause] ?? []
            if there.count < records.count {
                problems.append(
                    "\(records[0].topic): \(cause) is missing "
                        + "(\(there.count) of \(records.count) found)")
            } else if there.count > records.count {
                problems.append(
                    "\(there.last!.place): \(cause) is there \(there.count) times "
                        + "instead of \(records.count)")
            } else if let (record, other) = zip(records, there).first(where: { !$0.says($1) }) {
                problems.append("\(other.place): \(cause) differs in \(record.difference(other))")
            }
        }
        for (cause, records) in foundCauses where wantedCauses[cause] == nil {
            problems.append("\(records[0].place): \(cause) is more than the replay gives")
        }
        if problems.count == before {
            problems.append("\(found[0].place): the outputs of a key stand in another order")
        }
        return problems
    }

    // MARK: States

    private func compare(_ replay: LogReplay, _ found: [[UInt8]: [UInt8]]) -> [String] {
        var problems: [String] = []
        for (key, value) in replay.states where key != ReservedKey.task {
            if let other = found[key] {
                if other != value { problems.append("the state of \(text(key)) differs") }
            } else {
                problems.append("the state of \(text(key)) is missing")
            }
        }
        for key in found.keys where key != ReservedKey.task && replay.states[key] == nil {
            problems.append("the state of \(text(key)) should not be there")
        }
        let record = found[ReservedKey.task].flatMap { bytes in
            bytes.withUnsafeBytes { try? TaskRecord(decoding: $0) }
        }
        if record?.withoutWriter != replay.taskRecord {
            problems.append(
                "the task record differs: replay \(String(describing: replay.taskRecord)), "
                    + "found \(String(describing: record))")
        }
        return problems
    }

    private func text(_ key: [UInt8]) -> String { String(decoding: key, as: UTF8.self) }

    // MARK: What came in

    /// Every record received is there as facts or as a dead letter, the latter untouched.
    private func account(
        _ input: [OwnedRecord], _ outputs: [OwnedRecord], _ topology: Topology,
        _ report: inout Report
    ) {
        var byOffset: [Int64: [OwnedRecord]] = [:]
        for output in outputs {
            guard let offset = output.cause.flatMap(Cause.init)?.offset else { continue }
            byOffset[offset, default: []].append(output)
        }
        for record in input where !record.isTick {
            report.received += 1
            let results = byOffset[record.offset] ?? []
            let dead = results.filter { $0.topic == topology.deadLetters }
            report.deadLetters += dead.count
            report.facts += results.count - dead.count
            if results.isEmpty {
                report.problems.append("\(record.place): neither a fact nor a dead letter")
            } else if dead.isEmpty {
                continue
            } else {
                report.refused += 1
                if dead.count > 1 || results.count > 1 {
                    report.problems.append("\(record.place): a dead letter and something else")
                }
                if !dead[0].holds(record) {
                    report.problems.append("\(record.place): its dead letter was touched")
                }
            }
        }
    }
}

/// A `shouwang-cause` taken apart: `topic/partition/offset...` or `topic/partition@due...`.
private struct Cause {
    let place: TopicPartition
    /// `nil` for a wake-up.
    let offset: Int64?

    init?(_ text: String) {
        guard let slash = text.firstIndex(of: "/") else { return nil }
        let rest = text[text.index(after: slash)...]
        let digits = rest.prefix { $0.isNumber }
        guard let partition = Int32(digits) else { return nil }
        place = TopicPartition(String(text[..<slash]), partition)
        let tail = rest[digits.endIndex...]
        guard tail.first == "/" else {
            guard tail.first == "@" else { return nil }
            offset = nil
            return
        }
        offset = Int64(tail.dropFirst().prefix { $0.isNumber || $0 == "-" })
    }
}

extension OwnedRecord {
    /// Only moves time; no output of anything.
    var isTick: Bool { headers.contains { $0.name == "shouwang-tick" } && value == nil }

    /// The value of the last header of this name.
    func header(_ name: String) -> String? {
        headers.last { $0.name == name }?.value.map { String(decoding: $0, as: UTF8.self) }
    }

    var cause: String? { header("shouwang-cause") }
    var causeText: String { cause ?? "no cause" }
    var place: String { "\(topic)/\(partition)/\(offset)" }

    /// True when both say the same: key, value, headers and timestamp. Where they lie may differ.
    fileprivate func says(_ other: OwnedRecord) -> Bool {
        timestamp == other.timestamp && value == other.value && key == other.key
            && headers == other.headers
    }

    fileprivate func difference(_ other: OwnedRecord) -> String {
        if value != other.value { return "its value" }
        if headers != other.headers { return "its headers" }
        return timestamp != other.timestamp ? "its timestamp" : "its key"
    }

    /// True when this dead letter carries the record as it came.
    fileprivate func holds(_ record: OwnedRecord) -> Bool {
        key == record.key && (value == record.value || value == nil)
            && headers.prefix(record.headers.count) == record.headers[...]
    }
}
