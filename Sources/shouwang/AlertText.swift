import Households
import JSON
import Rules

/// An alert in full, for a person: what, where, why, with which figures and records.
struct AlertText {
    private let alert: JSONValue
    private let notice: NoticeLine

    init(_ alert: JSONValue, _ notice: NoticeLine) {
        self.alert = alert
        self.notice = notice
    }

    var text: String {
        var lines: [String] = []
        let level = NoticeLine.level(string("level")).trimmingSpaces
        lines.append(
            "\(string("rule")) \(level)  \(NoticeLine.cause(string("cause")))  "
                + "\(notice.township(string("division")))  \(string("household"))")
        lines.append("  \(alert["text"]?["zh"]?.stringValue ?? "")")
        lines.append("  \(alert["text"]?["en"]?.stringValue ?? "")")
        let reasons = (alert["levelReasons"]?.arrayValue ?? []).compactMap(\.stringValue)
        lines.append(
            "  定级 level: \(string("baseLevel")) → \(string("level"))"
                + (reasons.isEmpty ? "" : " (\(reasons.joined(separator: ", ")))"))
        lines += computation
        lines += evidence
        for parameter in alert["parameters"]?.arrayValue ?? [] {
            lines.append(
                "  参数 parameter \(parameter["name"]?.stringValue ?? "") = "
                    + "\(parameter["value"]?.int64 ?? 0) (\(parameter["from"]?.stringValue ?? ""))")
        }
        let measures = (alert["proposes"]?.arrayValue ?? []).compactMap(\.stringValue)
        lines.append("  建议措施 measures: \(measures.joined(separator: ", "))")
        return lines.joined(separator: "\n") + "\n"
    }

    private var computation: [String] {
        guard let figures = alert["computation"] else { return [] }
        guard figures["judgeable"]?.boolValue == true else {
            let missing = (figures["missing"]?.arrayValue ?? []).compactMap(\.stringValue)
            return ["  收入未知，请询问 income unknown, ask: missing \(missing.joined(separator: ", "))"]
        }
        func yuan(_ name: String) -> String {
            figures[name]?.int64.map { TextTemplate.yuan($0) } ?? "—"
        }
        var lines = [
            "  \(figures["members"]?.int64 ?? 0) 人 members; 工资 wage \(yuan("wageFen")) + 经营 "
                + "business \(yuan("businessFen")) + 财产 property \(yuan("propertyFen")) + 转移 "
                + "transfer \(yuan("transferFen")) − 支出 expense \(yuan("expenseFen")) = 净收入 net "
                + yuan("netFen"),
            "  + 理赔 claims \(yuan("claimsFen")) − 合规自付 self-paid \(yuan("selfPaidFen")); 人均 "
                + "per person \(yuan("referencePerCapitaFen")) (不计医疗 without "
                + "\(yuan("withoutSelfPaidPerCapitaFen"))), 监测线 line \(yuan("lineFen")) "
                + "(\(figures["lineYear"]?.int64 ?? 0))",
        ]
        for (name, label) in [
            ("previousPerCapitaFen", "上年人均 a year before"),
            ("forecastPerCapitaFen", "预计人均 forecast"), ("rigidFen", "刚性支出 rigid costs"),
            ("officialPerCapitaFen", "按自然月口径 by calendar months"),
        ] where figures[name] != nil {
            lines.append("  \(label): \(yuan(name))")
        }
        return lines
    }

    private var evidence: [String] {
        (alert["evidence"]?.arrayValue ?? []).prefix(12).map { item in
            let amount = item["amountFen"]?.int64.map { " \(TextTemplate.yuan($0)) 元 yuan" } ?? ""
            let detail = item["detail"]?.stringValue.map { " \($0)" } ?? ""
            return "  · \(item["occurredOn"]?.stringValue ?? "") \(item["fact"]?.stringValue ?? "")"
                + "\(amount)\(detail) (\(item["department"]?.stringValue ?? ""), "
                + "\(item["ageDays"]?.int64 ?? 0) 天 days)"
        }
    }

    private func string(_ name: String) -> String { alert[name]?.stringValue ?? "" }
}

extension String {
    fileprivate var trimmingSpaces: String {
        String(reversed().drop { $0 == " " }.reversed())
    }
}
