import Kafka

/// Writes the values of header `shouwang-cause` (design, section 4, item 13):
///
///     topic/partition/offset#n       the n-th output of an input record
///     topic/partition/offset+key#n   of a broadcast meeting that key
///     topic/partition@due#n          of a wake-up, due in milliseconds
///
/// n counts the outputs of one call over all topics, dead letters included, from 1. Changelog
/// records have no cause. One buffer, used again: nothing is allocated per output.
final class Cause {
    static let header: StaticString = "shouwang-cause"

    private let buffer: UnsafeMutableRawBufferPointer
    private let prefix: Int
    private var length: Int
    private(set) var number = 0

    init(topic: String, partition: Int32) {
        let text = Array("\(topic)/\(partition)".utf8)
        // Three numbers of up to 20 characters, a key, and the signs between them.
        buffer = .allocate(byteCount: text.count + 3 * 21 + Key.limit + 4, alignment: 1)
        buffer.copyBytes(from: text)
        prefix = text.count
        length = prefix
    }

    deinit { buffer.deallocate() }

    func begin(offset: Int64) {
        restart()
        append(UInt8(ascii: "/"))
        append(offset)
    }

    func begin(offset: Int64, key: Key) {
        begin(offset: offset)
        append(UInt8(ascii: "+"))
        key.withBytes { bytes in
            UnsafeMutableRawBufferPointer(rebasing: buffer[length...]).copyMemory(from: bytes)
            length += bytes.count
        }
    }

    func begin(due: Instant) {
        restart()
        append(UInt8(ascii: "@"))
        append(due)
    }

    /// The cause of the next output; valid until the next call.
    func next() -> UnsafeRawBufferPointer {
        number += 1
        let end = length
        defer { length = end }
        append(UInt8(ascii: "#"))
        append(Int64(number))
        return UnsafeRawBufferPointer(rebasing: buffer[0..<length])
    }

    private func restart() {
        length = prefix
        number = 0
    }

    private func append(_ byte: UInt8) {
        buffer[length] = byte
        length += 1
    }

    private func append(_ number: Int64) {
        if number < 0 { append(UInt8(ascii: "-")) }
        var rest = number.magnitude
        let start = length
        repeat {
            append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
        } while rest > 0
        buffer[start..<length].reverse()
    }
}
