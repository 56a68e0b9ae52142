package import Households
import JSON
package import Kafka
package import Rules

/// Explains one household from its state as the monitor keeps it: members, the income arithmetic
/// with every item, alerts, facts. Names nobody: pseudonyms and natural keys' digests only.
package struct HouseholdReport {
    /// A state that cannot be read: damaged, or of another version.
    package struct Unreadable: Error, CustomStringConvertible {
        package init() {}
        package var description: String { "the household's state cannot be read by this version" }
    }

    private let household: Pseudonym
    private let state: HouseholdState
    private let view: HouseholdView
    private let rules: RuleSet
    /// Area events that have not met every household of the partition yet.
    private let pending: Int

    /// `state` is the household's (`StateFold.payload` of its value in `state.monitor`),
    /// `shared` the partition's under its reserved key (`nil` where no broadcast has met every
    /// household), `broadcasts` those kept beside it that are still on their way, in their order.
    /// `rules` gives those of the release in force (`nil`: none was activated). As of `day`.
    package init(
        household: Pseudonym, state: UnsafeRawBufferPointer, shared: UnsafeRawBufferPointer?,
        broadcasts: [OwnedRecord] = [], on day: Day, rules: (Pseudonym?) throws -> RuleSet
    ) throws {
        self.household = household
        var area: AreaState
        do {
            self.state = try HouseholdState(decoding: state)
            area = try shared.map { try AreaState(decoding: $0) } ?? AreaState()
            for broadcast in broadcasts {
                try broadcast.withView { view in
                    try area.receive(view, at: day.start, step: "HouseholdReport")
                }
            }
            pending = broadcasts.count {
                $0.withView { ReleaseOrder.kind(of: $0) == nil }
            }
        } catch {
            throw Unreadable()
        }
        self.rules = try rules(area.release)
        view = HouseholdView(
            HouseholdFacts(household: household, facts: self.state.facts, area: area.events),
            on: day, policy: self.rules.policy)
    }

    /// The whole explanation, for a terminal; what it says of its own stands in both languages.
    package var text: String {
        var text = "household 家庭 \(household), as of 截至 \(view.day)\n"
        text += "division 地区 \(view.division.map(named) ?? "unknown 不详")\n"
        text += "rules 规则 \(rules.digest)\n"
        text += "\n" + membersText + "\n" + areaText + incomeText + "\n" + alertsText
        text += findingsText
        for alert in openAlerts { text += "\n" + AlertText(alert, place: place).text }
        text += "\n" + factsText
        return text
    }

    /// The open alerts as they would be published now.
    private var openAlerts: [JSONValue] {
        let asking = rules.asking(view)
        return state.episodes.filter(\.isOpen).compactMap { episode in
            guard let rule = rules.rule(episode.rule) else { return nil }
            let writer = AlertWriter(
                household: household, rule: rule, episode: episode, event: .updated,
                asking: asking, ruleSet: rules.digest, time: view.day.start)
            return try? JSONValue(parsing: writer.value())
        }
    }

    private func place(_ code: String) -> String { Division(code).map(named) ?? code }

    private func named(_ division: Division) -> String {
        for prefix in division.prefixes {
            if let name = rules.policy.divisions[prefix] {
                return "\(division) (\(name.zh), \(name.en))"
            }
        }
        return "\(division)"
    }

    // MARK: Parts

    private var membersText: String {
        let low = view.isLow ? ", " + both(AlertWords.reason("low")) : ""
        var table = Table(["", "", "", "", ""])
        for member in view.members {
            table.add([
                "  \(member.id)", "age \(member.age) 岁", "labour 劳动力", labour(member.labour),
                member.hasJob ? "in work 在业" : "",
            ])
        }
        return "members 家庭成员: \(view.members.count)\(low)\n" + rows(table)
    }

    private func labour(_ code: String) -> String {
        switch code {
        case "full": "full 全部"
        case "partial": "partial 部分"
        default: "none 无"
        }
    }

    /// What is in force over the household's division; empty when nothing is.
    private var areaText: String {
        var table = Table(["", "", "", "", ""])
        for fact in view.disasters + view.interruptions {
            table.add([
                "  \(fact.occurred)", kind(fact), fact.text(.riskCode).map { "kind 类别 \($0)" } ?? "",
                both(AlertWords.department(fact.department)), "\(fact.key)",
            ])
        }
        var text = rows(table)
        if pending > 0 {
            let events = pending == 1 ? "1 area event has" : "\(pending) area events have"
            text += "  \(events) not met every household yet: alerts may still come\n"
            text += "  有\(pending)条地区事件尚未传到所有家庭，还可能发出预警\n"
        }
        return text.isEmpty ? "" : "in force here 当地生效:\n" + text + "\n"
    }

    private var incomeText: String {
        guard let income = view.income else { return "income 收入: no living member 无在世成员\n" }
        var items = Table(["", "", "#", "", ""])
        for item in income.items {
            items.add([
                "  \(item.kind)", item.item, yuan(item.amountFen), "\(item.from) – \(item.to)",
                item.carried ? "carried on 顺延" : "",
            ])
        }
        var sums = Table(["", "", "", "#"])
        func line(_ sign: String, _ zh: String, _ en: String, _ fen: Int64) {
            sums.add(["  \(sign)", zh, en, yuan(fen)])
        }
        line(" ", "工资", "wage", income.wageFen)
        line("+", "经营", "business", income.businessFen)
        line("+", "财产", "property", income.propertyFen)
        line("+", "转移", "transfer", income.transferFen)
        line("−", "支出", "expense", income.expenseFen)
        line("=", "净收入", "net", income.netFen)
        line("+", "理赔（365天）", "claims, 365 days", income.claimsFen)
        line("−", "合规自付（365天）", "self-paid in policy, 365 days", income.selfPaidFen)
        line("=", "收入参考", "reference", income.referenceFen)
        line(
            "÷", "\(income.members)人，人均", "\(income.members) members, per person",
            income.perCapitaFen)
        if let figure = view.line {
            let isProvisional = figure.isProvisional
            line(
                " ", "\(figure.year)年监测线" + (isProvisional ? "（暂用上年数）" : ""),
                "line of \(figure.year)" + (isProvisional ? " (provisional)" : ""), figure.fen)
        }
        var text = "income reference, yuan 收入参考（元）:\n" + rows(items) + rows(sums)
        if view.isJudgeable {
            let isUnder = view.line.map { income.perCapitaFen < $0.fen } ?? false
            text += isUnder ? "  under the line 低于监测线\n" : "  not under the line 不低于监测线\n"
        } else {
            let missing = view.missing.map { both(AlertWords.gap($0)) }.joined(separator: ", ")
            text += "  cannot judge 无法判断: missing 缺 \(missing)\n"
        }
        return text
    }

    private var alertsText: String {
        let alerts = state.episodes.filter { rules.rule($0.rule)?.audit == nil }
        if alerts.isEmpty { return "alerts 预警: none, ever 从未有过\n" }
        var table = Table(["", "", "", "", "", ""])
        for episode in alerts {
            let state =
                episode.endedOn.map { "to 至 \($0)" }
                ?? (episode.supersededBy != nil
                    ? "open, another alert speaks for it 未结，由另一预警代表" : "open 未结")
            table.add([
                "  \(episode.rule)", both(AlertWords.level(episode.level.name)),
                "from 自 \(episode.openedOn)", state, "\(episode.id(of: household))", "",
            ])
        }
        return "alerts 预警:\n" + rows(table)
    }

    /// Findings of the self-audit that are open; empty without one.
    private var findingsText: String {
        let open = state.episodes.filter { $0.isOpen && rules.rule($0.rule)?.audit != nil }
        guard !open.isEmpty else { return "" }
        return "\nrecords to correct 待更正的数据:\n"
            + open.map { "  \($0.rule)  from 自 \($0.openedOn)  \($0.id(of: household))\n" }.joined()
    }

    private var factsText: String {
        let facts = state.facts.sorted {
            ($0.occurred, $0.recorded, $0.key) > ($1.occurred, $1.recorded, $1.key)
        }
        var table = Table(["", "", "#", "", "", ""])
        for fact in facts {
            table.add([
                "  \(fact.occurred)", kind(fact), fact.amountFen.map(yuan) ?? "",
                both(AlertWords.department(fact.department)), "\(fact.key)",
                fact.isReversed ? "reversed 已撤销" : "",
            ])
        }
        return "facts, latest first 记录，由近至远: \(facts.count)\n" + rows(table)
    }

    // MARK: Helpers

    /// A table's lines without its empty head.
    private func rows(_ table: Table) -> String {
        table.text.split(separator: "\n", omittingEmptySubsequences: false).dropFirst()
            .joined(separator: "\n")
    }

    private func kind(_ fact: Fact) -> String { "\(fact.kind.name) \(fact.kind.words.zh)" }

    private func both(_ sentence: Sentence) -> String {
        sentence.en == sentence.zh ? sentence.en : "\(sentence.en) \(sentence.zh)"
    }

    /// Fen as yuan.
    private func yuan(_ fen: Int64) -> String {
        let magnitude = fen.magnitude
        let cents = magnitude % 100
        return "\(fen < 0 ? "-" : "")\(magnitude / 100).\(cents < 10 ? "0" : "")\(cents)"
    }
}
