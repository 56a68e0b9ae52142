package import Kafka

/// What a dead letter says of the record in it: the counterpart of `DeadLetter.write` (formats,
/// section 9). It holds nothing of the record's own, so any number of them may be kept and shown.
package struct Refusal: Equatable, Sendable {
    /// What of the record the dead letter had no room for.
    package enum Omission: Sendable {
        case nothing, value, everything
    }

    /// A code of formats, section 9.
    package let reason: String
    package let field: String?
    /// The step of the pipeline that refused it.
    package let step: String
    /// What was expected.
    package let message: String
    /// How often the worker had tried that record, from 1.
    package let attempts: Int
    /// Where the record lay; the offset is -1 for what came of no record (a wake-up's output).
    package let origin: PartitionOffset
    /// The record's timestamp, milliseconds, and whether the broker had stamped it.
    package let timestamp: Instant
    package let isLogAppendTime: Bool
    /// The consumer group that refused it.
    package let group: String
    /// The dead letter's own `shouwang-cause`; empty when it has none.
    package let cause: String
    package let omission: Omission
    /// Earlier dead letters of the same record, oldest first, each replayed since.
    package let history: [ReplayedLetter]
    /// How many of the dead letter's headers, the first ones, came with the record.
    package let headerCount: Int

    /// Reads a dead letter; `nil` for a record that is none.
    package init?(_ letter: RecordView) {
        func number<Number: FixedWidthInteger>(_ name: StaticString, _: Number.Type) -> Number? {
            guard let bytes = letter.header(name), bytes.count == MemoryLayout<Number>.size
            else { return nil }
            return Number(bigEndian: bytes.loadUnaligned(as: Number.self))
        }
        func text(_ name: StaticString) -> String? { letter.header(name).map(Self.text) }
        guard let topic = text(DeadLetter.Name.topic),
            let partition = number(DeadLetter.Name.partition, Int32.self),
            let offset = number(DeadLetter.Name.offset, Int64.self),
            let timestamp = number(DeadLetter.Name.timestamp, Instant.self),
            let reason = text(DeadLetter.Name.reason),
            let first = letter.headers.lastIndex(where: {
                $0.name.elementsEqual(UnsafeRawBufferPointer(DeadLetter.Name.topic))
            })
        else { return nil }
        origin = PartitionOffset(topic, partition, offset)
        self.timestamp = timestamp
        isLogAppendTime = text(DeadLetter.Name.timestampType) == "LogAppendTime"
        group = text(DeadLetter.Name.group) ?? ""
        self.reason = reason
        headerCount = first
        // The record may have brought such a header of its own.
        let own = letter.headers[first...]
        let hasField = own.contains {
            $0.name.elementsEqual(UnsafeRawBufferPointer(DeadLetter.Name.field))
        }
        field = hasField ? text(DeadLetter.Name.field) : nil
        step = text(DeadLetter.Name.step) ?? ""
        message = text(DeadLetter.Name.message) ?? ""
        attempts = text(DeadLetter.Name.attempts).flatMap { Int($0) } ?? 1
        cause = text(Cause.header) ?? ""
        if message.hasSuffix(DeadLetter.allOmitted) {
            omission = .everything
        } else {
            let isOmitted = letter.value == nil && message.hasSuffix(DeadLetter.valueOmitted)
            omission = isOmitted ? .value : .nothing
        }
        history = letter.headers[..<first].compactMap(ReplayedLetter.init)
    }

    /// How often the record has been replayed before it was refused this time.
    package var replays: Int { history.last?.number ?? 0 }

    /// Text for people: one line without control characters, so that nobody's terminal obeys it.
    private static func text(_ bytes: UnsafeRawBufferPointer) -> String {
        var text = ""
        for scalar in String(decoding: bytes.prefix(Limits.refusalTextBytes), as: UTF8.self)
            .unicodeScalars
        {
            let isControl = scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value)
            text.unicodeScalars.append(isControl ? "?" : scalar)
        }
        return text
    }
}
