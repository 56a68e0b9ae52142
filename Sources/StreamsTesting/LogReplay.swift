package import Kafka
package import Streams

/// What one task makes of its input log, from the first record on, without a broker: the yardstick
/// of the exactly-once check (design, section 4, item 13). A read_committed reader of the real
/// topics must find exactly these outputs, each once, and these last values in the changelog.
package struct LogReplay {
    /// Everything written, dead letters included, in order. Partition and offset are -1 unless
    /// the processor named a partition.
    package let outputs: [OwnedRecord]
    /// Key → value of the changelog at the end as `StateFold` has them, the runtime's own keys among
    /// them.
    package let states: [[UInt8]: [UInt8]]
    /// The task record at the end; its writer is not the real one's (`withoutWriter`). `nil` for
    /// a pipeline without state or an empty log.
    package let taskRecord: TaskRecord?
    package let counters: TaskCounters

    /// Replays `log`: the records of the input partition as they lie on the broker, ticks
    /// included, in offset order. Partition counts must be the real ones. `endOffset` is where
    /// the real task's committed offset stands, if that is past the last record.
    package init(
        _ topology: Topology, partition: Int32, inputPartitions: Int32,
        outputPartitions: [Int32], group: String, log: some Sequence<OwnedRecord>,
        endOffset: Int64? = nil
    ) throws(TaskError) {
        let sink = CollectingSink(topics: topology.topics)
        let task = try TaskReplay(
            topology, partition: partition, inputPartitions: inputPartitions,
            outputPartitions: outputPartitions, group: group, into: sink)
        for record in log {
            try record.withView { (view) throws(TaskError) in try task.feed(view) }
        }
        let end = try task.finish(endOffset: endOffset)
        outputs = sink.records
        states = end.states
        taskRecord = end.taskRecord
        counters = task.counters
    }
}

/// The same for a log that comes record by record, with outputs that go as they come: nothing is
/// kept but the task's states. Confined to one thread.
package final class TaskReplay {
    private let topology: Topology
    private let task: any AnyTask
    private let sink: any OutputSink

    /// As `LogReplay`; outputs are written to `sink`.
    package init(
        _ topology: Topology, partition: Int32, inputPartitions: Int32,
        outputPartitions: [Int32], group: String, into sink: any OutputSink
    ) throws(TaskError) {
        self.topology = topology
        self.sink = sink
        task = topology.task(
            partition: partition, inputPartitions: inputPartitions,
            outputPartitions: outputPartitions, group: group, writer: "", isReplay: true)
        try task.finishRestore(committed: nil)
    }

    package var counters: TaskCounters { task.counters }

    /// Takes the next record of the input partition.
    package func feed(_ record: RecordView) throws(TaskError) {
        while true {
            let progress = try task.process(record, into: sink)
            if case .waits(let what) = progress { throw .missing(task: task.name, what: what) }
            guard progress == .more else { return }
        }
    }

    /// The log has ended: what broadcasts leave to do is done, and the changelog is as answered.
    /// Call it once, last.
    package func finish(
        endOffset: Int64? = nil
    ) throws(TaskError) -> (states: [[UInt8]: [UInt8]], taskRecord: TaskRecord?) {
        while try task.advance(budget: 1_000, into: sink) {}
        if let endOffset { task.skip(to: endOffset) }
        let changelog = CollectingSink(topics: topology.topics)
        try task.prepareCommit(into: changelog)
        let fold = StateFold()
        for record in changelog.records {
            do {
                try fold.take(record)
            } catch {
                preconditionFailure("a task writes what cannot be read: \(error)")
            }
        }
        let states = fold.states
        let taskRecord = states[ReservedKey.task].flatMap { bytes in
            bytes.withUnsafeBytes { try? TaskRecord(decoding: $0) }
        }
        return (states, taskRecord)
    }
}

extension Topology {
    /// What `OutgoingRecord.topic` counts, as `AnyTask.topics`.
    var topics: [String] { outputs + [deadLetters] + (changelog.map { [$0] } ?? []) }
}
