import Households
import JSON
import Workers

/// Sums of the topic `shadow.counts` for one shadow release.
final class ShadowReport {
    private struct Sum {
        var both = 0
        var onlyLive = 0
        var onlyShadow = 0
    }

    let shadow: Pseudonym
    /// What is counted by: `rule`, `division`, `day`.
    let columns: [String]
    private var sums: [[String]: Sum] = [:]
    private var reader = JSONReader()

    init(shadow: Pseudonym, columns: [String]) {
        self.shadow = shadow
        self.columns = columns
    }

    /// Takes a record's value; those of other shadows are left out.
    func take(_ value: UnsafeRawBufferPointer) {
        guard let root = try? reader.readObject(value),
            root.field("shadow")?.textString == shadow.description
        else { return }
        let place = columns.map { column in
            let field =
                switch column {
                case "rule": root.field("rule")
                case "division": root.field("division")
                default: root.field("day")
                }
            return field?.textString ?? ""
        }
        switch root.field("overlap")?.textString {
        case "both": sums[place, default: Sum()].both += 1
        case "onlyLive": sums[place, default: Sum()].onlyLive += 1
        case "onlyShadow": sums[place, default: Sum()].onlyShadow += 1
        default: break
        }
    }

    private var sorted: [(place: [String], sum: Sum)] {
        sums.map { ($0.key, $0.value) }.sorted { $0.0.lexicographicallyPrecedes($1.0) }
    }

    var table: String {
        var table = Table(columns + ["#both 两者", "#only live 仅现行", "#only shadow 仅试行"])
        for (place, sum) in sorted {
            table.add(place + ["\(sum.both)", "\(sum.onlyLive)", "\(sum.onlyShadow)"])
        }
        return "shadow 试运行 \(shadow)\n" + table.text
    }

    var json: String {
        var json = JSONWriter()
        json.beginObject()
        json.field("shadow", shadow.description)
        json.name("counts")
        json.beginArray()
        for (place, sum) in sorted {
            json.beginObject()
            for (column, value) in zip(columns, place) { json.field(column, value) }
            json.field("both", sum.both)
            json.field("onlyLive", sum.onlyLive)
            json.field("onlyShadow", sum.onlyShadow)
            json.endObject()
        }
        json.endArray()
        json.endObject()
        return String(decoding: json.bytes, as: UTF8.self) + "\n"
    }
}
