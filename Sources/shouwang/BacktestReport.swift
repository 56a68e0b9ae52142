import Households
import JSON
import Replay
import Workers

/// A comparison as a person, a program or a browser reads it. Chinese and English together; villages
/// by name where policy names them. No household is named.
struct BacktestReport {
    let comparison: Comparison
    let policy: Policy
    /// Content addresses of the two rule sets.
    let live: String
    let candidate: String

    /// The name of a village, or its code where policy has none.
    func village(_ code: String) -> String {
        guard let division = Division(code), let name = policy.divisions[division] else { return code }
        return "\(name.zh) \(code)"
    }

    /// `2026-03` of a month.
    static func text(ofMonth month: Int) -> String {
        String(Day.first(ofMonth: month).description.prefix(7))
    }

    static func percent(_ share: Double?) -> String {
        share.map { "\(Int(($0 * 100).rounded()))%" } ?? "–"
    }

    /// What stands in place of precision and recall.
    static let noAnswers = (
        zh: "历史中没有干部核实结果，无法计算准确率。",
        en: "No answers of officers lie in this period: precision and recall are unknown."
    )

    /// True where a village's visits of a month are more than it can make.
    func isOver(_ visits: Int) -> Bool { comparison.budget.map { visits > $0 } ?? false }

    private static let headings = [
        "#现行 live", "#候选 candidate", "#撤回 withdrawn", "#新增户 gained", "#减少户 lost",
        "#提前 sooner", "#推后 later", "#提前天数 lead days",
    ]

    private static func cells(_ row: Comparison.Row) -> [String] {
        [
            "\(row.live.alerts)", "\(row.candidate.alerts)",
            "\(row.live.withdrawn)→\(row.candidate.withdrawn)", "\(row.gained)", "\(row.lost)",
            "\(row.sooner)", "\(row.later)", "\(row.leadDays)",
        ]
    }

    // MARK: Table

    var table: String {
        var text =
            "回测 backtest \(comparison.period.lowerBound) … \(comparison.period.upperBound)\n"
            + "  现行 in force \(live.prefix(12)), 候选 candidate \(candidate.prefix(12))\n"
        var rules = Table(["规则 rule"] + Self.headings)
        for row in comparison.rules { rules.add([row.name] + Self.cells(row)) }
        rules.add(["合计 all"] + Self.cells(comparison.total))
        text += "\n" + rules.text
        var villages = Table(["村 village"] + Self.headings)
        for row in comparison.villages { villages.add([village(row.name)] + Self.cells(row)) }
        if !villages.isEmpty { text += "\n" + villages.text }
        var visits = Table(["村 village", "月 month", "#现行入户 live visits", "#候选入户 candidate visits", ""])
        for entry in comparison.visits {
            visits.add([
                village(entry.village), Self.text(ofMonth: entry.month), "\(entry.live)",
                "\(entry.candidate)", isOver(entry.candidate) ? "超出 over budget" : "",
            ])
        }
        if !visits.isEmpty { text += "\n" + visits.text }
        if let budget = comparison.budget {
            let over = comparison.overBudget
            text +=
                "\n每村每月超过 \(budget) 次入户的 / villages and months over \(budget) visits: "
                + "\(over.live) → \(over.candidate)\n"
        }
        return text + "\n" + agreement
    }

    private var agreement: String {
        guard comparison.hasAnswers else {
            return "\(Self.noAnswers.zh)\n\(Self.noAnswers.en)\n"
        }
        func line(_ name: String, _ side: Comparison.Agreement) -> String {
            "\(name): 准确率 precision \(Self.percent(side.precision)) "
                + "(\(side.found)/\(side.found + side.unfounded)), 召回率 recall "
                + "\(Self.percent(side.recall)) (\(side.found)/\(side.needed))\n"
        }
        return line("现行 in force", comparison.live) + line("候选 candidate", comparison.candidate)
    }

    // MARK: JSON

    /// One object: see docs/FORMATS.md.
    var json: String {
        var json = JSONWriter()
        json.beginObject()
        json.field("from", comparison.period.lowerBound.description)
        json.field("to", comparison.period.upperBound.description)
        json.field("live", live)
        json.field("candidate", candidate)
        if let budget = comparison.budget { json.field("budget", budget) }
        json.name("total")
        Self.write(comparison.total, &json)
        for (name, rows) in [("rules", comparison.rules), ("villages", comparison.villages)] {
            json.name(name)
            json.beginArray()
            for row in rows { Self.write(row, &json) }
            json.endArray()
        }
        json.name("visits")
        json.beginArray()
        for entry in comparison.visits {
            json.beginObject()
            json.field("village", entry.village)
            json.field("month", Self.text(ofMonth: entry.month))
            json.field("live", entry.live)
            json.field("candidate", entry.candidate)
            json.endObject()
        }
        json.endArray()
        json.name("agreement")
        json.beginObject()
        for (name, side) in [("live", comparison.live), ("candidate", comparison.candidate)] {
            json.name(name)
            json.beginObject()
            json.field("found", side.found)
            json.field("unfounded", side.unfounded)
            json.field("needed", side.needed)
            json.endObject()
        }
        json.endObject()
        json.endObject()
        return String(decoding: json.bytes, as: UTF8.self) + "\n"
    }

    private static func write(_ row: Comparison.Row, _ json: inout JSONWriter) {
        json.beginObject()
        json.field("name", row.name)
        for (name, count) in [("live", row.live), ("candidate", row.candidate)] {
            json.name(name)
            json.beginObject()
            json.field("alerts", count.alerts)
            json.field("withdrawn", count.withdrawn)
            json.field("households", count.households)
            json.endObject()
        }
        json.field("gained", row.gained)
        json.field("lost", row.lost)
        json.field("sooner", row.sooner)
        json.field("later", row.later)
        json.field("leadDays", row.leadDays)
        json.endObject()
    }
}
