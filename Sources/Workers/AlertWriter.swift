import Households
import JSON
import Rules

/// What happened to an alert.
enum AlertEvent: String {
    case opened, updated, cleared, dismissed, withdrawn

    /// The alert's state after it.
    var state: String {
        switch self {
        case .opened, .updated: "open"
        default: rawValue
        }
    }

    /// What is said of an alert that ends because the rules have changed.
    static let endingByRules: (zh: String, en: String)? = (
        "预警解除：预警规则已变更，按现行规则不再预警。",
        "Cleared: the rules have changed, and by those now in force it is no alert."
    )

    /// What is said of an alert that has ended; the rule's own sentence, with the figures that
    /// ended it, would be untrue. `nil` while it is open.
    var ending: (zh: String, en: String)? {
        switch self {
        case .opened, .updated: nil
        case .cleared: ("预警解除：已不符合预警条件。", "Cleared: its condition no longer holds.")
        case .dismissed: ("预警排除：干部已核实排除。", "Dismissed: an officer has ruled it out.")
        case .withdrawn:
            (
                "预警撤回：按现有记录，当时并不符合预警条件。",
                "Withdrawn: by the records as they now stand, its ground was never there."
            )
        }
    }
}

/// Writes an alert as a CloudEvent in binary mode (formats, section 7).
struct AlertWriter {
    let household: Pseudonym
    let rule: Rule
    let episode: HouseholdState.Episode
    let event: AlertEvent
    /// It ends because the rules have changed.
    var endsByRules = false
    let asking: Asking
    let ruleSet: String
    let time: Int64

    private var view: HouseholdView { asking.view }
    private var id: Pseudonym { episode.id(of: household) }
    private var division: String { view.division?.description ?? "000000000000" }

    func headers() -> [(name: StaticString, value: String)] {
        PublicRecord.headers(
            id: "\(id).\(episode.revision)", type: "shouwang.alert.\(event.rawValue).v1", subject: household.description, division: division, worker: "monitor", at: time)
    }

    func value() -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.field("alert", id.description)
        json.field("revision", episode.revision)
        json.field("state", event.state)
        if endsByRules { json.field("endedBy", "rules") }
        json.field("rule", rule.id)
        json.field("ruleSet", ruleSet)
        json.field("household", household.description)
        json.field("division", division)
        if let subject = episode.subject { json.field("subject", subject.description) }
        json.field("cause", rule.cause.rawValue)
        json.field("level", episode.level.name)
        json.field("baseLevel", episode.baseLevel.name)
        json.strings("levelReasons", episode.reasons.codes)
        json.field("openedOn", episode.openedOn.description)
        json.field("asOf", view.day.description)
        json.field("visit", Pseudonym.digest("visit:\(household):\(episode.visit)").description)
        if let speaker = episode.supersededBy {
            json.field("supersededBy", speaker.description)
        }
        let text = (endsByRules ? AlertEvent.endingByRules : event.ending) ?? asking.text(of: rule, subject: episode.subject)
        json.field("text", zh: text.zh, en: text.en)
        json.evidence(asking.evidence(for: rule, subject: episode.subject))
        writeComputation(&json)
        json.parameters(asking.parameters(of: rule))
        json.strings("proposes", rule.proposes)
        if episode.isOpen { writeExplanation(&json) }
        json.endObject()
        return json.bytes
    }

    private func writeComputation(_ json: inout JSONWriter) {
        json.name("computation")
        json.beginObject()
        json.field("judgeable", view.isJudgeable)
        json.strings("missing", view.missing)
        json.field("members", view.members.count)
        if let line = view.line {
            json.field("lineFen", line.fen)
            json.field("lineYear", line.year)
            if line.isProvisional { json.field("provisional", true) }
        }
        if let income = view.income {
            json.field("wageFen", income.wageFen)
            json.field("businessFen", income.businessFen)
            json.field("propertyFen", income.propertyFen)
            json.field("transferFen", income.transferFen)
            json.field("expenseFen", income.expenseFen)
            json.field("netFen", income.netFen)
            json.field("claimsFen", income.claimsFen)
            json.field("selfPaidFen", income.selfPaidFen)
            json.field("referencePerCapitaFen", income.perCapitaFen)
            json.field("withoutSelfPaidPerCapitaFen", income.withoutSelfPaidPerCapitaFen)
            for figure in rule.figures { write(figure, &json) }
            if let official = income.officialPerCapitaFen {
                json.field("officialPerCapitaFen", official)
            }
        }
        json.name("items")
        json.beginArray()
        for item in view.income?.items ?? [] {
            json.beginObject()
            json.field("kind", item.kind)
            json.field("item", item.item)
            json.field("amountFen", item.amountFen)
            json.field("from", item.from.description)
            json.field("to", item.to.description)
            if item.carried { json.field("carried", true) }
            json.endObject()
        }
        json.endArray()
        json.endObject()
    }

    private func write(_ figure: Rule.Figure, _ json: inout JSONWriter) {
        switch figure {
        case .previous:
            if let fen = view.previousPerCapitaFen { json.field("previousPerCapitaFen", fen) }
        case .forecast:
            if let fen = view.forecastPerCapitaFen { json.field("forecastPerCapitaFen", fen) }
        case .rigid: json.field("rigidFen", view.rigidFen)
        }
    }
}
