import Households
import JSON
import Workers
import YAML

/// Turns the shorthand of a rule test into a feed record: `hh.person.registered: {person: P1,
/// household: H1, …, at: 2026-01-05}`. `person` and `household` (and their like) are names.
enum RuleTestEvent {
    /// Prefix of the event type and the feed that carries it.
    private static let feeds: [(prefix: String, feed: String)] = [
        ("hh.", "household"), ("ca.", "household"), ("rb.", "household"), ("md.", "medical"),
        ("hc.", "medical"), ("ed.", "education"), ("hr.", "employment"), ("em.", "hazard"),
        ("hs.", "hazard"), ("wt.", "hazard"), ("ps.", "hazard"), ("re.", "hazard"), ("fv.", "livelihood"),
        ("bk.", "livelihood"), ("ag.", "livelihood"), ("dp.", "livelihood"),
        ("mr.", "livelihood"), ("pt.", "livelihood"),
    ]

    /// Field of the shorthand and of the feed; its value is a name that stands for a number.
    private static let names = [
        "person": "idNumber", "household": "householdNumber", "oldPerson": "oldIdNumber",
        "newHousehold": "newHousehold", "fromHousehold": "fromHousehold",
    ]

    static func read(
        _ type: YAMLNode, _ body: YAMLNode, number: Int, key: PseudonymKey
    ) throws(YAMLError) -> RuleTest.Event {
        let name = try type.string()
        var fields = try body.mapping()
        let atNode = try fields.required("at")
        let at = try atNode.string()
        // A day alone means noon, moved by the event's number, so that order is as written.
        guard
            let time = InstantText.milliseconds(at)
                ?? Day(iso: at).map({ $0.start + 12 * 3_600_000 + Int64(number) * 1_000 })
        else { throw atNode.error("expected a day or an instant with an offset") }
        if name.hasPrefix("action.") {
            return try action(name, fields, at: time, number: number, key: key)
        }
        guard let place = feeds.firstIndex(where: { name.hasPrefix($0.prefix) }) else {
            throw type.error("expected an event type of the feeds, or action.<what>")
        }
        let feed = feeds[place].feed
        var json = JSONWriter()
        json.beginObject()
        json.field("specversion", "1.0")
        json.field("id", "test-\(number)")
        json.field("source", "urn:gov:529901:\(feed):tests")
        json.field("type", name + ".v1")
        json.field("time", InstantText.text(time))
        json.name("data")
        json.beginObject()
        var op: String?
        for (fieldNode, value) in fields.entries {
            let field = try fieldNode.string()
            switch field {
            case "at": continue
            case "op": op = try value.string()
            default:
                json.name(names[field] ?? field)
                try write(value, as: field, &json)
            }
        }
        json.endObject()
        if let op { json.field("op", op) }
        json.endObject()
        return RuleTest.Event(
            topic: "feed.\(feed)", order: Topics.feeds.firstIndex(of: feed)!, time: time,
            line: json.bytes)
    }

    private static func write(
        _ node: YAMLNode, as field: String, _ json: inout JSONWriter
    ) throws(YAMLError) {
        if case .sequence(let items) = node.kind {
            json.beginArray()
            for item in items { json.string(try item.string()) }
            json.endArray()
            return
        }
        let text = try node.string()
        switch field {
        case "person", "oldPerson": json.string(idNumber(of: text))
        case "household", "newHousehold", "fromHousehold": json.string(householdNumber(of: text))
        default:
            if case .scalar(_, isQuoted: false) = node.kind, let flag = try? node.bool() {
                json.bool(flag)
            } else {
                json.string(text)
            }
        }
    }

    private static func action(
        _ name: String, _ fields: YAMLMapping, at time: Int64, number: Int, key: PseudonymKey
    ) throws(YAMLError) -> RuleTest.Event {
        var fields = fields
        _ = fields.optional("at")
        let household = try fields.required("household").string()
        let reason = try fields.optional("reason")?.string()
        try fields.finish()
        var json = JSONWriter()
        json.beginObject()
        json.field("specversion", "1.0")
        json.field("id", "action-\(number)")
        json.field("source", "urn:shouwang:529901:officers")
        json.field("type", "shouwang.\(name).v1")
        json.field("time", InstantText.text(time))
        json.name("data")
        json.beginObject()
        json.field("action", "action-\(number)")
        json.field("household", pseudonym(ofHousehold: household, key).description)
        json.field("officer", "officer-1")
        json.field("at", InstantText.text(time))
        if let reason { json.field("reason", reason) }
        if name == "action.delivered" {
            json.field("assignment", "made-up")
            json.name("evidence")
            json.beginArray()
            json.beginObject()
            json.field("kind", "photo")
            json.field("sha256", String(repeating: "0f", count: 32))
            json.field("takenAt", InstantText.text(time))
            json.endObject()
            json.endArray()
        }
        json.endObject()
        json.endObject()
        return RuleTest.Event(
            topic: "actions", order: Topics.feeds.count, time: time, line: json.bytes)
    }

    // MARK: Made-up numbers

    /// A resident number that passes every check and belongs to nobody: the name's digest gives
    /// the birth date and the serial number.
    static func idNumber(of name: String) -> String {
        let digest = Pseudonym.digest("person \(name)")
        let year = 1930 + Int(digest.high % 80)
        let month = 1 + Int(digest.high >> 8 & 0xffff) % 12
        let day = 1 + Int(digest.high >> 24 & 0xffff) % 28
        let serial = Int(digest.low % 1_000)
        func padded(_ value: Int, _ width: Int) -> String {
            let text = String(value)
            return String(repeating: "0", count: width - text.count) + text
        }
        let body = "529901\(year)" + padded(month, 2) + padded(day, 2) + padded(serial, 3)
        let check = IdentityNumber.checkCharacter(Array(body.utf8))
        return body + String(decoding: [check], as: UTF8.self)
    }

    static func householdNumber(of name: String) -> String {
        "TEST-\(name)"
    }

    static func pseudonym(ofHousehold name: String, _ key: PseudonymKey) -> Pseudonym {
        key.pseudonym("household:", Array(householdNumber(of: name).utf8))
    }

    static func pseudonym(ofPerson name: String, _ key: PseudonymKey) -> Pseudonym {
        key.pseudonym("person:", Array(idNumber(of: name).utf8))
    }
}
