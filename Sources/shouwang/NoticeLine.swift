import Households
import JSON
import Kafka
import Rules
import Streams
import Workers

/// One line for a person about a record of a public topic, in both languages.
struct NoticeLine {
    let policy: Policy

    /// `nil` for what nobody needs to see as it comes. `deadlines` are those told of assignments.
    func text(_ record: RecordView, _ deadlines: inout [String: String]) -> String? {
        if record.topic.hasPrefix("dead.") { return deadLetter(record) }
        guard let value = record.value.flatMap({ try? JSONValue(parsing: $0) }) else { return nil }
        let type = record.header("ce_type").map { String(decoding: $0, as: UTF8.self) } ?? ""
        let event = type.split(separator: ".").dropFirst(2).first.map(String.init) ?? ""
        let day = InstantText.text(record.timestamp).prefix(16)
        let place = township(value["division"]?.stringValue ?? "")
        let household = (value["household"]?.stringValue ?? "").prefix(8)
        switch record.topic {
        case "alerts":
            guard event != "updated" else { return nil }
            let mark = Self.level(value["level"]?.stringValue ?? "")
            let rule = value["rule"]?.stringValue ?? ""
            let cause = Self.cause(value["cause"]?.stringValue ?? "")
            let head = "\(day) \(mark) \(rule) \(Self.event(event)) \(place) \(household) \(cause)"
            guard event == "opened", value["supersededBy"] == nil else { return head }
            let zh = value["text"]?["zh"]?.stringValue ?? ""
            let en = value["text"]?["en"]?.stringValue ?? ""
            return "\(head)\n                   \(zh)\n                   \(en)"
        case "area.alerts":
            let mark = Self.level(value["level"]?.stringValue ?? "")
            let rule = value["rule"]?.stringValue ?? ""
            let village = value["division"]?.stringValue ?? ""
            let head = "\(day) \(mark) \(rule) \(Self.event(event)) \(place) \(village) 村 village"
            guard event == "opened" else { return head }
            let zh = value["text"]?["zh"]?.stringValue ?? ""
            let en = value["text"]?["en"]?.stringValue ?? ""
            return "\(head)\n                   \(zh)\n                   \(en)"
        case "findings":
            guard event != "updated" else { return nil }
            let rule = value["rule"]?.stringValue ?? ""
            let head = "\(day) 数据 DATA   \(rule) \(Self.event(event)) \(place) \(household)"
            guard event == "opened" else { return head }
            let zh = value["correct"]?["zh"]?.stringValue ?? ""
            let en = value["correct"]?["en"]?.stringValue ?? ""
            return "\(head)\n                   \(zh)\n                   \(en)"
        case "assignments":
            guard event == "proposed" else { return nil }
            let zh = value["name"]?["zh"]?.stringValue ?? ""
            let en = value["name"]?["en"]?.stringValue ?? ""
            let due = (value["dueAt"]?.stringValue ?? "").prefix(16)
            let measure = value["measure"]?.stringValue ?? ""
            let told = deadlines.updateValue(
                String(due), forKey: value["assignment"]?.stringValue ?? "")
            guard told != String(due) else { return nil }
            let moved = told == nil ? "" : " (改期 moved)"
            return "\(day)    → \(measure) \(zh) / \(en)  \(place) \(household)  "
                + "截止 due \(due)\(moved)"
        case "escalations":
            let zh = value["text"]?["zh"]?.stringValue ?? ""
            return "\(day)    ↑ \(value["clock"]?.stringValue ?? "") \(place) \(household) \(zh)"
        default: return nil
        }
    }

    /// The division a record speaks of; empty for dead letters.
    static func division(_ record: RecordView) -> String {
        record.value.flatMap { try? JSONValue(parsing: $0) }?["division"]?.stringValue ?? ""
    }

    /// Its place is what `dead show` takes.
    private func deadLetter(_ record: RecordView) -> String {
        let place = PartitionOffset(record.topic, record.partition, record.offset)
        let refusal = Refusal(record)
        return "\(InstantText.text(record.timestamp).prefix(16))    ✗ \(place): "
            + (refusal?.reason ?? "") + (refusal?.field.map { " (\($0))" } ?? "")
    }

    /// The township's name in both languages, or its code.
    func township(_ code: String) -> String {
        guard let division = Division(code) else { return code }
        guard let name = policy.divisions[division.prefix(9)] ?? policy.divisions[division] else {
            return String(code.prefix(9))
        }
        return "\(name.zh) \(name.en)"
    }

    static func level(_ name: String) -> String {
        let words = AlertWords.level(name)
        return words.zh + " " + words.en + String(repeating: " ", count: 6 - words.en.count)
    }

    static func cause(_ name: String) -> String {
        let words = AlertWords.cause(name)
        return words.zh + " " + words.en
    }

    static func event(_ name: String) -> String {
        switch name {
        case "opened": "新增 opened"
        case "cleared": "消除 cleared"
        case "withdrawn": "撤回 withdrawn"
        case "dismissed": "排除 dismissed"
        default: name
        }
    }
}
