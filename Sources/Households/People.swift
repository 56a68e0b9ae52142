/// The people of a household's facts: who they are, when each belonged where, and which old
/// numbers stand for whom. Follows from the membership facts alone, so it is made once and kept
/// until one of them changes. Never changed once made.
public final class People: Sendable {
    /// A person with a timeline.
    public final class Person: Sendable {
        public let id: Pseudonym
        public let timeline: PersonTimeline

        init(_ id: Pseudonym, _ timeline: PersonTimeline) {
            self.id = id
            self.timeline = timeline
        }
    }

    /// In order of pseudonym.
    public let all: [Person]
    /// Old person numbers and whom they stand for now.
    private let aliases: [Pseudonym: Pseudonym]
    /// The same people's ids, and the numbers of the days they first started anywhere
    /// (`Int32.max`: never): looked at for every fact.
    private let ids: [Pseudonym]
    private let firstDays: [Int32]

    /// Reads the membership facts that stand; others and reversed ones are passed over.
    init(_ facts: [Fact]) {
        var aliases: [Pseudonym: Pseudonym] = [:]
        var found: [(id: Pseudonym, facts: [Fact])] = []
        for fact in facts where fact.kind.scope == .membership && !fact.isReversed {
            guard case .person(let person) = fact.subject else { continue }
            if fact.kind == .identityCorrected {
                if let right = fact.pseudonym(.rightPerson) { aliases[person] = right }
            } else if let index = found.firstIndex(where: { $0.id == person }) {
                found[index].facts.append(fact)
            } else {
                found.append((person, [fact]))
            }
        }
        self.aliases = aliases
        all = found.map { Person($0.id, PersonTimeline($0.facts)) }.sorted { $0.id < $1.id }
        ids = all.map(\.id)
        firstDays = all.map { $0.timeline.firstDay?.number ?? Int32.max }
    }

    var hasAliases: Bool { !aliases.isEmpty }

    /// Whom a person number stands for.
    func resolve(_ person: Pseudonym) -> Pseudonym {
        aliases.isEmpty ? person : aliases[person] ?? person
    }

    /// True when the person has started in some household by the day.
    @inline(__always)
    func hasStarted(_ person: Pseudonym, by day: Day) -> Bool {
        for index in ids.indices where ids[index] == person { return firstDays[index] <= day.number }
        return false
    }

    /// The person with this id.
    func person(_ id: Pseudonym) -> Person? {
        ids.firstIndex(of: id).map { all[$0] }
    }
}
