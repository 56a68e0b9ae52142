/// Reads bytes front to back; every read is checked.
public struct ByteReader {
    private let bytes: UnsafeRawBufferPointer
    /// Bytes read.
    public private(set) var position = 0

    public init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    /// Bytes to read.
    public var remaining: Int { bytes.count - position }

    /// The bytes read since a position.
    func slice(from start: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: bytes[start..<position])
    }

    /// The record ends too early, or holds a code this program does not know.
    public struct Damaged: Error, Equatable {
        public init() {}
    }

    public var isAtEnd: Bool { position == bytes.count }

    public mutating func byte() throws(Damaged) -> UInt8 {
        guard position < bytes.count else { throw Damaged() }
        defer { position += 1 }
        return bytes[position]
    }

    /// Unsigned LEB128.
    public mutating func unsigned() throws(Damaged) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let next = try byte()
            guard shift < 64 else { throw Damaged() }
            value |= UInt64(next & 0x7f) << shift
            if next & 0x80 == 0 { return value }
            shift += 7
        }
    }

    /// Zigzag LEB128.
    public mutating func signed() throws(Damaged) -> Int64 {
        let raw = try unsigned()
        return Int64(bitPattern: raw >> 1) ^ -Int64(bitPattern: raw & 1)
    }

    /// A length-prefixed span of bytes, borrowed.
    public mutating func span() throws(Damaged) -> UnsafeRawBufferPointer {
        let count = try unsigned()
        guard count <= UInt64(bytes.count - position) else { throw Damaged() }
        defer { position += Int(count) }
        return UnsafeRawBufferPointer(rebasing: bytes[position..<(position + Int(count))])
    }

    public mutating func text() throws(Damaged) -> String {
        String(decoding: try span(), as: UTF8.self)
    }

    public mutating func pseudonym() throws(Damaged) -> Pseudonym {
        guard bytes.count - position >= 16 else { throw Damaged() }
        defer { position += 16 }
        return Pseudonym(
            high: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self)),
            low: UInt64(
                bigEndian: bytes.loadUnaligned(fromByteOffset: position + 8, as: UInt64.self)))
    }
}

/// What `ByteReader` reads.
extension [UInt8] {
    public mutating func appendUnsigned(_ value: UInt64) {
        var value = value
        while value > 0x7f {
            append(UInt8(truncatingIfNeeded: value) | 0x80)
            value >>= 7
        }
        append(UInt8(value))
    }

    public mutating func appendSigned(_ value: Int64) {
        appendUnsigned(UInt64(bitPattern: value << 1 ^ value >> 63))
    }

    public mutating func appendSpan(_ text: String) {
        appendUnsigned(UInt64(text.utf8.count))
        append(contentsOf: text.utf8)
    }

    public mutating func appendPseudonym(_ pseudonym: Pseudonym) {
        Swift.withUnsafeBytes(of: pseudonym.high.bigEndian) { append(contentsOf: $0) }
        Swift.withUnsafeBytes(of: pseudonym.low.bigEndian) { append(contentsOf: $0) }
    }
}

/// Writes what `ByteReader` reads, into memory that is known to be large enough.
private struct ByteWriter {
    private let memory: UnsafeMutableRawBufferPointer
    private(set) var count = 0

    init(_ memory: UnsafeMutableRawBufferPointer) {
        self.memory = memory
    }

    mutating func append(_ byte: UInt8) {
        memory[count] = byte
        count += 1
    }

    mutating func append(unsigned value: UInt64) {
        var value = value
        while value > 0x7f {
            append(UInt8(truncatingIfNeeded: value) | 0x80)
            value >>= 7
        }
        append(UInt8(value))
    }

    mutating func append(signed value: Int64) {
        append(unsigned: UInt64(bitPattern: value << 1 ^ value >> 63))
    }

    mutating func append(_ text: String) {
        append(unsigned: UInt64(text.utf8.count))
        for byte in text.utf8 { append(byte) }
    }

    mutating func append(_ pseudonym: Pseudonym) {
        memory.storeBytes(of: pseudonym.high.bigEndian, toByteOffset: count, as: UInt64.self)
        memory.storeBytes(of: pseudonym.low.bigEndian, toByteOffset: count + 8, as: UInt64.self)
        count += 16
    }
}

/// The bytes of a fact on the topics between workers (docs/FORMATS.md; see `FactSequence` for state):
/// kind, flags, subject, key, department, occurred, recorded, arrived − recorded, amount,
/// attributes. Numbers are LEB128, signed ones zigzag.
extension Fact {
    public func encode(into bytes: inout [UInt8]) {
        // Written where there is surely room, then appended in one go.
        var room = 100 + department.utf8.count
        for index in attributes.indices {
            room += 20
            if case .text(let text) = attributes[index].value { room += text.utf8.count }
        }
        withUnsafeTemporaryAllocation(byteCount: room, alignment: 1) { memory in
            var writer = ByteWriter(memory)
            write(into: &writer)
            bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: memory[..<writer.count]))
        }
    }

    private func write(into bytes: inout ByteWriter) {
        bytes.append(kind.rawValue)
        bytes.append((isReversed ? 1 : 0) | (amountFen == nil ? 0 : 2))
        switch subject {
        case .person(let id):
            bytes.append(1)
            bytes.append(id)
        case .household(let id):
            bytes.append(2)
            bytes.append(id)
        case .householdOf(let id):
            bytes.append(3)
            bytes.append(id)
        case .area: bytes.append(4)
        }
        bytes.append(key)
        bytes.append(department)
        bytes.append(signed: Int64(occurred.number))
        bytes.append(signed: recorded)
        bytes.append(signed: arrived - recorded)
        if let amountFen { bytes.append(signed: amountFen) }
        bytes.append(unsigned: UInt64(attributes.count))
        for (attribute, value) in attributes {
            bytes.append(attribute.rawValue)
            switch value {
            case .integer(let integer):
                bytes.append(1)
                bytes.append(signed: integer)
            case .text(let text):
                bytes.append(2)
                bytes.append(text)
            case .pseudonym(let pseudonym):
                bytes.append(3)
                bytes.append(pseudonym)
            }
        }
    }

    public init(from reader: inout ByteReader) throws(ByteReader.Damaged) {
        guard let kind = FactKind(rawValue: try reader.byte()) else { throw .init() }
        let flags = try reader.byte()
        let subject: Subject
        switch try reader.byte() {
        case 1: subject = .person(try reader.pseudonym())
        case 2: subject = .household(try reader.pseudonym())
        case 3: subject = .householdOf(try reader.pseudonym())
        case 4: subject = .area
        default: throw .init()
        }
        let key = try reader.pseudonym()
        let department = try reader.text()
        let occurred = Day(number: Int32(truncatingIfNeeded: try reader.signed()))
        let recorded = try reader.signed()
        let arrived = recorded + (try reader.signed())
        let amount: Int64? = flags & 2 != 0 ? try reader.signed() : nil
        let count = Int(try reader.unsigned())
        guard count <= Attribute.allCases.count else { throw .init() }
        var attributes: [(attribute: Attribute, value: Value)] = []
        attributes.reserveCapacity(count)
        for _ in 0..<count {
            guard let attribute = Attribute(rawValue: try reader.byte()) else { throw .init() }
            switch try reader.byte() {
            case 1: attributes.append((attribute, .integer(try reader.signed())))
            case 2: attributes.append((attribute, .text(try reader.text())))
            case 3: attributes.append((attribute, .pseudonym(try reader.pseudonym())))
            default: throw .init()
            }
        }
        self.init(
            kind: kind, subject: subject, key: key, department: department,
            isReversed: flags & 1 != 0, occurred: occurred, recorded: recorded, arrived: arrived,
            amountFen: amount, attributes: attributes)
    }
}
