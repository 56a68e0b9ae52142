package import Kafka

/// What a worker keeps on its machine: nothing that Kafka does not have, so losing it costs time at
/// most. Its lanes ask from their own threads.
package protocol WorkerDisk: Sendable {
    /// Where it is, for messages.
    var name: String { get }
    /// The crash marker of an input partition, as the last process left it; `nil` when none can be
    /// kept (a full disk).
    func crashMarker(group: String, place: TopicPartition) -> CrashMarker?
}

/// A folder on a real disk, one small file a partition; made when it is first needed.
package struct StateFolder: WorkerDisk {
    package let name: String

    /// `path` of the folder; its parent must exist.
    package init(_ path: String) { name = path }

    package func crashMarker(group: String, place: TopicPartition) -> CrashMarker? {
        CrashMarker(folder: name, group: group, place: place)
    }
}
