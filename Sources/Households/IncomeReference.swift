/// The income reference of a household as of a day, to the fen, with what it was made of
/// (formats, section 5). All amounts in fen. A class, because a view is asked for it by every rule
/// and copying it would cost more than asking; only its list of items is made later, when an alert
/// shows it. Confined to one thread.
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
    /// What `businessFen` is made of: the items of business, in the order they were declared.
    public private(set) var business: [(item: String, fen: Int64)] = []
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
    /// Members on the day; above 0.
    public let members: Int
    /// A declared amount of any kind reaches into the last 400 days (formats, section 5.9).
    public private(set) var isDeclared = false

    // What rules compare, worked out once.

    /// Wage, business, property and transfer less expense.
    public private(set) var netFen: Int64 = 0

    /// Net and claims less self-paid expenditure.
    public private(set) var referenceFen: Int64 = 0

    /// Wage, business, property and transfer: what the household takes in, before expense.
    public var earningsFen: Int64 { wageFen + businessFen + propertyFen + transferFen }

    /// Rounded down, towards minus infinity.
    public private(set) var perCapitaFen: Int64 = 0

    /// (net + claims) / members: as if there had been no bill.
    public private(set) var withoutSelfPaidPerCapitaFen: Int64 = 0

    /// The figure of official identification where it differs by more than 5 % of the absolute
    /// reference per person (formats, section 5.6).
    public var officialPerCapitaFen: Int64? {
        let official = floorDivide(
            netFen + officialClaimsFen - officialSelfPaidFen, Int64(members))
        return abs(official - perCapitaFen) * 20 > abs(perCapitaFen) ? official : nil
    }

    /// Paid and declared wage of a member that counts.
    public func wageFen(of member: Pseudonym) -> Int64 {
        guard !wages.isEmpty, let index = ids.firstIndex(of: member) else { return 0 }
        return wages[index]
    }

    /// What the sums are made of, in the order of the formats.
    public private(set) lazy var items: [Item] = {
        IncomeReference(facts, members: ids, on: day, listing: true).list ?? []
    }()

    /// The transfer items of the catalogue; `other` and unknown codes match nothing
    /// (formats, section 3).
    static let transferItems: Set<String> = [
        "dibao", "destitute", "pension", "familyPlanning", "farmlandToForest", "publicForest",
        "grassland", "relocation", "maizeSoy", "landFertility", "oldAge", "preferential",
        "disability", "education", "disasterRelief", "childrenSupport", "heating",
        "priceSubsidy", "socialRelief", "povertyInsurance", "donation",
    ]

    private let facts: HouseholdFacts
    private let day: Day
    private let ids: [Pseudonym]
    private let m12: Window
    /// The items, where they are asked for: sums alone need no list.
    private var list: [Item]?
    /// By place of the member; empty while nobody has a wage.
    private var wages: [Int64] = []

    /// Computes as of `day` for the members given (not empty).
    public convenience init(_ facts: HouseholdFacts, members: [Pseudonym], on day: Day) {
        self.init(facts, members: members, on: day, listing: false)
    }

    private init(
        _ facts: HouseholdFacts, members: [Pseudonym], on day: Day, listing: Bool
    ) {
        self.facts = facts
        self.day = day
        ids = members
        self.members = members.count
        m12 = Window.m12(day)
        list = listing ? [] : nil
        let year = Window(365, endingOn: day)
        addClaims(year)
        addSelfPaid(year)
        addPaidWages()
        addPayments()
        if !facts.hasNo(.allowance) { addAllowances() }
        if !facts.hasNo(.incomeDeclared) { addDeclared() }
        netFen = wageFen + businessFen + propertyFen + transferFen - expenseFen
        referenceFen = netFen + claimsFen - selfPaidFen
        perCapitaFen = floorDivide(referenceFen, Int64(ids.count))
        withoutSelfPaidPerCapitaFen = floorDivide(netFen + claimsFen, Int64(ids.count))
    }

    // What claims and payments there are, so that declarations do not count twice.

    /// A claim of `W(365)` whose item is a transfer item too: among the items of claims only
    /// `povertyInsurance` is.
    private var hasPovertyClaim = false
    private var hasAllowance = false
    private var hasPaidWage = false
    /// The earliest paid wage of each member, by place; empty while nobody has one.
    private var firstPaid: [Day?] = []

    private func addClaims(_ year: Window) {
        facts.forEach(.claimPaid, asOf: day) { fact in
            let amount = fact.amountFen ?? 0
            if m12.contains(fact.occurred) { officialClaimsFen += amount }
            guard year.contains(fact.occurred) else { return }
            let item = fact.text(.item) ?? "other"
            claimsFen += amount
            if item == "povertyInsurance" { hasPovertyClaim = true }
            list?.append(
                Item(
                    kind: "claim", item: item, amountFen: amount, from: fact.occurred,
                    to: fact.occurred, carried: false))
        }
    }

    private func addSelfPaid(_ year: Window) {
        facts.forEach(.settlement, asOf: day) { fact in
            let amount = fact.amountFen ?? 0
            if m12.contains(fact.occurred) { officialSelfPaidFen += amount }
            guard year.contains(fact.occurred) else { return }
            selfPaidFen += amount
            list?.append(
                Item(
                    kind: "selfPaid", item: fact.text(.event) ?? "other", amountFen: amount,
                    from: fact.occurred, to: fact.occurred, carried: false))
        }
    }

    private func addPaidWages() {
        facts.forEach(.wagePaid, asOf: day) { fact in
            guard m12.contains(fact.occurred), case .person(let person) = fact.subject
            else { return }
            hasPaidWage = true
            guard let member = ids.firstIndex(of: person) else { return }
            let amount = fact.amountFen ?? 0
            paidWageFen += amount
            addWage(amount, of: member)
            if firstPaid.isEmpty { firstPaid = Array(repeating: nil, count: ids.count) }
            firstPaid[member] = firstPaid[member].map { min($0, fact.occurred) } ?? fact.occurred
            list?.append(
                Item(
                    kind: "wage", item: "work", amountFen: amount,
                    from: Day.first(ofMonth: fact.occurred.month), to: fact.occurred,
                    carried: false))
        }
    }

    private func addWage(_ amount: Int64, of member: Int?) {
        wageFen += amount
        guard let member else { return }
        if wages.isEmpty { wages = Array(repeating: 0, count: ids.count) }
        wages[member] += amount
    }

    private func addPayments() {
        facts.forEach(.subsidyPaid, asOf: day) { fact in
            guard m12.contains(fact.occurred) else { return }
            if hasPovertyClaim, fact.text(.item) == "povertyInsurance" { return }
            let amount = fact.amountFen ?? 0
            transferFen += amount
            list?.append(
                Item(
                    kind: "transfer", item: fact.text(.item) ?? "other", amountFen: amount,
                    from: fact.occurred, to: fact.occurred, carried: false))
        }
    }

    /// The monthly allowance, where no payment of the month says what came.
    private func addAllowances() {
        var paidIn: Set<Int> = []
        facts.forEach(.subsidyPaid, asOf: day) { fact in
            if m12.contains(fact.occurred), fact.text(.item) == "dibao" {
                paidIn.insert(fact.occurred.month)
            }
        }
        for month in m12.first.month...m12.last.month where !paidIn.contains(month) {
            let last = Day.last(ofMonth: month)
            guard let granted = Allowance(facts, on: last, asOf: day) else { continue }
            hasAllowance = true
            transferFen += granted.fenPerMonth
            list?.append(
                Item(
                    kind: "transfer", item: "dibao", amountFen: granted.fenPerMonth,
                    from: Day.first(ofMonth: month), to: last, carried: false))
        }
    }

    private func addDeclared() {
        for group in DeclaredIncome.groups(facts, asOf: day) {
            if !isDeclared {
                isDeclared = group.declarations.contains {
                    $0.to >= day - DeclaredIncome.carriedDays
                }
            }
            var member: Int?
            var until: Day?
            var carryUntil: Day?
            switch group.kind {
            case "wage":
                if let person = group.person {
                    member = ids.firstIndex(of: person)
                    guard let member else { continue }
                    if !firstPaid.isEmpty {
                        until = firstPaid[member].map { Day.first(ofMonth: $0.month) }
                    }
                    carryUntil = IncomeReference.latestJobEnd(facts, person, asOf: day)
                } else if hasPaidWage {
                    continue
                }
            case "transfer":
                if isCounted(group.item) { continue }
            default: break
            }
            group.forEachShare(in: m12, until: until, carryUntil: carryUntil) { share in
                add(share, of: group, member)
            }
        }
    }

    /// True when payments, claims or the allowance already say what came of a transfer item.
    private func isCounted(_ item: String) -> Bool {
        if hasPovertyClaim, item == "povertyInsurance" { return true }
        if hasAllowance, item == "dibao" { return true }
        guard IncomeReference.transferItems.contains(item) else { return false }
        var isPaid = false
        facts.forEach(.subsidyPaid, asOf: day) { fact in
            if !isPaid, m12.contains(fact.occurred), fact.text(.item) == item { isPaid = true }
        }
        return isPaid
    }

    private func add(_ share: DeclaredIncome.Share, of group: DeclaredIncome, _ member: Int?) {
        switch group.kind {
        case "wage": addWage(share.amountFen, of: member)
        case "business":
            businessFen += share.amountFen
            if let place = business.firstIndex(where: { $0.item == group.item }) {
                business[place].fen += share.amountFen
            } else {
                business.append((group.item, share.amountFen))
            }
        case "property": propertyFen += share.amountFen
        case "transfer": transferFen += share.amountFen
        default: expenseFen += share.amountFen
        }
        list?.append(
            Item(
                kind: group.kind, item: group.item, amountFen: share.amountFen,
                from: share.fact.day(.from) ?? share.fact.occurred, to: share.fact.occurred,
                carried: share.carried))
    }

    private static func latestJobEnd(
        _ facts: HouseholdFacts, _ person: Pseudonym, asOf day: Day
    ) -> Day? {
        var latest: Day?
        facts.forEach(.jobEnded, asOf: day) { fact in
            guard fact.isOf(person) else { return }
            latest = latest.map { max($0, fact.occurred) } ?? fact.occurred
        }
        return latest
    }
}

