import Households
import Streams
import Testing
import Workers

/// Every reason of formats, section 9, that an intake can give: the record that gets it, and the
/// nearest one that does not. The other faults of a record never hide the first in field order.
struct IntakeReasonTests {
    struct Case: CustomTestStringConvertible {
        var feed: String
        var type: String
        /// A good record; `change` breaks it.
        var base: String
        var field: String
        /// JSON of the field's value; `nil` leaves the field out.
        var bad: String?
        /// JSON of a value that is still good; `nil` leaves the field out.
        var good: String?
        var reason: String

        var testDescription: String { "\(type) \(field) \(bad ?? "absent"): \(reason)" }
    }

    private func check(_ one: Case) throws {
        let harness = try IntakeHarness(one.feed)
        let bad = harness.run(one.type, Self.replacing(one.field, in: one.base, with: one.bad))
        #expect(bad.outputs.isEmpty)
        let failure = try #require(bad.failure)
        #expect(failure.reason == one.reason)
        #expect(failure.field == one.field)
        #expect(failure.step == "Intake")
        // The message says what was expected, never what was found.
        for hidden in [one.bad ?? "absent value", Sample.idNumber, "H-1"] {
            let text = hidden.replacing("\"", with: "")
            #expect(text.count < 5 || !failure.message.contains(text))
        }
        let good = harness.run(one.type, Self.replacing(one.field, in: one.base, with: one.good))
        #expect(good.failure == nil)
        #expect(!good.outputs.isEmpty)
    }

    /// Sets one field of a flat JSON object written by hand; `nil` removes it.
    private static func replacing(_ field: String, in json: String, with value: String?) -> String {
        var members = json.dropFirst().dropLast().split(separator: ";").map(String.init)
        members.removeAll { $0.hasPrefix("\"\(field)\":") }
        if let value { members.append("\"\(field)\":\(value)") }
        return "{" + members.joined(separator: ",") + "}"
    }

    // Members are split by semicolons so that values may hold commas.
    private static let registered = """
        {"idNumber":"11010519491231002X";"householdNumber":"H-1";"relation":"head";\
        "birthDate":"1949-12-31";"sex":"m";"division":"529901100201";"from":"2024-02-29"}
        """
    private static let bill = """
        {"idNumber":"11010519491231002X";"settlementNumber":"S1";"settled":"2026-06-15";\
        "admitted":"2026-06-01";"discharged":"2026-06-14";"total":60000;"fund":16000;\
        "selfPaid":44000;"selfPaidInPolicy":42000;"hospitalLevel":3}
        """
    private static let income = """
        {"householdNumber":"H-1";"from":"2025-01-01";"to":"2025-12-31";"kind":"business";\
        "item":"crops";"amount":100;"date":"2026-01-10"}
        """
    private static let flood = """
        {"eventNumber":"F-1";"kind":"0201";"level":2;"divisions":["529901100"];"date":"2026-06-10"}
        """
    private static let wage = """
        {"idNumber":"11010519491231002X";"employerCode":"none";"month":"2026-05";"amount":100}
        """
    private static let fee = """
        {"idNumber":"11010519491231002X";"studentNumber":"G1";"term":"2026-1";"item":"books";\
        "amount":100;"date":"2026-03-01"}
        """
    private static let loss = """
        {"eventNumber":"F-1";"householdNumber":"H-1";"roomsCollapsed":0;"roomsSeverelyDamaged":0;\
        "unfitToLive":false;"loss":100;"date":"2026-06-11"}
        """

    private static func on(
        _ base: String, _ field: String, _ bad: String?, _ reason: String, good: String?
    ) -> Case {
        let (feed, type) =
            switch base {
            case registered: ("household", "hh.person.registered.v1")
            case bill: ("medical", "md.settlement.inpatient.v1")
            case income: ("livelihood", "fv.income.recorded.v1")
            case flood: ("hazard", "em.disaster.declared.v1")
            case wage: ("employment", "hr.wage.paid.v1")
            case fee: ("education", "ed.fee.charged.v1")
            default: ("hazard", "em.household.loss.reported.v1")
            }
        return Case(
            feed: feed, type: type, base: base, field: field, bad: bad, good: good, reason: reason)
    }

    private static let id = "\"11010519491231002X\""

    private static let identity: [Case] = [
        on(registered, "idNumber", nil, "field.missing", good: id),
        on(registered, "idNumber", "null", "field.missing", good: id),
        on(registered, "idNumber", "\"\"", "field.missing", good: "\"11010519491231002x\""),
        on(registered, "idNumber", "110105194912310021", "field.type", good: id),
        on(registered, "idNumber", "\"11010519491231002\"", "identity.format", good: id),
        on(
            registered, "idNumber", "\"11010519491231002X5\"", "identity.format",
            good: "\"11010519491231002X53\""),
        on(
            registered, "idNumber", "\"11010519491231002X53C1\"", "identity.format",
            good: "\"11010519491231002X53B1\""),
        on(registered, "idNumber", "\"110105491231002\"", "identity.format", good: id),
        on(registered, "idNumber", "\"11010519490230002X\"", "identity.birthDate", good: id),
        on(
            registered, "idNumber", "\"\(Sample.id("52990120260621012"))\"", "identity.birthDate",
            good: "\"\(Sample.id("52990120260620012"))\""),
        on(registered, "idNumber", "\"110105194912310021\"", "identity.checkDigit", good: id),
        on(
            registered, "idNumber", "\"11010519491231002053\"", "identity.checkDigit",
            good: "\"11010519491231002x53\""),
        on(income, "idNumber", "\"110105194912310021\"", "identity.checkDigit", good: nil),
    ]

    private static let households: [Case] = [
        on(registered, "householdNumber", nil, "field.missing", good: "\"H-1\""),
        on(registered, "householdNumber", "\"H 1\"", "household.format", good: "\"H-1\""),
        on(
            registered, "householdNumber", "\"\(String(repeating: "7", count: 33))\"",
            "household.format", good: "\"\(String(repeating: "7", count: 32))\""),
        on(income, "householdNumber", nil, "field.missing", good: "\"H-1\""),
        on(loss, "householdNumber", "\"户一\"", "household.format", good: "\"7\""),
    ]

    private static let amounts: [Case] = [
        on(bill, "total", nil, "field.missing", good: "60000"),
        on(bill, "total", "true", "field.type", good: "\"60000\""),
        on(bill, "total", "\"60,000\"", "field.type", good: "\"60000.00\""),
        on(bill, "total", "[60000]", "field.type", good: "6.0e4"),
        on(bill, "fund", "-1", "amount.sign", good: "0"),
        on(bill, "fund", "\"+1\"", "amount.sign", good: "\"1\""),
        on(bill, "fund", "-0", "amount.sign", good: "0"),
        on(bill, "fund", "16000.001", "amount.decimals", good: "16000.01"),
        on(bill, "fund", "\"16000.000\"", "amount.decimals", good: "\"16000.00\""),
        on(bill, "total", "10000000.01", "amount.limit", good: "10000000"),
        on(bill, "total", "1e30", "amount.limit", good: "1e7"),
        on(bill, "selfPaid", "60000.01", "amount.order", good: "60000"),
        on(bill, "selfPaidInPolicy", "44000.01", "amount.order", good: "44000"),
        on(income, "amount", "-0.01", "amount.sign", good: "0"),
    ]

    private static let days: [Case] = [
        on(bill, "settled", "\"15.06.2026\"", "date.format", good: "\"2026-06-15\""),
        on(bill, "settled", "\"2026-6-15\"", "date.format", good: "\"2026-06-15\""),
        on(bill, "settled", "\"2026-06-15T00:00:00Z\"", "date.format", good: "\"2026-06-15\""),
        on(bill, "settled", "20260615", "field.type", good: "\"2026-06-15\""),
        on(bill, "settled", "\"2026-02-29\"", "date.impossible", good: "\"2024-02-29\""),
        on(bill, "settled", "\"0000-01-01\"", "date.impossible", good: "\"2030-01-01\""),
        on(bill, "discharged", "\"2026-05-31\"", "date.order", good: "\"2026-06-01\""),
        on(income, "to", "\"2024-12-31\"", "date.order", good: "\"2025-01-01\""),
        on(flood, "until", "\"2026-06-09\"", "date.order", good: "\"2026-06-10\""),
        on(wage, "month", "\"2026-05-01\"", "date.format", good: "\"2026-12\""),
        on(wage, "month", "\"2026-13\"", "date.impossible", good: "\"2026-01\""),
        on(fee, "term", "\"2026-3\"", "date.format", good: "\"2026-2\""),
        on(fee, "term", "\"2026\"", "date.format", good: "\"2026-1\""),
    ]

    private static let divisions: [Case] = [
        on(registered, "division", "\"52990110020\"", "division.format", good: "\"529901101201\""),
        on(registered, "division", "\"529901100\"", "division.format", good: "\"529901101201\""),
        on(registered, "division", "\"52990110020a\"", "division.format", good: "\"529901101201\""),
        on(
            registered, "division", "\"529901100202\"", "division.unknown",
            good: "\"529901100201\""),
        on(flood, "divisions", "[\"529\"]", "division.format", good: "[\"52\"]"),
        on(flood, "divisions", "[\"5299\",\"5301\"]", "division.unknown", good: "[\"5299\"]"),
        on(flood, "divisions", "[]", "field.missing", good: "[\"529901100201\",\"529901101\"]"),
        on(flood, "divisions", "\"5299\"", "field.type", good: "[\"5299\"]"),
        on(flood, "divisions", "[5299]", "field.type", good: "[\"5299\"]"),
        // Hospitals and workplaces lie anywhere: form only.
        on(bill, "hospitalDivision", "\"110\"", "division.format", good: "\"110105\""),
    ]

    private static let values: [Case] = [
        on(registered, "relation", "\"aunt\"", "field.value", good: "\"other\""),
        on(registered, "relation", "\"Head\"", "field.value", good: "\"grandchild\""),
        on(registered, "sex", "1", "field.type", good: "\"f\""),
        on(registered, "labour", "\"half\"", "field.value", good: nil),
        on(bill, "hospitalLevel", "4", "field.value", good: "\"1\""),
        on(bill, "hospitalLevel", "2.5", "field.type", good: "2.0"),
        on(bill, "hospitalLevel", "\"three\"", "field.type", good: "3"),
        on(bill, "settlementNumber", "17", "field.type", good: "\"17\""),
        on(
            bill, "settlementNumber", "\"\(String(repeating: "7", count: 65))\"", "field.value",
            good: "\"\(String(repeating: "7", count: 64))\""),
        on(bill, "settlementNumber", #""a\u001fb""#, "field.value", good: #""a b""#),
        on(flood, "kind", "\"01\"", "field.value", good: "\"0299\""),
        on(flood, "level", "0", "field.value", good: "4"),
        on(income, "kind", "\"gift\"", "field.value", good: "\"transfer\""),
        on(income, "item", "null", "field.missing", good: "\"something new\""),
        on(loss, "unfitToLive", "\"yes\"", "field.type", good: "\"True\""),
        on(loss, "unfitToLive", "1", "field.type", good: "true"),
        on(loss, "roomsCollapsed", "-1", "field.value", good: "\"2\""),
        on(loss, "cropLossPercent", "100.5", "field.value", good: "100"),
        on(loss, "cropLossPercent", "-0.5", "field.value", good: "0.5"),
        on(loss, "sownMu", "\"many\"", "field.type", good: "\"12.5\""),
    ]

    @Test(arguments: identity + households)
    func `numbers of persons and households are checked`(one: Case) throws {
        try check(one)
    }

    @Test(arguments: amounts)
    func `amounts are checked`(one: Case) throws {
        try check(one)
    }

    @Test(arguments: days + divisions)
    func `days and divisions are checked`(one: Case) throws {
        try check(one)
    }

    @Test(arguments: values)
    func `codes, numbers and truths are checked`(one: Case) throws {
        try check(one)
    }

    @Test func `of several faults the first in field order is told`() throws {
        let harness = try IntakeHarness("medical")
        // In the document the order is another one.
        let faults = [
            ("selfPaidInPolicy", "\"x\""), ("total", "-1"), ("admitted", "\"x\""),
            ("settlementNumber", "9"), ("idNumber", "\"x\""),
        ]
        var broken = Self.bill
        for (field, value) in faults {
            broken = Self.replacing(field, in: broken, with: value)
                .replacing(",\"", with: ";\"")
        }
        for (field, _) in faults.reversed() {
            let outcome = harness.run(
                "md.settlement.inpatient.v1", broken.replacing(";", with: ","))
            #expect(outcome.failure?.field == field)
            let good = Self.bill.dropFirst().dropLast().split(separator: ";")
                .first { $0.hasPrefix("\"\(field)\":") }
            let value = try #require(good).split(separator: ":", maxSplits: 1)[1]
            broken = Self.replacing(field, in: broken, with: String(value))
                .replacing(",\"", with: ";\"")
        }
    }

    @Test func `what a household's stand-in says wrong is told at the household's place`() throws {
        let harness = try IntakeHarness("household")
        let outcome = harness.run(
            "ca.dibao.stopped.v1",
            #"{"idNumber":"110105194912310021","caseNumber":7,"from":"2026-01-01"}"#)
        #expect(outcome.failure?.reason == "identity.checkDigit")
        #expect(outcome.failure?.field == "idNumber")
        // Beside the household's number it is a field like any unknown one.
        let beside = harness.run(
            "ca.dibao.stopped.v1",
            #"{"householdNumber":"H-1","idNumber":"x","caseNumber":"7","from":"2026-01-01"}"#)
        #expect(beside.failure == nil)
    }
}
