import Casework
import Households
import JSON
import Kafka
import StreamsTesting
import Testing

@testable import Workers

@Suite("Casework: records in, records out")
struct CaseworkProcessorTests {
    typealias Samples = CaseworkSamples

    @Test("an assignment is published field by field, as a CloudEvent of the instant")
    func assignment() throws {
        let run = try CaseworkRun([
            Samples.alert("opened", more: "\"visit\":\"v1\",", proposes: ["H06"], at: "06-15T09:37")
        ])
        let record = run.driver.outputs("assignments")[1]
        let caseID = Case.id(of: Samples.household, number: 1)
        let id = Assignment.id(of: caseID, measure: "H06", number: 1)
        #expect(Samples.key(record) == Samples.household)
        #expect(record.timestamp == Samples.time("06-15T09:37"))
        let expected = [
            "ce_specversion": "1.0", "ce_id": "\(id).1",
            "ce_source": "urn:shouwang:529901:casework",
            "ce_type": "shouwang.assignment.proposed.v1", "ce_subject": Samples.household,
            "ce_time": "2026-06-15T09:37:00+08:00", "content-type": "application/json",
        ]
        for (name, value) in expected { #expect(Samples.header(name, record) == value) }
        #expect(
            String(decoding: record.value!, as: UTF8.self) == """
                {"assignment":"\(id)","revision":1,"case":"\(caseID)",\
                "household":"\(Samples.household)","division":"529901100201","measure":"H06",\
                "name":{"zh":"临时救助","en":"Emergency relief"},"department":"civil affairs",\
                "level":"township","state":"proposed","reasons":["\(Samples.a1)"],\
                "createdAt":"2026-06-15T09:37:00+08:00","dueAt":"2026-06-17T09:37:00+08:00"}
                """)
    }

    @Test("the case is published after each change, with its clocks")
    func caseRecord() throws {
        let run = try CaseworkRun([
            Samples.alert(
                "opened", level: "red", more: "\"visit\":\"v1\",", at: "06-15T09:37"),
            Samples.action(
                "visited", id: "x1", more: "\"alerts\":[\"\(Samples.a1)\"],", at: "06-15T15:00"),
            Samples.alert("cleared", revision: 2, level: "red", at: "06-16T00:00"),
        ])
        let records = run.driver.outputs("cases")
        let caseID = Case.id(of: Samples.household, number: 1)
        let visit = Assignment.id(of: caseID, measure: "V01", number: 1)
        #expect(records.map { Samples.header("ce_id", $0) } == (1...3).map { "\(caseID).\($0)" })
        #expect(
            String(decoding: records[0].value!, as: UTF8.self) == """
                {"case":"\(caseID)","revision":1,"household":"\(Samples.household)",\
                "division":"529901100201","stage":"assigned","level":"red",\
                "openedAt":"2026-06-15T09:37:00+08:00","alerts":["\(Samples.a1)"],\
                "causes":["illness"],"visits":["v1"],"assignments":["\(visit)"],"clocks":[\
                {"name":"PRC-01","dueAt":"2026-06-16T09:37:00+08:00","assignment":"\(visit)"},\
                {"name":"PRC-07","dueAt":"2026-06-16T09:37:00+08:00"}],"answers":[]}
                """)
        let last = try Samples.json(records[2])
        #expect(last["stage"]?.stringValue == "closed")
        #expect(last["closedAt"]?.stringValue == "2026-06-16T00:00:00+08:00")
        #expect(last["clocks"]?.arrayValue?.isEmpty == true)
        #expect(last["answers"]?[0]?["kind"]?.stringValue == "visited")
        #expect(last["answers"]?[0]?["action"]?.stringValue == "x1")
        #expect(try run.assignments() == ["V01 proposed", "V01 delivered"])
        #expect(run.dead.isEmpty)
    }

    @Test("escalations are keyed by the addressee's division and stamped to the minute")
    func escalations() throws {
        let run = try CaseworkRun(
            [Samples.alert("opened", level: "yellow", at: "06-15T09:37")], until: "07-31T00:00")
        let records = run.driver.outputs("escalations")
        #expect(records.map(Samples.key) == ["529901100", "529901"])
        #expect(
            records.map(\.timestamp) == [
                Samples.time("06-22T09:37"), Samples.time("06-23T09:37"),
            ])
        let caseID = Case.id(of: Samples.household, number: 1)
        let first = try Samples.json(records[0])
        #expect(first["clock"]?.stringValue == "PRC-01")
        #expect(first["case"]?.stringValue == "\(caseID)")
        #expect(first["household"]?.stringValue == Samples.household)
        #expect(first["from"]?.stringValue == "village")
        #expect(first["to"]?.stringValue == "township")
        #expect(first["dueAt"]?.stringValue == "2026-06-22T09:37:00+08:00")
        #expect(first["raisedAt"]?.stringValue == "2026-06-22T09:37:00+08:00")
        #expect(first["text"]?["zh"]?.stringValue?.isEmpty == false)
        #expect(first["text"]?["en"]?.stringValue?.isEmpty == false)
        let second = try Samples.json(records[1])
        #expect(second["dueAt"]?.stringValue == "2026-06-22T09:37:00+08:00")
        #expect(second["raisedAt"]?.stringValue == "2026-06-23T09:37:00+08:00")
        #expect(try run.assignments() == ["V01 proposed", "V01 overdue"])
        #expect(
            Samples.header("ce_type", records[0]) == "shouwang.escalation.raised.v1")
        let ids = records.compactMap { Samples.header("ce_id", $0) }
        #expect(ids[0].hasSuffix(".1") && ids[1].hasSuffix(".2"))
        #expect(Samples.header("ce_source", records[1]) == "urn:shouwang:529901:casework")
    }

    @Test("a red alert without relief or visit in 24 hours reaches the county at that minute")
    func redAlert() throws {
        let run = try CaseworkRun(
            [Samples.alert("opened", level: "red", at: "06-20T18:05")], until: "06-21T18:05")
        let told = try run.driver.outputs("escalations").map { record in
            "\(try Samples.json(record)["clock"]?.stringValue ?? "") \(Samples.key(record))"
        }
        #expect(told == ["PRC-01 529901100", "PRC-07 529901"])
    }

    @Test("delivery carries its evidence")
    func delivered() throws {
        let caseID = Case.id(of: Samples.household, number: 1)
        let id = Assignment.id(of: caseID, measure: "H06", number: 1)
        let evidence = """
            "evidence":[{"kind":"payment","sha256":"00ff","takenAt":"2026-06-15T16:00:00+08:00"}],
            """
        let run = try CaseworkRun([
            Samples.alert("opened", proposes: ["H06"], at: "06-15T09:00"),
            Samples.action(
                "delivered", id: "x1", more: "\"assignment\":\"\(id)\",\(evidence)",
                at: "06-15T16:30"),
        ])
        let last = try Samples.json(try #require(run.driver.outputs("assignments").last))
        #expect(last["deliveredAt"]?.stringValue == "2026-06-15T16:30:00+08:00")
        #expect(last["evidence"]?[0]?["kind"]?.stringValue == "payment")
        #expect(last["evidence"]?[0]?["sha256"]?.stringValue == "00ff")
        #expect(last["revision"]?.int64 == 2)
    }

    @Test("an action that names nothing known is a dead letter and changes nothing")
    func unknownAction() throws {
        let run = try CaseworkRun([
            Samples.action("visited", id: "x0", at: "06-15T08:00"),
            Samples.alert("opened", at: "06-15T09:00"),
            Samples.action("visited", id: "x1", more: "\"case\":\"none\",", at: "06-15T10:00"),
            Samples.action("visited", id: "x2", more: "\"alerts\":[\"none\"],", at: "06-15T10:00"),
            Samples.action("delivered", id: "x3", at: "06-15T10:00"),
            Samples.action("dismissed", id: "x4", at: "06-15T10:00"),
        ])
        #expect(
            run.dead == [
                "action.unknown household", "action.unknown case", "action.unknown alerts",
                "field.missing assignment", "field.missing reason",
            ])
        #expect(try run.assignments() == ["V01 proposed"])
        #expect(run.driver.outputs("cases").count == 1)
    }

    @Test("a replayed action is harmless")
    func replayed() throws {
        let visited = Samples.action("visited", id: "x1", at: "06-15T10:00")
        let run = try CaseworkRun([
            Samples.alert("opened", at: "06-15T09:00"), visited, visited, visited,
        ])
        #expect(run.dead.isEmpty)
        #expect(try run.assignments() == ["V01 proposed", "V01 delivered"])
        #expect(run.driver.outputs("cases").count == 2)
    }

    @Test("what is no alert and no action of ours is a dead letter with its reason")
    func badRecords() throws {
        let good = Samples.alert("opened", at: "06-15T09:00")
        var noType = good
        noType.headers = []
        let text = String(decoding: good.value!, as: UTF8.self)
        func changed(_ old: String, _ new: String) -> OwnedRecord {
            precondition(text.contains(old))
            var copy = good
            let parts = text.split(separator: old, omittingEmptySubsequences: false)
            copy.value = Array(parts.joined(separator: new).utf8)
            return copy
        }
        let run = try CaseworkRun([
            noType,
            Samples.record("shouwang.alert.flew.v1", text, at: "06-15T09:00"),
            Samples.record("shouwang.alert.opened.v1", nil, at: "06-15T09:00"),
            Samples.record("shouwang.alert.opened.v1", "{\"alert\":", at: "06-15T09:00"),
            Samples.record("shouwang.alert.opened.v1", "[]", at: "06-15T09:00"),
            Samples.record("shouwang.alert.opened.v1", text, at: "06-15T09:00", key: nil),
            Samples.record("shouwang.alert.opened.v1", text, at: "06-15T09:00", key: "short"),
            changed("\"level\":\"orange\"", "\"level\":\"purple\""),
            changed("\"revision\":1", "\"revision\":1.5"),
            changed("\"revision\":1,", ""),
            changed("\"division\":\"529901100201\"", "\"division\":\"5299\""),
            changed("\"proposes\":[]", "\"proposes\":[6]"),
            Samples.record(
                "shouwang.action.visited.v1", "{\"action\":\"x\",\"at\":\"yesterday\"}",
                at: "06-15T09:00"),
        ])
        #expect(
            run.dead == [
                "envelope.missing type", "type.unknown type", "record.json ", "record.json ",
                "record.json ", "household.format key", "household.format key",
                "field.value level", "field.type revision", "field.missing revision",
                "division.format division", "field.type proposes", "date.format at",
            ])
        #expect(run.driver.outputs("cases").isEmpty)
    }

    @Test("an alert for which another speaks opens no case until it speaks for itself")
    func superseded() throws {
        let run = try CaseworkRun([
            Samples.alert(
                "opened", more: "\"supersededBy\":\"\(Samples.a2)\",", at: "06-15T09:00"),
            Samples.alert("updated", revision: 2, proposes: ["H06"], at: "06-16T09:00"),
        ])
        #expect(try run.assignments() == ["V01 proposed", "H06 proposed"])
        let opened = try Samples.json(run.driver.outputs("cases")[0])
        #expect(opened["openedAt"]?.stringValue == "2026-06-16T09:00:00+08:00")
    }
}
