/// What is known: the closed catalogue of fact kinds (design, section 3). A kind is a family of
/// event types in the sense of formats, section 2: facts of one kind, key, subject and department
/// are versions of one fact. The raw value is stored; never reuse one.
public enum FactKind: UInt8, CaseIterable, Sendable {
    // Who belongs where: these build the membership of a person.
    case personRegistered = 1  // hh.person.registered; key: household
    case personDeceased = 2  // hh.person.deceased; key: none
    case personMoved = 3  // hh.person.moved and hh.household.split; key: date
    case personLeft = 4  // hh.person.left; key: date
    case identityCorrected = 5  // hh.id.corrected; subject: the old person; key: none

    // Of a person, staying with the household of their day.
    case settlement = 10  // md.settlement.*; key: settlementNumber
    case wagePaid = 11  // hr.wage.paid; key: employerCode, month
    case wageArrears = 12  // hr.wage.arrears; key: employerCode, date
    case schoolFee = 13  // ed.fee.charged; key: studentNumber, term, item
    case schoolAid = 14  // ed.aid.granted; key: studentNumber, term, item
    case subsidyPaid = 15  // bk.subsidy.paid; key: paymentNumber

    // Of a person, going along to every household he or she belongs to.
    case insuranceEnrolment = 20  // md.enrol.changed; key: year
    case diagnosis = 21  // hc.diagnosis.major; key: diseaseGroup
    case schoolEnrolment = 22  // ed.enrolment.changed; key: studentNumber, date
    case schoolAbsence = 23  // ed.attendance.absent; key: studentNumber, from
    case schoolDropout = 24  // ed.dropout.*; key: studentNumber, date
    case jobStarted = 25  // hr.job.started; key: employerCode, date
    case jobEnded = 26  // hr.job.ended; key: employerCode, date

    // Of a household.
    case allowance = 40  // ca.dibao.*; key: caseNumber, from
    case householdClass = 41  // rb.class.changed; key: from
    case disasterLoss = 42  // em.household.loss.*; key: eventNumber
    case appraisal = 43  // hs.appraisal.graded; key: houseNumber, date
    case incomeDeclared = 44  // fv.income.recorded; key: kind, item, from (and person)
    case claimPaid = 45  // ag.claim.paid; key: claimNumber
    case livestockLost = 46  // ag.stock.lost; key: reportNumber

    // Of an area: broadcast to every partition.
    case disasterDeclared = 60  // em.disaster.declared; key: eventNumber
    case waterInterrupted = 61  // wt.supply.interrupted; key: plantCode, from
    case waterRestored = 62  // wt.supply.restored; key: plantCode, from

    // What officers did, from the fieldwork intake; of a household.
    case visited = 80  // shouwang.action.visited; key: action
    case dismissed = 81  // shouwang.action.dismissed; key: action
    case relieved = 82  // shouwang.action.relieved; key: action

    /// Where a fact of this kind is kept, and how it travels with a person.
    public enum Scope: Sendable {
        /// Builds membership; every household the person ever started in sees it.
        case membership
        /// Stays with the person's household of the day it occurred.
        case ofTheDay
        /// Goes to every household the person belongs to.
        case along
        /// Names a household itself.
        case household
        /// Covers an area.
        case area
    }

    public var scope: Scope {
        switch rawValue {
        case 1..<10: .membership
        case 10..<20: .ofTheDay
        case 20..<40: .along
        case 60..<80: .area
        default: .household
        }
    }

    /// The public name, as in an alert's evidence. Lowercase words joined by dots.
    public var name: String {
        switch self {
        case .personRegistered: "person.registered"
        case .personDeceased: "person.deceased"
        case .personMoved: "person.moved"
        case .personLeft: "person.left"
        case .identityCorrected: "person.identityCorrected"
        case .settlement: "medical.selfPaid"
        case .wagePaid: "employment.wage"
        case .wageArrears: "employment.arrears"
        case .schoolFee: "education.fee"
        case .schoolAid: "education.aid"
        case .subsidyPaid: "livelihood.subsidy"
        case .insuranceEnrolment: "medical.enrolment"
        case .diagnosis: "medical.diagnosis"
        case .schoolEnrolment: "education.enrolment"
        case .schoolAbsence: "education.absence"
        case .schoolDropout: "education.dropout"
        case .jobStarted: "employment.started"
        case .jobEnded: "employment.ended"
        case .allowance: "household.allowance"
        case .householdClass: "household.class"
        case .disasterLoss: "hazard.loss"
        case .appraisal: "hazard.appraisal"
        case .incomeDeclared: "livelihood.income"
        case .claimPaid: "livelihood.claim"
        case .livestockLost: "livelihood.stockLost"
        case .disasterDeclared: "hazard.disaster"
        case .waterInterrupted: "hazard.waterInterrupted"
        case .waterRestored: "hazard.waterRestored"
        case .visited: "fieldwork.visited"
        case .dismissed: "fieldwork.dismissed"
        case .relieved: "fieldwork.relieved"
        }
    }

    /// The kind with this public name; `nil` for an unknown one.
    public init?(name: String) {
        guard let kind = FactKind.allCases.first(where: { $0.name == name }) else { return nil }
        self = kind
    }

    /// True when a household is asked at once after such a fact of its own. What moves people, and
    /// the rows of a declaration, wait for the next 00:00, when all of a day is in (formats,
    /// section 4).
    public var isAskedAtOnce: Bool {
        scope != .membership && self != .incomeDeclared
    }

    /// True when the fact describes a state and is kept for good; amounts are kept 48 months
    /// (formats, section 2, "Versions").
    public var isKeptForGood: Bool {
        switch self {
        case .settlement, .wagePaid, .wageArrears, .schoolFee, .schoolAid, .subsidyPaid,
            .incomeDeclared, .claimPaid, .livestockLost, .schoolAbsence:
            false
        default: true
        }
    }
}
