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
    /// a household adds to its village's figures; what the shadow release would have raised.
    package let outputs = ["alerts", "case.events", "findings", "area.events", "shadow.counts"]

    /// Places in `outputs`.
    enum Output {
        static let alerts = 0
        static let caseEvents = 1
        static let findings = 2
        static let areaEvents = 3
        static let shadowCounts = 4
    }

    private let rulesAtStart: RuleSet
    private let releases: ReleaseShelf
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

    /// `rules` are what tasks decide by that have met no activation; `releases` holds what
    /// activations name. `pace` other than the default is for tests.
    package init(
        rules: RuleSet, releases: ReleaseShelf = ReleaseShelf(), pace: Pace = .asNeeded
    ) {
        rulesAtStart = rules
        self.releases = releases
        self.pace = pace
    }

    private func rules(of release: Pseudonym?) -> RuleSet {
        release.map { releases[$0].rules } ?? rulesAtStart
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
        let rules = rules(of: shared.release)
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
        if let change {
            state.note(change, on: day, rules.horizon)
            if let shadow = shared.shadow {
                state.note(change, on: day, self.rules(of: shadow).horizon)
            }
        }
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
        try shared.receive(broadcast, at: time, step: "Monitor")
    }

    package func missing(_ shared: AreaState) -> String? {
        shared.missing(on: releases)
    }

    package func apply(
        _ broadcast: RecordView, to key: Key, state: inout HouseholdState, shared: AreaState,
        at time: Instant, _ effects: inout Effects
    ) {
        switch ReleaseOrder.kind(of: broadcast) {
        case "activate":
            ask(
                .all, key, &state, shared, at: time, dismissal: nil,
                replacing: rules(of: shared.releaseBefore), &effects)
            return
        case "shadow": return beginShadow(key, &state, shared, at: time)
        default: break
        }
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
    /// `replacing` are the rules that those in force take over from now.
    private func ask(
        _ wanted: Watch.Scope, about kind: FactKind? = nil, _ key: Key,
        _ state: inout HouseholdState, _ shared: AreaState, at time: Instant, dismissal: Fact?,
        replacing: RuleSet? = nil, _ effects: inout Effects
    ) {
        let rules = rules(of: shared.release)
        let shadow = shared.shadow.map { self.rules(of: $0) }
        let midnight = Monitor.nextMidnight(state, after: time)
        // What is put off to the next 00:00 stays put off, whoever asks meanwhile.
        let isPutOff = state.wakeAt == midnight
        var scope = wanted
        // Whoever was put off has not been asked wholly since.
        if pace != .asNeeded || dismissal != nil || state.asked == nil || shadow != nil {
            scope = .all
        }
        // What is told to the village and to casework goes out with such a fact, whichever rules there
        // are and whatever is cached.
        let bears = kind.map(VillageTelling.bears) ?? false
        let isTold = bears || kind.map(HouseholdNotice.bears) ?? false
        if !scope.isEmpty || isTold || state.episodes.contains(where: \.isOpen) {
            guard let household = Pseudonym(key) else { return }
            var watch = Watch(
                HouseholdFacts(household: household, list: &state.list, area: shared.events),
                rules: rules, episodes: state.episodes, visits: state.visits, at: time)
            if let replacing { watch.takeOver(from: replacing) }
            if let dismissal { watch.dismiss(dismissal) }
            watch.ask(scope)
            if let notice = HouseholdNotice(watch.view, after: state.told) {
                notice.emit(to: Output.caseEvents, key, at: time, &effects)
                state.told = notice
            }
            watch.publish(key, &effects)
            if watch.hasChanges || scope.isAll || bears {
                state.village = VillageTelling.tell(
                    watch.view, watch.episodes, rules, after: state.village,
                    to: Output.areaEvents, key, &effects)
            }
            state.episodes = watch.episodes
            state.visits = watch.visits
            var shadowed: Watch?
            if let shadow {
                var other = Watch(
                    HouseholdFacts(household: household, list: &state.list, area: shared.events),
                    rules: shadow, episodes: state.shadow, visits: 0, at: time)
                if let dismissal { other.dismiss(dismissal) }
                other.ask(.all)
                state.shadow = other.episodes
                ShadowCount(live: watch, shadow: other).publish(&effects)
                shadowed = other
            }
            if case .all = scope {
                let horizon = shadowed.map { min(watch.horizon, $0.horizon) } ?? watch.horizon
                state.asked = HouseholdState.Asked(
                    horizon: horizon, hasMembers: watch.hasMembers)
            }
        }
        let day = Day(ofInstant: time)
        state.wakeAt =
            pace == .daily || isPutOff
            ? midnight
            : midnight.map { _ in
                let next = state.nextWake(after: day, rules, state.episodes)
                guard let shadow else { return next }
                return min(next, state.nextWake(after: day, shadow, state.shadow))
            }
        if state.asked?.hasMembers == false { state.asked = nil }
    }

    /// A shadow begins with the alerts that are open, as an activation would, or ends. Nothing is
    /// asked: that could open an alert before the 00:00 it was put off to. The next asking counts,
    /// at the next 00:00 at the latest.
    private func beginShadow(
        _ key: Key, _ state: inout HouseholdState, _ shared: AreaState, at time: Instant
    ) {
        state.shadow = []
        if let shadow = shared.shadow, let household = Pseudonym(key) {
            var watch = Watch(
                HouseholdFacts(household: household, list: &state.list, area: shared.events),
                rules: rules(of: shadow), episodes: state.episodes, visits: 0, at: time)
            watch.takeOver(from: rules(of: shared.release))
            state.shadow = watch.episodes
        }
        state.asked = nil
        state.wakeAt = Monitor.nextMidnight(state, after: time)
    }

    /// The next 00:00, for a household with people.
    private static func nextMidnight(_ state: HouseholdState, after time: Instant) -> Instant? {
        state.list.hasPeople ? (Day(ofInstant: time) + 1).start : nil
    }

    private static func failure(_ message: String) -> RecordFailure {
        RecordFailure(reason: "record.failed", field: nil, step: "Monitor", message: message)
    }
}
