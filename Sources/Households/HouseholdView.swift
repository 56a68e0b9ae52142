/// A household as of one day, with the facts known now: every answer a rule can ask for
/// (formats, sections 4 to 6). Answers are worked out on first use and kept. Confined to one
/// thread.
public final class HouseholdView {
    public let facts: HouseholdFacts
    public let day: Day
    public let policy: Policy

    public init(_ facts: HouseholdFacts, on day: Day, policy: Policy) {
        self.facts = facts
        self.day = day
        self.policy = policy
    }

    // MARK: Who and where

    /// Living members on the day, in order of pseudonym.
    public private(set) lazy var memberIDs: [Pseudonym] = facts.members(on: day)

    /// Somebody lives in the household on the day.
    public private(set) lazy var hasMembers: Bool = !memberIDs.isEmpty

    /// The same people, to be asked about.
    public private(set) lazy var members: [MemberView] = memberIDs.compactMap { person($0) }

    /// A person of the household, member on the day or not: an alert's subject may have moved on.
    public func person(_ id: Pseudonym) -> MemberView? {
        facts.person(id).map { MemberView($0, self) }
    }

    public private(set) lazy var division: Division? = facts.division(on: day)

    /// At least one member with full or partial labour.
    public private(set) lazy var hasLabour: Bool = members.contains { $0.labour != "none" }

    /// Kinds of facts the household has, now or to come; of areas' facts those there are anywhere.
    public private(set) lazy var kinds: FactKindSet = facts.kinds

    /// The class in force (formats, section 3: `rb.class.changed`).
    public var householdClass: Fact? { latest(.householdClass) }

    /// `low(h)` of formats, section 6.
    public private(set) lazy var isLow: Bool = {
        if !facts.hasNo(.allowance), Allowance(facts, on: day, asOf: day) != nil { return true }
        guard let fact = householdClass else { return false }
        if fact.flag(.exPoor) { return true }
        switch fact.text(.householdClass) {
        case "unstable", "edge", "sudden": return true
        case "eliminated": return fact.occurred.adding(months: 12) > day
        default: return false
        }
    }()

    // MARK: Income

    /// The line of the division for the day's year; `nil` = cannot judge.
    public private(set) lazy var line: Policy.YearFigure? =
        division.flatMap { policy.line($0, year: day.year) }

    /// Disposable income of the year before the day's.
    public private(set) lazy var disposableIncome: Policy.YearFigure? =
        division.flatMap { policy.disposableIncome($0, year: day.year - 1) }

    /// `nil` without a member.
    public private(set) lazy var income: IncomeReference? =
        memberIDs.isEmpty ? nil : IncomeReference(facts, members: memberIDs, on: day)

    /// A declaration in the last 400 days, and a line (formats, section 5.9).
    public private(set) lazy var isJudgeable: Bool =
        (income?.isDeclared ?? false) && line != nil

    /// What is missing to judge: `declaration`, `line`.
    public var missing: [String] {
        var codes: [String] = []
        if !(income?.isDeclared ?? false) { codes.append("declaration") }
        if line == nil { codes.append("line") }
        return codes
    }

    /// The reference per person as of one year earlier with the facts known now; `nil` when that
    /// day has no member, no declaration within 400 days, or a figure not above 0 (INC-03).
    public private(set) lazy var previousPerCapitaFen: Int64? = {
        let before = day.adding(years: -1)
        let members = facts.members(on: before)
        guard !members.isEmpty else { return nil }
        let income = IncomeReference(facts, members: members, on: before)
        return income.isDeclared && income.perCapitaFen > 0 ? income.perCapitaFen : nil
    }()

    /// Paid wages of members in the last three months of `M12`, and in the same months a year
    /// before (EMP-08).
    public private(set) lazy var threeMonthWagesFen: (last: Int64, yearBefore: Int64) = {
        let end = Window.m12(day).last.month
        let months = Window(first: Day.first(ofMonth: end - 2), last: Day.last(ofMonth: end))
        let earlier = Window(
            first: Day.first(ofMonth: end - 14), last: Day.last(ofMonth: end - 12))
        var last: Int64 = 0
        var before: Int64 = 0
        facts.forEach(.wagePaid, asOf: day) { fact in
            guard case .person(let person) = fact.subject, memberIDs.contains(person)
            else { return }
            if months.contains(fact.occurred) { last += fact.amountFen ?? 0 }
            if earlier.contains(fact.occurred) { before += fact.amountFen ?? 0 }
        }
        return (last, before)
    }()

    /// Reference per person with the wages of `M12` replaced by four times the last three months
    /// (EMP-08).
    public var forecastPerCapitaFen: Int64? {
        income.map {
            floorDivide(
                $0.referenceFen - $0.paidWageFen + 4 * threeMonthWagesFen.last, Int64($0.members))
        }
    }

    /// Compliant self-paid expenditure and school fees less aid, over `W(365)` (INC-04).
    public private(set) lazy var rigidFen: Int64 = {
        let year = Window(365, endingOn: day)
        let schooling = max(
            0, sum(.schoolFee, in: year) - sum(.schoolAid, in: year))
        return (income?.selfPaidFen ?? 0) + schooling
    }()

    // MARK: Illness

    /// The greatest sum of compliant self-paid expenditure of one person settled in the day's
    /// calendar year, over all bills of the household, and whose it is.
    public private(set) lazy var greatestSelfPaidOfYear: (fen: Int64, person: Pseudonym?) = {
        var sums: [(person: Pseudonym, fen: Int64)] = []
        let months = day.year * 12
        let year = Window(first: Day.first(ofMonth: months), last: Day.last(ofMonth: months + 11))
        facts.forEach(.settlement, asOf: day) { fact in
            guard year.contains(fact.occurred), case .person(let person) = fact.subject
            else { return }
            if let index = sums.firstIndex(where: { $0.person == person }) {
                sums[index].fen += fact.amountFen ?? 0
            } else {
                sums.append((person, fact.amountFen ?? 0))
            }
        }
        // Of equal sums that of the first person.
        var best: (fen: Int64, person: Pseudonym?) = (0, nil)
        for sum in sums {
            if let known = best.person, (sum.fen, known) <= (best.fen, sum.person) { continue }
            best = (sum.fen, sum.person)
        }
        return best
    }()

    /// The in-patient settlement with the greatest `selfPaid` in `W(days)`.
    public func greatestStay(days: Int) -> Fact? {
        let window = Window(days, endingOn: day)
        var best: LentFact?
        facts.forEach(.settlement, asOf: day) { fact in
            guard window.contains(fact.occurred), fact.text(.event) == "inpatient" else { return }
            let amount = fact.integer(.selfPaidFen) ?? 0
            if let known = best {
                let other = known.integer(.selfPaidFen) ?? 0
                if (amount, fact.occurred, fact.key) <= (other, known.occurred, known.key) {
                    return
                }
            }
            best = fact
        }
        return best?.fact
    }

    // MARK: Disaster, housing, water

    /// Household losses in `W(days)`, in the order they are kept.
    public func losses(days: Int) -> [Fact] {
        let window = Window(days, endingOn: day)
        var result: [Fact] = []
        facts.forEach(.disasterLoss, asOf: day) {
            if window.contains($0.occurred) { result.append($0.fact) }
        }
        return result
    }

    /// The latest appraisal of each house.
    public private(set) lazy var houses: [Fact] = {
        var result: [LentFact] = []
        facts.forEach(.appraisal, asOf: day) { fact in
            let number = fact.pseudonym(.houseNumber)
            if let index = result.firstIndex(where: { $0.pseudonym(.houseNumber) == number }) {
                if fact.isLater(than: result[index]) { result[index] = fact }
            } else {
                result.append(fact)
            }
        }
        return result.map(\.fact)
    }()

    /// Disasters in force over the household's division.
    public private(set) lazy var disasters: [Fact] =
        division.map { facts.area.disasters(in: $0, on: day) } ?? []

    /// Water interruptions that run over the household's division, the longest first.
    public private(set) lazy var interruptions: [Fact] =
        division.map { facts.area.interruptions(in: $0, on: day) } ?? []

    // MARK: Helpers

    /// Of facts that follow each other in time, the latest one on or before the day.
    @inline(__always)
    func latest(_ kind: FactKind, _ accepts: (LentFact) -> Bool = { _ in true }) -> Fact? {
        var best: LentFact?
        facts.forEach(kind, asOf: day) { fact in
            guard accepts(fact) else { return }
            if let known = best, !fact.isLater(than: known) { return }
            best = fact
        }
        return best?.fact
    }

    /// The amounts of a kind in a window.
    public func sum(_ kind: FactKind, in window: Window) -> Int64 {
        var total: Int64 = 0
        facts.forEach(kind, asOf: day) {
            if window.contains($0.occurred) { total += $0.amountFen ?? 0 }
        }
        return total
    }
}
