import Glibc
import Kafka

/// A few requests of Kafka's protocol, written by hand and sent when the test likes: what a network
/// that holds a request back makes of a producer that is long gone. One connection, one broker.
final class RawRequests {
    private let socket: Int32
    private var correlation: Int32 = 0

    struct Unreachable: Error {}

    /// Connects; `server` is `host:port` with an IPv4 address or `localhost`.
    init(_ server: String) throws {
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard let colon = server.lastIndex(of: ":"),
            let port = in_port_t(server[server.index(after: colon)...])
        else { throw Unreachable() }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw Unreachable() }
    }

    deinit { close(socket) }

    /// The error code with which the broker answers a decision on a transaction.
    func endTxn(_ name: String, _ id: ProducerIDs.ID, commit: Bool) throws -> KafkaError.Code {
        var body = Body()
        body.text(name)
        body.number(id.id)
        body.number(id.epoch)
        body.number(Int8(commit ? 1 : 0))
        var answer = try ask(26, version: 1, body)
        _ = answer.number() as Int32  // throttle
        return KafkaError.Code(rawValue: Int32(answer.number() as Int16))
    }

    /// Takes a transactional id.
    func initProducerID(_ name: String) throws -> ProducerIDs.ID {
        var body = Body()
        body.text(name)
        body.number(Int32(15_000))
        // As long as the last transaction is being completed: CONCURRENT_TRANSACTIONS.
        for _ in 0..<500 {
            var answer = try ask(22, version: 0, body)
            _ = answer.number() as Int32
            if answer.number() as Int16 == 0 {
                return ProducerIDs.ID(id: answer.number(), epoch: answer.number())
            }
            pause(milliseconds: 20)
        }
        throw Unreachable()
    }

    /// Adds one partition to the transaction; waits while the last one is being completed.
    func addPartition(
        _ name: String, _ id: ProducerIDs.ID, _ place: TopicPartition
    ) throws -> KafkaError.Code {
        var body = Body()
        body.text(name)
        body.number(id.id)
        body.number(id.epoch)
        body.number(Int32(1))
        body.text(place.topic)
        body.number(Int32(1))
        body.number(place.partition)
        var code: Int16 = 0
        for _ in 0..<500 {
            var answer = try ask(24, version: 1, body)
            answer.skip(4 + 4)
            answer.skip(Int(answer.number() as Int16) + 4 + 4)
            code = answer.number()
            if code != 51 { break }
            pause(milliseconds: 20)
        }
        return KafkaError.Code(rawValue: Int32(code))
    }

    /// Writes one record of a transaction.
    func produce(
        _ name: String, _ id: ProducerIDs.ID, to place: TopicPartition, sequence: Int32,
        _ text: String
    ) throws -> KafkaError.Code {
        let batch = Self.batch(id, sequence, Array(text.utf8))
        var body = Body()
        body.text(name)
        body.number(Int16(-1))  // acks of all
        body.number(Int32(10_000))
        body.number(Int32(1))
        body.text(place.topic)
        body.number(Int32(1))
        body.number(place.partition)
        body.number(Int32(batch.count))
        body.bytes += batch
        var answer = try ask(0, version: 3, body)
        answer.skip(4)
        answer.skip(Int(answer.number() as Int16) + 4 + 4)
        return KafkaError.Code(rawValue: Int32(answer.number() as Int16))
    }

    /// A record batch of format 2 with one record (Kafka's docs, "Record Batch").
    private static func batch(
        _ id: ProducerIDs.ID, _ sequence: Int32, _ value: [UInt8]
    ) -> [UInt8] {
        var record = Body()
        record.number(Int8(0))  // attributes
        record.bytes += [0, 0, 1]  // timestamp delta 0, offset delta 0, key length -1
        record.bytes.append(UInt8(value.count * 2))  // zigzag, below 64 bytes
        record.bytes += value
        record.bytes.append(0)  // no headers
        var checked = Body()
        checked.number(Int16(0x10))  // transactional
        checked.number(Int32(0))  // last offset delta
        checked.number(Int64(1_000))
        checked.number(Int64(1_000))
        checked.number(id.id)
        checked.number(id.epoch)
        checked.number(sequence)
        checked.number(Int32(1))
        checked.bytes.append(UInt8(record.bytes.count * 2))
        checked.bytes += record.bytes
        var batch = Body()
        batch.number(Int64(0))  // base offset
        batch.number(Int32(4 + 1 + 4 + checked.bytes.count))
        batch.number(Int32(-1))  // leader epoch
        batch.number(Int8(2))
        batch.number(crc32c(checked.bytes))
        return batch.bytes + checked.bytes
    }

    private static func crc32c(_ bytes: [UInt8]) -> UInt32 {
        var sum: UInt32 = 0xffff_ffff
        for byte in bytes {
            sum ^= UInt32(byte)
            for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0x82f6_3b78 : sum >> 1 }
        }
        return ~sum
    }

    // MARK: The wire

    private func ask(_ key: Int16, version: Int16, _ body: Body) throws -> Answer {
        correlation += 1
        var header = Body()
        header.number(key)
        header.number(version)
        header.number(correlation)
        header.text("raw")
        var size = Body()
        size.number(Int32(header.bytes.count + body.bytes.count))
        let message = size.bytes + header.bytes + body.bytes
        guard send(socket, message, message.count, Int32(MSG_NOSIGNAL)) == message.count
        else { throw Unreachable() }
        var head = Answer(bytes: try receive(4))
        var answer = Answer(bytes: try receive(Int(head.number() as Int32)))
        answer.skip(4)  // correlation
        return answer
    }

    private func receive(_ count: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        guard recv(socket, &bytes, count, Int32(MSG_WAITALL)) == count else {
            throw Unreachable()
        }
        return bytes
    }

    struct Body {
        var bytes: [UInt8] = []

        mutating func number(_ number: some FixedWidthInteger) {
            withUnsafeBytes(of: number.bigEndian) { bytes += $0 }
        }

        mutating func text(_ text: String) {
            number(Int16(text.utf8.count))
            bytes += text.utf8
        }
    }

    struct Answer {
        let bytes: [UInt8]
        private var next = 0

        init(bytes: [UInt8]) { self.bytes = bytes }

        mutating func skip(_ count: Int) { next += count }

        mutating func number<Number: FixedWidthInteger>() -> Number {
            defer { next += MemoryLayout<Number>.size }
            return bytes.withUnsafeBytes {
                Number(bigEndian: $0.loadUnaligned(fromByteOffset: next, as: Number.self))
            }
        }
    }
}
