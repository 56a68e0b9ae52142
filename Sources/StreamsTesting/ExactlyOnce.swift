import Kafka
package import Streams

/// The exactly-once check (design, section 4, item 13): each task's input partition, as it lies on
/// the broker, goes through the replay driver, and the topics must hold exactly what comes of it,
/// each record once. It trusts nothing but the input logs and the processors.
package struct ExactlyOnce: Sendable {
    /// A pipeline with the group that runs it.
    package struct Pipeline: Sendable {
        package let topology: Topology
        package let group: String

        /// `group` is the consumer group, which dead letters name.
        package init(topology: Topology, group: String) {
            self.topology = topology
            self.group = group
        }
    }

    /// What was checked, and what is wrong.
    package struct Report: Sendable {
        /// One line each, with topic, partition and offset or cause; never with what records say.
        package var problems: [String] = []
        /// Input partitions.
        package var tasks = 0
        /// Records of inputs without state: what departments and officers sent.
        package var received = 0
        /// What such records left, dead letters not counted.
        package var facts = 0
        /// Dead letters of such records; in a streamed check, all.
        package var deadLetters = 0
        /// Outputs found where they had to be, of all pipelines.
        package var outputs = 0
        /// Keys in the changelogs.
        package var states = 0

        /// More than anyone reads; the rest is counted.
        package static let shown = 40

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

        /// The counts in one line.
        package var summary: String {
            "\(tasks) tasks: \(received) received = facts of \(received - refused) + dead letters "
                + "of \(refused); \(outputs) outputs, \(states) states, "
                + "\(problems.count) problems"
        }

        /// Received records that became dead letters.
        package var refused = 0
    }

    package let pipelines: [Pipeline]
    package let log: BrokerLog
    /// Topics whose records commands name as the cause of what they write to inputs.
    private let orders: Set<String>

    package init(pipelines: [Pipeline], log: BrokerLog, orders: Set<String> = []) {
        self.pipelines = pipelines
        self.log = log
        self.orders = orders
    }

    /// Checks every task; as many at once as there are cores.
    package func check() async -> Report {
        let (parts, strangers) = parts()
        var report = Report(problems: strangers)
        await withTaskGroup(of: Report.self) { group in
            for part in parts { group.addTask { check(part) } }
            for await part in group { report.add(part) }
        }
        report.problems.sort()
        return report
    }

    /// One task with what names it as its cause.
    private struct Part {
        let pipeline: Pipeline
        let partition: Int32
        let found: [OwnedRecord]
    }

    /// Every task; and what is wrong with records that belong to none.
    private func parts() -> (parts: [Part], problems: [String]) {
        let (found, strangers) = sort()
        let problems =
            strangers
            + replayProblems(
                pipelines.map(\.topology.input), pipelines.map(\.topology.deadLetters))
        let parts = pipelines.flatMap { pipeline in
            (0..<(log.counts[pipeline.topology.input] ?? 0)).map { partition in
                Part(
                    pipeline: pipeline, partition: partition,
                    found: found[TopicPartition(pipeline.topology.input, partition)] ?? [])
            }
        }
        return (parts, problems)
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
                let place = record.cause.flatMap(CauseText.init)?.place
                // Sent back by hand: `replayProblems` looks at it.
                if let place, letters.contains(place.topic) { continue }
                if let place, orders.contains(place.topic) { continue }
                guard let place, inputs.contains(place.topic) else {
                    strangers.append("\(record.place): no cause of ours")
                    continue
                }
                found[place, default: []].append(record)
            }
        }
        return (found, strangers)
    }

    private func check(_ part: Part) -> Report {
        let (pipeline, partition, found) = (part.pipeline, part.partition, part.found)
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
            report.problems += compare(replay.states, replay.taskRecord, states).map { "\(name): \($0)" }
        } else {
            account(input, replay.outputs, topology, &report)
        }
        return report
    }
}
