internal import CChecksum

/// A snapshot of one task's state, as a file: what its changelog would give up to an offset, so
/// that a restore need only read the changelog from there (design, section 4, item 8).
///
/// Format, numbers little-endian, spans as a 4-byte length and bytes. Blocks, one after the other:
/// length of the payload (4), CRC-32C of the payload (4), payload.
/// - The first payload: "SWSNAP" (6), version (2, now 2), group, input topic (spans), partition
///   (4), lineage (8, `TaskRecord.lineage`), changelog offset (8), time of writing (8,
///   milliseconds since 1970).
/// - Then any number of payloads of records: key and value spans, as in the changelog, each key
///   once, a state's tail behind its whole, else in no order, the task record among them.
/// - The last payload: "SWEND" (5), number of records (8). The file ends with it.
///
/// States are written while records are being processed, so those of different keys may be of
/// different instants, all at or after the offset's. That does not matter: every later change is in
/// the changelog from the offset on, as a whole state or as the tail of one that is there or here
/// (`Envelope`), and the last one wins.
package struct SnapshotHeader: Equatable, Sendable {
    package static let version: UInt16 = 2

    package let group: String
    package let topic: String
    package let partition: Int32
    /// Whose state it is: another changelog of the same name has another lineage.
    package let lineage: UInt64
    /// Where the changelog must be read on; a task record stands there or later.
    package let changelogOffset: Int64
    /// Milliseconds since 1970.
    package let written: Int64

    private static let magic = Array("SWSNAP".utf8)

    /// Appends it as it stands in a file.
    package func encode(into bytes: inout [UInt8]) {
        bytes += SnapshotHeader.magic
        bytes.append(number: SnapshotHeader.version)
        bytes.append(span: group)
        bytes.append(span: topic)
        bytes.append(number: partition)
        bytes.append(number: lineage)
        bytes.append(number: changelogOffset)
        bytes.append(number: written)
    }

    /// Throws when `encode` of this version has not written it.
    package init(decoding bytes: UnsafeRawBufferPointer) throws(SnapshotProblem) {
        guard bytes.starts(with: SnapshotHeader.magic) else { throw .foreign("it is no snapshot") }
        do throws(DamagedBytes) {
            var reader = BytesReader(UnsafeRawBufferPointer(rebasing: bytes.dropFirst(6)))
            let version = try reader.number(UInt16.self)
            guard version == SnapshotHeader.version else { throw DamagedBytes() }
            group = try reader.text()
            topic = try reader.text()
            partition = try reader.number()
            lineage = try reader.number()
            changelogOffset = try reader.number()
            written = try reader.number()
            guard reader.isAtEnd else { throw DamagedBytes() }
        } catch {
            throw .foreign("it has another version")
        }
    }

    package init(
        group: String, topic: String, partition: Int32, lineage: UInt64, changelogOffset: Int64,
        written: Int64
    ) {
        self.group = group
        self.topic = topic
        self.partition = partition
        self.lineage = lineage
        self.changelogOffset = changelogOffset
        self.written = written
    }
}

/// Why a snapshot is not used. Never an error: the changelog has everything.
package enum SnapshotProblem: Error, Equatable, Sendable, CustomStringConvertible {
    /// Cut off, changed, or not readable.
    case damaged(String)
    /// Of another version, group, partition or changelog.
    case foreign(String)
    /// Deletions since it was written may be forgotten, or its offset is not in the changelog.
    case old(String)

    package var description: String {
        switch self {
        case .damaged(let what): "damaged: \(what)"
        case .foreign(let what): "not of this task: \(what)"
        case .old(let what): "too old: \(what)"
        }
    }
}

/// Blocks of a snapshot. See `SnapshotHeader`.
package enum SnapshotBlock {
    /// Bytes of records in a block, beyond which it is closed.
    static let size = 1 << 20
    /// No block is longer: one record may be as long as Kafka takes them.
    static let limit = size + Limits.recordBytes + 64
    /// Bytes in front of the payload.
    package static let overhead = 8
    static let end = Array("SWEND".utf8)

    /// What stands in front of a payload.
    package static func head(of payload: [UInt8]) -> [UInt8] {
        var head: [UInt8] = []
        head.append(number: UInt32(payload.count))
        head.append(number: payload.withUnsafeBytes(checksum))
        return head
    }

    static func checksum(_ payload: UnsafeRawBufferPointer) -> UInt32 {
        shouwang_crc32c(0, payload.baseAddress, payload.count)
    }
}

/// Reads a snapshot block by block. Owned by one thread; what it has given before a throw must be
/// dropped.
package struct SnapshotReader {
    package let header: SnapshotHeader
    private let source: any SnapshotSource
    private var records: UInt64 = 0
    /// Everything has been read, and it was whole.
    package private(set) var isAtEnd = false

    /// Reads the header. Throws when it is not one of ours.
    package init(_ source: any SnapshotSource) throws(SnapshotProblem) {
        self.source = source
        let payload = try SnapshotReader.payload(source)
        // Of `withUnsafeBytes` the compiler forgets which error it throws.
        let read = payload.withUnsafeBytes { bytes in
            Result { () throws(SnapshotProblem) in try SnapshotHeader(decoding: bytes) }
        }
        header = try read.get()
    }

    /// Reads one block and hands over its records. Sets `isAtEnd` with the last one. Throws what
    /// is wrong with the file, or the first error of `body`.
    package mutating func block(
        _ body: (_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) throws -> Void
    ) throws {
        let payload = try SnapshotReader.payload(source)
        try payload.withUnsafeBytes { bytes in
            do {
                if bytes.starts(with: SnapshotBlock.end), bytes.count == 13 {
                    var reader = BytesReader(UnsafeRawBufferPointer(rebasing: bytes.dropFirst(5)))
                    guard try reader.number(UInt64.self) == records else {
                        throw SnapshotProblem.damaged("records are missing")
                    }
                    isAtEnd = true
                    return
                }
                var reader = BytesReader(bytes)
                while !reader.isAtEnd {
                    guard let key = try reader.span(), let value = try reader.span() else {
                        throw DamagedBytes()
                    }
                    try body(key, value)
                    records += 1
                }
            } catch is DamagedBytes {
                throw SnapshotProblem.damaged("a block does not hold records")
            }
        }
        if isAtEnd, try SnapshotReader.bytes(source, 1).count != 0 {
            throw SnapshotProblem.damaged("it goes on behind its end")
        }
    }

    private static func payload(_ source: any SnapshotSource) throws(SnapshotProblem) -> [UInt8] {
        let head = try bytes(source, SnapshotBlock.overhead)
        guard head.count == SnapshotBlock.overhead else { throw .damaged("it is cut off") }
        let numbers = head.withUnsafeBytes {
            ($0.loadUnaligned(as: UInt32.self), $0.loadUnaligned(fromByteOffset: 4, as: UInt32.self))
        }
        let count = Int(UInt32(littleEndian: numbers.0))
        guard count <= SnapshotBlock.limit else { throw .damaged("a block has no sound length") }
        let payload = try bytes(source, count)
        guard payload.count == count else { throw .damaged("it is cut off") }
        guard payload.withUnsafeBytes(SnapshotBlock.checksum) == UInt32(littleEndian: numbers.1)
        else { throw .damaged("a checksum does not fit") }
        return payload
    }

    private static func bytes(
        _ source: any SnapshotSource, _ count: Int
    ) throws(SnapshotProblem) -> [UInt8] {
        var failed = false
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            guard let read = source.read(into: UnsafeMutableRawBufferPointer(buffer)) else {
                failed = true
                return
            }
            filled = read
        }
        if failed { throw .damaged("it cannot be read") }
        return bytes
    }
}
