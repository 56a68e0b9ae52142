package import Kafka
package import Streams

/// Runs pipelines without a broker: topics in memory, a clock by hand (formats, section 10). Each
/// record fed goes through all hops before the next one. States stay decoded and nothing is
/// committed, so a fact costs what its processors cost. Deterministic; confined to one thread.
///
///     let driver = ReplayDriver()
///     driver.add(Topology(name: "medical", input: "feed.medical", processor: intake))
///     driver.onOutput(of: "alerts") { record in ... }
///     try driver.feed(record)                  // to record.topic
///     try driver.advance(to: midnight)
///
/// Add pipelines in the order of the path: time passes in that order. A pipeline whose output
/// another reads may be added before or after it.
package final class ReplayDriver {
    /// How many partitions every topic has.
    package let partitions: Int32
    private var topics: [String: ReplayTopic] = [:]
    private var pipelines: [(topology: Topology, input: ReplayTopic)] = []
    private let line = ReplayLine()

    package init(partitions: Int32 = 1) {
        precondition(partitions > 0)
        self.partitions = partitions
    }

    /// Adds a pipeline. Two pipelines can't read one topic. `group` is the consumer group that dead
    /// letters name, `shouwang.<pipeline>` unless given.
    package func add(_ topology: Topology, group: String? = nil) {
        let input = topic(topology.input)
        precondition(input.tasks.isEmpty, "\(topology.input) is read by another pipeline already")
        let counts = topology.outputs.map { topic($0).partitions }
        for partition in 0..<partitions {
            let task = topology.task(
                partition: partition, inputPartitions: partitions, outputPartitions: counts,
                group: group ?? "shouwang.\(topology.name)", writer: "replay", isReplay: true)
            do {
                try task.finishRestore(committed: nil)
            } catch {
                preconditionFailure("a new task without state refuses to start: \(error)")
            }
            input.tasks.append(task)
        }
        input.sink = ReplaySink(topics: input.tasks[0].topics.map(topic), line: line)
        pipelines.append((topology, input))
    }

    /// Calls `body` with each record written to a topic, fed records and ticks included, in
    /// order. The view is valid during the call.
    package func onOutput(of name: String, _ body: @escaping (RecordView) -> Void) {
        topic(name).observers.append(body)
    }

    /// Keeps each record written to the topics from now on, for `outputs`.
    package func collect(_ names: String...) {
        for name in names { topic(name).isCollected = true }
    }

    /// What was collected of a topic, in the order written (over all partitions).
    package func outputs(_ name: String) -> [OwnedRecord] {
        topic(name).collected
    }

    /// Appends a record to its topic (placing it by its key; its own partition and offset don't
    /// count) and runs everything that follows from it. Throws what a task refuses to go on with.
    /// `refusing` makes it a dead letter without asking the pipeline.
    package func feed(_ record: OwnedRecord, refusing: RecordFailure? = nil) throws(TaskError) {
        try record.withView { (view) throws(TaskError) in
            try feed(
                topic: view.topic, timestamp: view.timestamp, key: view.key, value: view.value,
                headers: view.headers, refusing: refusing)
        }
    }

    /// The same from borrowed bytes.
    package func feed(
        topic name: String, timestamp: Instant, key: UnsafeRawBufferPointer?,
        value: UnsafeRawBufferPointer?, headers: UnsafeBufferPointer<HeaderView>,
        refusing: RecordFailure? = nil
    ) throws(TaskError) {
        let topic = topic(name)
        let partition = topic.place(key)
        let record = RecordView(
            topic: name, partition: partition, offset: topic.takeOffset(partition),
            timestamp: timestamp, key: key, value: value, headers: headers)
        topic.show(record)
        guard !topic.tasks.isEmpty else { return }
        try run(topic, record, refusing: refusing)
        try drain()
    }

    /// Lets time pass: a tick to every partition with state, in pipeline order, each followed by
    /// everything downstream of it. An instant in the past changes nothing.
    package func advance(to instant: Instant) throws(TaskError) {
        for (topology, input) in pipelines where topology.isStateful {
            for partition in 0..<partitions {
                let tick = OwnedRecord(
                    topic: input.name, partition: partition, offset: input.takeOffset(partition),
                    timestamp: instant, headers: [.init(Tick.name, nil)])
                try tick.withView { (tick) throws(TaskError) in
                    input.show(tick)
                    try run(input, tick)
                }
                try drain()
            }
        }
    }

    /// The counters of a pipeline, summed over its partitions; `nil` for one not added.
    package func counters(of pipeline: String) -> TaskCounters? {
        pipelines.first { $0.topology.name == pipeline }.map { entry in
            entry.input.tasks.reduce(TaskCounters()) { $0 + $1.counters }
        }
    }

    /// All states of a pipeline as its changelog would hold them, by partition and key. Call it
    /// once, at the end.
    package func states(of pipeline: String) throws(TaskError) -> [OwnedRecord] {
        var records: [OwnedRecord] = []
        for entry in pipelines where entry.topology.name == pipeline {
            for task in entry.input.tasks {
                let sink = CollectingSink(topics: task.topics)
                try task.prepareCommit(into: sink)
                records += sink.records
            }
        }
        return records
    }

    /// One record through its task.
    private func run(
        _ topic: ReplayTopic, _ record: RecordView, refusing: RecordFailure? = nil
    ) throws(TaskError) {
        let task = topic.tasks[Int(record.partition)]
        while true {
            let progress = try task.process(
                record, refusing: refusing, attempts: 1, budget: Limits.wakeUpsPerCall,
                into: topic.sink!)
            if case .waits(let what) = progress { throw .missing(task: task.name, what: what) }
            guard progress == .more else { break }
        }
        while task.hasBacklog, try task.advance(budget: 1_000, into: topic.sink!) {}
    }

    private func drain() throws(TaskError) {
        var next = 0
        while next < line.waiting.count {
            let (topic, record) = line.waiting[next]
            next += 1
            try run(topic, record)
        }
        line.waiting.removeAll(keepingCapacity: true)
        line.arena.reset()
    }

    private func topic(_ name: String) -> ReplayTopic {
        if let topic = topics[name] { return topic }
        let topic = ReplayTopic(name: name, partitions: partitions)
        topics[name] = topic
        return topic
    }
}
