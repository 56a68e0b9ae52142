import Households
import Testing
import Workers

/// Every event type of formats, section 3: a good record and the exact fact it becomes.
struct IntakeFactTests {
    struct Good: CustomTestStringConvertible {
        var feed: String
        var type: String
        var data: String
        var kind: FactKind
        var subject: Fact.Subject = .person(Sample.person)
        /// What the key is the keyed digest of; `␟` stands for the unit separator.
        var key: String
        var occurred: String
        var amountFen: Int64?
        var attributes: [(attribute: Attribute, value: Fact.Value)] = []
        var isReversed = false

        var testDescription: String { type }
    }

    private static let all: [Good] = [
        household, medical, education, employment, hazard, livelihood, rareHousehold, rareMedical,
        rareEducation, rareEmployment, rareHazard, rareLivelihood,
    ].flatMap { $0 }

    @Test(arguments: all)
    func `a good record becomes its fact, in every mode`(good: Good) throws {
        let harness = try IntakeHarness(good.feed)
        let outcome = harness.run(good.type, good.data)
        #expect(outcome.failure == nil)
        let fact = try #require(outcome.outputs.first?.fact)
        let expected = Fact(
            kind: good.kind, subject: good.subject,
            key: Sample.pseudonym(good.key.replacing("␟", with: "\u{1f}")),
            department: "insurance", isReversed: good.isReversed,
            occurred: Sample.day(good.occurred), recorded: IntakeHarness.recorded,
            arrived: IntakeHarness.arrived, amountFen: good.amountFen,
            attributes: good.attributes)
        #expect(fact == expected)
        // Where it goes, and to whom.
        switch good.subject {
        case .person(let owner), .householdOf(let owner):
            #expect(outcome.outputs.count == 1)
            #expect(outcome.outputs[0].topic == "person.facts")
            #expect(outcome.outputs[0].key == owner.description)
        case .household(let owner):
            #expect(outcome.outputs.count == 1)
            #expect(outcome.outputs[0].topic == "household.facts")
            #expect(outcome.outputs[0].key == owner.description)
        case .area:
            // Prices are told to the villages too.
            let topics = ["household.facts"] + (good.kind == .price ? ["area.events"] : [])
            #expect(
                outcome.outputs.map { "\($0.topic) \($0.partition ?? -1)" }
                    == topics.flatMap { topic in (0..<3).map { "\(topic) \($0)" } })
            #expect(outcome.outputs.allSatisfy { $0.key == nil })
            #expect(outcome.outputs.allSatisfy { $0.headers == ["shouwang-broadcast": "area"] })
            #expect(Set(outcome.outputs.map(\.value)).count == 1)
        }
    }

    @Test func `every type of every feed has a good record here`() throws {
        for feed in IntakeHarness.feeds {
            let types = try IntakeHarness.catalogue(feed).events.map(\.type)
            #expect(Set(Self.all.filter { $0.feed == feed }.map(\.type)) == Set(types), "\(feed)")
        }
    }

    static let p = #""idNumber":"11010519491231002X""#
    static let h = #""householdNumber":"H-1""#

    private static let household: [Good] = [
        Good(
            feed: "household", type: "hh.person.registered.v1",
            data: """
                {\(p),\(h),"relation":"spouse","birthDate":"1949-12-31","sex":"f",\
                "division":"529901100201","from":"2024-02-29","labour":"partial",\
                "reason":"marriage","name":"somebody"}
                """,
            kind: .personRegistered, key: "hh.person.registered:H-1", occurred: "2024-02-29",
            attributes: [
                (.household, .pseudonym(Sample.household)), (.relation, .text("spouse")),
                (.birthDate, Sample.dayValue("1949-12-31")), (.sex, .text("f")),
                (.division, .integer(529_901_100_201)), (.labour, .text("partial")),
                (.reason, .text("marriage")),
            ]),
        Good(
            feed: "household", type: "hh.person.deceased.v1",
            data: #"{\#(p),"date":"2026-05-01"}"#, kind: .personDeceased,
            key: "hh.person.deceased:", occurred: "2026-05-01"),
        Good(
            feed: "household", type: "hh.person.moved.v1",
            data: """
                {\(p),\(h),"fromHousehold":"H-0","relation":"child","division":"529901101201",\
                "date":"2026-05-01"}
                """,
            kind: .personMoved, key: "hh.person.moved:2026-05-01", occurred: "2026-05-01",
            attributes: [
                (.event, .text("moved")), (.household, .pseudonym(Sample.household)),
                (.fromHousehold, .pseudonym(Sample.pseudonym("household:H-0"))),
                (.relation, .text("child")), (.division, .integer(529_901_101_201)),
            ]),
        Good(
            feed: "household", type: "hh.person.left.v1",
            data: #"{\#(p),\#(h),"date":"2026-05-01","reason":"army"}"#, kind: .personLeft,
            key: "hh.person.left:2026-05-01", occurred: "2026-05-01",
            attributes: [
                (.household, .pseudonym(Sample.household)), (.reason, .text("army")),
            ]),
        Good(
            feed: "household", type: "hh.household.split.v1",
            data: """
                {\(p),\(h),"newHousehold":"H-2","relation":"head","division":"529901100201",\
                "date":"2026-05-01"}
                """,
            kind: .personMoved, key: "hh.person.moved:2026-05-01", occurred: "2026-05-01",
            attributes: [
                (.event, .text("split")),
                (.household, .pseudonym(Sample.pseudonym("household:H-2"))),
                (.fromHousehold, .pseudonym(Sample.household)), (.relation, .text("head")),
                (.division, .integer(529_901_100_201)),
            ]),
        Good(
            feed: "household", type: "hh.id.corrected.v1",
            data: #"{"oldIdNumber":"\#(Sample.other)",\#(p),"date":"2026-05-01"}"#,
            kind: .identityCorrected,
            subject: .person(Sample.pseudonym("person:" + Sample.other)),
            key: "hh.id.corrected:", occurred: "2026-05-01",
            attributes: [(.rightPerson, .pseudonym(Sample.person))]),
        Good(
            feed: "household", type: "ca.dibao.granted.v1",
            data: """
                {\(h),"caseNumber":"DB-7","yuanPerMonth":"410.5","from":"2026-01-01",\
                "reason":"any words"}
                """,
            kind: .allowance, subject: .household(Sample.household),
            key: "ca.dibao:DB-7␟2026-01-01", occurred: "2026-01-01",
            attributes: [
                (.event, .text("granted")),
                (.caseNumber, .pseudonym(Sample.pseudonym("caseNumber:DB-7"))),
                (.fenPerMonth, .integer(41_050)),
            ]),
        Good(
            feed: "household", type: "ca.dibao.changed.v1",
            data: #"{\#(p),"caseNumber":"DB-7","yuanPerMonth":500,"from":"2026-03-01"}"#,
            kind: .allowance, subject: .householdOf(Sample.person),
            key: "ca.dibao:DB-7␟2026-03-01", occurred: "2026-03-01",
            attributes: [
                (.event, .text("changed")),
                (.caseNumber, .pseudonym(Sample.pseudonym("caseNumber:DB-7"))),
                (.fenPerMonth, .integer(50_000)),
            ]),
        Good(
            feed: "household", type: "ca.dibao.stopped.v1",
            data: #"{\#(h),"caseNumber":"DB-7","from":"2026-04-01","yuanPerMonth":"not read"}"#,
            kind: .allowance, subject: .household(Sample.household),
            key: "ca.dibao:DB-7␟2026-04-01", occurred: "2026-04-01",
            attributes: [
                (.event, .text("stopped")),
                (.caseNumber, .pseudonym(Sample.pseudonym("caseNumber:DB-7"))),
            ]),
        Good(
            feed: "household", type: "rb.class.changed.v1",
            data: #"{\#(h),"class":"edge","exPoor":"FALSE","from":"2026-04-01"}"#,
            kind: .householdClass, subject: .household(Sample.household),
            key: "rb.class.changed:2026-04-01", occurred: "2026-04-01",
            attributes: [(.householdClass, .text("edge")), (.exPoor, .integer(0))]),
    ]

    private static let bill = """
        "settlementNumber":"S1","settled":"2026-06-15","total":"60000","fund":15000.5,\
        "majorIllness":0,"aid":"1000.00","selfPaid":44000,"selfPaidInPolicy":42000.01,\
        "hospitalLevel":"3","hospitalDivision":"5201","diseaseGroup":"C34"
        """
    private static let billAttributes: [(attribute: Attribute, value: Fact.Value)] = [
        (.totalFen, .integer(6_000_000)), (.fundFen, .integer(1_500_050)),
        (.majorIllnessFen, .integer(0)), (.aidFen, .integer(100_000)),
        (.selfPaidFen, .integer(4_400_000)), (.hospitalLevel, .integer(3)),
        (.hospitalDivision, .integer(5201)), (.diseaseGroup, .text("C34")),
    ]

    private static let medical: [Good] = [
        Good(
            feed: "medical", type: "md.settlement.inpatient.v1",
            data: #"{\#(p),\#(bill),"admitted":"2026-06-01","discharged":"2026-06-14"}"#,
            kind: .settlement, key: "md.settlement:S1", occurred: "2026-06-15",
            amountFen: 4_200_001,
            attributes: [
                (.event, .text("inpatient")), (.admitted, Sample.dayValue("2026-06-01")),
                (.discharged, Sample.dayValue("2026-06-14")),
            ] + billAttributes),
        Good(
            feed: "medical", type: "md.settlement.outpatient.v1", data: "{\(p),\(bill)}",
            kind: .settlement, key: "md.settlement:S1", occurred: "2026-06-15",
            amountFen: 4_200_001, attributes: [(.event, .text("outpatient"))] + billAttributes),
        Good(
            feed: "medical", type: "md.settlement.special.v1", data: "{\(p),\(bill)}",
            kind: .settlement, key: "md.settlement:S1", occurred: "2026-06-15",
            amountFen: 4_200_001, attributes: [(.event, .text("special"))] + billAttributes),
        Good(
            feed: "medical", type: "md.settlement.reversed.v1",
            data: #"{\#(p),"settlementNumber":"S1","date":"2026-06-18"}"#, kind: .settlement,
            key: "md.settlement:S1", occurred: "2026-06-18",
            attributes: [(.event, .text("reversed"))], isReversed: true),
        Good(
            feed: "medical", type: "md.enrol.changed.v1",
            data: #"{\#(p),"year":"2026","enrolled":true,"date":"2025-11-02"}"#,
            kind: .insuranceEnrolment, key: "md.enrol.changed:2026", occurred: "2025-11-02",
            attributes: [(.year, .integer(2026)), (.enrolled, .integer(1))]),
        Good(
            feed: "medical", type: "hc.diagnosis.major.v1",
            data: #"{\#(p),"diseaseGroup":"N18.5","date":"2026-06-02","stage":"IV"}"#,
            kind: .diagnosis, key: "hc.diagnosis.major:N18.5", occurred: "2026-06-02",
            attributes: [(.diseaseGroup, .text("N18.5")), (.stage, .text("IV"))]),
    ]

    private static let student: (attribute: Attribute, value: Fact.Value) = (
        .studentNumber, .pseudonym(Sample.pseudonym("studentNumber:G11"))
    )

    private static let education: [Good] = [
        Good(
            feed: "education", type: "ed.enrolment.changed.v1",
            data: """
                {\(p),"studentNumber":"G11","stage":"junior","status":"left",\
                "schoolCode":"2152990107","date":"2026-03-01"}
                """,
            kind: .schoolEnrolment, key: "ed.enrolment.changed:G11␟2026-03-01",
            occurred: "2026-03-01",
            attributes: [
                (.stage, .text("junior")), student, (.status, .text("left")),
                (.schoolCode, .text("2152990107")),
            ]),
        Good(
            feed: "education", type: "ed.attendance.absent.v1",
            data: """
                {\(p),"studentNumber":"G11","from":"2026-03-02","to":"2026-03-06",\
                "schoolDays":5,"excused":"false"}
                """,
            kind: .schoolAbsence, key: "ed.attendance.absent:G11␟2026-03-02",
            occurred: "2026-03-06",
            attributes: [
                (.from, Sample.dayValue("2026-03-02")), (.to, Sample.dayValue("2026-03-06")),
                student, (.schoolDays, .integer(5)), (.excused, .integer(0)),
            ]),
        Good(
            feed: "education", type: "ed.dropout.suspected.v1",
            data: #"{\#(p),"studentNumber":"G11","date":"2026-03-09"}"#, kind: .schoolDropout,
            key: "ed.dropout:G11␟2026-03-09", occurred: "2026-03-09",
            attributes: [(.event, .text("suspected")), student]),
        Good(
            feed: "education", type: "ed.dropout.confirmed.v1",
            data: #"{\#(p),"studentNumber":"G11","date":"2026-03-09","reason":"economic"}"#,
            kind: .schoolDropout, key: "ed.dropout:G11␟2026-03-09", occurred: "2026-03-09",
            attributes: [
                (.event, .text("confirmed")), (.reason, .text("economic")), student,
            ]),
        Good(
            feed: "education", type: "ed.dropout.returned.v1",
            data: #"{\#(p),"studentNumber":"G11","date":"2026-04-09"}"#, kind: .schoolDropout,
            key: "ed.dropout:G11␟2026-04-09", occurred: "2026-04-09",
            attributes: [(.event, .text("returned")), student]),
        Good(
            feed: "education", type: "ed.fee.charged.v1",
            data: """
                {\(p),"studentNumber":"G11","term":"2026-1","item":"boarding","amount":"800",\
                "date":"2026-02-28"}
                """,
            kind: .schoolFee, key: "ed.fee.charged:G11␟2026-1␟boarding", occurred: "2026-02-28",
            amountFen: 80_000,
            attributes: [student, (.term, .text("2026-1")), (.item, .text("boarding"))]),
        Good(
            feed: "education", type: "ed.aid.granted.v1",
            data: """
                {\(p),"studentNumber":"G11","term":"2026-2","item":"a new one","amount":0.01,\
                "date":"2026-09-10"}
                """,
            kind: .schoolAid, key: "ed.aid.granted:G11␟2026-2␟a new one", occurred: "2026-09-10",
            amountFen: 1,
            attributes: [student, (.term, .text("2026-2")), (.item, .text("a new one"))]),
    ]

    private static let employment: [Good] = [
        Good(
            feed: "employment", type: "hr.job.started.v1",
            data: """
                {\(p),"employerCode":"91520100MA6DNXYZ12","date":"2026-02-20",\
                "placeDivision":"4419","contractUntil":"2027-02-19","kind":"migrant",\
                "reason":"any words"}
                """,
            kind: .jobStarted, key: "hr.job.started:91520100MA6DNXYZ12␟2026-02-20",
            occurred: "2026-02-20",
            attributes: [
                (.employerCode, .text("91520100MA6DNXYZ12")), (.placeDivision, .integer(4419)),
                (.contractUntil, Sample.dayValue("2027-02-19")), (.jobKind, .text("migrant")),
            ]),
        Good(
            feed: "employment", type: "hr.job.ended.v1",
            data: #"{\#(p),"employerCode":"none","date":"2026-05-20"}"#, kind: .jobEnded,
            key: "hr.job.ended:none␟2026-05-20", occurred: "2026-05-20",
            attributes: [(.employerCode, .text("none"))]),
        Good(
            feed: "employment", type: "hr.wage.paid.v1",
            data: #"{\#(p),"employerCode":"none","month":"2024-02","amount":5000}"#,
            kind: .wagePaid, key: "hr.wage.paid:none␟2024-02", occurred: "2024-02-29",
            amountFen: 500_000,
            attributes: [(.employerCode, .text("none")), (.month, .integer(2024 * 12 + 1))]),
        Good(
            feed: "employment", type: "hr.wage.arrears.v1",
            data: """
                {\(p),"employerCode":"none","months":"3","amount":"15000.00","date":"2026-05-31"}
                """,
            kind: .wageArrears, key: "hr.wage.arrears:none␟2026-05-31", occurred: "2026-05-31",
            amountFen: 1_500_000,
            attributes: [(.employerCode, .text("none")), (.months, .integer(3))]),
    ]

    private static let loss = """
        {"eventNumber":"F-26-3",\(h),"roomsCollapsed":1,"roomsSeverelyDamaged":"0",\
        "unfitToLive":true,"cropLossPercent":62.9,"sownMu":"3.456","loss":12000,\
        "insured":false,"date":"2026-06-11"}
        """
    private static let lossAttributes: [(attribute: Attribute, value: Fact.Value)] = [
        (.eventNumber, .text("F-26-3")), (.roomsCollapsed, .integer(1)),
        (.roomsSeverelyDamaged, .integer(0)), (.unfitToLive, .integer(1)),
        (.cropLossPercent, .integer(62)), (.sownMu, .integer(345)), (.insured, .integer(0)),
    ]

    private static let hazard: [Good] = [
        Good(
            feed: "hazard", type: "em.disaster.declared.v1",
            data: """
                {"eventNumber":"F-26-3","kind":"0201","level":2,\
                "divisions":["529901100","529901101201"],"date":"2026-06-10"}
                """,
            kind: .disasterDeclared, subject: .area, key: "em.disaster.declared:F-26-3",
            occurred: "2026-06-10",
            attributes: [
                (.until, Sample.dayValue("2026-06-25")), (.riskCode, .text("0201")),
                (.level, .integer(2)), (.eventNumber, .text("F-26-3")),
                (.divisions, .text("529901100,529901101201")),
            ]),
        Good(
            feed: "hazard", type: "em.household.loss.reported.v1", data: loss,
            kind: .disasterLoss, subject: .household(Sample.household),
            key: "em.household.loss:F-26-3", occurred: "2026-06-11", amountFen: 1_200_000,
            attributes: [(.event, .text("reported"))] + lossAttributes),
        Good(
            feed: "hazard", type: "em.household.loss.verified.v1", data: loss,
            kind: .disasterLoss, subject: .household(Sample.household),
            key: "em.household.loss:F-26-3", occurred: "2026-06-11", amountFen: 1_200_000,
            attributes: [(.event, .text("verified"))] + lossAttributes),
        Good(
            feed: "hazard", type: "hs.appraisal.graded.v1",
            data: """
                {\(p),"houseNumber":"FW-9","grade":"D","inhabited":"true","onlyDwelling":true,\
                "date":"2026-04-30"}
                """,
            kind: .appraisal, subject: .householdOf(Sample.person),
            key: "hs.appraisal.graded:FW-9␟2026-04-30", occurred: "2026-04-30",
            attributes: [
                (.houseNumber, .pseudonym(Sample.pseudonym("houseNumber:FW-9"))),
                (.grade, .text("D")), (.inhabited, .integer(1)), (.onlyDwelling, .integer(1)),
            ]),
        Good(
            feed: "hazard", type: "wt.supply.interrupted.v1",
            data: #"{"plantCode":"W1","divisions":["529901101"],"from":"2026-06-01"}"#,
            kind: .waterInterrupted, subject: .area, key: "wt.supply:W1␟2026-06-01",
            occurred: "2026-06-01",
            attributes: [
                (.from, Sample.dayValue("2026-06-01")), (.plantCode, .text("W1")),
                (.divisions, .text("529901101")),
            ]),
        Good(
            feed: "hazard", type: "wt.supply.restored.v1",
            data: #"{"plantCode":"W1","from":"2026-06-01","to":"2026-06-09"}"#,
            kind: .waterRestored, subject: .area, key: "wt.supply:W1␟2026-06-01",
            occurred: "2026-06-01",
            attributes: [
                (.from, Sample.dayValue("2026-06-01")), (.to, Sample.dayValue("2026-06-09")),
                (.plantCode, .text("W1")),
            ]),
    ]

    private static let livelihood: [Good] = [
        Good(
            feed: "livelihood", type: "fv.income.recorded.v1",
            data: """
                {\(h),\(p),"from":"2025-01-01","to":"2025-12-31","kind":"wage","item":"work",\
                "amount":"21900","date":"2026-01-10"}
                """,
            kind: .incomeDeclared, subject: .household(Sample.household),
            key: "fv.income.recorded:wage␟work␟2025-01-01", occurred: "2025-12-31",
            amountFen: 2_190_000,
            attributes: [
                (.person, .pseudonym(Sample.person)), (.from, Sample.dayValue("2025-01-01")),
                (.to, Sample.dayValue("2025-12-31")), (.date, Sample.dayValue("2026-01-10")),
                (.item, .text("work")), (.incomeKind, .text("wage")),
            ]),
        // A number in the household's place names the household only.
        Good(
            feed: "livelihood", type: "fv.income.recorded.v1",
            data: """
                {\(p),"from":"2025-01-01","to":"2025-12-31","kind":"expense","item":"crops",\
                "amount":7300,"date":"2026-01-10"}
                """,
            kind: .incomeDeclared, subject: .householdOf(Sample.person),
            key: "fv.income.recorded:expense␟crops␟2025-01-01", occurred: "2025-12-31",
            amountFen: 730_000,
            attributes: [
                (.from, Sample.dayValue("2025-01-01")), (.to, Sample.dayValue("2025-12-31")),
                (.date, Sample.dayValue("2026-01-10")), (.item, .text("crops")),
                (.incomeKind, .text("expense")),
            ]),
        Good(
            feed: "livelihood", type: "bk.subsidy.paid.v1",
            data: """
                {\(p),"paymentNumber":"P-1","item":"landFertility","amount":88.2,\
                "date":"2026-04-03"}
                """,
            kind: .subsidyPaid, key: "bk.subsidy.paid:P-1", occurred: "2026-04-03",
            amountFen: 8_820, attributes: [(.item, .text("landFertility"))]),
        Good(
            feed: "livelihood", type: "ag.claim.paid.v1",
            data: """
                {\(h),"claimNumber":"C-1","item":"povertyInsurance","amount":10000000,\
                "date":"2026-04-03"}
                """,
            kind: .claimPaid, subject: .household(Sample.household), key: "ag.claim.paid:C-1",
            occurred: "2026-04-03", amountFen: 1_000_000_000,
            attributes: [(.item, .text("povertyInsurance"))]),
        Good(
            feed: "livelihood", type: "ag.stock.lost.v1",
            data: """
                {\(h),"reportNumber":"R-1","species":"猪","head":12,"headLost":7,"loss":"8400",\
                "insured":"true","date":"2026-04-03"}
                """,
            kind: .livestockLost, subject: .household(Sample.household),
            key: "ag.stock.lost:R-1", occurred: "2026-04-03", amountFen: 840_000,
            attributes: [
                (.insured, .integer(1)), (.species, .text("猪")), (.head, .integer(12)),
                (.headLost, .integer(7)),
            ]),
    ]
}
