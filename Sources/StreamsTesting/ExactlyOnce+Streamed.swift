package import Kafka
import Streams

/// Topics that can be read from their beginning, as often as one likes.
package protocol RecordSource {
    /// Lends every record of these topics, those of a partition in offset order.
    func forEach(_ topics: [String], _ body: (RecordView) -> Void) throws(KafkaError)
}

extension BrokerLog: RecordSource {
    package func forEach(_ topics: [String], _ body: (RecordView) -> Void) {
        for topic in topics {
            for record in records[topic] ?? [] { record.withView(body) }
        }
    }
}

/// Topics as they lie on a broker, for readers of committed records.
package struct BrokerTopics: RecordSource {
    private let topics: [BrokerLog.Topic]
    private let broker: ClientSettings

    /// `topics` are the ones that may be asked for.
    package init(_ topics: [BrokerLog.Topic], from broker: ClientSettings) {
        self.topics = topics
        self.broker = broker
    }

    package func forEach(_ names: [String], _ body: (RecordView) -> Void) throws(KafkaError) {
        try BrokerLog.forEach(topics.filter { names.contains($0.name) }, from: broker, body)
    }
}

/// The check of one pipeline over more records than memory holds. Of each key's outputs a digest is
/// kept, of the replay's and of those found: count and content in their order. Only lines whose
/// digests differ are read a second time, and compared record by record.
extension ExactlyOnce {
    /// Which outputs belong together: a task's (by its input partition), of one line.
    private struct TaskLine: Hashable {
        let input: Int32
        let line: Line
    }

    private struct Digest: Equatable {
        var count = 0
        var hash = 0

        /// Takes in one more record, which lies on `partition`, or should.
        mutating func add(_ record: OwnedRecord, partition: Int32) {
            count += 1
            var hasher = Hasher()
            hasher.combine(hash)
            hasher.combine(partition)
            hasher.combine(record.timestamp)
            hasher.combine(record.value)
            for header in record.headers {
                hasher.combine(header.name)
                hasher.combine(header.value)
            }
            hash = hasher.finalize()
        }
    }

    /// Compares the only pipeline's topics with a replay of its input. `log` needs only counts and
    /// states; records come from `source`, those of the input are lent to `onInput` too. Reads
    /// the topics once, and twice when something is wrong. Throws what the source does.
    package func check(
        _ source: some RecordSource, onInput: (RecordView) -> Void
    ) throws(KafkaError) -> Report {
        precondition(pipelines.count == 1)
        var report = Report()
        var wanted: [TaskLine: Digest] = [:]
        var found: [TaskLine: Digest] = [:]
        try replay(source, &report, onInput: onInput) { record, input in
            let line = Line(record, input: input, counts: log.counts)
            let partition = place(of: record, input)
            wanted[TaskLine(input: input, line: line), default: Digest()]
                .add(record, partition: partition)
        }
        let strangers = try forEachOutput(source) { record, input in
            report.outputs += 1
            if record.topic == pipelines[0].topology.deadLetters { report.deadLetters += 1 }
            let line = Line(record, input: input, counts: log.counts)
            found[TaskLine(input: input, line: line), default: Digest()]
                .add(record, partition: record.partition)
        }
        report.problems += strangers
        let differing = Set(wanted.keys).union(found.keys).filter { wanted[$0] != found[$0] }
        if !differing.isEmpty { try explain(differing, source, &report) }
        report.problems.sort()
        return report
    }

    /// Lines of which everything is read again; of the others their number is told.
    private static let explained = 100

    private func explain(
        _ differing: Set<TaskLine>, _ source: some RecordSource, _ report: inout Report
    ) throws(KafkaError) {
        let chosen = Set(differing.prefix(Self.explained))
        var wanted: [Int32: [OwnedRecord]] = [:]
        var found: [Int32: [OwnedRecord]] = [:]
        var ignored = Report()
        try replay(source, &ignored, onInput: { _ in }) { record, input in
            let line = TaskLine(input: input, line: Line(record, input: input, counts: log.counts))
            if chosen.contains(line) { wanted[input, default: []].append(record) }
        }
        _ = try forEachOutput(source) { record, input in
            let line = TaskLine(input: input, line: Line(record, input: input, counts: log.counts))
            if chosen.contains(line) { found[input, default: []].append(record) }
        }
        let name = pipelines[0].topology.name
        for input in Set(wanted.keys).union(found.keys) {
            report.problems += compare(wanted[input] ?? [], found[input] ?? [], input).map {
                "\(name)/\(input): \($0)"
            }
        }
        if differing.count > chosen.count {
            report.problems.append(
                "\(name): the outputs of \(differing.count - chosen.count) more keys differ")
        }
    }

    /// Replays every task, and compares its states at the end.
    private func replay(
        _ source: some RecordSource, _ report: inout Report, onInput: (RecordView) -> Void,
        _ body: (_ output: OwnedRecord, _ input: Int32) -> Void
    ) throws(KafkaError) {
        let (topology, group) = (pipelines[0].topology, pipelines[0].group)
        // Handed on after each record: a sink would have to keep the closure.
        var sinks: [CollectingSink] = []
        var tasks: [TaskReplay?] = []
        let count = log.counts[topology.input] ?? 0
        func stop(_ partition: Int32, _ error: TaskError) -> String {
            "\(topology.name)/\(partition): the replay stops: \(error)"
        }
        var problems: [String] = []
        for partition in 0..<count {
            let sink = CollectingSink(topics: topology.topics)
            sinks.append(sink)
            do throws(TaskError) {
                tasks.append(
                    try TaskReplay(
                        topology, partition: partition, inputPartitions: count,
                        outputPartitions: topology.outputs.map { log.counts[$0] ?? 0 },
                        group: group, into: sink))
            } catch {
                tasks.append(nil)
                problems.append(stop(partition, error))
            }
        }
        func handOn(_ partition: Int32) {
            let sink = sinks[Int(partition)]
            for record in sink.records { body(record, partition) }
            sink.records.removeAll(keepingCapacity: true)
        }
        try source.forEach([topology.input]) { view in
            onInput(view)
            do throws(TaskError) {
                try tasks[Int(view.partition)]?.feed(view)
                handOn(view.partition)
            } catch {
                tasks[Int(view.partition)] = nil
                problems.append(stop(view.partition, error))
            }
        }
        for partition in 0..<count {
            guard let task = tasks[Int(partition)] else { continue }
            do throws(TaskError) {
                let end = try task.finish()
                handOn(partition)
                report.tasks += 1
                guard let changelog = topology.changelog else { continue }
                let states = log.states[changelog]?[Int(partition)] ?? [:]
                report.states += states.count
                problems += compare(end.states, end.taskRecord, states).map {
                    "\(topology.name)/\(partition): \($0)"
                }
            } catch {
                problems.append(stop(partition, error))
            }
        }
        report.problems += problems
    }

    /// Every output found, with the input partition its cause names. Answers what is wrong with
    /// those whose cause names none.
    private func forEachOutput(
        _ source: some RecordSource, _ body: (_ output: OwnedRecord, _ input: Int32) -> Void
    ) throws(KafkaError) -> [String] {
        let topology = pipelines[0].topology
        var strangers: [String] = []
        try source.forEach(topology.outputs + [topology.deadLetters]) { view in
            let record = OwnedRecord(copying: view)
            guard let place = record.cause.flatMap(CauseText.init)?.place,
                place.topic == topology.input
            else {
                strangers.append("\(record.place): no cause of ours")
                return
            }
            body(record, place.partition)
        }
        return strangers
    }

    /// Where a record of the replay must lie.
    private func place(of record: OwnedRecord, _ input: Int32) -> Int32 {
        let count = max(1, log.counts[record.topic] ?? 1)
        if record.partition >= 0 { return record.partition }
        return record.key?.withUnsafeBytes { Placement.partition(of: $0, count: count) }
            ?? input % count
    }
}
