/// The people of a household's facts: who they are, when each belonged where, and which old
/// numbers stand for whom. Follows from the membership facts alone, so it is made once and kept
/// until one of them changes. Confined to one thread.
public final class People {
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

    /// Who belonged to a household, and where it was, for as long as nobody came or went.
    final class Stretch {
        fileprivate let household: Pseudonym
        fileprivate let first: Day
        fileprivate let last: Day
        /// Living members, in order of pseudonym.
        let members: [Pseudonym]
        /// The division of the latest start into the household that carries one.
        let division: Division?

        fileprivate init(
            _ household: Pseudonym, _ first: Day, _ last: Day, members: [Pseudonym],
            division: Division?
        ) {
            self.household = household
            self.first = first
            self.last = last
            self.members = members
            self.division = division
        }
    }

    /// The stretch asked about last: most askings are about the same one.
    private var latest: Stretch?

    /// The stretch of a household that a day lies in.
    func stretch(of household: Pseudonym, on day: Day) -> Stretch {
        if let latest, latest.first <= day, day <= latest.last, latest.household == household {
            return latest
        }
        var first = Day(number: .min)
        var last = Day(number: .max)
        func cut(_ start: Day) {
            if start <= day { first = max(first, start) } else { last = min(last, start - 1) }
        }
        var members: [Pseudonym] = []
        var latestStart: PersonTimeline.Start?
        for person in all {
            person.timeline.forEachTurn(cut)
            if person.timeline.isMember(of: household, on: day) { members.append(person.id) }
            for start in person.timeline.starts
            where start.household == household && start.day <= day && start.division != nil {
                if let known = latestStart,
                    (known.day, known.recorded, known.arrived)
                        >= (start.day, start.recorded, start.arrived)
                {
                    continue
                }
                latestStart = start
            }
        }
        let stretch = Stretch(
            household, first, last, members: members,
            division: latestStart?.division.flatMap { Division(code: $0) })
        latest = stretch
        return stretch
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
