/// Where Kafka's Java client, and our producers, place a record by its key: murmur2 of the key
/// (seed 0x9747b28c), sign bit cleared, modulo the number of partitions. For those who must know
/// the partition without a broker (replay, checks).
package enum Murmur2 {
    package static func partition(of key: UnsafeRawBufferPointer, count: Int32) -> Int32 {
        Int32(bitPattern: hash(key) & 0x7fff_ffff) % count
    }

    /// Austin Appleby's murmur2, 32 bits, as Kafka's `Utils.murmur2` uses it.
    package static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        let m: UInt32 = 0x5bd1_e995
        var hash: UInt32 = 0x9747_b28c ^ UInt32(truncatingIfNeeded: bytes.count)
        var index = 0
        while index + 4 <= bytes.count {
            var k = UInt32(
                littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt32.self))
            k = k &* m
            k ^= k >> 24
            k = k &* m
            hash = (hash &* m) ^ k
            index += 4
        }
        let rest = bytes.count - index
        if rest > 0 {
            for shift in (0..<rest).reversed() {
                hash ^= UInt32(bytes[index + shift]) << UInt32(8 * shift)
            }
            hash = hash &* m
        }
        hash ^= hash >> 13
        hash = hash &* m
        hash ^= hash >> 15
        return hash
    }
}
