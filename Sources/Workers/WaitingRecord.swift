import Households
package import Kafka

/// A record of a person nobody has registered yet, kept whole so that it can become a dead letter
/// as it came (formats, section 4).
package struct WaitingRecord: Equatable, Sendable {
    /// Stream time at which it came, milliseconds; it waits 180 days from then.
    package let since: Int64
    package let record: OwnedRecord

    package init(since: Int64, record: OwnedRecord) {
        self.since = since
        self.record = record
    }

    func encode(into bytes: inout [UInt8]) {
        bytes.appendSigned(since)
        bytes.appendSpan(record.topic)
        bytes.appendSigned(Int64(record.partition))
        bytes.appendSigned(record.offset)
        bytes.appendSigned(record.timestamp)
        bytes.append(record.isLogAppendTime ? 1 : 0)
        bytes.appendOptional(record.key)
        bytes.appendOptional(record.value)
        bytes.appendUnsigned(UInt64(record.headers.count))
        for header in record.headers {
            bytes.appendSpan(header.name)
            bytes.appendOptional(header.value)
        }
    }

    init(from reader: inout ByteReader) throws(ByteReader.Damaged) {
        since = try reader.signed()
        let topic = try reader.text()
        let partition = Int32(truncatingIfNeeded: try reader.signed())
        let offset = try reader.signed()
        let timestamp = try reader.signed()
        let isLogAppendTime = try reader.byte() == 1
        let key = try reader.optional()
        let value = try reader.optional()
        var headers: [OwnedRecord.Header] = []
        for _ in 0..<(try reader.unsigned()) {
            headers.append(OwnedRecord.Header(try reader.text(), try reader.optional()))
        }
        record = OwnedRecord(
            topic: topic, partition: partition, offset: offset, timestamp: timestamp,
            isLogAppendTime: isLogAppendTime, key: key, value: value, headers: headers)
    }
}

extension [UInt8] {
    fileprivate mutating func appendOptional(_ bytes: [UInt8]?) {
        appendUnsigned(UInt64((bytes?.count ?? -1) + 1))
        if let bytes { append(contentsOf: bytes) }
    }
}

extension ByteReader {
    fileprivate mutating func optional() throws(Damaged) -> [UInt8]? {
        let count = try unsigned()
        guard count > 0 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Int(min(count, 65_536)))
        for _ in 1..<count { bytes.append(try byte()) }
        return bytes
    }
}
