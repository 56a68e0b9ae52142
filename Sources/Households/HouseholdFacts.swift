/// All that is known of a household now, sorted for asking: who its people are and which facts of
/// each kind there are. Made once per asking and shared by the views of several days. Confined to
/// one thread.
public final class HouseholdFacts {
    /// The household.
    public let household: Pseudonym
    private var byKind: [[Fact]]
    /// The people of the household's facts, in order of pseudonym.
    public let people: [Person]
    /// Old person numbers and whom they stand for now.
    private let aliases: [Pseudonym: Pseudonym]
    public let area: AreaEvents

    /// A person with a timeline.
    public struct Person {
        public let id: Pseudonym
        public let timeline: PersonTimeline
    }

    /// Takes the current versions; reversed ones are passed over.
    public init(household: Pseudonym, facts: [Fact], area: AreaEvents) {
        self.household = household
        self.area = area
        byKind = Array(repeating: [], count: 128)
        var aliases: [Pseudonym: Pseudonym] = [:]
        var membership: [Pseudonym: [Fact]] = [:]
        for fact in facts where !fact.isReversed {
            byKind[Int(fact.kind.rawValue)].append(fact)
            guard fact.kind.scope == .membership, case .person(let person) = fact.subject
            else { continue }
            if fact.kind == .identityCorrected {
                if let right = fact.pseudonym(.rightPerson) { aliases[person] = right }
            } else {
                membership[person, default: []].append(fact)
            }
        }
        self.aliases = aliases
        people = membership.map { Person(id: $0.key, timeline: PersonTimeline($0.value)) }
            .sorted { $0.id < $1.id }
        if !aliases.isEmpty { uniteDeclarations(facts) }
    }

    /// Declarations of one person under an old and the right number are versions of one fact,
    /// reversals too: keys are compared after aliases (formats, section 4).
    private func uniteDeclarations(_ facts: [Fact]) {
        var united: [Fact] = []
        for fact in facts where fact.kind == .incomeDeclared {
            let person = fact.pseudonym(.person).map(resolve)
            let index = united.firstIndex {
                $0.identity == fact.identity && $0.pseudonym(.person).map(resolve) == person
            }
            if let index {
                if fact.supersedes(united[index]) { united[index] = fact }
            } else {
                united.append(fact)
            }
        }
        byKind[Int(FactKind.incomeDeclared.rawValue)] = united.filter { !$0.isReversed }
    }

    /// Facts of a kind, in the order they are kept.
    public func of(_ kind: FactKind) -> [Fact] {
        byKind[Int(kind.rawValue)]
    }

    /// Calls `body` with every fact, also those to come.
    public func forEachFact(_ body: (Fact) -> Void) {
        for facts in byKind {
            for fact in facts { body(fact) }
        }
    }

    /// Whom a person number stands for.
    public func resolve(_ person: Pseudonym) -> Pseudonym {
        aliases[person] ?? person
    }

    /// Calls `body` with each fact of a kind that exists as of a day: it has occurred, and the
    /// person it came through has started somewhere by then (formats, section 4).
    @inline(__always)
    public func forEach(_ kind: FactKind, asOf day: Day, _ body: (Fact) -> Void) {
        for fact in byKind[Int(kind.rawValue)] where fact.occurred <= day {
            if exists(fact, asOf: day) { body(fact) }
        }
    }

    private func exists(_ fact: Fact, asOf day: Day) -> Bool {
        switch fact.subject {
        case .person(let id), .householdOf(let id):
            guard let first = person(id)?.timeline.firstDay else { return false }
            return first <= day
        default: return true
        }
    }

    /// The person with this id.
    public func person(_ id: Pseudonym) -> Person? {
        people.first { $0.id == id }
    }

    /// The household's division on a day: that of the latest start into it that carries one.
    public func division(on day: Day) -> Division? {
        var best: PersonTimeline.Start?
        for person in people {
            for start in person.timeline.starts
            where start.household == household && start.day <= day && start.division != nil {
                if let known = best,
                    (known.day, known.recorded, known.arrived)
                        >= (start.day, start.recorded, start.arrived)
                {
                    continue
                }
                best = start
            }
        }
        return best?.division.flatMap { Division(code: $0) }
    }
}
