import Households

/// Good records of the types few households have, and the facts they become.
extension IntakeFactTests {
    private typealias Attributes = [(attribute: Attribute, value: Fact.Value)]

    /// A fact's keyed digest of a number, named after its field.
    private static func numbered(_ text: String) -> Fact.Value {
        .pseudonym(Sample.pseudonym(text))
    }

    /// `type` without its version; `key` without the family, which is the type where none is named.
    private static func rare(
        _ feed: String, _ type: String, _ kind: FactKind, of subject: Fact.Subject,
        family: String? = nil, key: String, _ data: String, on day: String = "2026-05-01",
        fen: Int64? = nil, _ attributes: Attributes = []
    ) -> Good {
        let who: String
        switch subject {
        case .person: who = p + ","
        case .household: who = h + ","
        default: who = ""
        }
        return Good(
            feed: feed, type: type + ".v1", data: "{" + who + data + "}", kind: kind,
            subject: subject, key: (family ?? type) + ":" + key, occurred: day, amountFen: fen,
            attributes: attributes)
    }

    private static let person = Fact.Subject.person(Sample.person)
    private static let home = Fact.Subject.household(Sample.household)

    static let rareHousehold: [Good] = [
        rare(
            "household", "ca.dibao.refused", .allowanceRefused, of: home, key: "A1",
            #""applicationNumber":"A1","date":"2026-05-01""#,
            [(.number, numbered("applicationNumber:A1"))]),
        rare(
            "household", "ca.tekun.granted", .assistance, of: home, family: "ca.tekun",
            key: "C1␟2026-05-01",
            #""caseNumber":"C1","from":"2026-05-01""#,
            [(.event, .text("tekun.granted")), (.caseNumber, numbered("caseNumber:C1"))]),
        rare(
            "household", "ca.tekun.stopped", .assistance, of: home, family: "ca.tekun",
            key: "C1␟2026-05-01",
            #""caseNumber":"C1","from":"2026-05-01","reason":"any""#,
            [(.event, .text("tekun.stopped")), (.caseNumber, numbered("caseNumber:C1"))]),
        rare(
            "household", "ca.edge.granted", .assistance, of: home, family: "ca.edge",
            key: "C1␟2026-05-01",
            #""caseNumber":"C1","from":"2026-05-01""#,
            [(.event, .text("edge.granted")), (.caseNumber, numbered("caseNumber:C1"))]),
        rare(
            "household", "ca.edge.stopped", .assistance, of: home, family: "ca.edge",
            key: "C1␟2026-05-01",
            #""caseNumber":"C1","from":"2026-05-01","reason":"any""#,
            [(.event, .text("edge.stopped")), (.caseNumber, numbered("caseNumber:C1"))]),
        rare(
            "household", "ca.rigid.granted", .assistance, of: home, family: "ca.rigid",
            key: "C1␟2026-05-01",
            #""caseNumber":"C1","from":"2026-05-01","until":"2027-04-30""#,
            [
                (.event, .text("rigid.granted")), (.caseNumber, numbered("caseNumber:C1")),
                (.until, Sample.dayValue("2027-04-30")),
            ]),
        rare(
            "household", "ca.rigid.stopped", .assistance, of: home, family: "ca.rigid",
            key: "C1␟2026-05-01",
            #""caseNumber":"C1","from":"2026-05-01","reason":"any""#,
            [(.event, .text("rigid.stopped")), (.caseNumber, numbered("caseNumber:C1"))]),
        rare(
            "household", "ca.elder.disability_assessed", .careAssessment, of: person, key: "A1",
            #""assessmentNumber":"A1","result":"severe","date":"2026-05-01""#,
            [(.result, .text("severe"))]),
        rare(
            "household", "hh.household.merged", .personMoved, of: person,
            family: "hh.person.moved", key: "2026-05-01",
            #""householdNumber":"H-1","newHousehold":"H-2","relation":"parent","division":"529901100201","date":"2026-05-01""#,
            [
                (.event, .text("merged")),
                (.household, .pseudonym(Sample.pseudonym("household:H-2"))),
                (.fromHousehold, .pseudonym(Sample.household)), (.relation, .text("parent")),
                (.division, .integer(529_901_100_201)),
            ]),
        rare(
            "household", "rb.contact.assigned", .contact, of: home, key: "K1␟2026-05-01",
            #""contactNumber":"K1","date":"2026-05-01","name":"not passed on""#,
            [(.event, .text("assigned")), (.number, numbered("contactNumber:K1"))]),
        rare(
            "household", "rb.contact.ended", .contact, of: home, key: "K1␟2026-05-01",
            #""contactNumber":"K1","date":"2026-05-01""#,
            [(.event, .text("ended")), (.number, numbered("contactNumber:K1"))]),
    ]

    static let rareMedical: [Good] = [
        rare(
            "medical", "md.offsite.claimed", .offsiteBill, of: person, key: "B1␟2026-05-01",
            #""billNumber":"B1","amount":"10000.50","reason":"any","date":"2026-05-01""#,
            fen: 1_000_050,
            [(.event, .text("claimed")), (.number, numbered("billNumber:B1"))]),
        rare(
            "medical", "md.offsite.settled", .offsiteBill, of: person, key: "B1␟2026-05-01",
            #""billNumber":"B1","date":"2026-05-01""#,
            [(.event, .text("settled")), (.number, numbered("billNumber:B1"))]),
        rare(
            "medical", "md.premium.subsidised", .premiumAid, of: person, key: "2026",
            #""year":2026,"amount":"280","date":"2026-05-01""#, fen: 28_000,
            [(.year, .integer(2026))]),
    ]

    static let rareEducation: [Good] = [
        rare(
            "education", "ed.admission.higher", .higherAdmission, of: person, key: "G11␟2026-05-01",
            #""studentNumber":"G11","schoolCode":"10001","tuition":5200,"date":"2026-05-01""#,
            fen: 520_000,
            [(.studentNumber, numbered("studentNumber:G11")), (.schoolCode, .text("10001"))]),
    ]

    static let rareEmployment: [Good] = [
        rare(
            "employment", "hr.insurance.started", .workInsurance, of: person, key: "E1␟2026-05-01",
            #""employerCode":"E1","date":"2026-05-01""#,
            [(.event, .text("started")), (.employerCode, .text("E1"))]),
        rare(
            "employment", "hr.insurance.stopped", .workInsurance, of: person, key: "E1␟2026-05-01",
            #""employerCode":"E1","date":"2026-05-01""#,
            [(.event, .text("stopped")), (.employerCode, .text("E1"))]),
        rare(
            "employment", "hr.survey.monthly", .labourSurvey, of: person, key: "2026-04",
            #""month":"2026-04","status":"away""#,
            on: "2026-04-30",
            [(.month, .integer(24315)), (.status, .text("away"))]),
        rare(
            "employment", "hr.injury.reported", .workInjury, of: person, key: "I1␟2026-05-01",
            #""caseNumber":"I1","employerCode":"E1","insured":false,"date":"2026-05-01""#,
            [
                (.event, .text("reported")), (.number, numbered("caseNumber:I1")),
                (.employerCode, .text("E1")), (.insured, .integer(0)),
            ]),
        rare(
            "employment", "hr.injury.decided", .workInjury, of: person, key: "I1␟2026-05-01",
            #""caseNumber":"I1","date":"2026-05-01""#,
            [(.event, .text("decided")), (.number, numbered("caseNumber:I1"))]),
    ]

    static let rareHazard: [Good] = [
        rare(
            "hazard", "em.hazard.warned", .hazardWarned, of: .area, key: "W1",
            #""eventNumber":"W1","kind":"0201","level":2,"leadHours":6,"from":"2026-05-01","divisions":["529901100"]"#,
            [
                (.eventNumber, .text("W1")), (.riskCode, .text("0201")), (.level, .integer(2)),
                (.leadHours, .integer(6)), (.divisions, .text("529901100")),
                (.from, Sample.dayValue("2026-05-01")), (.until, Sample.dayValue("2026-05-03")),
            ]),
        rare(
            "hazard", "em.fire.reported", .fire, of: home, key: "F1",
            #""eventNumber":"F1","dwellingLost":true,"loss":300,"date":"2026-05-01""#,
            fen: 30_000,
            [(.eventNumber, .text("F1")), (.dwellingLost, .integer(1))]),
        rare(
            "hazard", "em.household.evacuated", .evacuation, of: home, key: "V1␟2026-05-01",
            #""eventNumber":"V1","date":"2026-05-01""#,
            [(.event, .text("evacuated")), (.eventNumber, .text("V1"))]),
        rare(
            "hazard", "em.household.resettled", .evacuation, of: home, key: "V1␟2026-05-01",
            #""eventNumber":"V1","date":"2026-05-01""#,
            [(.event, .text("resettled")), (.eventNumber, .text("V1"))]),
        rare(
            "hazard", "hs.retrofit.approved", .rebuilding, of: home, key: "U1␟2026-05-01",
            #""houseNumber":"U1","date":"2026-05-01""#,
            [(.event, .text("approved")), (.number, numbered("houseNumber:U1"))]),
        rare(
            "hazard", "hs.retrofit.started", .rebuilding, of: home, key: "U1␟2026-05-01",
            #""houseNumber":"U1","date":"2026-05-01""#,
            [(.event, .text("started")), (.number, numbered("houseNumber:U1"))]),
        rare(
            "hazard", "hs.retrofit.accepted", .rebuilding, of: home, key: "U1␟2026-05-01",
            #""houseNumber":"U1","date":"2026-05-01""#,
            [(.event, .text("accepted")), (.number, numbered("houseNumber:U1"))]),
        rare(
            "hazard", "wt.quality.failed", .waterQuality, of: .area, key: "P1␟2026-05-01",
            #""plantCode":"P1","class":"toxic","divisions":["529901100"],"date":"2026-05-01""#,
            [
                (.event, .text("failed")), (.plantCode, .text("P1")),
                (.divisions, .text("529901100")), (.item, .text("toxic")),
            ]),
        rare(
            "hazard", "wt.quality.passed", .waterQuality, of: .area, key: "P1␟2026-05-01",
            #""plantCode":"P1","divisions":["529901100"],"date":"2026-05-01""#,
            [
                (.event, .text("passed")), (.plantCode, .text("P1")),
                (.divisions, .text("529901100")),
            ]),
        rare(
            "hazard", "wt.access.surveyed", .waterAccess, of: home, key: "S1",
            #""surveyNumber":"S1","litres":"30","minutes":25,"date":"2026-05-01""#,
            [(.litres, .integer(30)), (.minutes, .integer(25))]),
        rare(
            "hazard", "ps.accident.recorded", .accident, of: person, key: "C1",
            #""caseNumber":"C1","severity":"severe","insured":true,"date":"2026-05-01""#,
            [(.severity, .text("severe")), (.insured, .integer(1))]),
        rare(
            "hazard", "ps.case.victim", .crimeVictim, of: person, key: "C1",
            #""caseNumber":"C1","severity":"death","date":"2026-05-01""#,
            [(.severity, .text("death"))]),
        rare(
            "hazard", "ps.custody", .custody, of: person, key: "2026-05-01",
            #""from":"2026-05-01","until":"2026-08-01","charge":"not passed on""#,
            [(.until, Sample.dayValue("2026-08-01"))]),
        rare(
            "hazard", "ps.vehicle.registered", .vehicle, of: person, key: "X1␟2026-05-01",
            #""plateNumber":"X1","use":"private","value":"50000","date":"2026-05-01""#,
            fen: 5_000_000,
            [
                (.event, .text("registered")), (.number, numbered("plateNumber:X1")),
                (.use, .text("private")),
            ]),
        rare(
            "hazard", "ps.vehicle.transferred", .vehicle, of: person, key: "X1␟2026-05-01",
            #""plateNumber":"X1","date":"2026-05-01""#,
            [(.event, .text("transferred")), (.number, numbered("plateNumber:X1"))]),
        rare(
            "hazard", "ps.vehicle.cancelled", .vehicle, of: person, key: "X1␟2026-05-01",
            #""plateNumber":"X1","date":"2026-05-01""#,
            [(.event, .text("cancelled")), (.number, numbered("plateNumber:X1"))]),
        rare(
            "hazard", "re.property.registered", .property, of: person, key: "B1␟2026-05-01",
            #""unitNumber":"B1","use":"townDwelling","date":"2026-05-01","address":"not passed on""#,
            [
                (.event, .text("registered")), (.number, numbered("unitNumber:B1")),
                (.use, .text("townDwelling")),
            ]),
        rare(
            "hazard", "re.property.netSigned", .property, of: person, key: "B1␟2026-05-01",
            #""unitNumber":"B1","use":"business","date":"2026-05-01""#,
            [
                (.event, .text("netSigned")), (.number, numbered("unitNumber:B1")),
                (.use, .text("business")),
            ]),
        rare(
            "hazard", "re.property.transferred", .property, of: person, key: "B1␟2026-05-01",
            #""unitNumber":"B1","date":"2026-05-01""#,
            [(.event, .text("transferred")), (.number, numbered("unitNumber:B1"))]),
    ]

    static let rareLivelihood: [Good] = [
        rare(
            "livelihood", "bk.subsidy.granted", .entitlement, of: person, key: "G1",
            #""grantNumber":"G1","item":"pension","until":"2027-04-30","date":"2026-05-01""#,
            [(.item, .text("pension")), (.until, Sample.dayValue("2027-04-30"))]),
        rare(
            "livelihood", "bk.loan.issued", .loan, of: home, key: "L1␟2026-05-01",
            #""contractNumber":"L1","balance":30000,"due":"2029-04-30","date":"2026-05-01""#,
            [
                (.event, .text("issued")), (.number, numbered("contractNumber:L1")),
                (.balanceFen, .integer(3000000)), (.until, Sample.dayValue("2029-04-30")),
            ]),
        rare(
            "livelihood", "bk.loan.extended", .loan, of: home, key: "L1␟2026-05-01",
            #""contractNumber":"L1","balance":30000,"due":"2029-04-30","date":"2026-05-01""#,
            [
                (.event, .text("extended")), (.number, numbered("contractNumber:L1")),
                (.balanceFen, .integer(3000000)), (.until, Sample.dayValue("2029-04-30")),
            ]),
        rare(
            "livelihood", "bk.loan.overdue", .loan, of: home, key: "L1␟2026-05-01",
            #""contractNumber":"L1","balance":0,"date":"2026-05-01""#,
            [
                (.event, .text("overdue")), (.number, numbered("contractNumber:L1")),
                (.balanceFen, .integer(0)),
            ]),
        rare(
            "livelihood", "bk.loan.repaid", .loan, of: home, key: "L1␟2026-05-01",
            #""contractNumber":"L1","balance":0,"date":"2026-05-01""#,
            [
                (.event, .text("repaid")), (.number, numbered("contractNumber:L1")),
                (.balanceFen, .integer(0)),
            ]),
        rare(
            "livelihood", "ag.project.failed", .projectFailed, of: home, key: "J1",
            #""projectNumber":"J1","result":"abandoned","loss":900,"debt":5000,"date":"2026-05-01""#,
            fen: 90_000,
            [(.result, .text("abandoned")), (.balanceFen, .integer(500000))]),
        rare(
            "livelihood", "ag.dividend.due", .contractPayment, of: home, key: "N1␟2026-05-01",
            #""instalmentNumber":"N1","creditCode":"F1","amount":1000,"date":"2026-05-01""#,
            fen: 100_000,
            [
                (.event, .text("due")), (.number, numbered("instalmentNumber:N1")),
                (.creditCode, .text("F1")),
            ]),
        rare(
            "livelihood", "ag.dividend.paid", .contractPayment, of: home, key: "N1␟2026-05-01",
            #""instalmentNumber":"N1","creditCode":"F1","amount":1000,"date":"2026-05-01""#,
            fen: 100_000,
            [
                (.event, .text("paid")), (.number, numbered("instalmentNumber:N1")),
                (.creditCode, .text("F1")),
            ]),
        rare(
            "livelihood", "ag.price.reported", .price, of: .area, key: "apples␟2026-05-01",
            #""item":"apples","price":"6.99","meanPrice":10,"divisions":["529901100"],"date":"2026-05-01""#,
            [
                (.item, .text("apples")), (.divisions, .text("529901100")),
                (.priceFen, .integer(699)), (.meanPriceFen, .integer(1000)),
            ]),
        rare(
            "livelihood", "mr.entity.abnormal", .firmState, of: .area, key: "F1␟2026-05-01",
            #""creditCode":"F1","divisions":["529901100"],"date":"2026-05-01""#,
            [
                (.event, .text("abnormal")), (.creditCode, .text("F1")),
                (.divisions, .text("529901100")),
            ]),
        rare(
            "livelihood", "mr.entity.cancelled", .firmState, of: .area, key: "F1␟2026-05-01",
            #""creditCode":"F1","divisions":["529901100"],"date":"2026-05-01""#,
            [
                (.event, .text("cancelled")), (.creditCode, .text("F1")),
                (.divisions, .text("529901100")),
            ]),
        rare(
            "livelihood", "mr.entity.restored", .firmState, of: .area, key: "F1␟2026-05-01",
            #""creditCode":"F1","divisions":["529901100"],"date":"2026-05-01""#,
            [
                (.event, .text("restored")), (.creditCode, .text("F1")),
                (.divisions, .text("529901100")),
            ]),
        rare(
            "livelihood", "dp.cert.issued", .disabilityCertificate, of: person, key: "D1␟2026-05-01",
            #""certificateNumber":"D1","category":4,"grade":2,"date":"2026-05-01""#,
            [
                (.event, .text("issued")), (.number, numbered("certificateNumber:D1")),
                (.category, .integer(4)), (.degree, .integer(2)),
            ]),
        rare(
            "livelihood", "dp.cert.changed", .disabilityCertificate, of: person, key: "D1␟2026-05-01",
            #""certificateNumber":"D1","category":4,"grade":2,"date":"2026-05-01""#,
            [
                (.event, .text("changed")), (.number, numbered("certificateNumber:D1")),
                (.category, .integer(4)), (.degree, .integer(2)),
            ]),
        rare(
            "livelihood", "dp.cert.expired", .disabilityCertificate, of: person, key: "D1␟2026-05-01",
            #""certificateNumber":"D1","date":"2026-05-01""#,
            [(.event, .text("expired")), (.number, numbered("certificateNumber:D1"))]),
        rare(
            "livelihood", "dp.subsidy.paid", .disabilityPaid, of: person, key: "Y1",
            #""paymentNumber":"Y1","kind":"nursing","amount":80,"date":"2026-05-01""#,
            fen: 8_000,
            [(.item, .text("nursing"))]),
        rare(
            "livelihood", "fv.self_report.submitted", .selfReport, of: home, key: "R1",
            #""reportNumber":"R1","topic":"illness","date":"2026-05-01""#,
            [(.topic, .text("illness"))]),
        rare(
            "livelihood", "pt.call.received", .call, of: home, key: "T1␟2026-05-01",
            #""ticketNumber":"T1","class":"hardship","date":"2026-05-01""#,
            [
                (.event, .text("received")), (.number, numbered("ticketNumber:T1")),
                (.item, .text("hardship")),
            ]),
        rare(
            "livelihood", "pt.petition.filed", .call, of: home, key: "T1␟2026-05-01",
            #""ticketNumber":"T1","class":"other","date":"2026-05-01""#,
            [
                (.event, .text("filed")), (.number, numbered("ticketNumber:T1")),
                (.item, .text("other")),
            ]),
        rare(
            "livelihood", "pt.call.answered", .call, of: home, key: "T1␟2026-05-01",
            #""ticketNumber":"T1","date":"2026-05-01""#,
            [(.event, .text("answered")), (.number, numbered("ticketNumber:T1"))]),
        rare(
            "livelihood", "mr.role.registered", .ownFirm, of: person, key: "F1␟2026-05-01",
            #""creditCode":"F1","role":"owner","date":"2026-05-01""#,
            [
                (.event, .text("registered")), (.creditCode, .text("F1")), (.role, .text("owner")),
            ]),
        rare(
            "livelihood", "mr.role.ended", .ownFirm, of: person, key: "F1␟2026-05-01",
            #""creditCode":"F1","date":"2026-05-01""#,
            [(.event, .text("ended")), (.creditCode, .text("F1"))]),
        rare(
            "livelihood", "ag.subsidy.paid", .landSubsidy, of: home, key: "Z1",
            #""paymentNumber":"Z1","item":"farmland","mu":"8.25","date":"2026-05-01""#,
            [(.item, .text("farmland")), (.sownMu, .integer(825))]),
    ]
}
