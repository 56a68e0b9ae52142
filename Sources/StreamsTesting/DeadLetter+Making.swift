package import Kafka
package import Streams

extension DeadLetter {
    /// The dead letter that a worker of the pipeline would write of a record it refuses, for tests
    /// that have no worker. Its partition and offset are 0.
    package static func letter(
        of record: OwnedRecord, _ failure: RecordFailure, pipeline: String, at refused: Instant,
        attempts: Int = 1
    ) -> OwnedRecord {
        var effects = Effects(partitionCounts: [], group: "shouwang.\(pipeline)")
        record.withView { write($0, failure, attempts: attempts, into: &effects) }
        let output = effects.outputs[0]
        func bytes(_ range: Range<Int>) -> [UInt8] { Array(effects.bytes[range]) }
        var headers = effects.headers[output.headers].map { header in
            OwnedRecord.Header(
                String(decoding: bytes(header.name), as: UTF8.self), header.value.map(bytes))
        }
        headers.append(
            OwnedRecord.Header(
                "shouwang-cause", "\(record.topic)/\(record.partition)/\(record.offset)#1"))
        return OwnedRecord(
            topic: "dead.\(pipeline)", timestamp: refused, key: output.key.map(bytes),
            value: output.value.map(bytes), headers: headers)
    }
}
