import Households
import JSON
import Rules

/// What records that others read have in common (formats, sections 7 and 8).
enum PublicRecord {
    /// The headers of a CloudEvent in binary mode. `division` is where it concerns; its first six
    /// digits, the county, stand in the source beside the `worker`.
    static func headers(
        id: String, type: String, subject: String, division: String, worker: String,
        at time: Int64
    ) -> [(name: StaticString, value: String)] {
        [
            ("ce_specversion", "1.0"),
            ("ce_id", id),
            ("ce_source", "urn:shouwang:\(division.prefix(6)):\(worker)"),
            ("ce_type", type),
            ("ce_subject", subject),
            ("ce_time", InstantText.text(time)),
            ("content-type", "application/json"),
        ]
    }
}

extension JSONWriter {
    /// `evidence`: the facts that an officer must see.
    mutating func evidence(_ evidence: [Evidence]) {
        name("evidence")
        beginArray()
        for item in evidence {
            beginObject()
            field("fact", item.fact)
            field("key", item.key.description)
            field("department", item.department)
            field("occurredOn", item.occurredOn.description)
            if let amount = item.amountFen { field("amountFen", amount) }
            field("ageDays", item.ageDays)
            if let detail = item.detail { field("detail", detail) }
            endObject()
        }
        endArray()
    }

    /// `parameters`: the numbers a rule used, and which place set them.
    mutating func parameters(_ parameters: [UsedParameter]) {
        name("parameters")
        beginArray()
        for parameter in parameters {
            beginObject()
            field("name", parameter.name)
            field("value", parameter.value)
            field("from", parameter.division?.description ?? "nation")
            endObject()
        }
        endArray()
    }

    /// A list of texts.
    mutating func strings(_ name: String, _ texts: [String]) {
        self.name(name)
        beginArray()
        for text in texts { string(text) }
        endArray()
    }
}
