package import Casework
import Households
package import Kafka
package import Rules
package import Streams

/// The worker `area`: keeps each village's figures as the monitor tells them, asks the rules about
/// villages after each record and at every 00:00, and publishes `area.alerts`, one task for the
/// township each (docs/RULES.md, "Area rules"). It holds days and counts, nothing about a person.
package struct AreaProcessor: Processor {
    package typealias State = VillageState
    package typealias Shared = AreaState

    package let outputs = ["area.alerts"]

    private let rulesAtStart: AreaRules
    private let planAtStart: CasePlan
    private let releases: ReleaseShelf

    /// `rules` are what tasks decide by that have met no activation, `plan` says how long the township
    /// has by level; `releases` holds what activations name.
    package init(rules: AreaRules, plan: CasePlan, releases: ReleaseShelf = ReleaseShelf()) {
        rulesAtStart = rules
        planAtStart = plan
        self.releases = releases
    }

    private func rules(of release: Pseudonym?) -> AreaRules {
        release.map { releases[$0].areaRules } ?? rulesAtStart
    }

    private func plan(of release: Pseudonym?) -> CasePlan {
        release.map { releases[$0].plan } ?? planAtStart
    }

    package func route(_ record: RecordView) throws(RecordFailure) -> Route {
        if record.header("shouwang-broadcast") != nil { return .broadcast }
        guard let bytes = record.key, let key = Key(bytes), Self.division(key) != nil else {
            throw RecordFailure(
                reason: "division.format", field: "key", step: Self.step,
                message: "expected a village's 12 digits as key")
        }
        return .key(key)
    }

    /// It throws before it changes anything.
    package var failsBeforeChanging: Bool { true }

    package func process(
        _ record: RecordView, key: Key, state: inout VillageState, shared: AreaState,
        at time: Instant, _ effects: inout Effects
    ) throws(RecordFailure) {
        guard let value = record.value, let message = try? VillageMessage(value) else {
            throw RecordFailure(
                reason: "record.failed", field: nil, step: Self.step,
                message: "expected a household's share of the village's figures")
        }
        switch message {
        case .share(let household, let share): state.put(household, share)
        case .left(let household): state.leave(household, on: Day(ofInstant: time))
        }
        ask(key, &state, shared, at: time, &effects)
    }

    package func wake(
        key: Key, state: inout VillageState, shared: AreaState, at due: Instant,
        _ effects: inout Effects
    ) {
        ask(key, &state, shared, at: due, &effects)
    }

    package func receive(_ broadcast: RecordView, shared: inout AreaState, at time: Instant)
        throws(RecordFailure)
    {
        try shared.receive(broadcast, at: time, step: Self.step) { $0 == .price }
    }

    package func missing(_ shared: AreaState) -> String? {
        shared.missing(on: releases)
    }

    package func apply(
        _ broadcast: RecordView, to key: Key, state: inout VillageState, shared: AreaState,
        at time: Instant, _ effects: inout Effects
    ) {
        if ReleaseOrder.kind(of: broadcast) == "activate" {
            let old = rules(of: shared.releaseBefore)
            return ask(key, &state, shared, at: time, replacing: old, &effects)
        }
        guard case .put(let fact)? = try? broadcast.factMessage(step: Self.step),
            let division = Self.division(key), shared.concerns(fact, division)
        else { return }
        ask(key, &state, shared, at: time, &effects)
    }

    // MARK: Asking

    private static let step = "AreaProcessor"

    private static func division(_ key: Key) -> Division? {
        let text = key.withBytes { String(decoding: $0, as: UTF8.self) }
        return Division(text).flatMap { $0.digits == 12 ? $0 : nil }
    }

    /// Puts every rule to the village. `old` are the rules that those in force take over from now:
    /// what was right by them is never withdrawn for the change alone (docs/RULES.md, "Releases").
    private func ask(
        _ key: Key, _ state: inout VillageState, _ shared: AreaState, at time: Instant,
        replacing old: AreaRules? = nil, _ effects: inout Effects
    ) {
        guard let division = Self.division(key) else { return }
        let rules = rules(of: shared.release)
        let plan = plan(of: shared.release)
        let day = Day(ofInstant: time)
        let prices = shared.events
        func view(on day: Day) -> VillageView {
            VillageView(division, on: day, shares: state.shares(on: day), prices: prices)
        }
        let now = view(on: day)
        func publish(
            _ event: AlertEvent, _ rule: AreaRule, of set: AreaRules,
            _ episode: VillageState.Episode, byRules: Bool = false
        ) {
            let writer = AreaAlertWriter(
                rules: set, rule: rule, ruleSet: rules.digest, view: now, episode: episode,
                event: event, endsByRules: byRules, time: time,
                dueAt: plan.process.visitDeadline(AlertLevel(rule.level.name) ?? .blue)
                    .due(from: time, in: division, plan.policy))
            effects.emit(to: 0, key: key, headers: writer.headers()) {
                $0.append(contentsOf: writer.value())
            }
        }
        if let old {
            for place in state.episodes.indices where state.episodes[place].isOpen {
                let id = state.episodes[place].rule
                guard rules.rule(id) == nil, let gone = old.rule(id) else { continue }
                state.episodes[place].endedOn = day
                publish(.cleared, gone, of: old, state.episodes[place], byRules: true)
            }
        }
        for rule in rules.rules {
            let known = state.episodes.firstIndex { $0.rule == rule.id }
            let holds = rules.holds(rule, now)
            if let place = known, state.episodes[place].isOpen {
                if holds, old == nil { continue }
                // Was its ground ever there, by what is known now?
                let wasRight = rules.holds(rule, view(on: state.episodes[place].groundedOn))
                if holds {
                    if !wasRight { state.episodes[place].groundedOn = day }
                    continue
                }
                state.episodes[place].endedOn = day
                publish(
                    wasRight || old != nil ? .cleared : .withdrawn, rule, of: rules,
                    state.episodes[place], byRules: old != nil && !wasRight)
            } else if holds {
                var number: Int64 = 1
                if let place = known {
                    let last = state.episodes[place]
                    guard let ended = last.endedOn, day - ended >= rule.cooldownDays else { continue }
                    number = last.number + 1
                }
                let episode = VillageState.Episode(
                    rule: rule.id, number: number, openedOn: day, groundedOn: day, endedOn: nil)
                if let place = known {
                    state.episodes[place] = episode
                } else {
                    state.episodes.append(episode)
                }
                publish(.opened, rule, of: rules, episode)
            }
        }
        state.prune(before: day - rules.longestDays)
        state.wakeAt = isStirred(state, shared, rules, division, on: day) ? (day + 1).start : nil
    }

    /// Whether time alone could change an answer: something lies in a window or is to come, an alert
    /// is open, or a cool-down runs.
    private func isStirred(
        _ state: VillageState, _ shared: AreaState, _ rules: AreaRules, _ division: Division,
        on day: Day
    ) -> Bool {
        let oldest = day - rules.longestDays - 1
        if let latest = state.latest, latest >= oldest { return true }
        for episode in state.episodes {
            guard let ended = episode.endedOn else { return true }
            if day - ended < rules.rule(episode.rule)?.cooldownDays ?? 0 { return true }
        }
        return shared.events.facts.contains {
            $0.occurred >= oldest && !$0.isReversed && shared.events.covers($0, division)
        }
    }
}
