import Households
import JSON
import Rules

/// Writes an area alert as a CloudEvent in binary mode (formats, section 7, "Area alerts").
struct AreaAlertWriter {
    /// Those the rule is of.
    let rules: AreaRules
    let rule: AreaRule
    /// The content address of those in force.
    let ruleSet: String
    let view: VillageView
    let episode: VillageState.Episode
    let event: AlertEvent
    /// It ends because the rules have changed.
    let endsByRules: Bool
    let time: Int64
    /// Until when the township has to act on it.
    let dueAt: Int64

    private var division: Division { view.division }
    /// It opens and it ends; nothing between is told.
    private var revision: Int { event == .opened ? 1 : 2 }
    private var id: Pseudonym {
        Pseudonym.digest("alert:\(rule.id):\(division):\(episode.number)")
    }

    func headers() -> [(name: StaticString, value: String)] {
        PublicRecord.headers(
            id: "\(id).\(revision)", type: "shouwang.areaAlert.\(event.rawValue).v1",
            subject: division.description, division: division.description, worker: "area", at: time)
    }

    func value() -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.field("alert", id.description)
        json.field("revision", revision)
        json.field("state", event.state)
        if endsByRules { json.field("endedBy", "rules") }
        json.field("rule", rule.id)
        json.field("ruleSet", ruleSet)
        json.field("division", division.description)
        json.field("township", division.prefix(9).description)
        json.field("cause", rule.cause.rawValue)
        json.field("level", rule.level.name)
        json.field("openedOn", episode.openedOn.description)
        json.field("asOf", view.day.description)
        if event == .opened { json.field("dueAt", InstantText.text(dueAt)) }
        let text =
            (endsByRules ? AlertEvent.endingByRules : event.ending) ?? rules.text(of: rule, view)
        json.field("text", zh: text.zh, en: text.en)
        json.name("figures")
        json.beginObject()
        json.field("households", view.households)
        json.field("migrants", view.migrants)
        json.name("produce")
        json.beginArray()
        for produce in view.produce {
            json.beginObject()
            json.field("item", produce.item)
            json.field("sharePercent", produce.sharePercent)
            if produce.pricePercent >= 0 { json.field("pricePercent", produce.pricePercent) }
            json.endObject()
        }
        json.endArray()
        json.endObject()
        json.parameters(rules.parameters(of: rule, view))
        json.endObject()
        return json.bytes
    }
}
