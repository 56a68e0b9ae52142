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
    case offsiteBill = 16  // md.offsite.*; key: billNumber, date
    case disabilityPaid = 17  // dp.subsidy.paid; key: paymentNumber
    case accident = 18  // ps.accident.recorded; key: caseNumber
    case crimeVictim = 19  // ps.case.victim; key: caseNumber

    // Of a person, going along to every household he or she belongs to.
    case insuranceEnrolment = 20  // md.enrol.changed; key: year
    case diagnosis = 21  // hc.diagnosis.major; key: diseaseGroup
    case schoolEnrolment = 22  // ed.enrolment.changed; key: studentNumber, date
    case schoolAbsence = 23  // ed.attendance.absent; key: studentNumber, from
    case schoolDropout = 24  // ed.dropout.*; key: studentNumber, date
    case jobStarted = 25  // hr.job.started; key: employerCode, date
    case jobEnded = 26  // hr.job.ended; key: employerCode, date
    case disabilityCertificate = 27  // dp.cert.*; key: certificateNumber, date
    case careAssessment = 28  // ca.elder.disability_assessed; key: assessmentNumber
    case higherAdmission = 29  // ed.admission.higher; key: studentNumber, date
    case workInsurance = 30  // hr.insurance.*; key: employerCode, date
    case labourSurvey = 31  // hr.survey.monthly; key: month
    case custody = 32  // ps.custody; key: from
    case entitlement = 33  // bk.subsidy.granted; key: grantNumber
    case workInjury = 34  // hr.injury.*; key: caseNumber, date
    case vehicle = 35  // ps.vehicle.*; key: plateNumber, date
    case property = 36  // re.property.*; key: unitNumber, date
    case ownFirm = 37  // mr.role.*; key: creditCode, date
    case premiumAid = 38  // md.premium.subsidised; key: year

    // Of a household.
    case allowance = 40  // ca.dibao.*; key: caseNumber, from
    case householdClass = 41  // rb.class.changed; key: from
    case disasterLoss = 42  // em.household.loss.*; key: eventNumber
    case appraisal = 43  // hs.appraisal.graded; key: houseNumber, date
    case incomeDeclared = 44  // fv.income.recorded; key: kind, item, from (and person)
    case claimPaid = 45  // ag.claim.paid; key: claimNumber
    case livestockLost = 46  // ag.stock.lost; key: reportNumber
    case allowanceRefused = 47  // ca.dibao.refused; key: applicationNumber
    case assistance = 48  // ca.tekun.*, ca.edge.*, ca.rigid.*; key: caseNumber, from
    case fire = 49  // em.fire.reported; key: eventNumber
    case projectFailed = 50  // ag.project.failed; key: projectNumber
    case contractPayment = 51  // ag.dividend.*; key: instalmentNumber, date
    case loan = 52  // bk.loan.*; key: contractNumber, date
    case rebuilding = 53  // hs.retrofit.*; key: houseNumber, date
    case evacuation = 54  // em.household.evacuated and .resettled; key: eventNumber, date
    case waterAccess = 55  // wt.access.surveyed; key: surveyNumber
    case selfReport = 56  // fv.self_report.submitted; key: reportNumber
    case call = 57  // pt.call.*, pt.petition.filed; key: ticketNumber, date
    case landSubsidy = 58  // ag.subsidy.paid; key: paymentNumber
    case contact = 59  // rb.contact.*; key: contactNumber, date

    // Of an area: broadcast to every partition.
    case disasterDeclared = 60  // em.disaster.declared; key: eventNumber
    case waterInterrupted = 61  // wt.supply.interrupted; key: plantCode, from
    case waterRestored = 62  // wt.supply.restored; key: plantCode, from
    case hazardWarned = 63  // em.hazard.warned; key: eventNumber
    case waterQuality = 64  // wt.quality.*; key: plantCode, date
    case firmState = 65  // mr.entity.*; key: creditCode, date
    case price = 66  // ag.price.reported; key: item, date

    // What officers did, from the fieldwork intake; of a household.
    case visited = 80  // shouwang.action.visited; key: action
    case dismissed = 81  // shouwang.action.dismissed; key: action
    case relieved = 82  // shouwang.action.relieved; key: action
    case delivered = 83  // shouwang.action.delivered; key: action
    case elimination = 84  // shouwang.action.eliminationProposed, …Withdrawn; key: action

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
        case .offsiteBill: "medical.offsite"
        case .disabilityPaid: "disability.payment"
        case .accident: "accident.traffic"
        case .crimeVictim: "accident.crime"
        case .disabilityCertificate: "disability.certificate"
        case .careAssessment: "disability.selfCare"
        case .higherAdmission: "education.admission"
        case .workInsurance: "employment.insurance"
        case .labourSurvey: "employment.survey"
        case .custody: "person.custody"
        case .entitlement: "livelihood.entitlement"
        case .workInjury: "accident.work"
        case .allowanceRefused: "household.allowanceRefused"
        case .assistance: "household.assistance"
        case .fire: "accident.fire"
        case .projectFailed: "livelihood.projectFailed"
        case .contractPayment: "livelihood.contractPayment"
        case .loan: "livelihood.loan"
        case .rebuilding: "hazard.rebuilding"
        case .evacuation: "hazard.evacuation"
        case .waterAccess: "hazard.waterAccess"
        case .selfReport: "voice.selfReport"
        case .call: "voice.call"
        case .vehicle: "person.vehicle"
        case .property: "person.property"
        case .ownFirm: "person.firm"
        case .premiumAid: "medical.premiumAid"
        case .landSubsidy: "livelihood.landSubsidy"
        case .contact: "household.contact"
        case .disasterDeclared: "hazard.disaster"
        case .waterInterrupted: "hazard.waterInterrupted"
        case .waterRestored: "hazard.waterRestored"
        case .hazardWarned: "hazard.warning"
        case .waterQuality: "hazard.waterQuality"
        case .firmState: "livelihood.firm"
        case .price: "livelihood.price"
        case .visited: "fieldwork.visited"
        case .dismissed: "fieldwork.dismissed"
        case .relieved: "fieldwork.relieved"
        case .delivered: "fieldwork.delivered"
        case .elimination: "fieldwork.elimination"
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
            .incomeDeclared, .claimPaid, .livestockLost, .schoolAbsence, .offsiteBill,
            .disabilityPaid, .labourSurvey, .contractPayment, .hazardWarned, .price:
            false
        default: true
        }
    }

    /// What facts of a kind that follow each other have in common: of the facts of one contract,
    /// house or ticket the latest says how it stands. `nil`: all facts of the kind of one person, or
    /// of the household, follow each other.
    public var series: Attribute? {
        switch self {
        case .jobStarted, .jobEnded, .workInsurance, .wageArrears: .employerCode
        case .offsiteBill, .contractPayment, .loan, .rebuilding, .call, .workInjury, .vehicle,
            .property:
            .number
        case .evacuation: .eventNumber
        case .allowance, .assistance: .caseNumber
        case .waterQuality: .plantCode
        case .firmState, .ownFirm: .creditCode
        case .price, .entitlement, .landSubsidy: .item
        case .appraisal: .houseNumber
        default: nil
        }
    }
}
