import Households
import Streams
import Testing
import Workers

/// `item` is an open list: `other` and codes outside their own kind's list are facts like any
/// other, and are counted (formats, section 3).
struct IntakeItemTests {
    private func notes(_ type: String, _ fields: String, op: String? = nil) throws -> [String: Int]
    {
        let feed = type.hasPrefix("ed.") ? "education" : "livelihood"
        let outcome = try IntakeHarness(feed).run(type + ".v1", "{\(fields)}", op: op)
        #expect(outcome.failure == nil)
        #expect(outcome.outputs.count == 1)
        return outcome.notes
    }

    private func declared(_ kind: String, _ item: String) throws -> [String: Int] {
        try notes(
            "fv.income.recorded",
            """
            "householdNumber":"H-1","from":"2025-01-01","to":"2025-12-31","kind":"\(kind)",\
            "item":"\(item)","amount":100,"date":"2026-01-10"
            """)
    }

    @Test(arguments: [
        ("wage", "work"), ("wage", "gathering"), ("business", "crops"), ("expense", "forestry"),
        ("property", "landLease"), ("transfer", "dibao"), ("transfer", "povertyInsurance"),
    ])
    func `a declared item of its kind's list is not counted`(kind: String, item: String) throws {
        #expect(try declared(kind, item) == [:])
    }

    @Test(arguments: [
        ("wage", "crops"), ("business", "work"), ("property", "dibao"), ("transfer", "landLease"),
        ("expense", "rubbish"), ("wage", "一笔"),
    ])
    func `an item outside its own kind's list is counted as unknown`(
        kind: String, item: String
    ) throws {
        #expect(try declared(kind, item) == ["item.unknown": 1])
    }

    @Test(arguments: ["wage", "business", "property", "transfer", "expense"])
    func `other is known to every kind, and counted by itself`(kind: String) throws {
        #expect(try declared(kind, "other") == ["item.other": 1])
    }

    @Test func `payments, claims, fees and aid have lists of their own`() throws {
        func paid(_ item: String) throws -> [String: Int] {
            try notes(
                "bk.subsidy.paid",
                """
                "idNumber":"\(Sample.idNumber)","paymentNumber":"P1","item":"\(item)","amount":1,\
                "date":"2026-01-10"
                """)
        }
        func claimed(_ item: String) throws -> [String: Int] {
            try notes(
                "ag.claim.paid",
                """
                "householdNumber":"H-1","claimNumber":"C1","item":"\(item)","amount":1,\
                "date":"2026-01-10"
                """)
        }
        func school(_ type: String, _ item: String) throws -> [String: Int] {
            try notes(
                type,
                """
                "idNumber":"\(Sample.idNumber)","studentNumber":"G1","term":"2026-1",\
                "item":"\(item)","amount":1,"date":"2026-01-10"
                """)
        }
        #expect(try paid("maizeSoy") == [:])
        #expect(try paid("crops") == ["item.unknown": 1])
        #expect(try claimed("cropInsurance") == [:])
        #expect(try claimed("dibao") == ["item.unknown": 1])
        #expect(try school("ed.fee.charged", "tuition") == [:])
        #expect(try school("ed.fee.charged", "grant") == ["item.unknown": 1])
        #expect(try school("ed.aid.granted", "rainDew") == [:])
        #expect(try school("ed.aid.granted", "other") == ["item.other": 1])
    }

    @Test func `a reversal takes a fact back and counts nothing`() throws {
        let notes = try notes(
            "ag.claim.paid",
            #""householdNumber":"H-1","claimNumber":"C1","item":"rubbish""#, op: "reverse")
        #expect(notes == [:])
    }

    @Test func `a refused record counts nothing but its dead letter`() throws {
        let outcome = try IntakeHarness("livelihood").run(
            "ag.claim.paid.v1",
            #"{"householdNumber":"H-1","claimNumber":"C1","item":"rubbish","amount":1}"#)
        #expect(outcome.failure?.field == "date")
        #expect(outcome.notes == [:])
    }
}
