package import Households
import JSON
package import Kafka
package import Streams

/// An order about releases: a broadcast to every partition of `household.facts`, and an activation
/// also of `case.events` (docs/FORMATS.md, "Rule releases").
package enum ReleaseOrder: Equatable, Sendable {
    /// From here on this release is in force.
    case activate(Pseudonym)
    /// From here on this release is counted beside the one in force; `nil`: none is.
    case shadow(Pseudonym?)

    /// The header of broadcasts; its value says what kind one is.
    package static let header: StaticString = "shouwang-broadcast"

    /// The header's value.
    package var kind: String {
        switch self {
        case .activate: "activate"
        case .shadow: "shadow"
        }
    }

    /// The release it names.
    package var release: Pseudonym? {
        switch self {
        case .activate(let release): release
        case .shadow(let release): release
        }
    }

    /// What kind of order a record is, told by its header; `nil` for any other record.
    package static func kind(of record: RecordView) -> String? {
        guard let header = record.header(ReleaseOrder.header) else { return nil }
        return ["activate", "shadow"].first { header.elementsEqual($0.utf8) }
    }

    /// Reads an order; `nil` for any other record. Throws what makes a record that only looks like
    /// one a dead letter.
    package init?(_ record: RecordView, step: String) throws(RecordFailure) {
        guard let kind = ReleaseOrder.kind(of: record) else { return nil }
        var reader = JSONReader()
        guard let value = record.value, let root = try? reader.readObject(value) else {
            throw RecordFailure(
                reason: "record.json", step: step, message: "expected a JSON object")
        }
        let name = root.text("release")
        let release = name.flatMap { Pseudonym($0) }
        switch (kind, release) {
        case ("activate", let release?): self = .activate(release)
        case ("shadow", let release?): self = .shadow(release)
        case ("shadow", nil) where name == nil: self = .shadow(nil)
        default:
            throw RecordFailure(
                reason: "field.value", field: "release", step: step,
                message: "expected the address of a release, 26 characters")
        }
    }
}
