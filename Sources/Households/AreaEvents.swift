/// Disasters and water interruptions in force over areas: what a partition's broadcasts have said
/// (design, section 4, item 12). Versions replace each other as facts do.
public struct AreaEvents: Sendable, Equatable {
    /// Every version kept, reversed ones too, in order of arrival.
    public private(set) var facts: [Fact] = []
    private var areas: [[Division]] = []

    public init() {}

    public init(facts: [Fact]) {
        for fact in facts { put(fact) }
    }

    /// Keeps the version that stands.
    public mutating func put(_ fact: Fact) {
        let divisions = fact.areas
        if let index = facts.firstIndex(where: { $0.identity == fact.identity }) {
            guard fact.supersedes(facts[index]) else { return }
            facts[index] = fact
            areas[index] = divisions
        } else {
            facts.append(fact)
            areas.append(divisions)
        }
    }

    /// True when the area of the fact covers the division; a restoration covers what its
    /// interruption does.
    public func covers(_ fact: Fact, _ division: Division) -> Bool {
        facts.indices.contains { index in
            let known = facts[index]
            guard areas[index].contains(where: { $0.contains(division) }) else { return false }
            return known.identity == fact.identity
                || (fact.kind == .waterRestored && known.kind == .waterInterrupted
                    && known.key == fact.key)
        }
    }

    /// Disasters declared for the division that are in force on the day (`date` to `until`).
    public func disasters(in division: Division, on day: Day) -> [Fact] {
        inForce(.disasterDeclared, division) { fact in
            fact.occurred <= day && day <= (fact.day(.until) ?? fact.occurred + 15)
        }
    }

    /// Interruptions that run on the day: from `from` to the day before `to`, the longest first.
    public func interruptions(in division: Division, on day: Day) -> [Fact] {
        inForce(.waterInterrupted, division) { fact in
            guard fact.occurred <= day else { return false }
            return !facts.contains { restored in
                restored.kind == .waterRestored && restored.key == fact.key
                    && !restored.isReversed && (restored.day(.to) ?? day + 1) <= day
            }
        }.sorted { ($0.occurred, $0.key) < ($1.occurred, $1.key) }
    }

    /// The facts of a kind that name an area around the division and have occurred by the day.
    public func facts(_ kind: FactKind, in division: Division, asOf day: Day) -> [Fact] {
        inForce(kind, division) { $0.occurred <= day }
    }

    /// The days without water as of a day, one run an interruption, in order of their beginning;
    /// runs may overlap. One that still runs ends with the day.
    private func interruptedDays(in division: Division, asOf day: Day) -> [Window] {
        facts(.waterInterrupted, in: division, asOf: day).map { fact in
            let ends = facts.compactMap { restored -> Day? in
                restored.kind == .waterRestored && restored.key == fact.key && !restored.isReversed
                    ? restored.day(.to) : nil
            }
            return Window(first: fact.occurred, last: min(day, (ends.min() ?? day + 1) - 1))
        }.sorted { ($0.first, $0.last) < ($1.first, $1.last) }
    }

    /// Days of `W(days)` without water in the division as of a day; a day counts once.
    public func daysWithoutWater(_ days: Int, in division: Division, asOf day: Day) -> Int {
        let window = Window(days, endingOn: day)
        var count = 0
        var counted = window.first - 1
        for run in interruptedDays(in: division, asOf: day) {
            let first = max(run.first, counted + 1)
            let last = min(run.last, window.last)
            guard first <= last else { continue }
            count += last - first + 1
            counted = last
        }
        return count
    }

    /// Drops amounts and warnings older than 48 months (formats, section 2).
    public mutating func prune(asOf day: Day) {
        let oldest = day.adding(months: -Fact.amountMonths)
        let kept = facts.indices.filter {
            facts[$0].kind.isKeptForGood || facts[$0].occurred >= oldest
        }
        guard kept.count < facts.count else { return }
        areas = kept.map { areas[$0] }
        facts = kept.map { facts[$0] }
    }

    private func inForce(
        _ kind: FactKind, _ division: Division, _ holds: (Fact) -> Bool
    ) -> [Fact] {
        var result: [Fact] = []
        for (index, fact) in facts.enumerated()
        where fact.kind == kind && !fact.isReversed
            && areas[index].contains(where: { $0.contains(division) }) && holds(fact)
        {
            result.append(fact)
        }
        return result
    }

    public static func == (left: AreaEvents, right: AreaEvents) -> Bool {
        left.facts == right.facts
    }
}
