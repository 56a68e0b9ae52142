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
        PublicRecord.headers(
            id: "\(id).\(episode.revision)", type: "shouwang.finding.\(event.rawValue).v1", subject: household.description, division: division, worker: "monitor", at: time)
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
        json.evidence(asking.evidence(for: rule, subject: episode.subject))
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
}
