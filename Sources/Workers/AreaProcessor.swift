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

    let rules: AreaRules
    private let plan: CasePlan

    /// Of these rules; `plan` says how long the township has by level.
    package init(rules: AreaRules, plan: CasePlan) {
        self.rules = rules
        self.plan = plan
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
        guard case .put(let fact) = try broadcast.factMessage(step: Self.step),
            fact.kind == .price
        else {
            throw RecordFailure(
                reason: "record.failed", field: nil, step: Self.step,
                message: "a broadcast that is no price")
        }
        shared.put(fact, on: Day(ofInstant: time))
    }

    package func apply(
        _ broadcast: RecordView, to key: Key, state: inout VillageState, shared: AreaState,
        at time: Instant, _ effects: inout Effects
    ) {
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

    private func ask(
        _ key: Key, _ state: inout VillageState, _ shared: AreaState, at time: Instant,
        _ effects: inout Effects
    ) {
        guard let division = Self.division(key) else { return }
        let day = Day(ofInstant: time)
        let prices = shared.events
        func view(on day: Day) -> VillageView {
            VillageView(division, on: day, shares: state.shares(on: day), prices: prices)
        }
        let now = view(on: day)
        for rule in rules.rules {
            let place = state.episodes.firstIndex { $0.rule == rule.id }
            let holds = rules.holds(rule, now)
            var event: AlertEvent?
            if let place, state.episodes[place].endedOn == nil {
                guard !holds else { continue }
                // Was its ground ever there, by what is known now?
                let opened = state.episodes[place].openedOn
                event = rules.holds(rule, view(on: opened)) ? .cleared : .withdrawn
                state.episodes[place].endedOn = day
            } else if holds {
                if let place, let ended = state.episodes[place].endedOn {
                    guard day - ended >= rule.cooldownDays else { continue }
                    state.episodes[place].number += 1
                    state.episodes[place].openedOn = day
                    state.episodes[place].endedOn = nil
                } else {
                    state.episodes.append(
                        VillageState.Episode(
                            rule: rule.id, number: 1, openedOn: day, endedOn: nil))
                }
                event = .opened
            }
            guard let event, let episode = state.episodes.first(where: { $0.rule == rule.id })
            else { continue }
            let writer = AreaAlertWriter(
                rules: rules, rule: rule, view: now, episode: episode, event: event, time: time,
                dueAt: due(rule.level, from: time, in: division))
            effects.emit(to: 0, key: key, headers: writer.headers()) {
                $0.append(contentsOf: writer.value())
            }
        }
        state.prune(before: day - rules.longestDays)
        state.wakeAt = isStirred(state, shared, division, on: day) ? (day + 1).start : nil
    }

    /// Whether time alone could change an answer: something lies in a window or is to come, an alert
    /// is open, or a cool-down runs.
    private func isStirred(
        _ state: VillageState, _ shared: AreaState, _ division: Division, on day: Day
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

    private func due(_ level: Level, from time: Instant, in division: Division) -> Instant {
        plan.process.visitDeadline(AlertLevel(level.name) ?? .blue)
            .due(from: time, in: division, plan.policy)
    }
}
