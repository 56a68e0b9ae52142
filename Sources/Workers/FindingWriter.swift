import Households
import JSON
import Rules

/// Writes a finding of the self-audit as a CloudEvent in binary mode (formats, section 7, "Findings"):
/// records that do not fit together, who has to correct what. It has no level, visit or measure.
struct FindingWriter {
    let household: Pseudonym
    let rule: Rule
    let audit: Rule.Audit
    let episode: HouseholdState.Episode
    let event: AlertEvent
    let asking: Asking
    let ruleSet: String
    let time: Int64

    private var view: HouseholdView { asking.view }
    private var id: Pseudonym { episode.id(of: household) }
    private var division: String { view.division?.description ?? "000000000000" }

    func headers() -> [(name: StaticString, value: String)] {
        [
            ("ce_specversion", "1.0"),
            ("ce_id", "\(id).\(episode.revision)"),
            ("ce_source", "urn:shouwang:\(division.prefix(6)):monitor"),
            ("ce_type", "shouwang.finding.\(event.rawValue).v1"),
            ("ce_subject", household.description),
            ("ce_time", InstantText.text(time)),
            ("content-type", "application/json"),
        ]
    }

    func value() -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.field("finding", id.description)
        json.field("revision", episode.revision)
        json.field("state", event.state)
        json.field("rule", rule.id)
        json.field("ruleSet", ruleSet)
        json.field("household", household.description)
        json.field("division", division)
        if let subject = episode.subject { json.field("subject", subject.description) }
        json.field("department", audit.department)
        json.field("openedOn", episode.openedOn.description)
        json.field("asOf", view.day.description)
        let text = ending ?? asking.text(of: rule, subject: episode.subject)
        json.field("text", zh: text.zh, en: text.en)
        if event.ending == nil { json.field("correct", zh: audit.zh, en: audit.en) }
        writeEvidence(&json)
        json.endObject()
        return json.bytes
    }

    /// What is said of a finding that has ended; `nil` while it is open.
    private var ending: (zh: String, en: String)? {
        switch event {
        case .opened, .updated: nil
        case .cleared: ("数据问题已消除。", "Settled: the records fit together again.")
        case .dismissed: ("已核实说明。", "Explained: an officer has answered it.")
        case .withdrawn: ("数据已更正。", "Corrected: by the records as they now stand, nothing was wrong.")
        }
    }

    private func writeEvidence(_ json: inout JSONWriter) {
        json.name("evidence")
        json.beginArray()
        for item in asking.evidence(for: rule, subject: episode.subject) {
            json.beginObject()
            json.field("fact", item.fact)
            json.field("key", item.key.description)
            json.field("department", item.department)
            json.field("occurredOn", item.occurredOn.description)
            if let amount = item.amountFen { json.field("amountFen", amount) }
            json.field("ageDays", item.ageDays)
            if let detail = item.detail { json.field("detail", detail) }
            json.endObject()
        }
        json.endArray()
    }
}
