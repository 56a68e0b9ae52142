import Replay

/// The page: one file without scripts or anything from elsewhere, so that it can be sent and printed.
extension BacktestReport {
    var html: String {
        let period = "\(comparison.period.lowerBound) … \(comparison.period.upperBound)"
        return """
            <!doctype html>
            <html lang="zh">
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>回测 Backtest \(period)</title>
            <style>
            :root { color-scheme: light dark; --live: #7f9cc4; --candidate: #d9822b; --line: #8884; --over: #b00020 }
            @media (prefers-color-scheme: dark) { :root { --live: #6f8fbd; --candidate: #e39a4f; --over: #ff8a80 } }
            body { font: 15px/1.5 system-ui, "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; margin: 2rem auto;
              max-width: 72rem; padding: 0 1rem; color: CanvasText; background: Canvas }
            h1 { font-size: 1.5rem } h2 { font-size: 1.15rem; margin-top: 2rem }
            .wide { overflow-x: auto }
            table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums }
            th, td { padding: .25rem .6rem; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap }
            th { vertical-align: bottom; font-weight: 600 }
            th span { display: block; font-weight: 400; font-size: .85em; opacity: .75 }
            th:first-child, td:first-child { text-align: left; position: sticky; left: 0; background: Canvas }
            td.month, th.month { text-align: left }
            tr.all td { font-weight: 600; border-top: 2px solid var(--line) }
            td.bar { width: 35%; min-width: 8rem }
            .live, .candidate { display: block; height: .6rem; margin: 1px 0; border-radius: 1px }
            .live { background: var(--live) } .candidate { background: var(--candidate) }
            .over { color: var(--over); font-weight: 600 }
            .key { white-space: nowrap; margin-right: 1rem }
            .key span { display: inline-block; width: 1rem; vertical-align: middle; margin-right: .3rem }
            code { opacity: .75 }
            @media (max-width: 40rem) { body { margin: 1rem auto; font-size: 14px } th, td { padding: .2rem .4rem } td.bar { min-width: 5rem } }
            @media print { .live, .candidate { print-color-adjust: exact } }
            </style>
            <h1>回测 Backtest \(period)</h1>
            <p><span class="key"><span class="live"></span>现行 in force <code>\(live.prefix(12))</code></span>
            <span class="key"><span class="candidate"></span>候选 candidate <code>\(candidate.prefix(12))</code></span></p>
            \(agreementPart)
            <h2>按规则 By rule</h2>
            \(rows(comparison.rules + [comparison.total]) { $0 == "all" ? "合计 all" : $0 })
            <h2>按村 By village</h2>
            \(rows(comparison.villages, village))
            <h2>每村每月入户 Visits by village and month</h2>
            \(visitsPart)
            </html>

            """
    }

    private func rows(_ rows: [Comparison.Row], _ name: (String) -> String) -> String {
        let largest = rows.filter { $0.name != "all" }
            .map { max($0.live.alerts, $0.candidate.alerts) }.max() ?? 0
        let lines = rows.map { row in
            let bars =
                row.name == "all"
                ? "" : bar(row.live.alerts, row.candidate.alerts, of: largest)
            return """
                <tr\(row.name == "all" ? " class=\"all\"" : "")><td>\(Self.escaped(name(row.name)))</td><td class="bar">\(bars)</td>\
                <td>\(row.live.alerts)</td><td>\(row.candidate.alerts)</td>\
                <td>\(row.live.withdrawn) → \(row.candidate.withdrawn)</td>\
                <td>+\(row.gained)</td><td>−\(row.lost)</td>\
                <td>\(row.sooner) / \(row.later)</td><td>\(row.leadDays)</td></tr>
                """
        }
        return """
            <div class="wide"><table><tr><th></th><th></th>\
            \(Self.heads([("现行", "in force"), ("候选", "candidate"), ("撤回", "withdrawn"), ("新增户", "gained"), ("减少户", "lost"), ("提前/推后", "sooner/later"), ("提前天数", "lead days")]))</tr>
            \(lines.joined(separator: "\n"))
            </table></div>
            """
    }

    private var visitsPart: String {
        let largest = comparison.visits.map { max($0.live, $0.candidate) }.max() ?? 0
        let lines = comparison.visits.map { entry in
            return """
                <tr><td>\(Self.escaped(village(entry.village)))</td>\
                <td class="month">\(Self.text(ofMonth: entry.month))</td>\
                <td class="bar">\(bar(entry.live, entry.candidate, of: largest))</td>\
                <td>\(entry.live)</td><td\(isOver(entry.candidate) ? " class=\"over\"" : "")>\(entry.candidate)</td></tr>
                """
        }
        let over = comparison.overBudget
        let budget =
            comparison.budget.map {
                "<p>每村每月可入户 \($0) 次；超出的村月 villages and months over \($0) visits: "
                    + "\(over.live) → <b>\(over.candidate)</b></p>"
            } ?? ""
        return """
            \(budget)
            <div class="wide"><table><tr>\(Self.heads([("村", "village")]))<th class="month">月<span>month</span></th><th></th>\
            \(Self.heads([("现行", "in force"), ("候选", "candidate")]))</tr>
            \(lines.joined(separator: "\n"))
            </table></div>
            """
    }

    private var agreementPart: String {
        guard comparison.hasAnswers else {
            return "<p>\(Self.noAnswers.zh) \(Self.noAnswers.en)</p>"
        }
        func line(_ name: String, _ side: Comparison.Agreement) -> String {
            "<tr><td>\(name)</td><td>\(Self.percent(side.precision)) "
                + "(\(side.found)/\(side.found + side.unfounded))</td>"
                + "<td>\(Self.percent(side.recall)) (\(side.found)/\(side.needed))</td></tr>"
        }
        return """
            <div class="wide"><table><tr><th></th>\(Self.heads([("准确率", "precision"), ("召回率", "recall")]))</tr>
            \(line("现行 in force", comparison.live))
            \(line("候选 candidate", comparison.candidate))
            </table></div>
            """
    }

    private func bar(_ live: Int, _ candidate: Int, of largest: Int) -> String {
        func width(_ value: Int) -> Int { largest == 0 ? 0 : value * 100 / largest }
        return "<span class=\"live\" style=\"width:\(width(live))%\"></span>"
            + "<span class=\"candidate\" style=\"width:\(width(candidate))%\"></span>"
    }

    /// Headings of columns in both languages, the English below.
    private static func heads(_ names: [(zh: String, en: String)]) -> String {
        names.map { "<th>\($0.zh)<span>\($0.en)</span></th>" }.joined()
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "<": result += "&lt;"
            case "&": result += "&amp;"
            case "\"": result += "&quot;"
            default: result.append(character)
            }
        }
        return result
    }
}
