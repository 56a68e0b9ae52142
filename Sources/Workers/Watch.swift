import Households
import Rules
import Streams

/// One asking of one household: which episodes open, change and end, decided together
/// (formats, section 6; design, section 5).
struct Watch {
    let household: Pseudonym
    let rules: RuleSet
    private(set) var episodes: [HouseholdState.Episode]
    private(set) var visits: Int64
    private let time: Int64
    let day: Day
    private let facts: HouseholdFacts
    private let asking: Asking
    private var changes: [Change] = []
    /// The episodes as they were published last.
    private let before: [HouseholdState.Episode]
    /// Views of other days, for asking again as of an opening.
    private var earlier: [(day: Day, asking: Asking)] = []

    /// What to publish, in the order it was decided.
    private struct Change {
        let rule: Rule
        let episode: HouseholdState.Episode
        let event: AlertEvent
        /// It ends because the rules have changed.
        var isByRules = false
        /// Shows what a rule looked at that is in force no more; else the asking itself does.
        var asking: Asking?
    }

    /// Which rules to ask.
    enum Scope {
        case all
        /// Those at these places, ascending, and those with an open alert: the others answer as
        /// they did, and without an open alert that comes to nothing.
        case some([Int])

        /// True when every rule is asked.
        var isAll: Bool {
            if case .all = self { true } else { false }
        }

        /// True when only rules with an open alert are asked.
        var isEmpty: Bool {
            if case .some(let places) = self { places.isEmpty } else { false }
        }
    }

    init(
        _ facts: HouseholdFacts, rules: RuleSet, episodes: [HouseholdState.Episode],
        visits: Int64, at time: Int64
    ) {
        household = facts.household
        self.rules = rules
        self.episodes = episodes
        self.visits = visits
        before = episodes
        self.time = time
        day = Day(ofInstant: time)
        self.facts = facts
        asking = rules.asking(HouseholdView(facts, on: day, policy: rules.policy))
    }

    /// Something was opened, changed or ended.
    var hasChanges: Bool { !changes.isEmpty }

    /// The household as of the day.
    var view: HouseholdView { asking.view }

    /// False when nobody is there to ask about.
    var hasMembers: Bool { asking.view.hasMembers }
    var division: Division? { asking.view.division }

    /// The rules whose alerts this asking has opened.
    var opened: [String] { changes.filter { $0.event == .opened }.map(\.rule.id) }

    /// True while the rule's alert is open.
    func isOpen(_ rule: String) -> Bool {
        episodes.contains { $0.isOpen && $0.rule == rule }
    }

    // MARK: Deciding

    /// These rules have taken over from others: `ask` for all of them must follow. An open alert goes
    /// on under the rule of the same id, which is asked whether it was right; one whose rule is gone
    /// ends. It was right under the rules in force then, so for the change of rules alone it is
    /// cleared, never withdrawn (docs/RULES.md, "Releases").
    mutating func takeOver(from old: RuleSet) {
        for index in episodes.indices where episodes[index].isOpen {
            if rules.rule(episodes[index].rule) != nil {
                episodes[index].isInherited = true
            } else if let rule = old.rule(episodes[index].rule) {
                let view = HouseholdView(facts, on: day, policy: rules.policy)
                end(index, .cleared, of: rule, asking: old.asking(view))
            }
        }
    }

    /// An officer's coded dismissal ends the alerts it names, or all that are open.
    mutating func dismiss(_ fact: Fact) {
        let named = fact.text(.alerts).map { Set($0.split(separator: ",").map(String.init)) }
        for index in episodes.indices where episodes[index].isOpen {
            let id = episodes[index].id(of: household)
            if let named, !named.isEmpty {
                if !named.contains(id.description) { continue }
            } else if isAudit(episodes[index]) {
                continue  // a finding is answered by its id
            }
            end(index, .dismissed)
        }
    }

    /// Asks the rules. Without a living member no rule is asked.
    mutating func ask(_ scope: Scope) {
        guard hasMembers else { return }
        var holding: [Int] = []
        switch scope {
        case .some(let places) where !episodes.contains(where: \.isOpen):
            for place in places { ask(place, &holding) }
        case .some(let places):
            for place in rules.rules.indices where !rules.rules[place].asksAlerts {
                if places.contains(place) || isOpen(rules.rules[place].id) { ask(place, &holding) }
            }
        case .all:
            for place in rules.rules.indices where !rules.rules[place].asksAlerts {
                ask(place, &holding)
            }
        }
        guard episodes.contains(where: \.isOpen) else { return }
        // Rules about alerts come when it is known which of the others' are open.
        for place in rules.aboutAlerts {
            asking.know(alerts())
            ask(place, &holding)
        }
        settle(holding)
    }

    /// The alerts that rules about alerts see: those that are open; or, when it is asked whether
    /// such a rule's own alert was right, those that were open on the day of its ground and whose own
    /// ground was there.
    private func alerts(whenOpened own: HouseholdState.Episode? = nil) -> [KnownAlert] {
        episodes.compactMap { episode in
            guard let rule = rules.rule(episode.rule), !rule.asksAlerts, rule.audit == nil,
                !episode.isWithdrawn
            else { return nil }
            if let own {
                guard episode.openedOn <= own.groundedOn else { return nil }
                if let ended = episode.endedOn, ended < own.groundedOn { return nil }
            } else if !episode.isOpen {
                return nil
            }
            return KnownAlert(rule, level: episode.baseLevel, openedOn: episode.openedOn)
        }
    }

    private func isAudit(_ episode: HouseholdState.Episode) -> Bool {
        rules.rule(episode.rule)?.audit != nil
    }

    /// Asks the rule at a place; adds the place to `holding` when it says yes.
    private mutating func ask(_ place: Int, _ holding: inout [Int]) {
        let rule = rules.rules[place]
        let index = episodes.isEmpty ? nil : episodes.firstIndex { $0.rule == rule.id }
        switch asking.ask(rule) {
        case .yes(let match):
            holding.append(place)
            if let index, episodes[index].isOpen {
                if episodes[index].isInherited {
                    // Right as of today, if it was not before.
                    if !wasRight(rule, episodes[index]) { episodes[index].groundedOn = day }
                    episodes[index].isInherited = false
                }
                episodes[index].clearSince = nil
                episodes[index].baseLevel = match.baseLevel
                episodes[index].subject = match.subject
            } else {
                open(rule, match, after: index)
            }
        case .cannotJudge:
            if let index { episodes[index].clearSince = nil }
        case .no:
            if let index, episodes[index].isOpen { considerEnd(rule, index) }
        }
    }

    private mutating func open(_ rule: Rule, _ match: Answer.Match, after index: Int?) {
        var number: Int64 = 1
        if let index {
            let last = episodes[index]
            guard let ended = last.endedOn, day - ended >= rule.cooldownDays else { return }
            number = last.number + 1
        }
        if rule.audit == nil, !episodes.contains(where: { $0.isOpen && !isAudit($0) }) {
            visits += 1
        }
        let episode = HouseholdState.Episode(
            rule: rule.id, number: number, revision: 0, openedOn: day, groundedOn: day, endedOn: nil,
            visit: visits, baseLevel: match.baseLevel, level: match.baseLevel,
            reasons: [], subject: match.subject, supersededBy: nil, clearSince: nil, shown: [])
        if let index {
            episodes[index] = episode
        } else {
            let place =
                episodes.firstIndex { $0.rule > rule.id } ?? episodes.endIndex
            episodes.insert(episode, at: place)
        }
    }

    /// `when` is false: was it ever true, and does the clear condition hold?
    private mutating func considerEnd(_ rule: Rule, _ index: Int) {
        let episode = episodes[index]
        switch ground(of: rule, episode) {
        case .no where episode.isInherited: end(index, .cleared, of: rule, asking: asking)
        case .no: end(index, .withdrawn)
        case .cannotJudge: break
        case .yes:
            episodes[index].isInherited = false
            guard asking.clears(rule, openedOn: episode.openedOn, subject: episode.subject) else {
                episodes[index].clearSince = nil
                return
            }
            let since = episode.clearSince ?? day
            if day - since >= rule.clearDays {
                end(index, .cleared)
            } else {
                episodes[index].clearSince = since
            }
        }
    }

    /// What the rule says as of the day of an alert's ground, by the records as they now stand.
    private mutating func ground(of rule: Rule, _ episode: HouseholdState.Episode) -> Answer {
        let then = asking(asOf: episode.groundedOn)
        if rule.asksAlerts { then.know(alerts(whenOpened: episode)) }
        defer { if rule.asksAlerts { asking.know(alerts()) } }
        return then.ask(rule)
    }

    private mutating func wasRight(_ rule: Rule, _ episode: HouseholdState.Episode) -> Bool {
        if case .yes = ground(of: rule, episode) { true } else { false }
    }

    private mutating func asking(asOf day: Day) -> Asking {
        if day == self.day { return asking }
        if let known = earlier.first(where: { $0.day == day }) { return known.asking }
        let made = rules.asking(HouseholdView(facts, on: day, policy: rules.policy))
        earlier.append((day, made))
        return made
    }

    private mutating func end(_ index: Int, _ event: AlertEvent) {
        guard let rule = rules.rule(episodes[index].rule) else { return }
        end(index, event, of: rule)
    }

    /// With `asking`, which shows what the rule looks at: because the rules have changed.
    private mutating func end(
        _ index: Int, _ event: AlertEvent, of rule: Rule, asking: Asking? = nil
    ) {
        episodes[index].endedOn = day
        episodes[index].revision += 1
        episodes[index].isWithdrawn = event == .withdrawn
        episodes[index].clearSince = nil
        episodes[index].isInherited = false
        changes.append(
            Change(
                rule: rule, episode: episodes[index], event: event, isByRules: asking != nil,
                asking: asking))
    }

    /// Levels, superseding and what is new, once it is known which alerts are open.
    private mutating func settle(_ holding: [Int]) {
        let open = episodes.filter(\.isOpen)
        for index in episodes.indices where episodes[index].isOpen {
            var episode = episodes[index]
            guard let rule = rules.rule(episode.rule) else { continue }
            let speaker = open.first {
                rules.rule($0.rule)?.supersedes.contains(rule.id) ?? false
            }?.id(of: household)
            let (level, reasons) = levelled(episode.baseLevel, rule, open)
            let shown = Watch.numbers(asking.evidence(for: rule, subject: episode.subject))
            let isNew = episode.revision == 0
            let hasNews =
                holding.contains { rules.rules[$0] === rule } && !Set(shown).isSubset(of: episode.shown)
            let was = before.first { $0.rule == rule.id && $0.number == episode.number }
            if isNew || hasNews || level != episode.level || speaker != episode.supersededBy
                || was?.baseLevel != episode.baseLevel || was?.subject != episode.subject
            {
                episode.level = level
                episode.reasons = reasons
                episode.supersededBy = speaker
                if isNew || hasNews { episode.shown = shown }
                episode.revision += 1
                episodes[index] = episode
                changes.append(
                    Change(rule: rule, episode: episode, event: isNew ? .opened : .updated))
            }
        }
    }

    /// The level after raising and netting, with the reasons (formats, section 6, "Level").
    private func levelled(
        _ base: Level, _ rule: Rule, _ open: [HouseholdState.Episode]
    ) -> (level: Level, reasons: LevelReasons) {
        if rule.audit != nil { return (base, []) }
        var reasons: LevelReasons = []
        if asking.view.isLow, !rule.asksLow { reasons.insert(.low) }
        if !asking.view.hasLabour { reasons.insert(.noLabour) }
        if !rule.asksAlerts, open.contains(where: { raises($0, rule) }) {
            reasons.insert(.otherCause)
        }
        var level = reasons.isEmpty ? base : base.raised
        if rule.cause == .illness || rule.cause == .schooling, asking.view.isJudgeable,
            let income = asking.view.income, let line = asking.view.line?.fen,
            income.perCapitaFen >= 2 * line
        {
            reasons.insert(.netted)
            level = level.lowered
        }
        return (level, reasons)
    }

    /// Whether an open alert raises the level of one of the rule: it is of another cause, and not
    /// one that asks for no visit of its own, nor one about other alerts.
    private func raises(_ open: HouseholdState.Episode, _ rule: Rule) -> Bool {
        guard open.baseLevel > .blue, let other = rules.rule(open.rule) else { return false }
        return other.cause != rule.cause && !other.asksAlerts
    }

    /// The first day on which time alone could change an answer.
    var horizon: Day { rules.horizon.next(after: day, facts) }

    // MARK: Publishing

    /// Emits what was decided, to `alerts` and the same to `case.events`, findings to `findings`.
    /// Alerts that stay come
    /// before those that end: what a case was asked for by one that ends may be asked for by one
    /// that stays, and is then not taken back first.
    func publish(_ key: Key, _ effects: inout Effects) {
        if changes.isEmpty { return }
        for change in changes.filter(\.episode.isOpen) + changes.filter({ !$0.episode.isOpen }) {
            if let audit = change.rule.audit {
                let writer = FindingWriter(
                    household: household, rule: change.rule, audit: audit,
                    episode: change.episode, event: change.event, asking: asking,
                    ruleSet: rules.digest, time: time)
                effects.emit(to: Monitor.Output.findings, key: key, headers: writer.headers()) {
                    $0.append(contentsOf: writer.value())
                }
                continue
            }
            let writer = AlertWriter(
                household: household, rule: change.rule, episode: change.episode,
                event: change.event, endsByRules: change.isByRules,
                asking: change.asking ?? asking, ruleSet: rules.digest, time: time)
            let headers = writer.headers()
            let value = writer.value()
            for topic in [Monitor.Output.alerts, Monitor.Output.caseEvents] {
                effects.emit(to: topic, key: key, headers: headers) {
                    $0.append(contentsOf: value)
                }
            }
        }
    }

    private static func numbers(_ evidence: [Evidence]) -> [UInt64] {
        evidence.map { item in
            let amount = UInt64(bitPattern: item.amountFen ?? -1)
            return (item.key.high ^ item.key.low.byteSwapped) &* 0x9E37_79B9_7F4A_7C15 ^ amount
        }.sorted()
    }
}
