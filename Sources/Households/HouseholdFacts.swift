/// All that is known of a household now, found by kind: who its people are and which facts of each
/// kind there are. Made once per asking, shared by the views of several days, and copies no fact.
/// Confined to one thread.
public final class HouseholdFacts {
    /// The household.
    public let household: Pseudonym
    /// What is known of areas.
    public let area: AreaEvents
    private let people: People
    private let order: KindOrder
    /// Held so that `first` stays: an array's elements do not move while it is not changed.
    private let facts: [Fact]
    private let first: UnsafePointer<Fact>?

    /// Lends the current versions of a list; reversed ones are passed over. The list keeps what
    /// was made ready, for the next asking.
    public init(household: Pseudonym, list: inout FactList, area: AreaEvents) {
        self.household = household
        self.area = area
        (people, order) = list.prepared()
        facts = list.facts
        first = facts.withUnsafeBufferPointer { $0.baseAddress }
    }

    /// The same of facts that are not asked about again.
    public convenience init(household: Pseudonym, facts: [Fact], area: AreaEvents) {
        var list = FactList(facts)
        self.init(household: household, list: &list, area: area)
    }

    /// Facts of a kind that stand, in the order they are kept.
    public func of(_ kind: FactKind) -> [Fact] {
        order.range(kind).map { facts[Int(order.places[$0])] }
    }

    /// True when there is no fact of the kind, now or to come.
    @inline(__always)
    func hasNo(_ kind: FactKind) -> Bool { order.range(kind).isEmpty }

    /// Kinds of which there are facts, now or to come; of areas' facts those there are anywhere.
    var kinds: FactKindSet {
        var kinds = FactKindSet()
        forEachFact { kinds.insert($0.kind) }
        for fact in area.facts { kinds.insert(fact.kind) }
        return kinds
    }

    /// Kinds of which there are facts of a person, now or to come.
    func kinds(of person: Pseudonym) -> FactKindSet {
        var kinds = FactKindSet()
        forEachFact { if $0.isOf(person) { kinds.insert($0.kind) } }
        return kinds
    }

    /// Calls `body` with every fact, also those to come.
    public func forEachFact(_ body: (LentFact) -> Void) {
        guard let first else { return }
        withExtendedLifetime(self) {
            for place in order.places { body(LentFact(first + Int(place))) }
        }
    }

    /// Calls `body` with each fact of a kind that exists as of a day: it has occurred, and the
    /// person it came through has started somewhere by then (formats, section 4).
    @inline(__always)
    public func forEach(_ kind: FactKind, asOf day: Day, _ body: (LentFact) -> Void) {
        guard let first else { return }
        withExtendedLifetime(self) {
            for index in order.range(kind) {
                let fact = LentFact(first + Int(order.places[index]))
                if fact.occurred <= day, exists(fact, asOf: day) { body(fact) }
            }
        }
    }

    @inline(__always)
    private func exists(_ fact: LentFact, asOf day: Day) -> Bool {
        switch fact.subject {
        case .person(let id), .householdOf(let id): people.hasStarted(id, by: day)
        default: true
        }
    }

    /// Whom a person number stands for.
    public func resolve(_ person: Pseudonym) -> Pseudonym {
        people.resolve(person)
    }

    /// The people of the household's facts, in order of pseudonym.
    public var persons: [People.Person] { people.all }

    /// The person with this id.
    public func person(_ id: Pseudonym) -> People.Person? {
        people.person(id)
    }

    /// Living members on a day, in order of pseudonym.
    public func members(on day: Day) -> [Pseudonym] {
        people.stretch(of: household, on: day).members
    }

    /// The household's division on a day: that of the latest start into it that carries one.
    public func division(on day: Day) -> Division? {
        people.stretch(of: household, on: day).division
    }
}
