package import Kafka

/// The task engine (skeleton: bodies follow).
package final class PartitionTask<P: Processor>: AnyTask {
    package let name: String
    package let partition: Int32
    package let topics: [String]
    package let isStateful: Bool
    package var nextOffset: Int64?
    package var streamTime: Instant?
    package var hasUncommitted: Bool { false }
    package var hasBacklog: Bool { false }
    package var dirtyCount: Int { 0 }
    package var counters = TaskCounters()
    package var keyCount: Int { 0 }
    package var stateBytes: Int { 0 }
    package var lastWriter: String?

    package init(processor: P, settings: TaskSettings) {
        name = "\(settings.pipeline)/\(settings.partition)"
        partition = settings.partition
        isStateful = P.State.self != NoState.self || P.Shared.self != NoState.self
        topics =
            processor.outputs + ["dead.\(settings.pipeline)"]
            + (isStateful ? ["state.\(settings.pipeline)"] : [])
    }

    package func restore(key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer?)
        throws(TaskError)
    { fatalError("not yet") }
    package func finishRestore(committed: Int64?) throws(TaskError) { fatalError("not yet") }
    package func process(
        _ record: RecordView, refusing: RecordFailure?, attempts: Int, budget: Int,
        into sink: any OutputSink
    ) throws(TaskError) -> Progress { fatalError("not yet") }
    package func advance(budget: Int, into sink: any OutputSink) throws(TaskError) -> Bool {
        fatalError("not yet")
    }
    package func skip(to offset: Int64) {}
    package func prepareCommit(into sink: any OutputSink) throws(TaskError) {
        fatalError("not yet")
    }
    package func didCommit() {}
    package func didAbort() {}
}
