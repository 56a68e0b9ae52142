package import Households

/// Which facts an officer must see with an alert.
struct EvidenceSelector: Sendable {
    enum Span: Sendable {
        /// Occurred in `W(days)`.
        case days(Int)
        /// Occurred in the day's calendar year.
        case year
        /// The latest one only.
        case latest
        /// Area events in force over the household.
        case inForce
    }

    let kind: FactKind
    let span: Span
    /// Only facts of the alert's person.
    let ofSubject: Bool

    func select(_ view: HouseholdView, subject: Pseudonym?) -> [Fact] {
        var found: [Fact] = []
        switch span {
        case .inForce:
            switch kind {
            case .disasterDeclared: return view.disasters
            case .waterInterrupted, .waterRestored: return view.interruptions
            default: return view.records(kind).filter(\.isLatest).map(\.fact)
            }
        case .days(let days):
            let window = Window(days, endingOn: view.day)
            view.facts.forEach(kind, asOf: view.day) {
                if window.contains($0.occurred) { found.append($0.fact) }
            }
        case .year:
            view.facts.forEach(kind, asOf: view.day) {
                if $0.occurred.year == view.day.year { found.append($0.fact) }
            }
        case .latest:
            view.facts.forEach(kind, asOf: view.day) { found.append($0.fact) }
        }
        if ofSubject, let subject {
            found.removeAll { $0.subject != .person(subject) }
        }
        found.sort {
            ($0.occurred, $0.recorded, $0.arrived, $0.key)
                < ($1.occurred, $1.recorded, $1.arrived, $1.key)
        }
        if case .latest = span { return found.last.map { [$0] } ?? [] }
        return found
    }
}

/// One fact shown with an alert (formats, section 7).
package struct Evidence: Sendable, Equatable {
    package let fact: String
    package let key: Pseudonym
    package let department: String
    package let occurredOn: Day
    package let amountFen: Int64?
    package let ageDays: Int
    /// A code or, for a diagnosis, the group's name: never the diagnosis code itself.
    package let detail: String?

    init(_ fact: Fact, asOf day: Day, diseases: MajorDiseases) {
        self.fact = fact.kind.name
        key = fact.key
        department = fact.department
        occurredOn = fact.occurred
        amountFen = fact.amountFen
        ageDays = day - fact.occurred
        switch fact.kind {
        case .diagnosis: detail = fact.text(.diseaseGroup).flatMap { diseases.group(of: $0)?.zh }
        case .appraisal: detail = fact.text(.grade)
        case .jobEnded, .jobStarted: detail = fact.text(.reason)
        case .disasterDeclared, .hazardWarned: detail = fact.text(.riskCode)
        case .disabilityCertificate:
            detail = fact.integer(.degree).map { "degree=\($0)" } ?? fact.text(.event)
        case .loan, .contractPayment: detail = fact.text(.event)
        case .selfReport: detail = fact.text(.topic)
        case .disasterLoss:
            detail = fact.integer(.cropLossPercent).map { "cropLossPercent=\($0)" }
        case .subsidyPaid, .claimPaid, .incomeDeclared, .schoolFee, .schoolAid, .price,
            .entitlement, .disabilityPaid, .call:
            detail = fact.text(.item)
        default: detail = fact.text(.event)
        }
    }
}
