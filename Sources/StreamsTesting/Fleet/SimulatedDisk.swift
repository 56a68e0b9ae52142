import Kafka
import Streams

/// A process's disk: it outlives the process, and may be lost. Today the pages of crash markers;
/// whatever else a worker comes to keep (snapshots) belongs here, and is detached with them.
final class SimulatedDisk: WorkerDisk, @unchecked Sendable {
    // Unchecked: the simulation has one thread.
    let name = "a simulated disk"
    private var pages: [TopicPartition: Page] = [:]

    private final class Page {
        let bytes = UnsafeMutableRawPointer.allocate(byteCount: CrashMarker.size, alignment: 8)

        init(copying other: Page?) {
            bytes.initializeMemory(as: UInt8.self, repeating: 0, count: CrashMarker.size)
            if let other { bytes.copyMemory(from: other.bytes, byteCount: CrashMarker.size) }
        }

        deinit { bytes.deallocate() }
    }

    func crashMarker(group: String, place: TopicPartition) -> CrashMarker? {
        let page = pages[place] ?? Page(copying: nil)
        pages[place] = page
        return CrashMarker(page: page.bytes) { _ in withExtendedLifetime(page) {} }
    }

    /// The process has died: what a dead lane still does on its way out is not written.
    func detach() { pages = pages.mapValues { Page(copying: $0) } }

    /// A new, empty disk.
    func wipe() { pages = [:] }
}
