import Households
import JSON
import Kafka
import Streams
import Testing
import Workers

/// Identity numbers stop at the intake (design, decision 7), whatever a record looks like.
struct IntakePrivacyTests {
    /// Numbers that lead to a person, as they may stand in a record.
    private static let numbers = [
        Sample.idNumber, Sample.idNumber.lowercased(), Sample.other, "DB-SECRET-7",
        "G529901199", "SETTLE-0815", "HOUSE-4711",
    ]

    /// Every event type with a number in every text field it may stand in.
    private static func records() throws -> [(feed: String, type: String, data: String)] {
        var result: [(String, String, String)] = []
        for feed in IntakeHarness.feeds + ["fieldwork"] {
            for event in try IntakeHarness.catalogue(feed).events {
                for veiled in [false, true] {
                    let members = event.fields.map { field in
                        "\"\(field.name)\":\(value(field, veiled: veiled))"
                    }
                    result.append((feed, event.type, "{\(members.joined(separator: ","))}"))
                }
            }
        }
        return result
    }

    /// A good value; text fields hold an identity number when `veiled`.
    private static func value(_ field: IntakeCatalogue.Field, veiled: Bool) -> String {
        switch field.kind {
        case .person: "\"\(field.name == "oldIdNumber" ? Sample.other : Sample.idNumber)\""
        case .household: "\"HOUSE-4711\""
        case .number: "\"DB-SECRET-7\""
        case .text(let longest):
            veiled && longest > 18 ? "\"x\(Sample.idNumber)y\"" : "\"C34\""
        case .token(let longest): veiled && longest > 18 ? "\"\(Sample.idNumber)\"" : "\"a1\""
        case .code: "\"\(field.codes[0].code)\""
        case .integer(let range): "\(range.lowerBound)"
        case .yuan, .percent, .hundredths: "1"
        case .boolean: "true"
        case .day: "\"2026-06-10\""
        case .month: "\"2026-05\""
        case .term: "\"2026-1\""
        case .division: "\"529901100201\""
        case .area: "\"52\""
        case .areas: "[\"52\"]"
        case .instant: "\"2026-06-10T10:00:00+08:00\""
        case .pseudonym: "\"\(Sample.household)\""
        case .texts: "[\"\(Sample.idNumber)\"]"
        case .evidence:
            """
            [{"kind":"photo","sha256":"\(Sample.idNumber)","takenAt":"2026-06-10",\
            "note":"\(Sample.idNumber)"}]
            """
        }
    }

    @Test func `no output of any event holds a number that leads to a person`() throws {
        var checked = 0
        for (feed, type, data) in try Self.records() {
            let outcome = try IntakeHarness(feed).run(type, data)
            #expect(outcome.failure == nil, "\(type)")
            for output in outcome.outputs {
                var bytes = output.value + Array((output.key ?? "").utf8)
                for (name, value) in output.headers { bytes += Array((name + value).utf8) }
                let text = String(decoding: bytes, as: UTF8.self)
                for number in Self.numbers {
                    #expect(!text.contains(number), "\(type)")
                }
                checked += 1
            }
        }
        #expect(checked > 70)
    }

    @Test func `an employer given by its owner's number is the same employer every time`() throws {
        let harness = try IntakeHarness("employment")
        func employer(_ code: String) throws -> String? {
            try harness.fact(
                "hr.wage.paid.v1",
                """
                {"idNumber":"\(Sample.idNumber)","employerCode":"\(code)","month":"2026-05",\
                "amount":1}
                """
            ).text(.employerCode)
        }
        let owner = Sample.pseudonym("person:" + Sample.other)
        #expect(try employer(Sample.other) == owner.description)
        #expect(try employer(Sample.other) == employer(Sample.other))
        #expect(try employer("91520100MA6DNXYZ12") == "91520100MA6DNXYZ12")
    }

    @Test func `an unknown field is never passed on, whatever it holds`() throws {
        let harness = try IntakeHarness("household")
        let data = #"{"idNumber":"11010519491231002X","date":"2026-05-01""#
        let plain = harness.run("hh.person.deceased.v1", data + "}")
        let more = harness.run(
            "hh.person.deceased.v1",
            data + #","name":"张三","address":{"a":["b",{"c":null}]},"":1,"IDNUMBER":"x"}"#)
        #expect(plain.failure == nil)
        #expect(more == plain)
    }

    @Test func `what an error says of a record broken at any byte holds no number`() throws {
        let type = "hh.person.moved.v1"
        let data = """
            {"idNumber":"11010519491231002X","householdNumber":"HOUSE-4711",\
            "fromHousehold":"HOUSE-4712","date":"2026-05-01"}
            """
        let harness = try IntakeHarness("household")
        for record in [
            IntakeHarness.binary(type, data), IntakeHarness.structured(type, data),
        ] {
            let good = try #require(record.value)
            for place in good.indices {
                for byte in [UInt8(0x22), 0x30, 0x5c, 0x7d, 0xff, 0x00] {
                    var broken = record
                    broken.value?[place] = byte
                    let outcome = harness.run(broken)
                    guard let failure = outcome.failure else { continue }
                    let said = "\(failure)"
                    for secret in ["1101051949", "9491231", "HOUSE-47"] {
                        #expect(!said.contains(secret))
                    }
                }
            }
            for length in 0..<good.count {
                var broken = record
                broken.value = Array(good[..<length])
                #expect(harness.run(broken).failure?.reason == "record.json")
            }
        }
    }

    @Test func `hostile JSON is refused or read, never a crash`() throws {
        let harness = try IntakeHarness("medical")
        let deep = String(repeating: "[", count: 100_000)
        let many = (0..<20_000).map { "\"f\($0)\":\($0)" }.joined(separator: ",")
        let good = """
            "idNumber":"11010519491231002X","year":2026,"enrolled":true,"date":"2025-11-02"
            """
        func reason(_ data: String) -> String? {
            harness.run(IntakeHarness.binary("md.enrol.changed.v1", data)).failure?.reason
        }
        #expect(reason(deep) == "record.json")
        #expect(reason("{\(good),\"x\":\(deep)}") == "record.json")
        #expect(reason("{\(good),\(many)}") == nil)
        #expect(reason("{\(good),\"year\":1e400}") == "field.type")
        let nines = String(repeating: "9", count: 5_000)
        #expect(reason("{\(good),\"year\":\(nines)}") == "field.type")
        #expect(reason("{\(good),\"date\":\"\\ud800\"}") == "record.json")
        #expect(reason("{\(good),\"date\":\"2025-11-02\\u0000\"}") == "date.format")
        #expect(reason("{\(good),\"year\":{\"year\":2026}}") == "field.type")
        #expect(reason("{" + good.replacing("year", with: "ye\\u0061r") + "}") == nil)
        // A name that stands twice: the last one counts.
        #expect(reason("{\"year\":\"x\",\(good)}") == nil)
        #expect(reason("{\(good),\"year\":\"x\"}") == "field.type")
        var large = IntakeHarness.binary("md.enrol.changed.v1", "{\(good)}")
        large.value = Array("{\(good),\"x\":\"".utf8) + [UInt8](repeating: 0x61, count: 3 << 20)
            + Array("\"}".utf8)
        #expect(harness.run(large).failure?.reason == "record.size")
    }
}
