/// A fact as of a day, with its place among the others of its kind: an element of the lists that
/// rules look through (docs/RULES.md, "Lists").
public struct FactView: Sendable {
    /// The fact itself.
    public let fact: Fact
    /// No fact of the kind came before it, of the same person, or of the household.
    public let isFirst: Bool
    /// None of its series (`FactKind.series`) comes after it: it says how things stand.
    public let isLatest: Bool
}

extension FactView {
    /// Marks which of some facts of one kind are first and latest. `facts` in order of time.
    static func marked(_ facts: [Fact], _ kind: FactKind) -> [FactView] {
        facts.indices.map { index in
            FactView(
                fact: facts[index],
                isFirst: !facts[..<index].contains {
                    FactView.person($0) == FactView.person(facts[index])
                },
                isLatest: !facts[(index + 1)...].contains {
                    FactView.followsSame($0, facts[index], kind)
                })
        }
    }

    /// Whether two facts of a kind follow each other: of one person where persons are meant, and
    /// of one series. Departments name a household through different people, so those do not count.
    private static func followsSame(_ one: Fact, _ other: Fact, _ kind: FactKind) -> Bool {
        guard person(one) == person(other) else { return false }
        guard let series = kind.series else { return true }
        return one.value(series) == other.value(series)
    }

    private static func person(_ fact: Fact) -> Pseudonym? {
        if case .person(let id) = fact.subject { id } else { nil }
    }
}

extension HouseholdView {
    /// The facts of a kind as of the day, in order of time; of one person where one is named. An
    /// area's are those over the household's division.
    public func records(_ kind: FactKind, of person: Pseudonym? = nil) -> [FactView] {
        var found: [Fact] = []
        if kind.scope == .area {
            found = division.map { facts.area.facts(kind, in: $0, asOf: day) } ?? []
        } else if facts.hasNo(kind) {
            return []
        } else {
            facts.forEach(kind, asOf: day) { fact in
                if let person, !fact.isOf(person) { return }
                found.append(fact.fact)
            }
        }
        found.sort {
            ($0.occurred, $0.recorded, $0.arrived, $0.key)
                < ($1.occurred, $1.recorded, $1.arrived, $1.key)
        }
        return FactView.marked(found, kind)
    }

    /// The share that a person had in the household's earnings, whole percent rounded down, as of
    /// a day with the facts known now; 0 for who was no member then, and where nothing was earned.
    /// What a death or an accident took away is seen as of the day before it.
    public func wagePercent(of person: Pseudonym, asOf day: Day) -> Int64 {
        let members = facts.members(on: day)
        guard members.contains(person) else { return 0 }
        let income = IncomeReference(facts, members: members, on: day)
        let earnings = income.earningsFen
        guard earnings > 0 else { return 0 }
        return floorDivide(income.wageFen(of: person) * 100, earnings)
    }

    /// Days since the household was taken off monitoring with the risk gone; -1 where that is not
    /// its latest class.
    public var daysSinceEliminated: Int {
        guard let fact = householdClass, fact.text(.householdClass) == "eliminated" else {
            return -1
        }
        return day - fact.occurred
    }

    /// The business item that earns most in `M12` and its share of the earnings, whole percent
    /// rounded down; of equal ones the first by name.
    public var topProduce: (item: String, percent: Int64)? {
        guard let income, income.earningsFen > 0 else { return nil }
        // Of equal items the first by name.
        let top = income.business.max { ($0.fen, $1.item) < ($1.fen, $0.item) }
        return top.map { ($0.item, floorDivide($0.fen * 100, income.earningsFen)) }
    }

    /// Days of `W(days)` without water over the household's division; a day counts once.
    public func daysWithoutWater(days: Int) -> Int {
        guard let division else { return 0 }
        return facts.area.daysWithoutWater(days, in: division, asOf: day)
    }
}
