/// Which partition a key goes to: Kafka's `murmur2` partitioner, as Java clients and librdkafka's
/// `murmur2_random` place keyed records.
package enum Placement {
    /// The partition of a key among `count`.
    package static func partition(of key: UnsafeRawBufferPointer, count: Int32) -> Int32 {
        count == 1 ? 0 : Int32(murmur2(key) & 0x7fff_ffff) % count
    }

    /// `org.apache.kafka.common.utils.Utils.murmur2`.
    package static func murmur2(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        let m: UInt32 = 0x5bd1_e995
        var hash: UInt32 = 0x9747_b28c ^ UInt32(truncatingIfNeeded: bytes.count)
        let words = bytes.count / 4
        for word in 0..<words {
            var k = UInt32(
                littleEndian: bytes.loadUnaligned(fromByteOffset: word * 4, as: UInt32.self))
            k = k &* m
            k ^= k >> 24
            k = k &* m
            hash = hash &* m ^ k
        }
        let tail = bytes[(words * 4)...]
        if !tail.isEmpty {
            for (index, byte) in tail.enumerated() { hash ^= UInt32(byte) << (8 * index) }
            hash = hash &* m
        }
        hash ^= hash >> 13
        hash = hash &* m
        hash ^= hash >> 15
        return hash
    }
}
