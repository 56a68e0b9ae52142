import Households
package import Kafka
package import Rules
package import Streams

/// The monitor: keeps each household's facts, asks the rules after each of its own records and at
/// every 00:00, and publishes alerts (formats, sections 4, 6 and 7).
package struct Monitor: Processor {
    package typealias State = HouseholdState
    package typealias Shared = AreaState

    /// `alerts`, and the same to `case.events`.
    package let outputs = ["alerts", "case.events"]

    let rules: RuleSet
    private let wakesDaily: Bool

    /// `wakesDaily` asks every household at every 00:00, as formats, section 4, has it; otherwise
    /// only on days on which an answer could change, which must give the same alerts.
    package init(rules: RuleSet, wakesDaily: Bool = false) {
        self.rules = rules
        self.wakesDaily = wakesDaily
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
        switch message {
        case .put(let fact):
            let stood = state.stands(fact)
            let changed = state.put(fact)
            if fact.kind == .dismissed, changed { dismissal = fact }
            // A reversal that removes nothing is no record of the household's own.
            asks = fact.kind.isAskedAtOnce && (stood || state.stands(fact))
        case .set(let fact, let atOnce):
            state.set(fact)
            asks = atOnce
        case .drop(let identity, let atOnce):
            state.drop(identity)
            asks = atOnce
        case .ask: break
        case .transfer, .withdrawTransfer:
            throw Monitor.failure("a message meant for a person")
        }
        state.prune(asOf: day)
        if asks || dismissal != nil {
            ask(key, &state, shared, at: time, dismissal: dismissal, &effects)
        } else {
            state.wakeAt = Monitor.nextMidnight(state, after: time)
        }
    }

    package func wake(
        key: Key, state: inout HouseholdState, shared: AreaState, at due: Instant,
        _ effects: inout Effects
    ) {
        state.prune(asOf: Day(ofInstant: due))
        ask(key, &state, shared, at: due, dismissal: nil, &effects)
    }

    package func receive(_ broadcast: RecordView, shared: inout AreaState, at time: Instant)
        throws(RecordFailure)
    {
        guard case .put(let fact) = try broadcast.factMessage(step: "Monitor"),
            fact.kind.scope == .area
        else { throw Monitor.failure("a broadcast that is no area event") }
        shared.put(fact)
    }

    package func apply(
        _ broadcast: RecordView, to key: Key, state: inout HouseholdState, shared: AreaState,
        at time: Instant, _ effects: inout Effects
    ) {
        guard case .put(let fact)? = try? broadcast.factMessage(step: "Monitor"),
            let household = Pseudonym(key)
        else { return }
        let facts = HouseholdFacts(household: household, facts: state.facts, area: shared.events)
        guard let division = facts.division(on: Day(ofInstant: time)),
            shared.concerns(fact, division)
        else { return }
        ask(key, &state, shared, at: time, dismissal: nil, &effects)
    }

    // MARK: Helpers

    private func ask(
        _ key: Key, _ state: inout HouseholdState, _ shared: AreaState, at time: Instant,
        dismissal: Fact?, _ effects: inout Effects
    ) {
        guard let household = Pseudonym(key) else { return }
        var watch = Watch(
            household: household, rules: rules, state: state, area: shared.events, at: time)
        if let dismissal { watch.dismiss(dismissal) }
        watch.ask()
        watch.publish(key, &effects)
        let midnight = Monitor.nextMidnight(state, after: time)
        // What is put off to the next 00:00 stays put off, whoever asks meanwhile.
        let isPutOff = state.wakeAt == midnight
        state = watch.state
        state.wakeAt = wakesDaily || isPutOff ? midnight : midnight.map { _ in watch.nextWake }
    }

    /// The next 00:00, for a household with people.
    private static func nextMidnight(_ state: HouseholdState, after time: Instant) -> Instant? {
        let hasPeople = state.facts.contains { $0.kind.scope == .membership }
        return hasPeople ? (Day(ofInstant: time) + 1).start : nil
    }

    private static func failure(_ message: String) -> RecordFailure {
        RecordFailure(reason: "record.failed", field: nil, step: "Monitor", message: message)
    }
}
