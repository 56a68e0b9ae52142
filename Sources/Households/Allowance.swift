/// The subsistence allowance (低保) in force on a day.
public struct Allowance: Sendable, Equatable {
    public let fenPerMonth: Int64

    /// `nil` when none is granted on the day. Per case number the latest word counts; several
    /// cases add up. `day` may lie before `asOf`.
    public init?(_ facts: HouseholdFacts, on day: Day, asOf: Day) {
        if facts.hasNo(.allowance) { return nil }
        var latest: [(caseNumber: Pseudonym?, fact: LentFact)] = []
        facts.forEach(.allowance, asOf: asOf) { fact in
            guard fact.occurred <= day else { return }
            let number = fact.pseudonym(.caseNumber)
            if let index = latest.firstIndex(where: { $0.caseNumber == number }) {
                if !latest[index].fact.isLater(than: fact) { latest[index].fact = fact }
            } else {
                latest.append((number, fact))
            }
        }
        let running = latest.filter { $0.fact.text(.event) != "stopped" }
        guard !running.isEmpty else { return nil }
        fenPerMonth = running.reduce(0) { $0 + ($1.fact.integer(.fenPerMonth) ?? 0) }
    }
}
