import Households
import Rules
import Streams

/// One asking of one household: which episodes open, change and end, decided together
/// (formats, section 6; design, section 5).
struct Watch {
    let household: Pseudonym
    let rules: RuleSet
    private(set) var state: HouseholdState
    private let time: Int64
    private let day: Day
    private let facts: HouseholdFacts
    private let asking: Asking
    private var changes: [Change] = []
    /// The episodes as they were published last.
    private let before: [HouseholdState.Episode]
    /// Views of other days, for asking again as of an opening.
    private var earlier: [Day: Asking] = [:]

    /// What to publish, in the order it was decided.
    private struct Change {
        let rule: Rule
        let episode: HouseholdState.Episode
        let event: AlertEvent
    }

    init(
        household: Pseudonym, rules: RuleSet, state: HouseholdState, area: AreaEvents,
        at time: Int64
    ) {
        self.household = household
        self.rules = rules
        self.state = state
        before = state.episodes
        self.time = time
        day = Day(ofInstant: time)
        facts = HouseholdFacts(household: household, facts: state.facts, area: area)
        asking = rules.asking(HouseholdView(facts, on: day, policy: rules.policy))
    }

    // MARK: Deciding

    /// An officer's coded dismissal ends the alerts it names, or all that are open.
    mutating func dismiss(_ fact: Fact) {
        let named = fact.text(.alerts).map { Set($0.split(separator: ",").map(String.init)) }
        for index in state.episodes.indices where state.episodes[index].isOpen {
            let id = state.episodes[index].id(of: household)
            if let named, !named.isEmpty, !named.contains(id.description) { continue }
            end(index, .dismissed)
        }
    }

    /// Asks every rule. Without a living member no rule is asked.
    mutating func ask() {
        guard !asking.view.members.isEmpty else { return }
        var touched: Set<String> = []
        for rule in rules.rules {
            let index = state.episodes.firstIndex { $0.rule == rule.id }
            switch asking.ask(rule) {
            case .yes(let match):
                touched.insert(rule.id)
                if let index, state.episodes[index].isOpen {
                    state.episodes[index].clearSince = nil
                    state.episodes[index].baseLevel = match.baseLevel
                    state.episodes[index].subject = match.subject
                } else {
                    open(rule, match, after: index)
                }
            case .cannotJudge:
                if let index { state.episodes[index].clearSince = nil }
            case .no:
                if let index, state.episodes[index].isOpen { considerEnd(rule, index) }
            }
        }
        settle(holding: touched)
    }

    private mutating func open(_ rule: Rule, _ match: Answer.Match, after index: Int?) {
        var number: Int64 = 1
        if let index {
            let last = state.episodes[index]
            guard let ended = last.endedOn, day - ended >= rule.cooldownDays else { return }
            number = last.number + 1
        }
        if !state.episodes.contains(where: \.isOpen) { state.visits += 1 }
        let episode = HouseholdState.Episode(
            rule: rule.id, number: number, revision: 0, openedOn: day, endedOn: nil,
            visit: state.visits, baseLevel: match.baseLevel, level: match.baseLevel,
            reasons: [], subject: match.subject, supersededBy: nil, clearSince: nil, shown: [])
        if let index {
            state.episodes[index] = episode
        } else {
            let place =
                state.episodes.firstIndex { $0.rule > rule.id } ?? state.episodes.endIndex
            state.episodes.insert(episode, at: place)
        }
    }

    /// `when` is false: was it ever true, and does the clear condition hold?
    private mutating func considerEnd(_ rule: Rule, _ index: Int) {
        let episode = state.episodes[index]
        switch asking(asOf: episode.openedOn).ask(rule) {
        case .no: end(index, .withdrawn)
        case .cannotJudge: break
        case .yes:
            guard asking.clears(rule, openedOn: episode.openedOn, subject: episode.subject) else {
                state.episodes[index].clearSince = nil
                return
            }
            let since = episode.clearSince ?? day
            if day - since >= rule.clearDays {
                end(index, .cleared)
            } else {
                state.episodes[index].clearSince = since
            }
        }
    }

    private mutating func asking(asOf day: Day) -> Asking {
        if day == self.day { return asking }
        if let known = earlier[day] { return known }
        let made = rules.asking(HouseholdView(facts, on: day, policy: rules.policy))
        earlier[day] = made
        return made
    }

    private mutating func end(_ index: Int, _ event: AlertEvent) {
        guard let rule = rules.rule(state.episodes[index].rule) else { return }
        state.episodes[index].endedOn = day
        state.episodes[index].revision += 1
        state.episodes[index].clearSince = nil
        changes.append(Change(rule: rule, episode: state.episodes[index], event: event))
    }

    /// Levels, superseding and what is new, once it is known which alerts are open.
    private mutating func settle(holding: Set<String>) {
        let open = state.episodes.filter(\.isOpen)
        for index in state.episodes.indices where state.episodes[index].isOpen {
            var episode = state.episodes[index]
            guard let rule = rules.rule(episode.rule) else { continue }
            let speaker = open.first {
                rules.rule($0.rule)?.supersedes.contains(rule.id) ?? false
            }?.id(of: household)
            let (level, reasons) = levelled(episode.baseLevel, rule, open)
            let shown = Watch.numbers(asking.evidence(for: rule, subject: episode.subject))
            let isNew = episode.revision == 0
            let hasNews =
                holding.contains(rule.id) && !Set(shown).isSubset(of: episode.shown)
            let was = before.first { $0.rule == rule.id && $0.number == episode.number }
            if isNew || hasNews || level != episode.level || speaker != episode.supersededBy
                || was?.baseLevel != episode.baseLevel || was?.subject != episode.subject
            {
                episode.level = level
                episode.reasons = reasons
                episode.supersededBy = speaker
                if isNew || hasNews { episode.shown = shown }
                episode.revision += 1
                state.episodes[index] = episode
                changes.append(
                    Change(rule: rule, episode: episode, event: isNew ? .opened : .updated))
            }
        }
    }

    /// The level after raising and netting, with the reasons (formats, section 6, "Level").
    private func levelled(
        _ base: Level, _ rule: Rule, _ open: [HouseholdState.Episode]
    ) -> (level: Level, reasons: LevelReasons) {
        var reasons: LevelReasons = []
        if asking.view.isLow, !rule.asksLow { reasons.insert(.low) }
        if !asking.view.hasLabour { reasons.insert(.noLabour) }
        if open.contains(where: { rules.rule($0.rule)?.cause != rule.cause }) {
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

    /// The 00:00 at which to ask again: the first day on which an answer could change, a clear
    /// condition could have held long enough, or a cool-down could be over.
    var nextWake: Int64 {
        var next = rules.horizon.next(after: day, facts)
        for episode in state.episodes {
            guard let rule = rules.rule(episode.rule) else { continue }
            let due =
                episode.endedOn.map { $0 + rule.cooldownDays }
                ?? episode.clearSince.map { $0 + rule.clearDays }
                ?? rules.horizon.turn(of: rule, openedOn: episode.openedOn, after: day)
            if let due, due > day, due < next { next = due }
        }
        return next.start
    }

    // MARK: Publishing

    /// Emits what was decided, to `alerts` and the same to `case.events`. Alerts that stay come
    /// before those that end: what a case was asked for by one that ends may be asked for by one
    /// that stays, and is then not taken back first.
    func publish(_ key: Key, _ effects: inout Effects) {
        for change in changes.filter(\.episode.isOpen) + changes.filter({ !$0.episode.isOpen }) {
            let writer = AlertWriter(
                household: household, rule: change.rule, episode: change.episode,
                event: change.event, asking: asking, ruleSet: rules.digest, time: time)
            let headers = writer.headers()
            let value = writer.value()
            for topic in 0..<2 {
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
