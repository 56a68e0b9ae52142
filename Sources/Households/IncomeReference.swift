/// The income reference of a household as of a day, to the fen, with what it was made of
/// (formats, section 5). All amounts in fen. A class, because a view is asked for it by every rule
/// and copying it would cost more than asking; never changed once made. Confined to one thread.
public final class IncomeReference {
    /// One line of the computation an officer sees.
    public struct Item: Sendable, Equatable {
        /// `wage`, `business`, `property`, `transfer`, `expense`, `claim`, `selfPaid`.
        public let kind: String
        public let item: String
        public let amountFen: Int64
        public let from: Day
        public let to: Day
        /// A declaration that goes on after its last day.
        public let carried: Bool
    }

    public private(set) var wageFen: Int64 = 0
    public private(set) var businessFen: Int64 = 0
    public private(set) var propertyFen: Int64 = 0
    public private(set) var transferFen: Int64 = 0
    public private(set) var expenseFen: Int64 = 0
    public private(set) var claimsFen: Int64 = 0
    public private(set) var selfPaidFen: Int64 = 0
    /// Claims and self-paid expenditure over `M12`, as official identification asks.
    public private(set) var officialClaimsFen: Int64 = 0
    public private(set) var officialSelfPaidFen: Int64 = 0
    /// `hr.wage.paid` of members in `M12`.
    public private(set) var paidWageFen: Int64 = 0
    /// Paid and declared wage that counts, by member.
    public private(set) var wageByMember: [Pseudonym: Int64] = [:]
    public private(set) var items: [Item] = []
    /// Members on the day; above 0.
    public let members: Int
    /// A declared amount of any kind reaches into the last 400 days (formats, section 5.9).
    public private(set) var isDeclared = false

    public var netFen: Int64 {
        wageFen + businessFen + propertyFen + transferFen - expenseFen
    }

    public var referenceFen: Int64 { netFen + claimsFen - selfPaidFen }

    /// Rounded down, towards minus infinity.
    public var perCapitaFen: Int64 { floorDivide(referenceFen, Int64(members)) }

    /// (net + claims) / members: as if there had been no bill.
    public var withoutSelfPaidPerCapitaFen: Int64 {
        floorDivide(netFen + claimsFen, Int64(members))
    }

    /// The figure of official identification where it differs by more than 5 % of the absolute
    /// reference per person (formats, section 5.6).
    public var officialPerCapitaFen: Int64? {
        let official = floorDivide(
            netFen + officialClaimsFen - officialSelfPaidFen, Int64(members))
        return abs(official - perCapitaFen) * 20 > abs(perCapitaFen) ? official : nil
    }

    /// The transfer items of the catalogue; `other` and unknown codes match nothing
    /// (formats, section 3).
    static let transferItems: Set<String> = [
        "dibao", "destitute", "pension", "familyPlanning", "farmlandToForest", "publicForest",
        "grassland", "relocation", "maizeSoy", "landFertility", "oldAge", "preferential",
        "disability", "education", "disasterRelief", "childrenSupport", "heating",
        "priceSubsidy", "socialRelief", "povertyInsurance", "donation",
    ]

    /// Computes as of `day` for the members given (not empty).
    public init(_ facts: HouseholdFacts, members: [Pseudonym], on day: Day) {
        self.members = members.count
        let m12 = Window.m12(day)
        let year = Window(365, endingOn: day)
        addClaims(facts, day, m12, year)
        addSelfPaid(facts, day, m12, year)
        let firstPaid = addPaidWages(facts, Set(members), day, m12)
        addTransfers(facts, day, m12)
        addDeclared(facts, Set(members), firstPaid, day, m12)
    }

    // Which items claims and payments have, so that declarations do not count twice.
    private var claimItems: Set<String> = []
    private var paidItems: Set<String> = []
    private var hasAllowance = false
    private var hasPaidWage = false

    private func addClaims(
        _ facts: HouseholdFacts, _ day: Day, _ m12: Window, _ year: Window
    ) {
        facts.forEach(.claimPaid, asOf: day) { fact in
            let amount = fact.amountFen ?? 0
            if m12.contains(fact.occurred) { officialClaimsFen += amount }
            guard year.contains(fact.occurred) else { return }
            let item = fact.text(.item) ?? "other"
            claimsFen += amount
            // Among the items of claims only this one is a transfer item too.
            if item == "povertyInsurance" { claimItems.insert(item) }
            items.append(
                Item(
                    kind: "claim", item: item, amountFen: amount, from: fact.occurred,
                    to: fact.occurred, carried: false))
        }
    }

    private func addSelfPaid(
        _ facts: HouseholdFacts, _ day: Day, _ m12: Window, _ year: Window
    ) {
        facts.forEach(.settlement, asOf: day) { fact in
            let amount = fact.amountFen ?? 0
            if m12.contains(fact.occurred) { officialSelfPaidFen += amount }
            guard year.contains(fact.occurred) else { return }
            selfPaidFen += amount
            items.append(
                Item(
                    kind: "selfPaid", item: fact.text(.event) ?? "other", amountFen: amount,
                    from: fact.occurred, to: fact.occurred, carried: false))
        }
    }

    /// Returns the first day of each member's first month with a paid wage in `M12`.
    private func addPaidWages(
        _ facts: HouseholdFacts, _ members: Set<Pseudonym>, _ day: Day, _ m12: Window
    ) -> [Pseudonym: Day] {
        var first: [Pseudonym: Day] = [:]
        facts.forEach(.wagePaid, asOf: day) { fact in
            guard m12.contains(fact.occurred), case .person(let person) = fact.subject
            else { return }
            hasPaidWage = true
            guard members.contains(person) else { return }
            let month = Day.first(ofMonth: fact.occurred.month)
            first[person] = first[person].map { min($0, month) } ?? month
            let amount = fact.amountFen ?? 0
            wageFen += amount
            paidWageFen += amount
            wageByMember[person, default: 0] += amount
            items.append(
                Item(
                    kind: "wage", item: "work", amountFen: amount, from: month,
                    to: fact.occurred, carried: false))
        }
        return first
    }

    private func addTransfers(_ facts: HouseholdFacts, _ day: Day, _ m12: Window) {
        var allowancePaidIn: Set<Int> = []
        facts.forEach(.subsidyPaid, asOf: day) { fact in
            guard m12.contains(fact.occurred) else { return }
            let item = fact.text(.item) ?? "other"
            if IncomeReference.transferItems.contains(item) { paidItems.insert(item) }
            if item == "dibao" { allowancePaidIn.insert(fact.occurred.month) }
            guard !claimItems.contains(item) else { return }
            let amount = fact.amountFen ?? 0
            transferFen += amount
            items.append(
                Item(
                    kind: "transfer", item: item, amountFen: amount, from: fact.occurred,
                    to: fact.occurred, carried: false))
        }
        // The monthly allowance, where no payment of the month says what came.
        for month in m12.first.month...m12.last.month where !allowancePaidIn.contains(month) {
            let last = Day.last(ofMonth: month)
            guard let granted = Allowance(facts, on: last, asOf: day) else { continue }
            hasAllowance = true
            transferFen += granted.fenPerMonth
            items.append(
                Item(
                    kind: "transfer", item: "dibao", amountFen: granted.fenPerMonth,
                    from: Day.first(ofMonth: month), to: last, carried: false))
        }
    }

    private func addDeclared(
        _ facts: HouseholdFacts, _ members: Set<Pseudonym>, _ firstPaid: [Pseudonym: Day],
        _ day: Day, _ m12: Window
    ) {
        for group in IncomeReference.declared(facts, asOf: day) {
            if group.declarations.contains(where: {
                $0.to >= day - DeclaredIncome.carriedDays
            }) {
                isDeclared = true
            }
            var until: Day?
            var carryUntil: Day?
            switch group.kind {
            case "wage":
                if let person = group.person {
                    guard members.contains(person) else { continue }
                    until = firstPaid[person]
                    carryUntil = IncomeReference.latestJobEnd(facts, person, asOf: day)
                } else if hasPaidWage {
                    continue
                }
            case "transfer":
                if paidItems.contains(group.item) || claimItems.contains(group.item) { continue }
                if group.item == "dibao", hasAllowance { continue }
            default: break
            }
            for share in group.shares(in: m12, until: until, carryUntil: carryUntil) {
                add(share, of: group)
            }
        }
    }

    private func add(_ share: DeclaredIncome.Share, of group: DeclaredIncome) {
        switch group.kind {
        case "wage":
            wageFen += share.amountFen
            if let person = group.person {
                wageByMember[person, default: 0] += share.amountFen
            }
        case "business": businessFen += share.amountFen
        case "property": propertyFen += share.amountFen
        case "transfer": transferFen += share.amountFen
        default: expenseFen += share.amountFen
        }
        items.append(
            Item(
                kind: group.kind, item: group.item, amountFen: share.amountFen,
                from: share.fact.day(.from) ?? share.fact.occurred, to: share.fact.occurred,
                carried: share.carried))
    }

    /// The declarations as of a day, by kind, item and person, in the order they are kept.
    private static func declared(_ facts: HouseholdFacts, asOf day: Day) -> [DeclaredIncome] {
        var groups: [DeclaredIncome] = []
        facts.forEach(.incomeDeclared, asOf: day) { fact in
            let kind = fact.text(.incomeKind) ?? ""
            let item = fact.text(.item) ?? "other"
            let person = fact.pseudonym(.person).map(facts.resolve)
            let declaration = DeclaredIncome.Declaration(
                fact: fact, from: fact.day(.from) ?? fact.occurred, to: fact.occurred,
                date: fact.day(.date) ?? fact.occurred)
            if let index = groups.firstIndex(where: {
                $0.kind == kind && $0.item == item && $0.person == person
            }) {
                groups[index].declarations.append(declaration)
            } else {
                groups.append(
                    DeclaredIncome(
                        kind: kind, item: item, person: person, declarations: [declaration]))
            }
        }
        return groups
    }

    private static func latestJobEnd(
        _ facts: HouseholdFacts, _ person: Pseudonym, asOf day: Day
    ) -> Day? {
        var latest: Day?
        facts.forEach(.jobEnded, asOf: day) { fact in
            guard fact.subject == .person(person) else { return }
            latest = latest.map { max($0, fact.occurred) } ?? fact.occurred
        }
        return latest
    }
}

/// The subsistence allowance (低保) in force on a day.
public struct Allowance: Sendable, Equatable {
    public let fenPerMonth: Int64

    /// `nil` when none is granted on the day. Per case number the latest word counts; several
    /// cases add up. `day` may lie before `asOf`.
    public init?(_ facts: HouseholdFacts, on day: Day, asOf: Day) {
        var latest: [(caseNumber: Pseudonym?, fact: Fact)] = []
        facts.forEach(.allowance, asOf: asOf) { fact in
            guard fact.occurred <= day else { return }
            let number = fact.pseudonym(.caseNumber)
            if let index = latest.firstIndex(where: { $0.caseNumber == number }) {
                let known = latest[index].fact
                if (fact.occurred, fact.recorded, fact.arrived)
                    > (known.occurred, known.recorded, known.arrived)
                {
                    latest[index].fact = fact
                }
            } else {
                latest.append((number, fact))
            }
        }
        let running = latest.filter { $0.fact.text(.event) != "stopped" }
        guard !running.isEmpty else { return nil }
        fenPerMonth = running.reduce(0) { $0 + ($1.fact.integer(.fenPerMonth) ?? 0) }
    }
}
