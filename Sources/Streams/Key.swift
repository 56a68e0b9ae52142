/// The key of a state or a record inside the runtime: up to 31 bytes, stored inline, so that
/// looking a key up allocates nothing. Every key of a stateful topic fits (a pseudonym has 26
/// characters); a longer one is refused as a dead letter. Ordered by bytes, shorter first on a
/// common prefix, which is the order of wake-ups and broadcasts.
package struct Key: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The most bytes a key may have.
    package static let limit = 31

    private var words: (UInt64, UInt64, UInt64, UInt64)

    /// `nil` when there are more than `limit` bytes.
    package init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count <= Key.limit else { return nil }
        words = (0, 0, 0, 0)
        withUnsafeMutableBytes(of: &words) { target in
            target.copyMemory(from: bytes)
            target[31] = UInt8(bytes.count)
        }
        // Big-endian words compare as bytes do.
        words = (
            UInt64(bigEndian: words.0), UInt64(bigEndian: words.1), UInt64(bigEndian: words.2),
            UInt64(bigEndian: words.3)
        )
    }

    /// `nil` when the text has more than `limit` UTF-8 bytes.
    package init?(_ text: String) {
        var copy = text
        let made = copy.withUTF8 { Key(UnsafeRawBufferPointer($0)) }
        guard let made else { return nil }
        self = made
    }

    /// The key's bytes.
    package var bytes: [UInt8] {
        withBytes { Array($0) }
    }

    /// Lends the key's bytes.
    package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows
        -> Result
    {
        let flat = (
            words.0.bigEndian, words.1.bigEndian, words.2.bigEndian, words.3.bigEndian
        )
        return try withUnsafeBytes(of: flat) { all in
            try body(UnsafeRawBufferPointer(rebasing: all[0..<Int(all[31])]))
        }
    }

    package var description: String {
        withBytes { String(decoding: $0, as: UTF8.self) }
    }

    package static func == (left: Key, right: Key) -> Bool {
        left.words == right.words
    }

    package func hash(into hasher: inout Hasher) {
        // One word of the four: keys are digests, so it is as good as all of them, and a table
        // is asked for every record.
        let low = (words.0 &* 0x9E37_79B9_7F4A_7C15) ^ words.1
        let high = (words.2 &* 0xC2B2_AE3D_27D4_EB4F) ^ words.3
        hasher.combine(low ^ (high << 32 | high >> 32))
    }

    package static func < (left: Key, right: Key) -> Bool {
        left.words < right.words
    }
}
