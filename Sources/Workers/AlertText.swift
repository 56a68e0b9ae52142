import Households
package import JSON
package import Rules

/// An alert in full, for a person: what, where, why, by which records and figures, and what would end
/// it. Reads the alert as it is published (formats, section 7), so that whoever shows alerts shows the
/// same.
package struct AlertText {
    private let alert: JSONValue
    private let place: (String) -> String

    /// `place` says what a division is called before officers.
    package init(_ alert: JSONValue, place: @escaping (String) -> String) {
        self.alert = alert
        self.place = place
    }

    /// The text in both languages, one after the other.
    package var text: String { text(.zh) + "\n" + text(.en) }

    /// Lines of a terminal or a notice; nothing is wrapped.
    package func text(_ language: Language) -> String {
        let page = Page(alert: alert, language: language)
        var lines = [page.heading(place(alert.string("division")))]
        let parts = [
            [alert["text"]?[language.rawValue]?.stringValue ?? ""], page.level, page.rule,
            page.figures, page.income, page.evidence, page.thresholds, page.gaps, page.remedies,
            page.measures,
        ]
        for line in parts.joined() { lines.append("  \(line)") }
        return lines.joined(separator: "\n") + "\n"
    }
}

/// One language's lines.
private struct Page {
    let alert: JSONValue
    let language: Language

    private func say(_ zh: String, _ en: String) -> String { language == .zh ? zh : en }
    private func tell(_ sentence: Sentence) -> String { sentence.text(language) }
    private var explanation: JSONValue? { alert["explanation"] }

    /// Bilingual text of the alert itself.
    private func told(_ value: JSONValue?) -> String? { value?[language.rawValue]?.stringValue }

    private func number(_ value: JSONValue?, unit: String) -> String {
        guard let number = value?.int64 else { return "—" }
        return tell(Quantities.text(number, unit: unit))
    }

    private func yuan(_ value: JSONValue?) -> String { number(value, unit: "fen") }

    private var comma: String { say("，", ", ") }
    private func bracketed(_ text: String) -> String { say("（\(text)）", " (\(text))") }

    func heading(_ place: String) -> String {
        let level = tell(AlertWords.level(alert.string("level")))
        let cause = tell(AlertWords.cause(alert.string("cause")))
        return "\(alert.string("rule")) \(level)  \(cause)  \(place)  \(alert.string("household"))"
    }

    var level: [String] {
        let reasons = alert.strings("levelReasons").map { tell(AlertWords.reason($0)) }
        let base = tell(AlertWords.level(alert.string("baseLevel")))
        let level = tell(AlertWords.level(alert.string("level")))
        let opened = alert.string("openedOn")
        let levels = base == level ? level : "\(base) → \(level)"
        var line = say("\(opened) 发出，级别 \(levels)", "opened \(opened), level \(levels)")
        if !reasons.isEmpty { line += bracketed(reasons.joined(separator: comma)) }
        return [line]
    }

    var rule: [String] {
        guard let explanation, let condition = told(explanation["condition"]) else { return [] }
        let source = explanation.string("source")
        var lines = [
            say("规则：\(condition)（来源：\(source)）", "rule: \(condition) (source: \(source))")
        ]
        if let clear = told(explanation["clear"]) {
            lines.append(say("解除还须：\(clear)", "ends only if also: \(clear)"))
        }
        if let days = explanation["clearDays"]?.int64, days > 0 {
            lines.append(say("解除条件须持续\(days)天", "what ends it must hold for \(days) days"))
        }
        return lines
    }

    /// With and without the event.
    var figures: [String] {
        guard let explanation else { return [] }
        let hasEvent = explanation["event"] != nil
        var lines = explanation.items("figures").map { figure -> String in
            let unit = figure.string("unit")
            var line = "· \(told(figure["words"]) ?? ""): \(number(figure["value"], unit: unit))"
            if hasEvent {
                let other = number(figure["without"], unit: unit)
                line += say("（不计最近一条记录：\(other)）", " (without the latest record: \(other))")
            }
            return line
        }
        guard !lines.isEmpty else { return [] }
        lines.insert(say("比较的数字：", "figures compared:"), at: 0)
        switch explanation["withoutEvent"]?.stringValue {
        case "yes":
            lines.append(say("· 没有最近一条记录也会预警", "· it would hold without the latest record too"))
        case "no":
            lines.append(say("· 没有最近一条记录就不会预警", "· it would not hold without the latest record"))
        case "cannotJudge":
            lines.append(
                say("· 没有最近一条记录则无法判断", "· it could not be judged without the latest record"))
        default: break
        }
        return lines
    }

    var income: [String] {
        guard let figures = alert["computation"] else { return [] }
        guard figures["judgeable"]?.boolValue == true else {
            return [say("收入无法判断，请当面询问", "income unknown: ask the household")]
        }
        let parts: [(Sentence, String)] = [
            (Sentence(zh: "工资", en: "wage"), "wageFen"),
            (Sentence(zh: "经营", en: "business"), "businessFen"),
            (Sentence(zh: "财产", en: "property"), "propertyFen"),
            (Sentence(zh: "转移", en: "transfer"), "transferFen"),
        ]
        let members = figures["members"]?.int64 ?? 0
        let sum = parts.map { "\(tell($0.0)) \(yuan(figures[$0.1]))" }.joined(separator: " + ")
        let expense = yuan(figures["expenseFen"])
        let net = yuan(figures["netFen"])
        let claims = yuan(figures["claimsFen"])
        let selfPaid = yuan(figures["selfPaidFen"])
        let each = yuan(figures["referencePerCapitaFen"])
        let without = yuan(figures["withoutSelfPaidPerCapitaFen"])
        var lines = [
            say(
                "收入计算：\(sum) − 支出 \(expense) = 净收入 \(net)",
                "income: \(sum) − expense \(expense) = net \(net)"),
            say(
                "（净收入 + 理赔 \(claims) − 合规自付 \(selfPaid)）÷ \(members) 人 = 人均 \(each)，不计医疗 \(without)",
                "(net + claims \(claims) − self-paid \(selfPaid)) ÷ \(members) members = per person \(each), without medical costs \(without)"
            ),
        ]
        if let official = figures["officialPerCapitaFen"] {
            let fen = yuan(official)
            lines.append(say("按自然月口径人均 \(fen)", "by calendar months per person \(fen)"))
        }
        let carried = figures.items("items").count { $0["carried"]?.boolValue == true }
        if carried > 0 {
            lines.append(
                say("其中\(carried)项按以往申报顺延", "\(carried) of the items are carried on from declarations"))
        }
        return lines
    }

    /// At most so many records are told; the alert itself has them all.
    private static let told = 12

    var evidence: [String] {
        let all = alert.items("evidence")
        guard !all.isEmpty else { return [] }
        let event = explanation?["event"]?.stringValue
        var lines = [say("依据的记录：", "records used:")]
        lines += all.suffix(Self.told).map { item -> String in
            let kind = FactKind(name: item.string("fact"))?.words
            var line = "· \(item.string("occurredOn")) \(kind.map(tell) ?? item.string("fact"))"
            if item["amountFen"] != nil { line += " \(yuan(item["amountFen"]))" }
            if let detail = item["detail"]?.stringValue { line += " \(detail)" }
            let age = item["ageDays"]?.int64 ?? 0
            let department = tell(AlertWords.department(item.string("department")))
            let key = item.string("key")
            line += say(
                "（\(department)，\(age)天前，记录 \(key)）",
                " (\(department), \(age) days ago, record \(key))")
            if key == event { line += say(" ← 最近一条", " ← the latest") }
            return line
        }
        if all.count > Self.told {
            lines.append(
                say("· 另有较早的\(all.count - Self.told)条", "· and \(all.count - Self.told) earlier"))
        }
        return lines
    }

    var thresholds: [String] {
        guard let explanation else { return [] }
        let lines = explanation.items("thresholds").map { item -> String in
            var marks: [String] = []
            if let year = item["year"]?.int64 { marks.append(say("\(year)年", "of \(year)")) }
            let from = item.string("from")
            if item["default"]?.boolValue == true {
                marks.append(say("规则默认值", "the rule's default"))
            } else {
                marks.append(from == "nation" ? say("全国", "the nation") : from)
            }
            if let since = item["since"]?.stringValue { marks.append(say("\(since)起", "from \(since)")) }
            if item["provisional"]?.boolValue == true {
                marks.append(say("暂用上年数", "provisional: last year's"))
            }
            let name = tell(AlertWords.threshold(item.string("name")))
            let value = number(item["value"], unit: item.string("unit"))
            return "· \(name) = \(value)\(bracketed(marks.joined(separator: comma)))"
        }
        return lines.isEmpty ? [] : [say("标准和参数：", "thresholds:")] + lines
    }

    var gaps: [String] {
        guard let explanation else { return [] }
        let lines = explanation.items("gaps").map { item -> String in
            let what = tell(AlertWords.gap(item.string("what")))
            guard let days = item["ageDays"]?.int64 else {
                return say("· 缺：\(what)", "· missing: \(what)")
            }
            return item["old"]?.boolValue == true
                ? say("· 偏旧：\(what)（\(days)天前）", "· old: \(what) (\(days) days)")
                : say("· 过旧：\(what)（\(days)天前）", "· too old: \(what) (\(days) days)")
        }
        return lines.isEmpty ? [] : [say("缺少或过旧的数据：", "data missing or old:")] + lines
    }

    var remedies: [String] {
        guard let explanation else { return [] }
        let lines = explanation.items("remedies").map { "· \(remedy($0))" }
        if lines.isEmpty {
            return [say("怎样解除：无法推算，请入户核实", "what would end it: cannot be computed; visit")]
        }
        return [say("怎样解除（任一）：", "what would end it (any one):")] + lines
    }

    private func remedy(_ item: JSONValue) -> String {
        let days = item["days"]?.int64 ?? 0
        let amount = yuan(item["amountFen"])
        let what: String
        switch item.string("change") {
        case "income":
            what = say("计入期内多出收入\(amount)", "\(amount) more income of the months that count")
        case "wage": what = say("最近一月工资多\(amount)", "\(amount) more wage in the last month")
        case "selfPaid":
            what = say("所列票据自付减少\(amount)", "\(amount) less self-paid of the bills shown")
        case "aid": what = say("再得到教育资助\(amount)", "\(amount) of school aid")
        case "records":
            let kinds = item.strings("records").map { name in
                FactKind(name: name).map { remedy($0) } ?? name
            }
            what = kinds.joined(separator: say("，并且", ", and "))
        default: return say("没有新情况，\(days)天后自行解除", "by itself in \(days) days, if nothing new comes")
        }
        return days == 0
            ? say("\(what)：即可解除", "\(what): at once")
            : say("\(what)：此后\(days)天解除", "\(what): in \(days) days")
    }

    /// The record that would end it, as something that happens.
    private func remedy(_ kind: FactKind) -> String {
        switch kind {
        case .visited: say("干部入户", "an officer visits")
        case .claimPaid: say("理赔到账", "a claim is paid")
        case .jobStarted: say("当事人重新就业", "the person starts a job")
        case .schoolDropout, .schoolEnrolment: say("孩子返校", "the child is back at school")
        case .insuranceEnrolment: say("全家今年参保", "all members are insured this year")
        case .disabilityPaid: say("残疾补贴发放", "the disability allowance is paid")
        case .schoolAid: say("本学期资助到账", "school aid of the term is booked")
        case .appraisal: say("住房经鉴定安全", "the house is appraised as safe")
        case .waterRestored: say("恢复供水", "water is restored")
        case .waterQuality: say("水质复检合格", "the water passes its test")
        case .offsiteBill: say("票据报销", "the bill is settled")
        case .loan: say("贷款还清", "the loan is repaid")
        case .contractPayment: say("款项付清", "the payment is made")
        case .call: say("答复来电来访", "the call is answered")
        case .workInjury: say("工伤认定", "the injury is decided")
        case .rebuilding: say("危改验收", "the rebuilding is accepted")
        case .evacuation: say("返家安置", "the family is back home")
        case .firmState: say("企业恢复正常", "the firm is in order again")
        default: tell(kind.words)
        }
    }

    var measures: [String] {
        let ids = alert.strings("proposes").joined(separator: say("、", ", "))
        return [say("建议措施：\(ids)", "measures: \(ids)")]
    }
}

extension JSONValue {
    fileprivate func string(_ name: String) -> String { self[name]?.stringValue ?? "" }
    fileprivate func items(_ name: String) -> [JSONValue] { self[name]?.arrayValue ?? [] }
    fileprivate func strings(_ name: String) -> [String] { items(name).compactMap(\.stringValue) }
}
