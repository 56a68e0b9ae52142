import Foundation
import Households
import Kafka
import Streams
import Testing
import Workers

struct IntakeEnvelopeTests {
    private static let type = "md.enrol.changed.v1"
    private static let data =
        #"{"idNumber":"11010519491231002X","year":2026,"enrolled":true,"date":"2025-11-02"}"#

    /// The good record in binary mode with one header set; `nil` leaves it out.
    private func binary(_ name: String, _ value: String?) -> OwnedRecord {
        var record = IntakeHarness.binary(Self.type, Self.data)
        record.headers.removeAll { $0.name == name }
        if let value { record.headers.append(.init(name, value)) }
        return record
    }

    /// The good record in structured mode with one attribute set (JSON); `nil` leaves it out.
    private func structured(_ name: String, _ json: String?) -> OwnedRecord {
        var record = IntakeHarness.structured(Self.type, Self.data)
        var members: [(String, String)] = [
            ("specversion", "\"1.0\""), ("id", "\"r-1\""),
            ("source", "\"\(IntakeHarness.source)\""), ("type", "\"\(Self.type)\""),
            ("time", "\"\(IntakeHarness.time)\""), ("data", Self.data),
        ]
        members.removeAll { $0.0 == name }
        if let json { members.append((name, json)) }
        let text = members.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",")
        record.value = Array("{\(text)}".utf8)
        return record
    }

    @Test(arguments: [
        ("id", nil, "envelope.missing", "another"), ("id", "", "envelope.missing", "another"),
        ("source", nil, "envelope.missing", "urn:gov:52:medical:x"),
        ("type", nil, "envelope.missing", "hc.diagnosis.major.v1"),
        ("source", "urn:gov:529901:medical", "envelope.source", "urn:gov:5299:medical:a-b_c.1"),
        ("source", "urn:gov:5:medical:x", "envelope.source", "urn:gov:52:medical:x"),
        ("source", "urn:gov:529:medical:x", "envelope.source", "urn:gov:529901:medical:x"),
        ("source", "urn:gov:52990a:medical:x", "envelope.source", "urn:gov:529901:medical:x"),
        ("source", "urn:gov:529901::x", "envelope.source", "urn:gov:529901:m:x"),
        ("source", "urn:gov:529901:medical:x:y", "envelope.source", "urn:gov:529901:medical:y"),
        ("source", "https://example.org/", "envelope.source", "urn:gov:529901:medical:x"),
        ("source", "urn:gov:529901:医保:x", "envelope.source", "urn:gov:529901:yibao:x"),
        ("type", "md.enrol.changed", "type.unknown", nil),
        ("type", "md.enrol.changed.v2", "type.unknown", nil),
        ("type", "md.enrol.changed.v1 ", "type.unknown", nil),
        ("type", "hh.person.deceased.v1", "type.unknown", nil),
        ("time", "2026-06-20", "envelope.time", "2026-06-20T01:30:00.5Z"),
        ("time", "yesterday", "envelope.time", "2026-06-20T01:30:00+00:00"),
        ("op", "delete", "envelope.op", "correct"), ("op", "Create", "envelope.op", "create"),
        ("op", "", "envelope.op", "snapshot"),
        ("specversion", "0.3", "envelope.missing", "1.0"),
    ] as [(String, String?, String, String?)])
    func `each attribute is checked in both modes`(
        name: String, bad: String?, reason: String, good: String?
    ) throws {
        let harness = try IntakeHarness("medical")
        for record in [
            binary("ce_\(name)", bad), structured(name, bad.map { "\"\($0)\"" }),
        ] {
            let outcome = harness.run(record)
            #expect(outcome.failure?.reason == reason)
            #expect(outcome.failure?.field == name)
            #expect(outcome.outputs.isEmpty)
        }
        guard let good else { return }
        for record in [binary("ce_\(name)", good), structured(name, "\"\(good)\"")] {
            let failure = harness.run(record).failure
            // A good type needs other fields, which this record does not have.
            let isOther = name == "type" && failure?.reason.hasPrefix("field") == true
            #expect(failure == nil || isOther)
        }
    }

    @Test(arguments: ["id", "source", "type"])
    func `an attribute that is no text is missing`(name: String) throws {
        let harness = try IntakeHarness("medical")
        for json in ["7", "null", "{}", "true"] {
            #expect(harness.run(structured(name, json)).failure?.reason == "envelope.missing")
        }
        #expect(harness.run(structured("time", "7")).failure?.reason == "envelope.time")
        #expect(harness.run(structured("op", "[]")).failure?.reason == "envelope.op")
    }

    @Test func `time says when it was booked, else the record's timestamp does`() throws {
        let harness = try IntakeHarness("medical")
        let given = try #require(
            harness.run(binary("ce_time", "2026-06-01T00:00:00Z")).outputs.first?.fact)
        #expect(given.recorded == InstantText.milliseconds("2026-06-01T08:00:00+08:00"))
        for record in [binary("ce_time", nil), structured("time", nil)] {
            var record = record
            record.timestamp = 1_772_676_000_123
            let fact = try #require(harness.run(record).outputs.first?.fact)
            #expect(fact.recorded == 1_772_676_000_123)
            #expect(fact.arrived == IntakeHarness.arrived)
        }
    }

    @Test func `the department is the fourth part of the source, area and system do not count`()
        throws
    {
        let harness = try IntakeHarness("medical")
        let one = harness.run(binary("ce_source", "urn:gov:52:medical:a")).outputs.first?.fact
        let two = harness.run(binary("ce_source", "urn:gov:529901:medical:b")).outputs.first?.fact
        #expect(one?.department == "medical")
        #expect(one == two)
    }

    @Test(arguments: ["correct", "snapshot", "create"])
    func `create, correct and snapshot state the same`(op: String) throws {
        let harness = try IntakeHarness("medical")
        let fact = try harness.fact(Self.type, Self.data, op: op)
        #expect(try fact == harness.fact(Self.type, Self.data))
    }

    @Test func `a reversal needs only key and subject, and whatever else it says is not read`()
        throws
    {
        let harness = try IntakeHarness("medical")
        let fact = try harness.fact(
            Self.type, #"{"idNumber":"11010519491231002X","year":2026}"#, op: "reverse")
        #expect(fact.isReversed)
        #expect(fact.identity == (try harness.fact(Self.type, Self.data)).identity)
        #expect(fact.occurred == Sample.day("2026-06-20"))
        let odd = try harness.fact(
            Self.type,
            #"{"idNumber":"11010519491231002X","year":2026,"enrolled":7,"date":"2026-02-30"}"#,
            op: "reverse")
        #expect(odd == fact)
        let dated = try harness.fact(
            Self.type, #"{"idNumber":"11010519491231002X","year":2026,"date":"2025-11-02"}"#,
            op: "reverse")
        #expect(dated.occurred == Sample.day("2025-11-02"))
        // What it does need is checked.
        let unnamed = harness.run(Self.type, #"{"year":2026}"#, op: "reverse")
        #expect(unnamed.failure?.reason == "field.missing")
        #expect(unnamed.failure?.field == "idNumber")
        let keyless = harness.run(
            Self.type, #"{"idNumber":"11010519491231002X"}"#, op: "reverse")
        #expect(keyless.failure?.field == "year")
    }

    @Test func `a reversed settlement is the same fact as the settlement`() throws {
        let harness = try IntakeHarness("medical")
        let key = #""idNumber":"11010519491231002X","settlementNumber":"S1""#
        let bill = try harness.fact(
            "md.settlement.outpatient.v1",
            """
            {\(key),"settled":"2026-06-15","total":9,"fund":1,"selfPaid":8,"selfPaidInPolicy":8,\
            "hospitalLevel":1}
            """)
        let reversed = try harness.fact(
            "md.settlement.reversed.v1", #"{\#(key),"date":"2026-06-18"}"#)
        let reversal = try harness.fact("md.settlement.special.v1", "{\(key)}", op: "reverse")
        #expect(reversed.isReversed && reversal.isReversed && !bill.isReversed)
        #expect(reversed.identity == bill.identity)
        #expect(reversal.identity == bill.identity)
        #expect(bill.key.description == "vn93b7attj7dek2eft0qxf8ca8")  // worked out in Python
    }

    @Test func `a reversed declaration names household and person as the declaration did`() throws {
        let harness = try IntakeHarness("livelihood")
        let key = """
            "householdNumber":"H-1","idNumber":"11010519491231002X","kind":"wage","item":"work",\
            "from":"2025-01-01"
            """
        let fact = try harness.fact("fv.income.recorded.v1", "{\(key)}", op: "reverse")
        #expect(fact.subject == .household(Sample.household))
        #expect(fact.pseudonym(.person) == Sample.person)
        #expect(fact.key.description == "0fse3qvyzrt8s3dbcjsq7a32e8")  // worked out in Python
        #expect(fact.amountFen == nil)
    }

    @Test func `a trace parent goes on in every mode, another text does not`() throws {
        let harness = try IntakeHarness("medical")
        let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        for record in [
            binary("ce_traceparent", parent), structured("traceparent", "\"\(parent)\""),
        ] {
            #expect(harness.run(record).outputs.first?.headers == ["traceparent": parent])
        }
        // The runtime copies the plain header itself.
        #expect(harness.run(binary("traceparent", parent)).outputs.first?.headers == [:])
        for bad in [
            "11010519491231002X", parent + "0", parent.uppercased(),
            "ff" + parent.dropFirst(2),
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        ] {
            #expect(harness.run(binary("ce_traceparent", bad)).outputs.first?.headers == [:])
            #expect(
                harness.run(structured("traceparent", "\"\(bad)\"")).outputs.first?.headers == [:])
        }
        // A plain header that goes nowhere does not stand in the way of a good attribute.
        var both = binary("ce_traceparent", parent)
        both.headers.append(.init("traceparent", "11010519491231002X"))
        #expect(harness.run(both).outputs.first?.headers == ["traceparent": parent])
    }

    @Test func `a null value and data that is no object are no JSON records`() throws {
        let harness = try IntakeHarness("medical")
        var record = IntakeHarness.binary(Self.type, Self.data)
        record.value = nil
        #expect(harness.run(record).failure?.reason == "record.json")
        for value in ["", "[]", "7", "\"text\"", "null", "{", "{}x", "\u{feff}{}"] {
            record.value = Array(value.utf8)
            #expect(harness.run(record).failure?.reason == "record.json", "\(value)")
        }
        #expect(harness.run(structured("data", nil)).failure?.reason == "envelope.missing")
        #expect(harness.run(structured("data", "null")).failure?.reason == "envelope.missing")
        #expect(harness.run(structured("data", "[]")).failure?.reason == "record.json")
    }
}
