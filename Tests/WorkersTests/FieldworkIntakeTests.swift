import Households
import JSON
import Kafka
import Streams
import Testing
import Workers

struct FieldworkIntakeTests {
    private static let source = "urn:shouwang:529901:tablet"

    private func data(_ change: [String: String?] = [:]) -> String {
        var members: [(String, String)] = [
            ("action", "\"a-17\""), ("household", "\"\(Sample.household)\""),
            ("case", "\"c-1\""), ("alerts", "[\"al-1\",\"al-2\"]"), ("assignment", "\"as-1\""),
            ("officer", "\"o-5\""), ("at", "\"2026-06-19T20:00:00+08:00\""),
            ("reason", "\"no.risk\""),
            (
                "evidence",
                "[{\"kind\":\"photo\",\"sha256\":\"\(String(repeating: "0f", count: 32))\","
                    + "\"takenAt\":\"2026-06-19T20:01:00+08:00\",\"gps\":\"26.5,106.6\"}]"
            ),
            ("note", "\"张三 was at home, phone 13800000000\""),
        ]
        for (name, value) in change {
            members.removeAll { $0.0 == name }
            if let value { members.append((name, value)) }
        }
        return "{" + members.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",") + "}"
    }

    private func type(_ name: String) -> String { "shouwang.action.\(name).v1" }

    @Test func `an action goes to casework with the fields of the catalogue only`() throws {
        let harness = try IntakeHarness("fieldwork")
        for name in ["acknowledged", "visited", "dismissed", "relieved", "delivered"] {
            let outcome = harness.run(type(name), data(), source: Self.source)
            #expect(outcome.failure == nil)
            let action = try #require(outcome.outputs.first)
            #expect(action.topic == "case.events")
            #expect(action.key == Sample.household.description)
            #expect(
                action.headers == [
                    "ce_specversion": "1.0", "ce_id": "r-1", "ce_source": Self.source,
                    "ce_type": type(name), "ce_time": IntakeHarness.time,
                    "content-type": "application/json",
                ])
            #expect(
                String(decoding: action.value, as: UTF8.self) == """
                    {"action":"a-17","household":"\(Sample.household)","case":"c-1",\
                    "alerts":["al-1","al-2"],"assignment":"as-1","officer":"o-5",\
                    "at":"2026-06-19T20:00:00+08:00","reason":"no.risk",\
                    "evidence":[{"kind":"photo","sha256":"\(String(repeating: "0f", count: 32))",\
                    "takenAt":"2026-06-19T20:01:00+08:00"}]}
                    """)
            let isFact = ["visited", "dismissed", "relieved", "delivered"].contains(name)
            #expect(outcome.outputs.count == (isFact ? 2 : 1))
        }
    }

    @Test(arguments: [
        ("visited", FactKind.visited), ("dismissed", .dismissed), ("relieved", .relieved),
    ])
    func `a visit, a dismissal and relief are facts of the household too`(
        name: String, kind: FactKind
    ) throws {
        let outcome = try IntakeHarness("fieldwork").run(type(name), data(), source: Self.source)
        let output = try #require(outcome.outputs.last)
        #expect(output.topic == "household.facts")
        #expect(output.key == Sample.household.description)
        #expect(
            output.fact
                == Fact(
                    kind: kind, subject: .household(Sample.household),
                    key: Pseudonym.digest("action:a-17"), department: "fieldwork",
                    occurred: Sample.day("2026-06-19"), recorded: IntakeHarness.recorded,
                    arrived: IntakeHarness.arrived,
                    attributes: [
                        (.reason, .text("no.risk")), (.officer, .text("o-5")),
                        (.alerts, .text("al-1,al-2")), (.action, .text("a-17")),
                    ]))
    }

    @Test(arguments: [
        ("identified", nil), ("declined", nil), ("contacted", nil),
        ("eliminationProposed", "proposed"), ("eliminationWithdrawn", "withdrawn"),
    ] as [(String, String?)])
    func `a decision goes to casework; a proposal to end monitoring is a fact too`(
        name: String, event: String?
    ) throws {
        let outcome = try IntakeHarness("fieldwork").run(type(name), data(), source: Self.source)
        #expect(outcome.failure == nil)
        #expect(outcome.outputs.first?.topic == "case.events")
        let told = String(decoding: outcome.outputs.first?.value ?? [], as: UTF8.self)
        #expect(!told.contains("note") && !told.contains("assignment"))
        #expect(outcome.outputs.count == (event == nil ? 1 : 2))
        guard let event else { return }
        let fact = try #require(outcome.outputs.last?.fact)
        #expect(fact.kind == .elimination)
        #expect(fact.text(.event) == event)
        #expect(fact.occurred == Sample.day("2026-06-19"))
    }

    @Test func `a measure delivered is a fact of the household too, without its evidence`() throws {
        let outcome = try IntakeHarness("fieldwork").run(
            type("delivered"), data(), source: Self.source)
        let fact = try #require(outcome.outputs.last?.fact)
        #expect(fact.kind == .delivered)
        #expect(fact.subject == .household(Sample.household))
        #expect(fact.attributes.isEmpty)
    }

    @Test func `an officer's clock that runs ahead moves no fact into the future`() throws {
        let harness = try IntakeHarness("fieldwork")
        for at in ["2026-06-20T23:59:59+08:00", "2026-06-21T00:00:00+08:00", "2099-01-01T00:00:00Z"]
        {
            let outcome = harness.run(
                type("visited"), data(["at": "\"\(at)\""]), source: Self.source)
            #expect(outcome.outputs.last?.fact?.occurred == Sample.day("2026-06-20"))
        }
    }

    @Test(arguments: [
        ("visited", "action", nil, "field.missing"), ("visited", "action", "\"\"", "field.missing"),
        ("visited", "action", "\"a b\"", "field.value"), ("visited", "action", "7", "field.type"),
        ("visited", "household", nil, "field.missing"),
        ("visited", "household", "\"H-1\"", "household.format"),
        ("visited", "household", "\"wch4mf44fbhkkzx3jz8xvp8bgl\"", "household.format"),
        ("visited", "officer", nil, "field.missing"),
        ("visited", "at", nil, "field.missing"), ("visited", "at", "\"2026-06-19\"", "date.format"),
        ("visited", "alerts", "\"al-1\"", "field.type"), ("visited", "alerts", "[7]", "field.type"),
        ("visited", "alerts", "[\"a,b\"]", "field.value"),
        ("dismissed", "reason", nil, "field.missing"),
        ("dismissed", "reason", "\"没有风险\"", "field.value"),
        ("declined", "reason", nil, "field.missing"),
        ("delivered", "assignment", nil, "field.missing"),
        ("delivered", "evidence", nil, "field.missing"),
        ("delivered", "evidence", "[]", "field.missing"),
        ("delivered", "evidence", "[{\"kind\":\"photo\"}]", "field.type"),
        ("delivered", "evidence", "{}", "field.type"),
    ] as [(String, String, String?, String)])
    func `an action of another form is a dead letter`(
        name: String, field: String, value: String?, reason: String
    ) throws {
        let harness = try IntakeHarness("fieldwork")
        let outcome = harness.run(type(name), data([field: value]), source: Self.source)
        #expect(outcome.outputs.isEmpty)
        #expect(outcome.failure?.reason == reason)
        #expect(outcome.failure?.field == field)
        #expect(outcome.failure?.step == "FieldworkIntake")
    }

    @Test(arguments: ["case", "alerts", "assignment", "reason", "evidence", "note"])
    func `what an action need not say may be missing`(field: String) throws {
        let outcome = try IntakeHarness("fieldwork").run(
            type("visited"), data([field: String?.none]), source: Self.source)
        #expect(outcome.failure == nil)
        #expect(outcome.outputs.count == 2)
    }

    @Test func `an unknown action and an action taken back are refused`() throws {
        let harness = try IntakeHarness("fieldwork")
        for name in ["forgotten", "visited.v1", "md.enrol.changed"] {
            #expect(harness.run(type(name), data()).failure?.reason == "type.unknown")
        }
        #expect(harness.run("md.enrol.changed.v1", data()).failure?.reason == "type.unknown")
        let reversed = harness.run(type("visited"), data(), op: "reverse")
        #expect(reversed.failure?.reason == "envelope.op")
    }
}
