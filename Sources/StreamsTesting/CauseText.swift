package import Kafka

/// A `shouwang-cause` taken apart: `topic/partition/offset...` or `topic/partition@due...`.
struct CauseText {
    let place: TopicPartition
    /// `nil` for a wake-up.
    let offset: Int64?

    init?(_ text: String) {
        guard let slash = text.firstIndex(of: "/") else { return nil }
        let rest = text[text.index(after: slash)...]
        let digits = rest.prefix { $0.isNumber }
        guard let partition = Int32(digits) else { return nil }
        place = TopicPartition(String(text[..<slash]), partition)
        let tail = rest[digits.endIndex...]
        guard tail.first == "/" else {
            guard tail.first == "@" else { return nil }
            offset = nil
            return
        }
        offset = Int64(tail.dropFirst().prefix { $0.isNumber || $0 == "-" })
    }
}

extension OwnedRecord {
    /// Only moves time; no output of anything.
    package var isTick: Bool { headers.contains { $0.name == "shouwang-tick" } && value == nil }

    /// The value of the last header of this name, as text.
    package func header(_ name: String) -> String? {
        headers.last { $0.name == name }?.value.map { String(decoding: $0, as: UTF8.self) }
    }

    /// Its `shouwang-cause`, where it has one.
    package var cause: String? { header("shouwang-cause") }
    /// The same for messages.
    package var causeText: String { cause ?? "no cause" }
    /// `topic/partition/offset`.
    package var place: String { "\(topic)/\(partition)/\(offset)" }

    /// True when both say the same: key, value, headers and timestamp. Where they lie may differ.
    func says(_ other: OwnedRecord) -> Bool {
        timestamp == other.timestamp && value == other.value && key == other.key
            && headers == other.headers
    }

    func difference(_ other: OwnedRecord) -> String {
        if value != other.value { return "its value" }
        if headers != other.headers { return "its headers" }
        return timestamp != other.timestamp ? "its timestamp" : "its key"
    }

    /// True when this dead letter carries the record as it came.
    func holds(_ record: OwnedRecord) -> Bool {
        key == record.key && (value == record.value || value == nil)
            && headers.prefix(record.headers.count) == record.headers[...]
    }
}
