import Kafka
import Streams

/// What a task's replay gives against what was found.
extension ExactlyOnce {
    // MARK: Outputs

    /// Records that keep their order: those of one key, or without one of one partition.
    struct Line: Hashable {
        let topic: String
        let key: [UInt8]?
        /// -1 where there is a key.
        let partition: Int32

        /// The line of an output of the task whose input partition is `input`.
        init(_ record: OwnedRecord, input: Int32, counts: [String: Int32]) {
            topic = record.topic
            key = record.key
            // A record without a key goes where its task says, else with the input partition.
            partition =
                record.key != nil
                ? -1
                : record.partition >= 0
                    ? record.partition : input % max(1, counts[record.topic] ?? 1)
        }
    }

    /// What is wrong with the outputs of a task whose input partition is `input`.
    func compare(
        _ wanted: [OwnedRecord], _ found: [OwnedRecord], _ input: Int32
    ) -> [String] {
        func line(_ record: OwnedRecord) -> Line { Line(record, input: input, counts: log.counts) }
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

    /// What is wrong with the last values of a changelog partition.
    func compare(
        _ states: [[UInt8]: [UInt8]], _ taskRecord: TaskRecord?, _ found: [[UInt8]: [UInt8]]
    ) -> [String] {
        var problems: [String] = []
        for (key, value) in states where key != ReservedKey.task {
            if let other = found[key] {
                if other != value { problems.append("the state of \(text(key)) differs") }
            } else {
                problems.append("the state of \(text(key)) is missing")
            }
        }
        for key in found.keys where key != ReservedKey.task && states[key] == nil {
            problems.append("the state of \(text(key)) should not be there")
        }
        let record = found[ReservedKey.task].flatMap { bytes in
            bytes.withUnsafeBytes { try? TaskRecord(decoding: $0) }
        }
        if record?.withoutWriter != taskRecord {
            problems.append(
                "the task record differs: replay \(String(describing: taskRecord)), "
                    + "found \(String(describing: record))")
        }
        return problems
    }

    private func text(_ key: [UInt8]) -> String { String(decoding: key, as: UTF8.self) }
}
