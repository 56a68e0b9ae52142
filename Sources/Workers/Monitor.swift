import Households
package import Kafka
package import Rules
package import Streams

/// The monitor: keeps each household's facts, asks the rules after each of its own records and at
/// every 00:00, and publishes alerts (formats, sections 4, 6 and 7).
package struct Monitor: Processor {
    package typealias State = HouseholdState
    package typealias Shared = AreaState

    /// `alerts`, and the same to `case.events`; `findings` of the self-audit; to `area.events` what
    /// a household adds to its village's figures.
    package let outputs = ["alerts", "case.events", "findings", "area.events"]

    let rules: RuleSet
    private let pace: Pace

    /// When a household is asked, and what.
    package enum Pace: Sendable {
        /// After each of its records the rules its fact can decide, and every rule on days on
        /// which an answer could change by time alone.
        case asNeeded
        /// After each of its records every rule, and on those days.
        case wholly
        /// As formats, section 4, has it: every rule after each of its own records and at every
        /// 00:00. All three must publish the same.
        case daily
    }

    /// A monitor of these rules; `pace` other than the default is for tests.
    package init(rules: RuleSet, pace: Pace = .asNeeded) {
        self.rules = rules
        self.pace = pace
    }

    /// Facts of a household whose alerts are sure to fit into a record: each is shown with at most
    /// a few hundred bytes, twice.
    private static let factsThatFit = 500

    package func isCopied(_ state: inout HouseholdState) -> Bool {
        state.list.facts.count > Monitor.factsThatFit
    }

    package func route(_ record: RecordView) throws(RecordFailure) -> Route {
        if record.header("shouwang-broadcast") != nil { return .broadcast }
        return .key(try record.pseudonymKey(step: "Monitor"))
    }

    package func process(
        _ record: RecordView, key: Key, state: inout HouseholdState, shared: AreaState,
        at time: Instant, _ effects: inout Effects
    ) throws(RecordFailure) {
        let message = try record.factMessage(step: "Monitor")
        let day = Day(ofInstant: time)
        var asks = true
        var dismissal: Fact?
        var change: FactList.Change?
        switch message {
        case .put(let fact):
            change = state.list.put(fact)
            if fact.kind == .dismissed, change != nil { dismissal = fact }
            // A reversal that removes nothing is no record of the household's own.
            asks =
                fact.kind.isAskedAtOnce
                && (change.map { $0.old != nil || $0.new != nil } ?? state.list.stands(fact))
        case .set(let fact, let atOnce):
            change = state.list.set(fact)
            asks = atOnce
        case .drop(let identity, let atOnce):
            change = state.list.drop(identity)
            asks = atOnce
        case .ask: break
        case .transfer, .withdrawTransfer:
            throw Monitor.failure("a message meant for a person")
        }
        if let change { state.note(change, on: day, rules.horizon) }
        if state.list.prune(asOf: day) { state.asked = nil }
        guard asks || dismissal != nil else {
            state.asked = nil
            state.wakeAt = Monitor.nextMidnight(state, after: time)
            return
        }
        ask(
            .some(change.map { rules.decided(by: $0.kind) } ?? []), about: change?.kind, key, &state,
            shared, at: time, dismissal: dismissal, &effects)
    }

    package func wake(
        key: Key, state: inout HouseholdState, shared: AreaState, at due: Instant,
        _ effects: inout Effects
    ) {
        _ = state.list.prune(asOf: Day(ofInstant: due))
        ask(.all, key, &state, shared, at: due, dismissal: nil, &effects)
    }

    package func receive(_ broadcast: RecordView, shared: inout AreaState, at time: Instant)
        throws(RecordFailure)
    {
        guard case .put(let fact) = try broadcast.factMessage(step: "Monitor"),
            fact.kind.scope == .area
        else { throw Monitor.failure("a broadcast that is no area event") }
        shared.put(fact, on: Day(ofInstant: time))
    }

    package func apply(
        _ broadcast: RecordView, to key: Key, state: inout HouseholdState, shared: AreaState,
        at time: Instant, _ effects: inout Effects
    ) {
        guard case .put(let fact)? = try? broadcast.factMessage(step: "Monitor"),
            let household = Pseudonym(key)
        else { return }
        let facts = HouseholdFacts(
            household: household, list: &state.list, area: shared.events)
        guard let division = facts.division(on: Day(ofInstant: time)),
            shared.concerns(fact, division)
        else { return }
        ask(.all, key, &state, shared, at: time, dismissal: nil, &effects)
    }

    // MARK: Helpers

    /// Asks about a household: the rules wanted if the rest is known to answer as before, else all.
    private func ask(
        _ wanted: Watch.Scope, about kind: FactKind? = nil, _ key: Key,
        _ state: inout HouseholdState, _ shared: AreaState, at time: Instant, dismissal: Fact?,
        _ effects: inout Effects
    ) {
        let midnight = Monitor.nextMidnight(state, after: time)
        // What is put off to the next 00:00 stays put off, whoever asks meanwhile.
        let isPutOff = state.wakeAt == midnight
        var scope = wanted
        if pace != .asNeeded || isPutOff || dismissal != nil || state.asked == nil { scope = .all }
        if !scope.isEmpty || state.episodes.contains(where: \.isOpen) {
            guard let household = Pseudonym(key) else { return }
            var watch = Watch(
                HouseholdFacts(household: household, list: &state.list, area: shared.events),
                rules: rules, episodes: state.episodes, visits: state.visits, at: time)
            if let dismissal { watch.dismiss(dismissal) }
            watch.ask(scope)
            if let notice = HouseholdNotice(watch.view, after: state.told) {
                notice.emit(to: 1, key, at: time, &effects)
                state.told = notice
            }
            watch.publish(key, &effects)
            if watch.hasChanges || scope.isAll || kind.map(VillageTelling.bears) ?? false {
                state.village = VillageTelling.tell(
                    watch.view, watch.episodes, rules, after: state.village, to: 3, key, &effects)
            }
            state.episodes = watch.episodes
            state.visits = watch.visits
            if case .all = scope {
                state.asked = HouseholdState.Asked(
                    horizon: watch.horizon, hasMembers: watch.hasMembers)
            }
        }
        state.wakeAt =
            pace == .daily || isPutOff
            ? midnight : midnight.map { _ in state.nextWake(after: Day(ofInstant: time), rules) }
        if state.asked?.hasMembers == false { state.asked = nil }
    }

    /// The next 00:00, for a household with people.
    private static func nextMidnight(_ state: HouseholdState, after time: Instant) -> Instant? {
        state.list.hasPeople ? (Day(ofInstant: time) + 1).start : nil
    }

    private static func failure(_ message: String) -> RecordFailure {
        RecordFailure(reason: "record.failed", field: nil, step: "Monitor", message: message)
    }
}
