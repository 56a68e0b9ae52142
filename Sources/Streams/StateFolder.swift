internal import Dispatch
internal import Glibc
package import Kafka
internal import Synchronization

/// A folder on a real disk, two files a partition; made when it is first needed.
package struct StateFolder: WorkerDisk {
    package let name: String

    /// `path` of the folder; its parent must exist.
    package init(_ path: String) { name = path }

    package func crashMarker(group: String, place: TopicPartition) -> CrashMarker? {
        CrashMarker(folder: name, group: group, place: place)
    }

    package func snapshot(group: String, place: TopicPartition) -> (any SnapshotSource)? {
        SnapshotFile(path(group, place))
    }

    package func newSnapshot(
        group: String, place: TopicPartition
    ) throws(DiskError) -> any SnapshotSink {
        mkdir(name, 0o755)
        let path = path(group, place)
        clear(path)
        // Two processes of one folder may write at once, for one gives a partition to the other;
        // and one process again, before it has let go of what it gave up.
        let number = StateFolder.numbers.add(1, ordering: .relaxed).newValue
        return try SnapshotFileSink(
            writing: "\(path).\(getpid())-\(number)", then: path, in: name)
    }

    private static let numbers = Atomic<Int>(0)

    /// Removes what processes that died while they wrote have left behind an hour ago.
    private func clear(_ path: String) {
        guard let folder = opendir(name) else { return }
        defer { closedir(folder) }
        let prefix = path.dropFirst(name.utf8.count + 1) + "."
        while let entry = readdir(folder) {
            let file = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            var status = stat()
            guard file.hasPrefix(prefix), stat("\(name)/\(file)", &status) == 0,
                time(nil) - status.st_mtim.tv_sec > 3_600
            else { continue }
            unlink("\(name)/\(file)")
        }
    }

    private func path(_ group: String, _ place: TopicPartition) -> String {
        "\(name)/\(group).\(place.topic).\(place.partition).snapshot"
    }
}

/// A snapshot as a file, read.
private final class SnapshotFile: SnapshotSource {
    private let file: Int32

    init?(_ path: String) {
        file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        // From front to back, once.
        posix_fadvise(file, 0, 0, POSIX_FADV_SEQUENTIAL)
    }

    deinit { if file >= 0 { close(file) } }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int? {
        var count = 0
        while count < buffer.count {
            let got = Glibc.read(file, buffer.baseAddress! + count, buffer.count - count)
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { return nil }
            if got == 0 { break }
            count += got
        }
        return count
    }
}

/// A snapshot as a file, being written under another name by a thread of the system's, so that a
/// slow disk holds no lane up.
package final class SnapshotFileSink: SnapshotSink, @unchecked Sendable {
    // Unchecked: `file` and `written` are used on the queue alone.

    /// Bytes that may wait for the disk.
    private static let waitingMax = 8 << 20

    private let queue = DispatchQueue(label: "shouwang.snapshot", qos: .utility)
    private let path: String
    private let temporary: String
    private let folder: String
    private var file: Int32
    private var written = 0
    private let waiting = Atomic<Int>(0)
    private let state = Mutex(SnapshotOutcome.writing)

    /// Writes the file `temporary`, and gives it the name `path` when it is whole; both in `folder`.
    package init(
        writing temporary: String, then path: String, in folder: String
    ) throws(DiskError) {
        self.path = path
        self.folder = folder
        self.temporary = temporary
        file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw SnapshotFileSink.error(temporary) }
    }

    deinit {
        guard file >= 0 else { return }
        close(file)
        unlink(temporary)
    }

    package var outcome: SnapshotOutcome { state.withLock { $0 } }
    package var isBehind: Bool { waiting.load(ordering: .relaxed) > SnapshotFileSink.waitingMax }

    package func append(_ payload: [UInt8]) {
        waiting.add(payload.count, ordering: .relaxed)
        queue.async { [self] in
            defer { waiting.subtract(payload.count, ordering: .relaxed) }
            guard file >= 0 else { return }
            guard write(SnapshotBlock.head(of: payload)), write(payload) else { return fail() }
            written += SnapshotBlock.overhead + payload.count
        }
    }

    /// On the queue. False when the disk refuses.
    private func write(_ bytes: [UInt8]) -> Bool {
        var done = 0
        while done < bytes.count {
            let got = bytes.withUnsafeBytes {
                Glibc.write(file, $0.baseAddress! + done, $0.count - done)
            }
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { return false }
            done += got
        }
        return true
    }

    package func finish() {
        queue.async { [self] in
            guard file >= 0 else { return }
            guard fsync(file) == 0, rename(temporary, path) == 0 else { return fail() }
            close(file)
            file = -1
            // The new name, too, must outlive a power cut; without it the old snapshot does.
            let directory = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            if directory >= 0 {
                fsync(directory)
                close(directory)
            }
            state.withLock { $0 = .written(bytes: written) }
        }
    }

    /// On the queue: what `errno` says ends the writing.
    private func fail() {
        let error = SnapshotFileSink.error(temporary)
        close(file)
        file = -1
        unlink(temporary)
        state.withLock { $0 = .failed(error) }
    }

    private static func error(_ path: String) -> DiskError {
        DiskError("\(path): \(String(cString: strerror(errno)))")
    }
}
