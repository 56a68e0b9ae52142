import Kafka

/// What the runtime keeps with each state, in the changelog and in memory alike:
///
///     0   format version, 1
///     1   the instant the key is woken at, 8 bytes little-endian; the largest number for none
///     9   the broadcasts it has seen, 4 bytes little-endian
///     13  the processor's bytes
///
/// The number of broadcasts is that of the key's last record, wake-up, or broadcast that changed
/// it or made it write; a broadcast that meets a key without effect leaves the envelope alone, so
/// that only keys that change are written (design, section 4, item 12).
struct Envelope {
    static let version: UInt8 = 1
    static let size = 13
    /// `due` of a key that is not to be woken.
    static let never = Instant.max

    let due: Instant
    let applied: UInt64
    let payload: UnsafeRawBufferPointer

    init(_ bytes: UnsafeRawBufferPointer) throws(DamagedBytes) {
        guard bytes.count >= Envelope.size, bytes[0] == Envelope.version else {
            throw DamagedBytes()
        }
        due = Envelope.due(of: bytes)
        applied = UInt64(
            UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 9, as: UInt32.self)))
        payload = UnsafeRawBufferPointer(rebasing: bytes[Envelope.size...])
    }

    /// The wake-up alone, of bytes known to be sound.
    static func due(of bytes: UnsafeRawBufferPointer) -> Instant {
        Instant(littleEndian: bytes.loadUnaligned(fromByteOffset: 1, as: Instant.self))
    }

    static func appendHeader(due: Instant, applied: UInt64, to bytes: inout [UInt8]) {
        bytes.append(version)
        bytes.append(number: due)
        bytes.append(number: UInt32(applied))
    }
}
