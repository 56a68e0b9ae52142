/// Little-endian numbers and length-prefixed spans: how the runtime's own records (envelope, task
/// record, kept broadcasts) are written. Formats are documented where they are written.
extension [UInt8] {
    mutating func append<Number: FixedWidthInteger>(number: Number) {
        Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
    }

    /// A span: its length as 4 bytes, then its bytes; -1 for `nil`.
    mutating func append(span: UnsafeRawBufferPointer?) {
        guard let span else { return append(number: Int32(-1)) }
        append(number: Int32(span.count))
        append(contentsOf: span)
    }

    mutating func append(span: String) {
        var span = span
        span.withUTF8 { append(span: UnsafeRawBufferPointer($0)) }
    }
}

/// The hash of Fowler, Noll and Vo, 64 bits: the same in every process, which Swift's is not; not
/// against anybody's will.
package enum FNV1a {
    /// Inlined, because the data path hashes in other modules: the generic call took a twentieth of the
    /// monitor's time.
    @inlinable
    package static func hash(_ bytes: some Sequence<UInt8>) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return hash
    }
}

/// The bytes end too early or hold what nobody wrote.
struct DamagedBytes: Error {}

/// Reads what the appenders above wrote.
struct BytesReader {
    private let bytes: UnsafeRawBufferPointer
    private var position = 0

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { position == bytes.count }

    mutating func number<Number: FixedWidthInteger>(_: Number.Type = Number.self)
        throws(DamagedBytes) -> Number
    {
        let size = MemoryLayout<Number>.size
        guard bytes.count - position >= size else { throw DamagedBytes() }
        defer { position += size }
        return Number(
            littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: Number.self))
    }

    mutating func span() throws(DamagedBytes) -> UnsafeRawBufferPointer? {
        let count = Int(try number(Int32.self))
        if count == -1 { return nil }
        guard count >= 0, bytes.count - position >= count else { throw DamagedBytes() }
        defer { position += count }
        return UnsafeRawBufferPointer(rebasing: bytes[position..<position + count])
    }

    mutating func text() throws(DamagedBytes) -> String {
        guard let span = try span() else { throw DamagedBytes() }
        return String(decoding: span, as: UTF8.self)
    }
}
