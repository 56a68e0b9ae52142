/// Where a person belonged over time: one household at a time (formats, section 4). Built from
/// the person's current membership facts; holds for every day, known or to come.
public struct PersonTimeline: Sendable {
    /// A start in a household, by registration, move or split.
    public struct Start: Sendable, Equatable {
        public let day: Day
        public let household: Pseudonym
        public let division: Int64?
        let recorded: Int64
        let arrived: Int64
    }

    /// In order of day, then booking, then arrival: the last one up to a day is in force.
    public private(set) var starts: [Start] = []
    private var leavings: [(day: Day, household: Pseudonym)] = []
    /// The earliest day of death reported.
    public private(set) var death: Day?
    private var registrations: [Fact] = []

    /// Reads membership facts; others and reversed ones are passed over.
    public init(_ facts: some Sequence<Fact>) {
        for fact in facts where !fact.isReversed {
            switch fact.kind {
            case .personRegistered, .personMoved:
                guard let household = fact.pseudonym(.household) else { continue }
                starts.append(
                    Start(
                        day: fact.occurred, household: household,
                        division: fact.integer(.division), recorded: fact.recorded,
                        arrived: fact.arrived))
                if fact.kind == .personRegistered { registrations.append(fact) }
            case .personLeft:
                guard let household = fact.pseudonym(.household) else { continue }
                leavings.append((fact.occurred, household))
            case .personDeceased:
                death = death.map { min($0, fact.occurred) } ?? fact.occurred
            default: continue
            }
        }
        starts.sort {
            ($0.day, $0.recorded, $0.arrived) < ($1.day, $1.recorded, $1.arrived)
        }
        registrations.sort {
            ($0.occurred, $0.recorded, $0.arrived) < ($1.occurred, $1.recorded, $1.arrived)
        }
    }

    /// A start, also one to come, makes a person known.
    public var isKnown: Bool { !starts.isEmpty }

    /// The day of the first start; nothing of the person counts before it (formats, section 4).
    public var firstDay: Day? { starts.first?.day }

    /// The start in force on a day.
    public func start(on day: Day) -> Start? {
        starts.last { $0.day <= day }
    }

    /// The household to which a fact of a day belongs: that of the day, the first one before any
    /// start, the last one after death or leaving.
    public func household(ofFactOn day: Day) -> Pseudonym? {
        if let start = start(on: day) { return start.household }
        guard let first = starts.first else { return nil }
        return start(on: first.day)?.household
    }

    /// Living and belonging to the household; not on the day of leaving or death, nor after.
    public func isMember(of household: Pseudonym, on day: Day) -> Bool {
        guard let start = start(on: day), start.household == household else { return false }
        if let death, death <= day { return false }
        return !leavings.contains {
            $0.household == household && $0.day >= start.day && $0.day <= day
        }
    }

    /// Calls `body` with each day on which membership may change.
    func forEachTurn(_ body: (Day) -> Void) {
        for start in starts { body(start.day) }
        for leaving in leavings { body(leaving.day) }
        if let death { body(death) }
    }

    /// Every household the person ever starts in, in order of pseudonym.
    public var households: [Pseudonym] {
        var result: [Pseudonym] = []
        for start in starts where !result.contains(start.household) {
            result.append(start.household)
        }
        return result.sorted()
    }

    /// The registration in force on a day (birth date, sex, labour), else the first.
    public func registration(on day: Day) -> Fact? {
        registrations.last { $0.occurred <= day } ?? registrations.first
    }
}
