import Kafka
import Streams

/// A process's disk: it outlives the process, and may be lost. It holds the pages of crash markers
/// and snapshots. Of three deaths one cuts a snapshot off, and one flips a bit.
final class SimulatedDisk: WorkerDisk, @unchecked Sendable {
    // Unchecked: the simulation has one thread.
    let name = "a simulated disk"
    private var pages: [TopicPartition: Page] = [:]
    fileprivate var snapshots: [TopicPartition: [UInt8]] = [:]
    /// Grows with each death: what a dead process goes on to write is not kept.
    fileprivate var deaths = 0

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
    func detach() {
        pages = pages.mapValues { Page(copying: $0) }
        deaths += 1
        for place in snapshots.keys {
            let count = snapshots[place]!.count
            switch (deaths + Int(place.partition)) % 3 {
            case 0: snapshots[place]!.removeLast(min(count, 1 + count / 4))
            case 1 where count > 0: snapshots[place]![count / 2] ^= 0x04
            default: break
            }
        }
    }

    /// A new, empty disk.
    func wipe() {
        pages = [:]
        snapshots = [:]
    }

    func snapshot(group: String, place: TopicPartition) -> (any SnapshotSource)? {
        snapshots[place].map(SimulatedSnapshot.init)
    }

    func newSnapshot(
        group: String, place: TopicPartition
    ) throws(DiskError) -> any SnapshotSink {
        NewSimulatedSnapshot(self, place)
    }
}

private final class SimulatedSnapshot: SnapshotSource {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int? {
        let taken = rest.prefix(buffer.count)
        buffer.copyBytes(from: taken)
        rest = rest.dropFirst(taken.count)
        return taken.count
    }
}

private final class NewSimulatedSnapshot: SnapshotSink {
    private let disk: SimulatedDisk
    private let place: TopicPartition
    private let deaths: Int
    private var bytes: [UInt8] = []
    private(set) var outcome = SnapshotOutcome.writing
    let isBehind = false

    init(_ disk: SimulatedDisk, _ place: TopicPartition) {
        self.disk = disk
        self.place = place
        deaths = disk.deaths
    }

    func append(_ payload: [UInt8]) { bytes += SnapshotBlock.head(of: payload) + payload }

    func finish() {
        outcome = .written(bytes: bytes.count)
        if disk.deaths == deaths { disk.snapshots[place] = bytes }
    }
}
