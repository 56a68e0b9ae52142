import Glibc
import Kafka

/// What the runtime keeps with each state, in the changelog, in snapshots and in memory alike.
///
/// A state's record under its own key holds it **whole**:
///
///     0   format version, 2
///     1   the instant the key is woken at, 8 bytes little-endian; the largest number for none
///     9   the broadcasts it has seen, 4 bytes little-endian
///     13  edition: how often the key was written whole, 4 bytes little-endian
///     17  the processor's bytes
///
/// While its first bytes stay as they are, what follows is written instead of the whole: its
/// **tail**, under `ReservedKey.tail` and the key. A fact then costs what it says, and not what is
/// known of its household. The tail's record begins as the whole one's, with the edition of the
/// whole that it continues; then:
///
///     17  the processor's bytes of the whole that still count, 4 bytes little-endian
///     21  the processor's bytes behind these
///
/// A whole record ends the tail before it: one of another edition is passed over. Both are read
/// back with at most two records a key, whatever compaction leaves.
///
/// The number of broadcasts is that of the key's last record, wake-up, or broadcast that changed
/// it or made it write; a broadcast that meets a key without effect leaves the envelope alone, so
/// that only keys that change are written (design, section 4, item 12).
struct Envelope {
    static let version: UInt8 = 2
    /// Bytes in front of the processor's in a whole record, and in a tail's.
    static let size = 17
    static let tailSize = 21
    /// `due` of a key that is not to be woken.
    static let never = Instant.max

    let due: Instant
    let applied: UInt64
    let edition: UInt32

    init(due: Instant, applied: UInt64, edition: UInt32) {
        self.due = due
        self.applied = applied
        self.edition = edition
    }

    /// Of a whole record or a tail's.
    init(_ bytes: UnsafeRawBufferPointer) throws(DamagedBytes) {
        guard bytes.count >= Envelope.size, bytes[0] == Envelope.version else {
            throw DamagedBytes()
        }
        self.init(sound: bytes)
    }

    /// Of bytes known to be sound.
    init(sound bytes: UnsafeRawBufferPointer) {
        due = Instant(littleEndian: bytes.loadUnaligned(fromByteOffset: 1, as: Instant.self))
        applied = UInt64(
            UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 9, as: UInt32.self)))
        edition = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 13, as: UInt32.self))
    }

    /// Writes it at the beginning of `bytes`; of a tail when `kept` says how much of the whole
    /// still counts.
    func write(to bytes: UnsafeMutableRawBufferPointer, kept: Int? = nil) {
        bytes[0] = Envelope.version
        bytes.storeBytes(of: due.littleEndian, toByteOffset: 1, as: Instant.self)
        bytes.storeBytes(of: UInt32(applied).littleEndian, toByteOffset: 9, as: UInt32.self)
        bytes.storeBytes(of: edition.littleEndian, toByteOffset: 13, as: UInt32.self)
        guard let kept else { return }
        bytes.storeBytes(of: UInt32(kept).littleEndian, toByteOffset: 17, as: UInt32.self)
    }
}

/// A key's state as it is stored, borrowed: valid until the store changes.
struct StoredState {
    /// The whole record, and its tail's; the latter empty where there is none.
    let whole: UnsafeRawBufferPointer
    let tail: UnsafeRawBufferPointer

    /// The envelope in force.
    var envelope: Envelope { Envelope(sound: tail.isEmpty ? whole : tail) }

    /// The processor's bytes of the whole record.
    var payload: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: whole[Envelope.size...])
    }

    /// Those of them that count, and what follows them.
    var parts: (kept: UnsafeRawBufferPointer, rest: UnsafeRawBufferPointer) {
        guard !tail.isEmpty else { return (payload, tail) }
        let kept = Int(
            UInt32(littleEndian: tail.loadUnaligned(fromByteOffset: 17, as: UInt32.self)))
        return (
            UnsafeRawBufferPointer(rebasing: payload[..<kept]),
            UnsafeRawBufferPointer(rebasing: tail[Envelope.tailSize...])
        )
    }

    /// Bytes of the processor's state.
    var payloadCount: Int {
        let parts = parts
        return parts.kept.count + parts.rest.count
    }

    /// Lends the processor's bytes in one piece.
    func withPayload<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        guard !tail.isEmpty else { return try body(payload) }
        let (kept, rest) = parts
        return try withUnsafeTemporaryAllocation(
            byteCount: kept.count + rest.count, alignment: 8
        ) { bytes in
            bytes.copyMemory(from: kept)
            UnsafeMutableRawBufferPointer(rebasing: bytes[kept.count...]).copyMemory(from: rest)
            return try body(UnsafeRawBufferPointer(bytes))
        }
    }

    /// True when these are the processor's bytes. `shared` says how many of them are the whole's.
    func holds(_ bytes: UnsafeRawBufferPointer, shared: Int) -> Bool {
        let (kept, rest) = parts
        guard bytes.count == kept.count + rest.count, shared >= kept.count else { return false }
        return rest.isEmpty
            || memcmp(bytes.baseAddress! + kept.count, rest.baseAddress!, rest.count) == 0
    }
}

extension UnsafeRawBufferPointer {
    /// How many bytes at the front are the same.
    func sharedPrefix(_ other: UnsafeRawBufferPointer) -> Int {
        let count = Swift.min(self.count, other.count)
        var position = 0
        while position + 8 <= count {
            let difference =
                loadUnaligned(fromByteOffset: position, as: UInt64.self)
                ^ other.loadUnaligned(fromByteOffset: position, as: UInt64.self)
            if difference != 0 {
                return position + UInt64(littleEndian: difference).trailingZeroBitCount / 8
            }
            position += 8
        }
        while position < count, self[position] == other[position] { position += 1 }
        return position
    }
}
