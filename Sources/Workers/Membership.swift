import Households
package import Kafka
package import Streams

/// Membership: person → household, with validity in time. Reads `person.facts`, keeps each
/// person's facts, and passes each on to the household it belongs to; a late or corrected move
/// retracts there and gives here, as if it had been known from the start (formats, section 4;
/// design, section 3).
package struct Membership: Processor {
    package typealias State = PersonState
    package typealias Shared = NoState

    /// `household.facts`, then its own input, for corrected numbers.
    package let outputs = ["household.facts", "person.facts"]

    static let householdFacts = 0
    static let personFacts = 1

    package init() {}

    package func route(_ record: RecordView) throws(RecordFailure) -> Route {
        .key(try record.pseudonymKey(step: "Membership"))
    }

    package func process(
        _ record: RecordView, key: Key, state: inout PersonState, shared: NoState,
        at time: Instant, _ effects: inout Effects
    ) throws(RecordFailure) {
        let message = try record.factMessage(step: "Membership")
        guard let person = Pseudonym(key) else { preconditionFailure("`route` checks the key") }
        var owner = PersonOwner(person: person, day: Day(ofInstant: time), state: state)
        switch message {
        case .put(let fact):
            let arrival = WaitingRecord(since: time, record: OwnedRecord(copying: record))
            owner.arrive(fact, arrival, origin: nil, &effects)
        case .transfer(let origin, let hops, let asks, let facts, let waiting):
            try Membership.check(hops)
            owner.transfer(
                from: origin, hops: hops, asks: asks, facts: facts, waiting: waiting, &effects)
        case .withdrawTransfer(let origin, let hops):
            try Membership.check(hops)
            owner.withdraw(from: origin, hops: hops, &effects)
        case .set, .drop, .ask:
            throw RecordFailure(
                reason: "record.failed", field: nil, step: "Membership",
                message: "a message meant for a household")
        }
        owner.state.prune(asOf: Day(ofInstant: time))
        state = owner.state
    }

    /// Identity corrections chain; one that leads back to itself must end somewhere.
    private static func check(_ hops: Int) throws(RecordFailure) {
        guard hops <= 16 else {
            throw RecordFailure(
                reason: "record.failed", field: "idNumber", step: "Membership",
                message: "identity corrections lead in a circle; reverse one of them")
        }
    }

    package func wake(
        key: Key, state: inout PersonState, shared: NoState, at due: Instant,
        _ effects: inout Effects
    ) {
        let failure = RecordFailure(
            reason: "person.unknown", field: nil, step: "Membership",
            message: "nobody registered the person within 180 days; register, then replay")
        for entry in state.waiting
        where entry.waiting.since + PersonState.waitMilliseconds <= due {
            effects.deadLetter(entry.waiting.record, failure)
        }
        state.waiting.removeAll { $0.waiting.since + PersonState.waitMilliseconds <= due }
    }
}
