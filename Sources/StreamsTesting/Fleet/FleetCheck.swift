import Kafka
import Streams

/// Compares what a fleet has written with what one perfect worker makes of the same input log
/// (design, section 4, item 13), and states with offsets.
struct FleetCheck {
    private let fleet: Fleet
    private var broker: SimulatedBroker { fleet.broker }
    private var topology: Topology { fleet.topology }

    init(_ fleet: Fleet) { self.fleet = fleet }

    /// Everything that is wrong.
    func problems() -> [String] {
        var problems: [String] = []
        if broker.hasOpenTransaction || broker.partitions.contains(where: \.hasOpenTransaction) {
            problems.append("a transaction is open after everything has ended")
        }
        if broker.group(fleet.group).hasPending {
            problems.append("offsets are pending after everything has ended")
        }
        let found = sorted(&problems)
        for partition in broker.partitions(of: topology.input) {
            // The last ticks may have come when the fleet was being stopped.
            let end = fleet.committed(partition.place) ?? 0
            let log = partition.committed.filter { $0.view.offset < end }
                .map { OwnedRecord(copying: $0.view) }
            let isBehind = partition.committed.contains { $0.view.offset >= end && !$0.view.isTick }
            if isBehind {
                problems.append("\(partition.place): records after \(end) were not processed")
            }
            fleet.tally.inputs += log.count
            do {
                let replay = try LogReplay(
                    topology, partition: partition.place.partition,
                    inputPartitions: fleet.plan.inputPartitions, outputPartitions: fleet.plan.outputPartitions,
                    group: fleet.group, log: log)
                problems += outputs(partition.place, replay, found)
                problems += states(partition.place, replay)
            } catch {
                problems.append("\(partition.place): the replay stops: \(error)")
            }
        }
        return problems
    }

    /// Records whose order is promised: those of one key of one input partition in one topic.
    private struct Line: Hashable {
        let input: Int32
        let topic: String
        let key: [UInt8]?
    }

    /// All outputs as a reader of committed records finds them, by line.
    private func sorted(_ problems: inout [String]) -> [Line: [OwnedRecord]] {
        var found: [Line: [OwnedRecord]] = [:]
        for topic in topology.outputs + [topology.deadLetters] {
            for partition in broker.partitions(of: topic) {
                for record in partition.committed {
                    fleet.tally.outputs += 1
                    let owned = OwnedRecord(copying: record.view)
                    guard let input = origin(owned) else {
                        problems.append("\(partition.place): a record without a cause of ours")
                        continue
                    }
                    found[Line(input: input, topic: topic, key: owned.key), default: []]
                        .append(owned)
                }
            }
        }
        return found
    }

    private func cause(_ record: OwnedRecord) -> String {
        record.headers.last { $0.name == "shouwang-cause" }?.value
            .map { String(decoding: $0, as: UTF8.self) } ?? "no cause"
    }

    /// The input partition a record's cause names.
    private func origin(_ record: OwnedRecord) -> Int32? {
        let parts = cause(record).split(whereSeparator: { $0 == "/" || $0 == "@" })
        guard parts.count > 2, parts[0] == topology.input else { return nil }
        return Int32(parts[1])
    }

    private func outputs(
        _ place: TopicPartition, _ replay: LogReplay, _ found: [Line: [OwnedRecord]]
    ) -> [String] {
        var wanted: [Line: [OwnedRecord]] = [:]
        for record in replay.outputs {
            let line = Line(input: place.partition, topic: record.topic, key: record.key)
            wanted[line, default: []].append(record)
        }
        var problems: [String] = []
        for (line, records) in wanted {
            let there = found[line] ?? []
            if !same(records, there) { problems.append(difference(place, line, records, there)) }
        }
        for (line, there) in found where line.input == place.partition && wanted[line] == nil {
            problems.append(difference(place, line, [], there))
        }
        return problems.sorted()
    }

    private func same(_ wanted: [OwnedRecord], _ found: [OwnedRecord]) -> Bool {
        wanted.count == found.count
            && zip(wanted, found).allSatisfy {
                $0.timestamp == $1.timestamp && $0.value == $1.value && $0.headers == $1.headers
            }
    }

    private func difference(
        _ place: TopicPartition, _ line: Line, _ wanted: [OwnedRecord], _ found: [OwnedRecord]
    ) -> String {
        let what: String
        if let index = (0..<min(wanted.count, found.count)).first(where: {
            !same([wanted[$0]], [found[$0]])
        }) {
            what = "record \(index) is \(cause(found[index])) instead of \(cause(wanted[index]))"
        } else if wanted.count > found.count {
            what = "\(cause(wanted[found.count])) is missing"
        } else {
            what = "\(cause(found[wanted.count])) is too much"
        }
        let key = line.key.map(text) ?? "-"
        return "\(place) → \(line.topic), key \(key): \(what) "
            + "(\(found.count) records, \(wanted.count) expected)"
    }

    /// A key for people: those of the runtime begin with a zero byte.
    private func text(_ key: [UInt8]) -> String {
        String(decoding: key.map { $0 < 32 ? UInt8(ascii: "~") : $0 }, as: UTF8.self)
    }

    // MARK: States

    private func states(_ place: TopicPartition, _ replay: LogReplay) -> [String] {
        guard let topic = topology.changelog else { return [] }
        let fold = StateFold()
        let changelog = broker.partition(TopicPartition(topic, place.partition))
        for record in changelog.committed {
            do {
                try fold.take(key: record.view.key, value: record.view.value)
            } catch {
                return ["\(place): a changelog record is none of a state"]
            }
        }
        var real = fold.states
        let record = real[ReservedKey.task].flatMap { bytes in
            bytes.withUnsafeBytes { try? TaskRecord(decoding: $0) }
        }
        var problems: [String] = []
        if record?.nextOffset != fleet.committed(place) {
            problems.append(
                "\(place): the state was written at \(record?.nextOffset ?? -1), but committed is "
                    + "\(fleet.committed(place) ?? -1)")
        }
        if record?.withoutWriter != replay.taskRecord?.withoutWriter {
            problems.append("\(place): the task record is not the replay's")
        }
        var wanted = replay.states
        real[ReservedKey.task] = nil
        wanted[ReservedKey.task] = nil
        for (key, value) in wanted where real[key] != value {
            problems.append("\(place): the state of \(text(key)) differs")
        }
        for key in real.keys where wanted[key] == nil {
            problems.append("\(place): the state of \(text(key)) is too much")
        }
        return problems.sorted()
    }
}
