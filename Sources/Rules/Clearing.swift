package import Households

/// Looks for what would end an open alert: each change is made and the rule asked again, as the
/// monitor would ask it (docs/RULES.md, "What happens to an alert").
package struct Clearing {
    /// An alert that is open.
    package struct Alert {
        let rule: Rule
        let openedOn: Day
        let subject: Pseudonym?
        /// Since when its clear condition has held.
        let clearSince: Day?

        package init(rule: Rule, openedOn: Day, subject: Pseudonym?, clearSince: Day?) {
            self.rule = rule
            self.openedOn = openedOn
            self.subject = subject
            self.clearSince = clearSince
        }
    }

    /// Changes with an amount are looked for up to here, fen: a million yuan, a hundred times the
    /// line.
    static let mostFen: Int64 = 100_000_000
    /// How far ahead time alone is looked at: the longest span of a shipped rule, and a month.
    static let mostDays = 760
    /// At most so many days on which an answer could change are looked at.
    static let mostAskings = 60

    /// Households of which more facts are known are not looked at: it would take too long on the data
    /// path. A household has tens of facts.
    static let mostFacts = 1_000
    /// Nor are bills lowered of which there are more.
    static let mostBills = 100

    private let set: RuleSet
    private let alert: Alert
    private let view: HouseholdView
    private let horizon: Horizon
    private let evidence: [Fact]
    /// The household's facts that stand.
    private let known: FactList

    package init(_ alert: Alert, _ view: HouseholdView, in set: RuleSet) {
        self.set = set
        self.alert = alert
        self.view = view
        horizon = set.horizon(of: alert.rule)
        evidence = alert.rule.evidence.flatMap { $0.select(view, subject: alert.subject) }
        var known = FactList(view.facts.standing)
        // Made ready once, for all that is tried.
        _ = HouseholdFacts(
            household: view.facts.household, list: &known, area: view.facts.area)
        self.known = known
    }

    /// What would end the alert: records first, then amounts, then time. Empty where nothing is
    /// known to; always so of a rule about alerts, which ends with those.
    package var remedies: [Remedy] {
        guard !alert.rule.asksAlerts, known.facts.count <= Clearing.mostFacts else { return [] }
        var found: [Remedy] = []
        for change in Remedy.Change.candidates(alert.rule) {
            if change.amountFen != nil {
                if let remedy = least(change) { found.append(remedy) }
            } else if let facts = supposed(change), let days = daysToEnd(facts) {
                found.append(Remedy(change: change, days: days))
            }
        }
        let alone = daysToEnd(view.facts, since: alert.clearSince, first: 1)
        // What comes no sooner than time alone is no remedy.
        if let alone {
            found.removeAll { $0.change.amountFen == nil && $0.days >= alone }
            found.append(Remedy(change: .time, days: alone))
        }
        return found
    }

    /// The household's facts after a change; `nil` where it cannot be made.
    package func supposed(_ change: Remedy.Change) -> HouseholdFacts? {
        var list = known
        return supposed(change, &list)
    }

    /// The same with a list that only this change has been made in before, with another amount.
    private func supposed(_ change: Remedy.Change, _ list: inout FactList) -> HouseholdFacts? {
        guard
            let supposed = change.supposition(view, subject: alert.subject, evidence: evidence)
        else { return nil }
        for fact in supposed.facts { list.set(fact) }
        var area = view.facts.area
        for fact in supposed.ofAreas { area.put(fact) }
        return HouseholdFacts(household: view.facts.household, list: &list, area: area)
    }

    /// The least amount of a change after which the alert is ending today.
    private func least(_ change: Remedy.Change) -> Remedy? {
        var list = known
        func days(_ fen: Int64) -> Int? {
            // Bills that another amount had lowered stand again.
            if case .selfPaid = change { list = known }
            guard let facts = supposed(change.with(fen), &list) else { return nil }
            switch ending(facts, on: view.day) {
            case .stays, .unknown: return nil
            case .withdrawn: return 0
            case .clears: return alert.rule.clearDays
            }
        }
        var most = Clearing.mostFen
        if case .selfPaid = change {
            let bills = evidence.filter { $0.kind == .settlement }
            guard bills.count <= Clearing.mostBills else { return nil }
            most = bills.reduce(0) { $0 + ($1.integer(.selfPaidFen) ?? $1.amountFen ?? 0) }
        }
        guard most > 0, var wait = days(most) else { return nil }
        var enough = most
        var tooLittle: Int64 = 0
        while enough - tooLittle > 1 {
            let middle = tooLittle + (enough - tooLittle) / 2
            if let found = days(middle) {
                (enough, wait) = (middle, found)
            } else {
                tooLittle = middle
            }
        }
        return Remedy(change: change.with(enough), days: wait)
    }

    /// Days until the alert ends with these facts and no more; `nil` when it is not seen to.
    private func daysToEnd(
        _ facts: HouseholdFacts, since: Day? = nil, first: Int = 0
    ) -> Int? {
        let rule = alert.rule
        var since = since
        var day = first == 0 ? view.day : next(after: view.day, facts, since)
        for _ in 0..<Clearing.mostAskings {
            guard day - view.day <= Clearing.mostDays else { return nil }
            switch ending(facts, on: day) {
            case .withdrawn: return day - view.day
            case .stays: since = nil
            // A declaration only grows older.
            case .unknown: return nil
            case .clears:
                let first = since ?? day
                if day - first >= rule.clearDays { return day - view.day }
                since = first
            }
            day = next(after: day, facts, since)
        }
        return nil
    }

    private func next(after day: Day, _ facts: HouseholdFacts, _ since: Day?) -> Day {
        var next = horizon.next(after: day, facts)
        let due =
            since.map { $0 + alert.rule.clearDays }
            ?? horizon.turn(of: alert.rule, openedOn: alert.openedOn, after: day)
        if let due, due > day, due < next { next = due }
        return next
    }

    private enum Ending {
        case stays, withdrawn, clears
        /// It stays, and cannot be judged without a new declaration.
        case unknown
    }

    private func ending(_ facts: HouseholdFacts, on day: Day) -> Ending {
        let rule = alert.rule
        let now = set.asking(HouseholdView(facts, on: day, policy: set.policy))
        guard now.view.hasMembers else { return .stays }
        switch now.ask(rule) {
        case .no: break
        case .yes: return .stays
        case .cannotJudge:
            return rule.asksIncome && now.view.missing.contains("declaration") ? .unknown : .stays
        }
        let then =
            day == alert.openedOn
            ? now : set.asking(HouseholdView(facts, on: alert.openedOn, policy: set.policy))
        switch then.ask(rule) {
        case .no: return .withdrawn
        case .cannotJudge: return .stays
        case .yes:
            return now.clears(rule, openedOn: alert.openedOn, subject: alert.subject)
                ? .clears : .stays
        }
    }
}

extension HouseholdFacts {
    /// Copies of all facts that stand.
    var standing: [Fact] {
        var facts: [Fact] = []
        forEachFact { facts.append($0.fact) }
        return facts
    }
}
