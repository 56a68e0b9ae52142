internal import Kafka
internal import Glibc

/// Remembers across deaths of the process which record of a partition was being processed, so
/// that a record that kills the process is found out (design D8). One file of 32 bytes a
/// partition, mapped into memory: marking a record is a store, and the page outlives the process,
/// though not the machine. Used by one thread.
///
/// Format, 8 bytes each, host order: "SWCRASH1", the offset in hand (-1 for none), the offset of
/// the last deaths (-1 for none), how many there were.
package final class CrashMarker {
    private let words: UnsafeMutablePointer<Int64>
    private static let magic = Int64(bitPattern: 0x3148_5341_5243_5753)  // "SWCRASH1"
    /// Bytes of a page.
    package static let size = 32
    private let free: (UnsafeMutableRawPointer) -> Void

    /// A marker on a page of `size` bytes, all 0 when new, that outlives the process. `free` takes
    /// it back.
    package init(
        page: UnsafeMutableRawPointer, free: @escaping (UnsafeMutableRawPointer) -> Void
    ) {
        words = page.bindMemory(to: Int64.self, capacity: 4)
        self.free = free
        guard words[0] != Self.magic else { return }
        words[0] = Self.magic
        words[1] = -1
        words[2] = -1
        words[3] = 0
    }

    deinit { free(UnsafeMutableRawPointer(words)) }

    /// Opens or makes the file. `nil` when that is not possible (a full or unwritable disk): a
    /// warning to the caller, not an outage.
    convenience init?(folder: String, group: String, place: TopicPartition) {
        mkdir(folder, 0o755)
        let name = "\(group).\(place.topic).\(place.partition).crash"
        let file = open("\(folder)/\(name)", O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard file >= 0 else { return nil }
        defer { close(file) }
        // Allocated, not only sized: a store into a hole of a full disk would be fatal.
        guard posix_fallocate(file, 0, off_t(Self.size)) == 0 else { return nil }
        let map = mmap(nil, Self.size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0)
        guard let map, map != MAP_FAILED else { return nil }
        self.init(page: map) { munmap($0, Self.size) }
    }

    /// Called when the partition is taken on: a record still in hand means that the process died
    /// of it, or at it. Returns that record and its deaths so far.
    func deaths() -> (offset: Int64, count: Int64)? {
        if words[1] >= 0 {
            words[3] = words[2] == words[1] ? words[3] + 1 : 1
            words[2] = words[1]
            words[1] = -1
        }
        return words[2] >= 0 ? (words[2], words[3]) : nil
    }

    /// The record in hand.
    func begin(_ offset: Int64) { words[1] = offset }
    /// It is done, and the process lives.
    func end() { words[1] = -1 }

    /// Everything before `offset` is committed: earlier deaths are settled.
    func settle(before offset: Int64) {
        guard words[2] >= 0, words[2] < offset else { return }
        words[2] = -1
        words[3] = 0
    }
}
