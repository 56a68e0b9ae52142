package import Households
import JSON
package import Kafka

/// The last order of its kind, as the topic `rulesets` remembers it.
package struct StandingOrder: Sendable {
    package let order: ReleaseOrder
    /// Who gave it, and why.
    package let by: String
    package let note: String
    /// The release that the order took the place of: in force before, for a roll-back, or the shadow
    /// before. `nil` for none, and for the files that workers read at start.
    package let before: Pseudonym?

    /// An order to be remembered.
    package init(_ order: ReleaseOrder, by: String, note: String, before: Pseudonym? = nil) {
        self.order = order
        self.by = by
        self.note = note
        self.before = before
    }

    /// The record's value, here and where it is broadcast.
    package var value: [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.field("order", order.kind)
        if let release = order.release { json.field("release", release.description) }
        if let before { json.field("before", before.description) }
        json.field("by", by)
        json.field("note", note)
        json.endObject()
        return json.bytes
    }
}

/// A record of the topic `rulesets` (docs/FORMATS.md, "Rule releases").
package enum ReleaseRecord {
    case release(PublishedRelease)
    case order(StandingOrder)

    /// Reads a record; `nil` for one that is neither.
    package init?(_ record: RecordView) {
        guard let value = record.value else { return nil }
        guard ReleaseOrder.kind(of: record) != nil else {
            guard let release = PublishedRelease(value) else { return nil }
            self = .release(release)
            return
        }
        var reader = JSONReader()
        guard let order = try? ReleaseOrder(record, step: "ReleaseRecord"),
            let root = try? reader.readObject(value)
        else { return nil }
        self = .order(
            StandingOrder(
                order, by: root.text("by") ?? "", note: root.text("note") ?? "",
                before: root.text("before").flatMap { Pseudonym($0) }))
    }
}
