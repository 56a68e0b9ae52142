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

    /// The whole explanation, for a terminal.
    package var text: String {
        var text = "household \(household) as of \(view.day)\n"
        text += "division \(view.division.map(named) ?? "unknown")\n"
        text += "rules \(rules.digest)\n"
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

    private var membersText: String {
        let low = view.isLow ? ", low income or monitored" : ""
        var text = "members: \(view.members.count)\(low)\n"
        for member in view.members {
            text += "  \(member.id)  age \(member.age)  labour \(member.labour)"
            text += member.hasJob ? "  in work\n" : "\n"
        }
        return text
    }

    /// What is in force over the household's division; empty when nothing is.
    private var areaText: String {
        var text = ""
        for fact in view.disasters + view.interruptions {
            text += "  \(fact.occurred)  \(pad(fact.kind.name, 22))  "
            if let kind = fact.text(.riskCode) { text += "kind \(kind)  " }
            text += "\(fact.department)  \(fact.key)\n"
        }
        if pending > 0 {
            let events = pending == 1 ? "1 area event has" : "\(pending) area events have"
            text += "  \(events) not met every household yet: alerts may still come\n"
        }
        return text.isEmpty ? "" : "in force here:\n" + text + "\n"
    }

    private var incomeText: String {
        guard let income = view.income else { return "income: no living member\n" }
        var text = "income reference (fen converted to yuan):\n"
        for item in income.items {
            text += "  \(pad(item.kind, 9)) \(pad(item.item, 18)) \(yuan(item.amountFen))"
            text += "  \(item.from) to \(item.to)\(item.carried ? ", carried on" : "")\n"
        }
        func line(_ sign: String, _ name: String, _ fen: Int64) {
            text += "  \(sign) \(pad(name, 26)) \(yuan(fen))\n"
        }
        line(" ", "wage", income.wageFen)
        line("+", "business", income.businessFen)
        line("+", "property", income.propertyFen)
        line("+", "transfer", income.transferFen)
        line("-", "expense", income.expenseFen)
        line("=", "net", income.netFen)
        line("+", "claims, 365 days", income.claimsFen)
        line("-", "self-paid in policy, 365 d", income.selfPaidFen)
        line("=", "reference", income.referenceFen)
        line("/", "\(income.members) members, per person", income.perCapitaFen)
        if let figure = view.line {
            let remark = figure.isProvisional ? " (provisional)" : ""
            line(" ", "line of \(figure.year)\(remark)", figure.fen)
        }
        if view.isJudgeable {
            let isUnder = view.line.map { income.perCapitaFen < $0.fen } ?? false
            text += "  \(isUnder ? "under the line" : "not under the line")\n"
        } else {
            text += "  cannot judge: missing \(view.missing.joined(separator: ", "))\n"
        }
        return text
    }

    private var alertsText: String {
        var text = "alerts:\n"
        let alerts = state.episodes.filter { rules.rule($0.rule)?.audit == nil }
        if alerts.isEmpty { return text + "  none, ever\n" }
        for episode in alerts {
            text += "  \(episode.rule)  \(pad(episode.level.name, 6))  from \(episode.openedOn)"
            if let ended = episode.endedOn {
                text += " to \(ended)"
            } else if episode.supersededBy != nil {
                text += ", open, another alert speaks for it"
            } else {
                text += ", open"
            }
            text += "  \(episode.id(of: household))\n"
        }
        return text
    }

    /// Findings of the self-audit that are open; empty without one.
    private var findingsText: String {
        let open = state.episodes.filter { $0.isOpen && rules.rule($0.rule)?.audit != nil }
        guard !open.isEmpty else { return "" }
        return "\nrecords to correct:\n"
            + open.map { "  \($0.rule)  from \($0.openedOn)  \($0.id(of: household))\n" }.joined()
    }

    private var factsText: String {
        let facts = state.facts.sorted {
            ($0.occurred, $0.recorded, $0.key) > ($1.occurred, $1.recorded, $1.key)
        }
        var text = "facts, latest first: \(facts.count)\n"
        for fact in facts {
            text += "  \(fact.occurred)  \(pad(fact.kind.name, 22))"
            text += fact.amountFen.map { " \(yuan($0))" } ?? String(repeating: " ", count: 15)
            text += "  \(fact.department)  \(fact.key)\(fact.isReversed ? "  reversed" : "")\n"
        }
        return text
    }

    /// Fen as yuan, right-aligned to 14 places.
    private func yuan(_ fen: Int64) -> String {
        let magnitude = fen.magnitude
        let cents = magnitude % 100
        let number =
            "\(fen < 0 ? "-" : "")\(magnitude / 100).\(cents < 10 ? "0" : "")\(cents)"
        return String(repeating: " ", count: max(0, 14 - number.count)) + number
    }

    private func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
