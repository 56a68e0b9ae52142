package import Kafka

/// Writes a record to the dead letters of its pipeline (formats, section 9).
package enum DeadLetter {
    /// What `kafka_dlt-exception-fqcn` says.
    package static let exception = "shouwang.RecordFailure"

    /// The names of the headers that are added, in the order they are written. A reader takes the
    /// last of a name, because the record may have come with such headers of its own.
    package enum Name {
        package static let topic: StaticString = "kafka_dlt-original-topic"
        package static let partition: StaticString = "kafka_dlt-original-partition"
        package static let offset: StaticString = "kafka_dlt-original-offset"
        package static let timestamp: StaticString = "kafka_dlt-original-timestamp"
        package static let timestampType: StaticString = "kafka_dlt-original-timestamp-type"
        package static let group: StaticString = "kafka_dlt-original-consumer-group"
        package static let exception: StaticString = "kafka_dlt-exception-fqcn"
        package static let message: StaticString = "kafka_dlt-exception-message"
        package static let reason: StaticString = "shouwang-reason"
        package static let field: StaticString = "shouwang-field"
        package static let step: StaticString = "shouwang-step"
        package static let attempts: StaticString = "shouwang-attempts"
    }

    /// How the message ends when the value was left out, and when key and headers were.
    static let valueOmitted = " bytes omitted)"
    static let allOmitted = " (key and headers omitted)"

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
            message += " (value of \(omitted.count)" + valueOmitted
        }
        if !hasRoomForHeaders { message += allOmitted }

        effects.beginOutput(to: -1, key: key)
        if hasRoomForHeaders {
            for header in record.headers { effects.appendHeader(header.name, header.value) }
        }
        effects.appendHeader(Name.topic, record.topic)
        effects.appendHeader(Name.partition, bigEndian: record.partition)
        effects.appendHeader(Name.offset, bigEndian: record.offset)
        effects.appendHeader(Name.timestamp, bigEndian: record.timestamp)
        effects.appendHeader(
            Name.timestampType,
            record.isLogAppendTime ? "LogAppendTime" : "CreateTime")
        effects.appendHeader(Name.group, effects.group)
        effects.appendHeader(Name.exception, exception)
        effects.appendHeader(Name.message, message)
        effects.appendHeader(Name.reason, failure.reason)
        if let field = failure.field { effects.appendHeader(Name.field, field) }
        effects.appendHeader(Name.step, failure.step)
        effects.appendHeader(Name.attempts, String(attempts))
        effects.endOutput(value: value)
    }
}
