internal import CCrypto

/// What stands for a person, household or any number that leads to a person, behind the intake:
/// 128 bits of a keyed digest (formats, section 1). Written as 26 characters of Crockford base 32.
public struct Pseudonym: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The 128 bits, most significant first.
    public let high: UInt64
    public let low: UInt64

    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Reads the 26 characters; `nil` for any other text.
    public init?(_ text: some StringProtocol) {
        var copy = String(text)
        let parsed = copy.withUTF8 { Pseudonym(utf8: UnsafeRawBufferPointer($0)) }
        guard let parsed else { return nil }
        self = parsed
    }

    /// Reads the 26 characters from bytes; `nil` for anything else.
    public init?(utf8 bytes: UnsafeRawBufferPointer) {
        guard bytes.count == 26 else { return nil }
        var high: UInt64 = 0
        var low: UInt64 = 0
        var isValid = true
        Pseudonym.values.withUnsafeBufferPointer { values in
            for index in 0..<25 {
                let value = values[Int(bytes[index])]
                isValid = isValid && value < 32
                high = high << 5 | low >> 59
                low = low << 5 | UInt64(value & 31)
            }
            let last = values[Int(bytes[25])]
            isValid = isValid && last < 32 && last & 3 == 0
            high = high << 3 | low >> 61
            low = low << 3 | UInt64(last & 31) >> 2
        }
        guard isValid else { return nil }
        self.init(high: high, low: low)
    }

    /// `value(of:)` of every byte.
    private static let values = (UInt8.min...UInt8.max).map(value)

    private static func value(of character: UInt8) -> UInt8 {
        switch character {
        case 0x30...0x39: character - 0x30
        case 0x61...0x68: character - 0x61 + 10  // a-h
        case 0x6a, 0x6b: character - 0x6a + 18  // j k
        case 0x6d, 0x6e: character - 0x6d + 20  // m n
        case 0x70...0x74: character - 0x70 + 22  // p-t
        case 0x76...0x7a: character - 0x76 + 27  // v-z
        default: 255
        }
    }

    /// Appends the 26 characters.
    public func write(into bytes: inout [UInt8]) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 26) { buffer in
            var high = high
            var low = low
            for index in 0..<26 {
                buffer[index] = Pseudonym.alphabet[Int(high >> 59)]
                high = high << 5 | low >> 59
                low <<= 5
            }
            bytes.append(contentsOf: buffer)
        }
    }

    private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

    public var description: String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(26)
        write(into: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    public static func < (left: Pseudonym, right: Pseudonym) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }

    /// The first 128 bits of SHA-256 over `text`: for ids that need no key (alerts, visits, cases).
    public static func digest(_ text: String) -> Pseudonym {
        var digest = [UInt8](repeating: 0, count: 32)
        let input = Array(text.utf8)
        _ = SHA256(input, input.count, &digest)
        return Pseudonym(digest: digest)
    }

    fileprivate init(digest: some Collection<UInt8>) {
        var high: UInt64 = 0
        var low: UInt64 = 0
        for (index, byte) in digest.prefix(16).enumerated() {
            if index < 8 { high = high << 8 | UInt64(byte) } else { low = low << 8 | UInt64(byte) }
        }
        self.init(high: high, low: low)
    }
}

/// The secret under which numbers become pseudonyms: the bytes of a file without the final
/// newline (formats, section 10). Never printed.
public struct PseudonymKey: Sendable {
    // HMAC (RFC 2104) hashes the padded key before the text and before the first digest; both
    // states are prepared once, which leaves two blocks to hash for a number.
    private let inner: SHA256_CTX
    private let outer: SHA256_CTX

    /// The fewest bytes a key may have.
    public static let minimumLength = 16

    /// `nil` when there are fewer than `minimumLength` bytes once one final newline is dropped.
    public init?(_ fileBytes: [UInt8]) {
        var bytes = fileBytes
        if bytes.last == 0x0a { bytes.removeLast() }
        if bytes.last == 0x0d { bytes.removeLast() }
        guard bytes.count >= PseudonymKey.minimumLength else { return nil }
        if bytes.count > 64 {
            var digest = [UInt8](repeating: 0, count: 32)
            _ = SHA256(bytes, bytes.count, &digest)
            bytes = digest
        }
        bytes += [UInt8](repeating: 0, count: 64 - bytes.count)
        inner = PseudonymKey.state(bytes, 0x36)
        outer = PseudonymKey.state(bytes, 0x5c)
    }

    private static func state(_ block: [UInt8], _ pad: UInt8) -> SHA256_CTX {
        var state = SHA256_CTX()
        SHA256_Init(&state)
        SHA256_Update(&state, block.map { $0 ^ pad }, block.count)
        return state
    }

    /// HMAC-SHA-256 over `prefix` + `number`, the first 128 bits. Prefixes: `person:`,
    /// `household:`, and for natural keys the event family (`md.settlement:`).
    public func pseudonym(_ prefix: StaticString, _ number: some Collection<UInt8>) -> Pseudonym {
        var input: [UInt8] = []
        input.reserveCapacity(prefix.utf8CodeUnitCount + number.count)
        prefix.withUTF8Buffer { input.append(contentsOf: $0) }
        input.append(contentsOf: number)
        return pseudonym(of: input)
    }

    /// HMAC-SHA-256 over the bytes, the first 128 bits.
    public func pseudonym(of input: [UInt8]) -> Pseudonym {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 32) { digest in
            var state = inner
            SHA256_Update(&state, input, input.count)
            SHA256_Final(digest.baseAddress, &state)
            state = outer
            SHA256_Update(&state, digest.baseAddress, 32)
            SHA256_Final(digest.baseAddress, &state)
            return Pseudonym(digest: digest)
        }
    }
}
