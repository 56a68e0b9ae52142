import Households
package import JSON
package import Kafka
package import Streams

/// The CloudEvent around a record's data, in binary or structured mode (formats, section 2).
/// Everything points into the record or the reader: valid until the reader's next document.
package struct Envelope {
    package enum Operation: Sendable {
        case create
        case correct
        case reverse
        case snapshot
    }

    package let id: UnsafeRawBufferPointer
    package let source: UnsafeRawBufferPointer
    package let type: UnsafeRawBufferPointer
    /// When it was booked: `time`, or the record's timestamp.
    package let recorded: Instant
    package let operation: Operation
    /// A W3C trace parent that did not come as the plain header `traceparent`, which the runtime
    /// copies by itself; `nil` when there is none of the right form.
    package let traceParent: String?
    /// The data: an object.
    package let data: JSONField

    /// Bounds on envelope attributes.
    package enum Limits {
        /// Bytes of one attribute; CloudEvents SDKs stay far below.
        package static let attributeBytes = 1_024
    }

    /// Reads a record. Throws what the dead letter says.
    package init(
        _ record: RecordView, _ reader: inout JSONReader, step: String
    ) throws(RecordFailure) {
        let root = try Envelope.object(record.value, &reader, step)
        var parts = Parts()
        let isStructured: Bool
        if let contentType = record.header("content-type") {
            isStructured = Envelope.isStructured(contentType)
        } else {
            isStructured = root.field("specversion") != nil
        }
        if isStructured {
            parts.read(root)
            guard let data = parts.data, data.kind != .null else {
                throw RecordFailure(
                    reason: "envelope.missing", field: "data", step: step,
                    message: "expected the attribute data")
            }
            guard data.kind == .object else {
                throw RecordFailure(
                    reason: "record.json", field: "data", step: step,
                    message: "expected data that is a JSON object")
            }
            self.data = data
        } else {
            parts.read(record)
            data = root
        }
        id = try Envelope.required(parts.id, "id", step)
        source = try Envelope.required(parts.source, "source", step)
        type = try Envelope.required(parts.type, "type", step)
        if let version = parts.specVersion, !version.starts(with: "1.".utf8) {
            throw RecordFailure(
                reason: "envelope.missing", field: "specversion", step: step,
                message: "expected CloudEvents 1.0")
        }
        if parts.hasTime {
            guard let time = parts.time, let read = InstantText.milliseconds(utf8: time) else {
                throw RecordFailure(
                    reason: "envelope.time", field: "time", step: step,
                    message: "expected an RFC 3339 instant")
            }
            recorded = read
        } else {
            recorded = record.timestamp
        }
        operation = try Envelope.operation(parts, step)
        let hasPlainHeader = record.header("traceparent").map(TraceParent.isValid) ?? false
        traceParent =
            hasPlainHeader
            ? nil
            : parts.traceParent.flatMap {
                TraceParent.isValid($0) ? String(decoding: $0, as: UTF8.self) : nil
            }
    }

    /// The record's value as a JSON object.
    private static func object(
        _ value: UnsafeRawBufferPointer?, _ reader: inout JSONReader, _ step: String
    ) throws(RecordFailure) -> JSONField {
        guard let value else {
            throw RecordFailure(
                reason: "record.json", step: step, message: "expected a value, found a null value")
        }
        do throws(JSONError) {
            return try reader.readObject(value)
        } catch {
            throw RecordFailure(
                reason: error.reason == .tooLarge ? "record.size" : "record.json", step: step,
                message: "expected a JSON object; the value \(error)")
        }
    }

    /// `application/cloudevents+json`, with or without parameters, in any case.
    private static func isStructured(_ contentType: UnsafeRawBufferPointer) -> Bool {
        let wanted = "application/cloudevents+json".utf8
        guard contentType.count >= wanted.count else { return false }
        for (byte, expected) in zip(contentType, wanted) {
            let lower = byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte
            guard lower == expected else { return false }
        }
        guard contentType.count > wanted.count else { return true }
        return [0x3b, 0x20].contains(contentType[wanted.count])
    }

    private static func required(
        _ value: UnsafeRawBufferPointer?, _ name: String, _ step: String
    ) throws(RecordFailure) -> UnsafeRawBufferPointer {
        guard let value, !value.isEmpty, value.count <= Limits.attributeBytes else {
            throw RecordFailure(
                reason: "envelope.missing", field: name, step: step,
                message: "expected the attribute \(name), text of 1 to "
                    + "\(Limits.attributeBytes) bytes")
        }
        return value
    }

    private static func operation(
        _ parts: Parts, _ step: String
    ) throws(RecordFailure) -> Operation {
        guard parts.hasOperation else { return .create }
        if let text = parts.operation {
            if text.elementsEqual("create".utf8) { return .create }
            if text.elementsEqual("correct".utf8) { return .correct }
            if text.elementsEqual("reverse".utf8) { return .reverse }
            if text.elementsEqual("snapshot".utf8) { return .snapshot }
        }
        throw RecordFailure(
            reason: "envelope.op", field: "op", step: step,
            message: "expected create, correct, reverse or snapshot")
    }
}

/// The attributes as they came, before any check.
private struct Parts {
    var id: UnsafeRawBufferPointer?
    var source: UnsafeRawBufferPointer?
    var type: UnsafeRawBufferPointer?
    var specVersion: UnsafeRawBufferPointer?
    var time: UnsafeRawBufferPointer?
    var hasTime = false
    var operation: UnsafeRawBufferPointer?
    var hasOperation = false
    var traceParent: UnsafeRawBufferPointer?
    var data: JSONField?

    /// Structured mode: the members of the document.
    mutating func read(_ root: JSONField) {
        for field in root.fields {
            let text = field.kind == .string ? field.text : nil
            let name = field.name
            if name.elementsEqual("id".utf8) {
                id = text
            } else if name.elementsEqual("source".utf8) {
                source = text
            } else if name.elementsEqual("type".utf8) {
                type = text
            } else if name.elementsEqual("specversion".utf8) {
                specVersion = text
            } else if name.elementsEqual("time".utf8) {
                time = text
                hasTime = field.kind != .null
            } else if name.elementsEqual("op".utf8) {
                operation = text
                hasOperation = field.kind != .null
            } else if name.elementsEqual("traceparent".utf8) {
                traceParent = text
            } else if name.elementsEqual("data".utf8) {
                data = field
            }
        }
    }

    /// Binary mode: the headers `ce_*`.
    mutating func read(_ record: RecordView) {
        for header in record.headers where header.name.starts(with: "ce_".utf8) {
            let name = header.name.dropFirst(3)
            if name.elementsEqual("id".utf8) {
                id = header.value
            } else if name.elementsEqual("source".utf8) {
                source = header.value
            } else if name.elementsEqual("type".utf8) {
                type = header.value
            } else if name.elementsEqual("specversion".utf8) {
                specVersion = header.value
            } else if name.elementsEqual("time".utf8) {
                time = header.value
                hasTime = header.value != nil
            } else if name.elementsEqual("op".utf8) {
                operation = header.value
                hasOperation = header.value != nil
            } else if name.elementsEqual("traceparent".utf8) {
                traceParent = header.value
            }
        }
    }
}

/// `urn:gov:<area>:<department>:<system>`, the source of a department's record.
package enum GovernmentSource {
    /// Bytes of a department's or system's name.
    package static let longestName = 64

    /// The department; `nil` for any other form.
    package static func department(_ source: UnsafeRawBufferPointer) -> String? {
        guard source.starts(with: "urn:gov:".utf8) else { return nil }
        let parts = source[8...].split(separator: 0x3a, omittingEmptySubsequences: false)
        guard parts.count == 3, [2, 4, 6].contains(parts[0].count),
            parts[0].allSatisfy({ $0 >= 0x30 && $0 <= 0x39 })
        else { return nil }
        for name in parts[1...] {
            guard (1...longestName).contains(name.count), name.allSatisfy(isNameByte)
            else { return nil }
        }
        return String(decoding: parts[1], as: UTF8.self)
    }

    /// Letters, digits, `.`, `_` and `-`.
    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x5f: true
        default: false
        }
    }
}
