import Households

/// What would be known beside what is known of a household, were something to change.
struct Supposition {
    /// New facts, and new versions of known ones.
    var facts: [Fact] = []
    /// The same of areas.
    var ofAreas: [Fact] = []
}

extension Remedy.Change {
    /// What would be known with this change made on the view's day; `nil` where there is nothing it
    /// could be made on. `evidence` is what the alert shows.
    func supposition(
        _ view: HouseholdView, subject: Pseudonym?, evidence: [Fact]
    ) -> Supposition? {
        var known = Supposition()
        switch self {
        case .time: break
        case .income(let fen):
            let member = subject.flatMap { view.memberIDs.contains($0) ? $0 : nil }
            guard let earner = member ?? view.memberIDs.first else { return nil }
            // `other` matches no payment that is declared too (formats, section 3).
            known.add(
                .subsidyPaid, .person(earner), on: Window.m12(view.day).last, fen: fen,
                [(.item, .text("other"))])
        case .aid(let fen):
            guard let fee = evidence.last(where: { $0.kind == .schoolFee }) else { return nil }
            known.add(.schoolAid, fee.subject, on: view.day, fen: fen, [(.item, .text("other"))])
        case .wage(let fen):
            guard var wage = evidence.last(where: { $0.kind == .wagePaid }) else { return nil }
            wage.amountFen = (wage.amountFen ?? 0) + fen
            known.facts.append(wage)
        case .selfPaid(let fen):
            guard known.lower(evidence.filter { $0.kind == .settlement }, by: fen) else {
                return nil
            }
        case .records(let kinds):
            for kind in kinds {
                guard known.add(kind, view, subject) else { return nil }
            }
        }
        return known
    }
}

extension Supposition {
    /// Supposed records have keys of their own.
    private static let keys = (0..<16).map { Pseudonym.digest("supposed:\($0)") }

    fileprivate mutating func add(
        _ kind: FactKind, _ subject: Fact.Subject, on day: Day, fen: Int64? = nil,
        _ attributes: [(attribute: Attribute, value: Fact.Value)] = []
    ) {
        facts.append(
            Fact(
                kind: kind, subject: subject,
                key: facts.count < Self.keys.count
                    ? Self.keys[facts.count] : Pseudonym.digest("supposed:\(facts.count)"),
                department: "supposed", occurred: day, recorded: .max / 2, arrived: .max / 2,
                amountFen: fen, attributes: attributes))
    }

    /// Takes an amount off bills so that the dearest become equal first; false when they are not
    /// worth so much. What is within policy goes down with what was paid.
    fileprivate mutating func lower(_ bills: [Fact], by fen: Int64) -> Bool {
        var left = fen
        var rest = bills.map { $0.integer(.selfPaidFen) ?? $0.amountFen ?? 0 }
        guard rest.reduce(0, +) >= fen else { return false }
        while left > 0 {
            let top = rest.max() ?? 0
            let places = rest.indices.filter { rest[$0] == top }
            let next = rest.filter { $0 < top }.max() ?? 0
            let step = min(left, (top - next) * Int64(places.count))
            let (each, more) = step.quotientAndRemainder(dividingBy: Int64(places.count))
            for (number, place) in places.enumerated() {
                rest[place] -= each + (Int64(number) < more ? 1 : 0)
            }
            left -= step
        }
        for (var bill, paid) in zip(bills, rest) {
            let off = (bill.integer(.selfPaidFen) ?? bill.amountFen ?? 0) - paid
            guard off > 0 else { continue }
            bill.set(.selfPaidFen, .integer(paid))
            bill.amountFen = bill.amountFen.map { max(0, $0 - off) }
            facts.append(bill)
        }
        return true
    }

    /// A record of a kind that says that what the alert is about is over; false where there is
    /// nothing it could be said of.
    fileprivate mutating func add(
        _ kind: FactKind, _ view: HouseholdView, _ subject: Pseudonym?
    ) -> Bool {
        let household = Fact.Subject.household(view.facts.household)
        let day = view.day
        switch kind {
        case .visited, .claimPaid: add(kind, household, on: day)
        case .jobStarted:
            guard let person = subject ?? view.members.first(where: { $0.labour != "none" })?.id
            else { return false }
            add(kind, .person(person), on: day, [(.employerCode, .text("supposed"))])
        case .schoolDropout:
            guard let subject else { return false }
            add(kind, .person(subject), on: day, [(.event, .text("returned"))])
        case .schoolEnrolment:
            guard let subject else { return false }
            add(
                kind, .person(subject), on: day,
                [(.stage, .text("junior")), (.status, .text("enrolled"))])
        case .insuranceEnrolment:
            for member in view.memberIDs {
                add(
                    kind, .person(member), on: day,
                    [(.year, .integer(Int64(day.year))), (.enrolled, .integer(1))])
            }
        case .disabilityPaid:
            guard let subject else { return false }
            add(kind, .person(subject), on: day, fen: 1)
        case .schoolAid:
            guard let subject else { return false }
            for term in ["1", "2"] {
                add(
                    kind, .person(subject), on: day, fen: 0,
                    [(.term, .text("\(day.year)-\(term)"))])
            }
        case .appraisal: return appraise(view)
        case .waterRestored:
            return follow(view.interruptions) { fact in
                fact.set(.to, .integer(Int64(day.number)))
                return .waterRestored
            }
        default:
            guard let event = Remedy.Change.endings[kind] else { return false }
            let latest = view.records(kind).filter(\.isLatest).map(\.fact)
                .filter { $0.text(.event) != event }
            return follow(latest) { fact in
                fact.set(.event, .text(event))
                fact.key = Pseudonym.digest("supposed:\(fact.key)")
                fact.occurred = day
                return kind
            }
        }
        return true
    }

    /// Every house is safe, and lived in as it was.
    private mutating func appraise(_ view: HouseholdView) -> Bool {
        var houses = view.houses
        if houses.isEmpty {
            houses = [
                Fact(
                    kind: .appraisal, subject: .household(view.facts.household),
                    key: Pseudonym.digest("supposed"), department: "supposed", occurred: view.day,
                    recorded: .max / 2, arrived: .max / 2,
                    attributes: [(.houseNumber, .pseudonym(Pseudonym.digest("supposed")))])
            ]
        }
        return follow(houses) { fact in
            fact.set(.grade, .text("A"))
            fact.key = Pseudonym.digest("supposed:\(fact.key)")
            fact.occurred = view.day
            return .appraisal
        }
    }

    /// A later record after each of some.
    private mutating func follow(
        _ known: [Fact], _ change: (inout Fact) -> FactKind
    ) -> Bool {
        for fact in known {
            var next = fact
            next.kind = change(&next)
            next.recorded = .max / 2
            next.arrived = .max / 2
            if next.kind.scope == .area { ofAreas.append(next) } else { facts.append(next) }
        }
        return !known.isEmpty
    }
}

extension Remedy.Change {
    /// The type of the record that says that something is over (formats, section 3).
    fileprivate static let endings: [FactKind: String] = [
        .offsiteBill: "settled", .loan: "repaid", .contractPayment: "paid", .call: "answered",
        .workInjury: "decided", .rebuilding: "accepted", .evacuation: "resettled",
        .firmState: "restored", .waterQuality: "passed",
    ]

    /// What is tried for a rule, by the kinds of facts on which its conditions depend.
    static func candidates(_ rule: Rule) -> [Remedy.Change] {
        let kinds = rule.kinds?.union(rule.clearKinds) ?? Set(FactKind.allCases)
        var changes: [Remedy.Change] = []
        if rule.clearKinds.contains(.visited) {
            changes.append(.records([.visited]))
            if rule.clearKinds.contains(.claimPaid) {
                changes.append(.records([.visited, .claimPaid]))
            }
        }
        let single: [(needs: FactKind, told: [FactKind])] = [
            (.jobStarted, [.jobStarted]), (.schoolDropout, [.schoolDropout]),
            (.schoolEnrolment, [.schoolEnrolment]),
            (.insuranceEnrolment, [.insuranceEnrolment]), (.disabilityPaid, [.disabilityPaid]),
            (.schoolAid, [.schoolAid]), (.appraisal, [.appraisal]),
            (.waterInterrupted, [.waterRestored]),
        ]
        for (needs, told) in single where kinds.contains(needs) { changes.append(.records(told)) }
        changes += endings.keys.sorted { $0.rawValue < $1.rawValue }
            .filter(kinds.contains).map { .records([$0]) }
        let shown = Set(rule.evidence.map(\.kind))
        if kinds.contains(.subsidyPaid) { changes.append(.income(1)) }
        if kinds.contains(.wagePaid), shown.contains(.wagePaid) { changes.append(.wage(1)) }
        if kinds.contains(.settlement), shown.contains(.settlement) { changes.append(.selfPaid(1)) }
        if kinds.contains(.schoolFee), shown.contains(.schoolFee) { changes.append(.aid(1)) }
        return changes
    }
}
