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
        let task = topology.task(
            partition: partition, inputPartitions: inputPartitions,
            outputPartitions: outputPartitions, group: group, writer: "", isReplay: true)
        try task.finishRestore(committed: nil)
        let sink = CollectingSink(topics: task.topics)
        for record in log {
            try record.withView { (view) throws(TaskError) in
                while try task.process(view, into: sink) == .more {}
            }
        }
        while try task.advance(budget: 1_000, into: sink) {}
        if let endOffset { task.skip(to: endOffset) }
        outputs = sink.records
        sink.records = []
        try task.prepareCommit(into: sink)
        let fold = StateFold()
        for record in sink.records {
            do {
                try fold.take(record)
            } catch {
                preconditionFailure("a task writes what cannot be read: \(error)")
            }
        }
        let states = fold.states
        self.states = states
        taskRecord = states[ReservedKey.task].flatMap { bytes in
            bytes.withUnsafeBytes { try? TaskRecord(decoding: $0) }
        }
        counters = task.counters
    }
}
