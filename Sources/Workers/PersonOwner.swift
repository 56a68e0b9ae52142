import Households
import Kafka
import Streams

/// The owner of one person's facts at work on one record: keeps versions, follows identity
/// corrections, and tells households what changed for them.
struct PersonOwner {
    let person: Pseudonym
    /// The day of the record being worked on.
    let day: Day
    var state: PersonState

    /// A fact and the household that sees it.
    private struct Passed {
        let household: Pseudonym
        let fact: Fact
    }

    private struct PassedIdentity: Hashable {
        let household: Pseudonym
        let identity: FactIdentity
    }

    // MARK: What arrives

    /// One record of this person, or of a number that stands for it (`origin`).
    mutating func arrive(
        _ fact: Fact, _ arrival: WaitingRecord, origin: Pseudonym?, hops: Int = 0,
        _ effects: inout Effects
    ) {
        if fact.kind == .identityCorrected, origin == nil {
            correct(fact, &effects)
            return
        }
        let isKnown = timeline(state).isKnown
        let isStart = fact.kind == .personRegistered || fact.kind == .personMoved
        // A new version of a fact that once belonged to a household does not wait either.
        guard
            isKnown || isStart || fact.kind == .identityCorrected
                || state.hasKept(fact.identity, origin: origin)
        else {
            state.waiting.append(PersonState.Waiting(origin: origin, waiting: arrival))
            forward([], [arrival], hops: hops, asks: true, &effects)
            return
        }
        if state.target != nil {
            _ = state.keep(fact, origin: origin)
            drainIfKnown()
            forward([], [arrival], hops: hops, asks: true, &effects)
        } else if fact.kind.scope == .membership {
            let before = distribution()
            _ = state.keep(fact, origin: origin)
            drainIfKnown()
            tell(from: before, to: distribution(), &effects)
        } else {
            pass(fact, origin: origin, &effects)
        }
    }

    /// Everything that came under another number, now of this person.
    mutating func transfer(
        from origin: Pseudonym, hops: Int, asks: Bool, facts: [Fact], waiting: [WaitingRecord],
        _ effects: inout Effects
    ) {
        if asks {
            for record in waiting {
                guard let fact = PersonOwner.fact(of: record) else { continue }
                arrive(fact, record, origin: origin, hops: hops, &effects)
            }
            return
        }
        let before = distribution()
        for fact in facts { _ = state.keep(fact, origin: origin) }
        for record in waiting {
            state.waiting.append(PersonState.Waiting(origin: origin, waiting: record))
        }
        drainIfKnown()
        tell(from: before, to: distribution(), &effects)
        forward(facts, waiting, hops: hops, asks: false, &effects)
    }

    /// The correction that brought facts from `origin` is undone.
    mutating func withdraw(from origin: Pseudonym, hops: Int, _ effects: inout Effects) {
        let before = distribution()
        state.kept.removeAll { $0.origin == origin }
        state.waiting.removeAll { $0.origin == origin }
        tell(from: before, to: distribution(), &effects)
        guard let target = state.target else { return }
        send(.withdrawTransfer(origin: person, hops: hops + 1), to: target, &effects)
        forward(
            state.kept.map(\.fact), state.waiting.map(\.waiting), hops: hops, asks: false, &effects)
    }

    /// A correction of this very number: from now on it stands for another, or no longer does.
    private mutating func correct(_ fact: Fact, _ effects: inout Effects) {
        let before = distribution()
        guard state.keep(fact, origin: nil) else { return }
        let old = state.target
        let target = state.correction()
        state.target = target == person ? nil : target
        guard state.target != old else { return }
        tell(from: before, to: distribution(), &effects)
        if let old { send(.withdrawTransfer(origin: person, hops: 1), to: old, &effects) }
        forward(
            state.kept.map(\.fact), state.waiting.map(\.waiting), hops: 0, asks: false, &effects)
    }

    // MARK: What households see

    /// Passes one fact on that moves nobody.
    private mutating func pass(_ fact: Fact, origin: Pseudonym?, _ effects: inout Effects) {
        guard
            let identity = PersonState.canonical(
                PersonState.Kept(origin: origin, fact: fact), as: person)?.identity
        else { return }
        let timeline = timeline(state)
        let before = state.standing(identity, as: person)
        let changed = state.keep(fact, origin: origin)
        let after = changed ? state.standing(identity, as: person) : before
        let had = before.map { households(of: $0, timeline) } ?? []
        let has = after.map { households(of: $0, timeline) } ?? []
        func asks(_ household: Pseudonym) -> Bool {
            fact.kind.isAskedAtOnce && hasStarted(timeline, in: household)
        }
        for household in had where !has.contains(household) {
            let asks = asks(household)
            send(.drop(identity, asks: asks), to: household, &effects)
        }
        for household in has {
            let asks = asks(household)
            if let after, after != before {
                send(.set(after, asks: asks), to: household, &effects)
            } else if asks {
                send(.ask, to: household, &effects)
            }
        }
    }

    /// A start still to come makes the person known, but nothing counts there before it.
    private func hasStarted(_ timeline: PersonTimeline, in household: Pseudonym) -> Bool {
        timeline.starts.contains { $0.household == household && $0.day <= day }
    }

    /// Who sees what now. Nothing while the number stands for another.
    private func distribution() -> [Passed] {
        guard state.target == nil else { return [] }
        let facts = state.standing(as: person)
        let timeline = PersonTimeline(facts)
        guard timeline.isKnown else { return [] }
        return facts.flatMap { fact in
            households(of: fact, timeline).map { Passed(household: $0, fact: fact) }
        }
    }

    private func households(of fact: Fact, _ timeline: PersonTimeline) -> [Pseudonym] {
        guard !fact.isReversed else { return [] }
        switch fact.kind.scope {
        case .membership, .along: return timeline.households
        case .ofTheDay, .household, .area:
            return timeline.household(ofFactOn: fact.occurred).map { [$0] } ?? []
        }
    }

    private func timeline(_ state: PersonState) -> PersonTimeline {
        PersonTimeline(
            state.kept.contains { $0.origin != nil }
                ? state.standing(as: person) : state.kept.map(\.fact))
    }

    /// Tells households the difference. What a move takes along is not asked about at once.
    private func tell(from before: [Passed], to after: [Passed], _ effects: inout Effects) {
        var new: Set<PassedIdentity> = []
        for passed in after {
            new.insert(
                PassedIdentity(household: passed.household, identity: passed.fact.identity))
        }
        var old: [PassedIdentity: Fact] = [:]
        for passed in before {
            let identity = PassedIdentity(
                household: passed.household, identity: passed.fact.identity)
            old[identity] = passed.fact
            if !new.contains(identity) {
                send(.drop(identity.identity, asks: false), to: passed.household, &effects)
            }
        }
        for passed in after {
            let identity = PassedIdentity(
                household: passed.household, identity: passed.fact.identity)
            if old[identity] != passed.fact {
                send(.set(passed.fact, asks: false), to: passed.household, &effects)
            }
        }
    }

    // MARK: Waiting, forwarding

    /// Records that waited flow once the person is known.
    private mutating func drainIfKnown() {
        guard !state.waiting.isEmpty, timeline(state).isKnown else { return }
        let waiting = state.waiting
        state.waiting.removeAll()
        for entry in waiting {
            guard let fact = PersonOwner.fact(of: entry.waiting) else { continue }
            _ = state.keep(fact, origin: entry.origin)
        }
    }

    private static func fact(of record: WaitingRecord) -> Fact? {
        record.record.value.flatMap { value in
            value.withUnsafeBytes { bytes in
                if case .put(let fact)? = try? FactMessage(bytes) { fact } else { nil }
            }
        }
    }

    private func forward(
        _ facts: [Fact], _ waiting: [WaitingRecord], hops: Int, asks: Bool,
        _ effects: inout Effects
    ) {
        guard let target = state.target else { return }
        send(
            .transfer(
                origin: person, hops: hops + 1, asks: asks, facts: facts, waiting: waiting),
            to: target, &effects)
    }

    private func send(_ message: FactMessage, to key: Pseudonym, _ effects: inout Effects) {
        let topic: Int
        switch message {
        case .transfer, .withdrawTransfer: topic = Membership.personFacts
        default: topic = Membership.householdFacts
        }
        effects.emit(to: topic, key: key.key) { message.encode(into: &$0) }
    }
}
