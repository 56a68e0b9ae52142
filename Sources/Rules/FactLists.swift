import Expressions
import Households

/// Lists of facts that rules look through, by the word they are called (docs/RULES.md, "Lists").
/// All hold the same kind of object, so that a rule about a new kind of fact needs a word here and
/// nothing else.
enum FactWord: String, CaseIterable {
    // Of a member: `m.certificates`.
    case certificates, disabilityPayments, careAssessments, admissions, aids, offsiteBills
    case jobs, jobEnds, arrears, insurances, surveys, injuries
    case enrolments, premiumAids, vehicles, properties, ownFirms

    // Of the household: `loans`.
    case allowances, refusals, assistances, entitlements, deaths, departures, splits, custodies
    case accidents, victims, fires, stockLosses, failures, contracts, loans, rebuildings
    case evacuations, waterSurveys, selfReports, calls, visits
    case declarations, landSubsidies, contacts, deliveries, eliminations

    // Over its division: `warnings`.
    case warnings, waterSamples, firms, prices

    var kind: FactKind {
        switch self {
        case .certificates: .disabilityCertificate
        case .disabilityPayments: .disabilityPaid
        case .careAssessments: .careAssessment
        case .admissions: .higherAdmission
        case .aids: .schoolAid
        case .offsiteBills: .offsiteBill
        case .jobs: .jobStarted
        case .jobEnds: .jobEnded
        case .arrears: .wageArrears
        case .insurances: .workInsurance
        case .surveys: .labourSurvey
        case .injuries: .workInjury
        case .allowances: .allowance
        case .refusals: .allowanceRefused
        case .assistances: .assistance
        case .entitlements: .entitlement
        case .deaths: .personDeceased
        case .departures: .personLeft
        case .splits: .personMoved
        case .custodies: .custody
        case .accidents: .accident
        case .victims: .crimeVictim
        case .fires: .fire
        case .stockLosses: .livestockLost
        case .failures: .projectFailed
        case .contracts: .contractPayment
        case .loans: .loan
        case .rebuildings: .rebuilding
        case .evacuations: .evacuation
        case .waterSurveys: .waterAccess
        case .selfReports: .selfReport
        case .calls: .call
        case .visits: .visited
        case .warnings: .hazardWarned
        case .waterSamples: .waterQuality
        case .firms: .firmState
        case .prices: .price
        case .enrolments: .schoolEnrolment
        case .premiumAids: .premiumAid
        case .vehicles: .vehicle
        case .properties: .property
        case .ownFirms: .ownFirm
        case .declarations: .incomeDeclared
        case .landSubsidies: .landSubsidy
        case .contacts: .contact
        case .deliveries: .delivered
        case .eliminations: .elimination
        }
    }

    /// The words of a member, in the order they are declared as fields.
    static let ofMember: [FactWord] = [
        .certificates, .disabilityPayments, .careAssessments, .admissions, .aids, .offsiteBills,
        .jobs, .jobEnds, .arrears, .insurances, .surveys, .injuries, .enrolments, .premiumAids,
        .vehicles, .properties, .ownFirms,
    ]

    /// The others, in the order they are declared as variables.
    static let ofHousehold: [FactWord] = allCases.filter { !ofMember.contains($0) }

    /// The word that a field of a member stands for; `nil` for a field that is no list.
    static func field(_ index: Int) -> FactWord? {
        let place = index - Vocabulary.MemberField.allCases.count
        return ofMember.indices.contains(place) ? ofMember[place] : nil
    }

    /// The word that a variable stands for; `nil` for one that is no list.
    static func variable(_ slot: Int) -> FactWord? {
        let place = slot - Vocabulary.Variable.allCases.count
        return ofHousehold.indices.contains(place) ? ofHousehold[place] : nil
    }

    /// What stands in the list as of the view's day.
    func facts(_ view: HouseholdView, of person: Pseudonym? = nil) -> [FactView] {
        let found = view.records(kind, of: person)
        switch self {
        case .splits:
            // A split is told to every household the person ever started in; this one was left.
            return found.filter {
                $0.fact.text(.event) == "split"
                    && $0.fact.pseudonym(.fromHousehold) == view.facts.household
            }
        case .departures:
            return found.filter { $0.fact.pseudonym(.household) == view.facts.household }
        default: return found
        }
    }
}

/// What rules read of a fact in a list. What a fact does not say is 0, false or empty.
enum FactField: Int, CaseIterable {
    case event, item, kind, reason, severity, result, topic, code, number, term
    case fen, balanceFen, priceFen, meanPriceFen, daysAgo, daysLeft, wagePercent
    case degree, category, level, months, head, headLost, litres, minutes, leadHours
    case year, muHundredths
    case isFirst, isLatest, insured, dwellingLost

    var type: ValueType {
        switch self {
        case .event, .item, .kind, .reason, .severity, .result, .topic, .code, .number, .term:
            .string
        case .isFirst, .isLatest, .insured, .dwellingLost: .bool
        default: .int
        }
    }
}

/// A fact in a list.
final class FactObject: HostObject {
    let objectType: ObjectType
    private let known: FactView
    private let view: HouseholdView

    /// `daysLeft` of what has no end: later than anything is asked about.
    static let endless: Int64 = 100_000

    init(_ known: FactView, _ view: HouseholdView, _ type: ObjectType) {
        self.known = known
        self.view = view
        objectType = type
    }

    private var fact: Fact { known.fact }

    func field(_ index: Int) throws(EvaluationError) -> Value {
        guard let field = FactField(rawValue: index) else { throw EvaluationError(.noSuchField) }
        switch field.type {
        case .string: return .string(text(field))
        case .bool: return .bool(flag(field))
        default: return .int(integer(field))
        }
    }

    private func text(_ field: FactField) -> String {
        switch field {
        case .event: fact.text(.event) ?? ""
        case .item: fact.text(.item) ?? ""
        case .kind:
            fact.text(.jobKind) ?? fact.text(.riskCode) ?? fact.text(.stage) ?? fact.text(.use)
                ?? fact.text(.role) ?? ""
        case .reason: fact.text(.reason) ?? ""
        case .severity: fact.text(.severity) ?? ""
        case .result: fact.text(.result) ?? fact.text(.status) ?? ""
        case .topic: fact.text(.topic) ?? ""
        case .code: fact.text(.creditCode) ?? fact.text(.employerCode) ?? ""
        case .term: fact.text(.term) ?? ""
        default: number
        }
    }

    /// What the facts of its series have in common, as text.
    private var number: String {
        switch fact.kind.series.flatMap({ fact.value($0) }) {
        case .text(let text)?: text
        case .pseudonym(let pseudonym)?: pseudonym.description
        case .integer(let number)?: String(number)
        case nil: ""
        }
    }

    private func flag(_ field: FactField) -> Bool {
        switch field {
        case .isFirst: known.isFirst
        case .isLatest: known.isLatest
        case .insured: fact.flag(.insured)
        default: fact.flag(.dwellingLost)
        }
    }

    private func integer(_ field: FactField) -> Int64 {
        switch field {
        case .fen: fact.amountFen ?? 0
        case .daysAgo: Int64(view.day - fact.occurred)
        case .daysLeft:
            (fact.day(.until) ?? fact.day(.contractUntil)).map { Int64($0 - view.day) }
                ?? FactObject.endless
        case .wagePercent: wagePercent
        default: FactObject.attributes[field].flatMap { fact.integer($0) } ?? 0
        }
    }

    private var wagePercent: Int64 {
        guard case .person(let person) = fact.subject else { return 0 }
        return view.wagePercent(of: person, asOf: fact.occurred - 1)
    }

    private static let attributes: [FactField: Attribute] = [
        .balanceFen: .balanceFen, .priceFen: .priceFen, .meanPriceFen: .meanPriceFen,
        .degree: .degree, .category: .category, .level: .level, .months: .months, .head: .head,
        .headLost: .headLost, .litres: .litres, .minutes: .minutes,
        .leadHours: .leadHours, .year: .year, .muHundredths: .sownMu,
    ]
}
