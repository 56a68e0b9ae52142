package import Kafka

/// Writes a record to the dead letters of its pipeline (formats, section 9).
package enum DeadLetter {
    /// What `kafka_dlt-exception-fqcn` says.
    package static let exception = "shouwang.RecordFailure"

    /// Key, value and headers as they came, then Spring's `kafka_dlt-*` headers (numbers
    /// big-endian, as `DeadLetterPublishingRecoverer` writes them) and our readable twins. The
    /// value is left out (null, its size named in the message) when the dead letter could not be
    /// written with it; then the original headers and the key too, if they alone are too large.
    package static func write(
        _ record: RecordView, _ failure: RecordFailure, attempts: Int, into effects: inout Effects
    ) {
        let ours = 2_048 + failure.message.utf8.count + record.topic.utf8.count
        let headerBytes = record.headers.reduce(0) { $0 + $1.name.count + ($1.value?.count ?? 0) }
        let room = Limits.recordBytes - ours
        let hasRoomForHeaders = headerBytes + (record.key?.count ?? 0) <= room
        let key = hasRoomForHeaders ? record.key : nil
        let size = (record.value?.count ?? 0) + (hasRoomForHeaders ? headerBytes : 0)
            + (key?.count ?? 0)
        let value = size <= room ? record.value : nil
        var message = failure.message
        if value == nil, let omitted = record.value {
            message += " (value of \(omitted.count) bytes omitted)"
        }
        if !hasRoomForHeaders { message += " (key and headers omitted)" }

        effects.beginOutput(to: -1, key: key)
        if hasRoomForHeaders {
            for header in record.headers { effects.appendHeader(header.name, header.value) }
        }
        effects.appendHeader("kafka_dlt-original-topic", record.topic)
        effects.appendHeader("kafka_dlt-original-partition", bigEndian: record.partition)
        effects.appendHeader("kafka_dlt-original-offset", bigEndian: record.offset)
        effects.appendHeader("kafka_dlt-original-timestamp", bigEndian: record.timestamp)
        effects.appendHeader(
            "kafka_dlt-original-timestamp-type",
            record.isLogAppendTime ? "LogAppendTime" : "CreateTime")
        effects.appendHeader("kafka_dlt-original-consumer-group", effects.group)
        effects.appendHeader("kafka_dlt-exception-fqcn", exception)
        effects.appendHeader("kafka_dlt-exception-message", message)
        effects.appendHeader("shouwang-reason", failure.reason)
        if let field = failure.field { effects.appendHeader("shouwang-field", field) }
        effects.appendHeader("shouwang-step", failure.step)
        effects.appendHeader("shouwang-attempts", String(attempts))
        effects.endOutput(value: value)
    }
}
