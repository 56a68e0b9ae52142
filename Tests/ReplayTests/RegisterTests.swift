import Households
import JSON
import Kafka
import Replay
import StreamsTesting
import Testing
import Workers

/// From the register's word to the officer's reminder, through all pipelines.
struct RegisterTests {
    private static let key = PseudonymKey(Array("made-up people only, in this test".utf8))!

    private func line(_ feed: String, _ type: String, _ data: String, at: String, _ number: Int)
        -> FeedLine
    {
        let time = "2026-\(at)T12:00:00+08:00"
        let text = """
            {"specversion":"1.0","id":"r-\(number)","source":"urn:gov:529901:office:system",\
            "type":"\(type).v1","time":"\(time)","data":\(data)}
            """
        return FeedFiles.lines(of: Array(text.utf8), topic: "feed.\(feed)", order: number)[0]
    }

    private func replay(until: String, _ more: [FeedLine] = []) throws -> Replay {
        let county = try County(
            pipelines: "\(SourceTree.root)/Pipelines", policy: "\(SourceTree.root)/config/policy",
            key: Self.key)
        let replay = Replay(county)
        replay.driver.collect("case.events", "escalations", "findings", "cases", "dead.casework")
        let household = #""householdNumber":"H-1""#
        try replay.feed(
            FeedFiles.merged(
                [
                    line(
                        "household", "hh.person.registered",
                        """
                        {"idNumber":"11010519491231002X",\(household),"relation":"head",\
                        "birthDate":"1949-12-31","sex":"f","division":"529901100201",\
                        "from":"2020-01-01"}
                        """, at: "03-01", 1),
                    line(
                        "household", "rb.class.changed",
                        #"{\#(household),"class":"unstable","exPoor":false,"from":"2026-03-02"}"#,
                        at: "03-03", 2),
                ] + more))
        try replay.pass(to: #require(Day(iso: "2026-\(until)")))
        #expect(replay.driver.outputs("dead.casework").isEmpty)
        return replay
    }

    private func told(_ replay: Replay) throws -> [String] {
        try replay.driver.outputs("case.events").compactMap { record in
            guard
                record.headers.contains(where: {
                    $0.name == "ce_type"
                        && $0.value == Array("shouwang.household.changed.v1".utf8)
                })
            else { return nil }
            let json = try JSONValue(parsing: record.value ?? [])
            return "\(Day(ofInstant: record.timestamp)) \(json["class"]?.stringValue ?? "") "
                + "\(json["hasLabour"]?.boolValue ?? false)"
        }
    }

    @Test func `casework hears of the class once, and nobody in touch is told to the township`() throws {
        let replay = try replay(until: "05-10")
        #expect(try told(replay) == ["2026-03-03 unstable false"])
        let rings = try replay.driver.outputs("escalations").map { record in
            let json = try JSONValue(parsing: record.value ?? [])
            #expect(json["case"] == nil)
            return "\(Day(ofInstant: record.timestamp)) \(json["clock"]?.stringValue ?? "") "
                + "\(String(decoding: record.key ?? [], as: UTF8.self))"
        }
        #expect(rings == ["2026-04-02 PRC-06 529901100", "2026-05-02 PRC-06 529901"])
    }

    @Test func `a class to come is told on its day, and one taken back is gone`() throws {
        let household = #""householdNumber":"H-1""#
        let replay = try replay(
            until: "04-10",
            [
                line(
                    "household", "rb.class.changed",
                    #"{\#(household),"class":"eliminated","exPoor":false,"from":"2026-03-20"}"#,
                    at: "03-10", 3),
                line(
                    "household", "rb.class.changed",
                    #"{\#(household),"class":"none","exPoor":false,"from":"2026-04-01"}"#,
                    at: "03-11", 4),
            ])
        #expect(
            try told(replay) == [
                "2026-03-03 unstable false", "2026-03-20 eliminated false", "2026-04-01 none false",
            ])
        #expect(replay.driver.outputs("escalations").isEmpty)
    }

    @Test func `a finding opens no case`() throws {
        let household = #""householdNumber":"H-1""#
        let replay = try replay(
            until: "03-12",
            [
                line(
                    "household", "rb.class.changed",
                    #"{\#(household),"class":"unstable","exPoor":false,"from":"2026-03-05","risk":"other"}"#,
                    at: "03-05", 3)
            ])
        let findings = try replay.driver.outputs("findings").map {
            try JSONValue(parsing: $0.value ?? [])
        }
        let finding = try #require(findings.first { $0["rule"]?.stringValue == "AUD-13" })
        #expect(finding["department"]?.stringValue == "ruralAffairs")
        #expect(finding["state"]?.stringValue == "open")
        #expect(finding["correct"]?["zh"]?.stringValue?.isEmpty == false)
        #expect(finding["level"] == nil && finding["visit"] == nil && finding["cause"] == nil)
        #expect(replay.driver.outputs("cases").isEmpty)
        // Nor is it told to casework.
        #expect(try told(replay).count == 1)
        #expect(replay.driver.outputs("case.events").filter { $0.value != nil }.count == 1)
    }
}
