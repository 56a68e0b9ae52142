import Foundation
import Households
import JSON
import Kafka
import Streams
import Testing
import Workers
import YAML

struct IntakeCatalogueTests {
    /// The types of formats, section 3.
    private static let types: [String: [String]] = [
        "household": [
            "hh.person.registered", "hh.person.deceased", "hh.person.moved", "hh.person.left",
            "hh.household.split", "hh.household.merged", "hh.id.corrected", "ca.dibao.granted", "ca.dibao.changed",
            "ca.dibao.stopped", "rb.class.changed", "ca.dibao.refused", "ca.tekun.granted",
            "ca.tekun.stopped", "ca.edge.granted", "ca.edge.stopped", "ca.rigid.granted",
            "ca.rigid.stopped", "ca.elder.disability_assessed", "rb.contact.assigned",
            "rb.contact.ended",
        ],
        "medical": [
            "md.settlement.inpatient", "md.settlement.outpatient", "md.settlement.special",
            "md.settlement.reversed", "md.enrol.changed", "md.premium.subsidised",
            "hc.diagnosis.major",
            "md.offsite.claimed", "md.offsite.settled",
        ],
        "education": [
            "ed.enrolment.changed", "ed.attendance.absent", "ed.dropout.suspected",
            "ed.dropout.confirmed", "ed.dropout.returned", "ed.fee.charged", "ed.aid.granted",
            "ed.admission.higher",
        ],
        "employment": [
            "hr.job.started", "hr.job.ended", "hr.wage.paid", "hr.wage.arrears",
            "hr.insurance.started", "hr.insurance.stopped", "hr.survey.monthly",
            "hr.injury.reported", "hr.injury.decided",
        ],
        "hazard": [
            "em.disaster.declared", "em.household.loss.reported", "em.household.loss.verified",
            "hs.appraisal.graded", "wt.supply.interrupted", "wt.supply.restored",
            "em.hazard.warned", "em.fire.reported", "em.household.evacuated",
            "em.household.resettled", "hs.retrofit.approved", "hs.retrofit.started",
            "hs.retrofit.accepted", "wt.quality.failed", "wt.quality.passed", "wt.access.surveyed",
            "ps.accident.recorded", "ps.case.victim", "ps.custody", "ps.vehicle.registered",
            "ps.vehicle.transferred", "ps.vehicle.cancelled", "re.property.registered",
            "re.property.netSigned", "re.property.transferred",
        ],
        "livelihood": [
            "fv.income.recorded", "bk.subsidy.paid", "ag.claim.paid", "ag.stock.lost",
            "bk.subsidy.granted", "bk.loan.issued", "bk.loan.extended", "bk.loan.overdue",
            "bk.loan.repaid", "ag.project.failed", "ag.dividend.due", "ag.dividend.paid",
            "ag.price.reported", "mr.entity.abnormal", "mr.entity.cancelled", "mr.entity.restored",
            "dp.cert.issued", "dp.cert.changed", "dp.cert.expired", "dp.subsidy.paid",
            "fv.self_report.submitted", "pt.call.received", "pt.petition.filed", "pt.call.answered",
            "mr.role.registered", "mr.role.ended", "ag.subsidy.paid",
        ],
    ]

    @Test(arguments: IntakeHarness.feeds)
    func `a feed's catalogue has the types of the formats, each with both names`(
        feed: String
    ) throws {
        let catalogue = try IntakeHarness.catalogue(feed)
        #expect(catalogue.feed == feed)
        #expect(catalogue.events.map(\.type) == Self.types[feed]?.map { $0 + ".v1" })
        #expect(Set(catalogue.events.map(\.zh)).count == catalogue.events.count)
        #expect(catalogue.events.allSatisfy { $0.fact != nil && !$0.en.isEmpty })
        // Every field can be a column by a Chinese name.
        #expect(catalogue.events.allSatisfy { $0.fields.allSatisfy { !$0.columns.isEmpty } })
    }

    @Test func `columns list every name of every field of every type`() throws {
        let columns = try IntakeHarness.catalogue("livelihood").columns
        func field(_ type: String, _ column: String) -> String? {
            columns.first { $0.type == type && $0.column == column }?.field
        }
        #expect(field("bk.subsidy.paid.v1", "身份证号") == "idNumber")
        #expect(field("bk.subsidy.paid.v1", "amount") == "amount")
        #expect(field("ag.claim.paid.v1", "户主身份证号") == "idNumber")
        #expect(field("ag.claim.paid.v1", "发放金额") == nil)
    }

    @Test(arguments: IntakeHarness.feeds)
    func `the samples become facts, or dead letters with a reason of the formats`(
        feed: String
    ) throws {
        let path = "\(IntakeHarness.root)/Pipelines/\(feed)/samples/\(feed).jsonl"
        let policy = try PolicyFolder.load("\(IntakeHarness.root)/config/policy")
        let intake = Intake(
            catalogue: try IntakeHarness.catalogue(feed), policy: policy, key: IntakeHarness.key)
        let harness = IntakeHarness(intake)
        var good = 0
        var refused: [String: Int] = [:]
        for line in try Data(contentsOf: URL(fileURLWithPath: path)).split(separator: 0x0a) {
            var record = IntakeHarness.structured("", "{}")
            record.value = Array(line)
            let outcome = harness.run(record)
            if let reason = outcome.failure?.reason {
                refused[reason, default: 0] += 1
            } else {
                good += 1
            }
        }
        #expect(good > 40)
        // Samples hold a few wrong records on purpose; a catalogue that refuses many is wrong.
        #expect(refused.values.reduce(0, +) <= 10, "\(refused.sorted { $0.key < $1.key })")
    }

    private static let good = """
        feed: test
        events:
          - type: a.b.v1
            name: {zh: 一, en: One}
            fact: livelihood.subsidy
            subject: idNumber
            key: [number]
            occurs: date
            fields:
              idNumber: {is: person, columns: [身份证号]}
              number: {is: number}
              amount: {is: yuan, into: amount}
              least: {is: yuan, atMost: amount}
              date: {is: day}
        """

    @Test func `a small catalogue is read`() throws {
        let catalogue = try IntakeCatalogue(YAMLNode.parse(text: Self.good, file: "events.yaml"))
        #expect(catalogue.events[0].family == "a.b")
        #expect(catalogue.events[0].fields.map(\.isRequired) == [true, true, true, true, true])
    }

    @Test(arguments: [
        ("feed: test", "fed: test", "1:1", "did you mean 'feed'"),
        ("type: a.b.v1", "type: a.b", "3:11", "with its version"),
        ("fact: livelihood.subsidy", "fact: livelihood.subsidi", "5:11", "did you mean"),
        ("subject: idNumber", "subject: nobody", "6:14", "expected area or one of idNumber"),
        ("subject: idNumber", "subject: amount", "6:14", "expected a required field"),
        ("key: [number]", "key: [numbr]", "7:11", "did you mean 'number'"),
        ("key: [number]", "key: [amount]", "7:11", "cannot be part of a key"),
        ("occurs: date", "occurs: number", "8:13", "a day, a month or an instant"),
        ("{is: number}", "{is: numero}", "11:20", "did you mean 'number'"),
        ("{is: number}", "{is: number, requird: true}", "11:28", "unknown key 'requird'"),
        ("{is: number}", "{is: number, optional: true}", "7:11", "must not be optional"),
        ("{is: number}", "{is: number, into: amount}", "11:34", "only yuan can be the amount"),
        ("into: amount", "into: amont", "12:32", "did you mean 'amount'"),
        ("atMost: amount", "atMost: number", "13:33", "stands above this one"),
        ("atMost: amount", "atMost: later", "13:33", "stands above this one"),
        ("{is: day}", "{is: day, default: {after: amount, days: 1}}", "14:40", "the same kind"),
        ("{is: day}", "{is: day, columns: [身份证号]}", "10:7", "would fill two fields"),
        ("{is: number}", "{is: integer, from: 2, to: 1}", "11:42", "expected at least 2"),
        ("{is: number}", "{is: code}", "11:15", "expected the key 'codes'"),
        ("{is: number}", "{is: code, codes: [a, a]}", "11:37", "stands twice"),
        ("{is: yuan, into: amount}", "{is: yuan, limit: 20000000}", "12:33", "10000000"),
    ])
    func `a wrong catalogue is refused with its place`(
        right: String, wrong: String, place: String, says: String
    ) throws {
        let text = Self.good.replacing(right, with: wrong, maxReplacements: 1)
        let error = #expect(throws: YAMLError.self) {
            try IntakeCatalogue(YAMLNode.parse(text: text, file: "events.yaml"))
        }
        let message = try #require(error).description
        #expect(message.hasPrefix("events.yaml:\(place): "), "\(message)")
        #expect(message.contains(says), "\(message)")
    }

    private static let items = """
        feed: test
        events:
          - type: a.b.v1
            name: {zh: 一, en: One}
            fact: livelihood.income
            subject: idNumber
            key: [kind, item]
            occurs: date
            fields:
              idNumber: {is: person, columns: [身份证号]}
              kind: {is: code, codes: {wage: 工资性, expense: 支出}}
              item: {is: item, by: kind, codes: {wage: {work: 务工}, expense: {crops: 种植}}}
              date: {is: day}
        """

    @Test func `items by kind are read, and their labels are one list`() throws {
        let catalogue = try IntakeCatalogue(YAMLNode.parse(text: Self.items, file: "events.yaml"))
        #expect(catalogue.events[0].fields[2].codes.map(\.code) == ["work", "crops"])
    }

    @Test(arguments: [
        ("by: kind", "by: sort", "12:28", "a required code field that stands above this one"),
        ("by: kind", "by: idNumber", "12:28", "a required code field that stands above"),
        ("wage: {work: 务工}, expense", "expense", "12:41", "expected the key 'wage'"),
        ("expense: {crops", "expensive: {crops", "12:60", "did you mean 'expense'"),
        ("{crops: 种植}", "{crops: 务工}", "12:69", "the label of 'crops' stands for 'work'"),
        ("{work: 务工}", "{work: 务工, work2: 务工}", "12:66", "stands twice"),
    ])
    func `wrong items by kind are refused with their place`(
        right: String, wrong: String, place: String, says: String
    ) throws {
        let text = Self.items.replacing(right, with: wrong, maxReplacements: 1)
        let error = #expect(throws: YAMLError.self) {
            try IntakeCatalogue(YAMLNode.parse(text: text, file: "events.yaml"))
        }
        let message = try #require(error).description
        #expect(message.hasPrefix("events.yaml:\(place): "), "\(message)")
        #expect(message.contains(says), "\(message)")
    }

    @Test func `a name is found among many, and only whole`() {
        let names = (0..<200).map { "field\($0)" } + ["", "户编号"]
        let table = IntakeNameTable(names)
        func index(_ name: String) -> Int? {
            Array(name.utf8).withUnsafeBytes { table.index(of: $0) }
        }
        for (place, name) in names.enumerated() { #expect(index(name) == place) }
        for name in ["field", "field200", "Field1", "field1 ", "户"] { #expect(index(name) == nil) }
        #expect(Array("x".utf8).withUnsafeBytes { IntakeNameTable([]).index(of: $0) } == nil)
    }
}
