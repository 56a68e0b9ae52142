import Households
import JSON
import Kafka
import Streams
import Testing
import Workers

struct CSVFeedTests {
    private func rows(_ text: String) throws -> [[String]] {
        var reader = CSVReader(Array(text.utf8))
        var result: [[String]] = []
        while let row = try reader.next() { result.append(row) }
        return result
    }

    @Test func `rows and cells are read as RFC 4180 has them`() throws {
        #expect(try rows("a,b\r\n1,2\r\n") == [["a", "b"], ["1", "2"]])
        #expect(try rows("a,b\n1,2") == [["a", "b"], ["1", "2"]])
        #expect(try rows("\u{feff}户编号,姓名\n\n,\n") == [["户编号", "姓名"]])
        #expect(try rows("a , b\n x,\" y \" \n") == [["a", "b"], ["x", " y "]])
        #expect(try rows("\"a,b\",\"say \"\"hi\"\"\",\"two\r\nlines\"\n,x,")
            == [["a,b", "say \"hi\"", "two\r\nlines"], ["", "x", ""]])
        #expect(try rows("").isEmpty)
    }

    @Test func `each row knows the line it began on`() throws {
        var reader = CSVReader(Array("h\n\"a\nb\"\n\nc\n".utf8))
        var lines: [Int] = []
        while try reader.next() != nil { lines.append(reader.rowLine) }
        #expect(lines == [1, 2, 5])
    }

    @Test(arguments: [("a\n\"b", 2), ("a\n\"b\"c\n", 2), ("a\nb\"c\n", 2)] as [(String, Int)])
    func `a broken file is refused with its line`(text: String, line: Int) {
        let failure = #expect(throws: CSVReader.Failure.self) { try rows(text) }
        #expect(failure?.line == line)
    }

    @Test func `another encoding is refused, not guessed`() {
        var reader = CSVReader([0xbb, 0xa7, 0xb1, 0xe0, 0xba, 0xc5, 0x0a])  // GBK
        #expect(throws: CSVReader.Failure.self) { try reader.next() }
    }

    @Test func `a Chinese sheet becomes the same facts as the records it stands for`() throws {
        let catalogue = try IntakeHarness.catalogue("hazard")
        var reader = CSVReader(
            Array(
                """
                事件类型,入账时间,操作,灾害编号,户编号,身份证号,倒塌房屋间数,严重损坏房屋间数,\
                是否不宜居住,农作物损失比例,经济损失(元),受灾日期,姓名
                灾损上报,\(IntakeHarness.time),,F-26-3,H-1,,1,0,是,62.9,12000.50,2026/6/11,某某
                em.household.loss.verified.v1,\(IntakeHarness.time),更正,F-26-3,,\(Sample.idNumber),\
                1,0,否,,"11000",2026年6月11日,某某
                """.utf8))
        let header = try #require(try reader.next())
        var feed = try CSVFeed(
            catalogue: catalogue, header: header,
            defaults: .init(source: IntakeHarness.source, file: "loss.csv"))
        #expect(feed.unknownColumns == ["姓名"])
        let harness = try IntakeHarness("hazard")
        var facts: [Fact] = []
        var ids: [String] = []
        while let row = try reader.next() {
            let line = try feed.line(row, line: reader.rowLine)
            let json = try JSONValue(parsing: line)
            ids.append(json["id"]?.stringValue ?? "")
            #expect(!String(decoding: line, as: UTF8.self).contains("某某"))
            var record = IntakeHarness.structured("", "{}")
            record.value = line
            let outcome = harness.run(record)
            #expect(outcome.failure == nil)
            facts.append(try #require(outcome.outputs.first?.fact))
        }
        #expect(ids == ["loss.csv:2", "loss.csv:3"])
        let first = try harness.fact(
            "em.household.loss.reported.v1",
            """
            {"eventNumber":"F-26-3","householdNumber":"H-1","roomsCollapsed":1,\
            "roomsSeverelyDamaged":0,"unfitToLive":true,"cropLossPercent":62.9,"loss":12000.5,\
            "date":"2026-06-11"}
            """)
        #expect(facts.count == 2)
        #expect(facts[0] == first)
        #expect(facts[1].subject == .householdOf(Sample.person))
        #expect(facts[1].amountFen == 1_100_000)
        #expect(facts[1].integer(.unfitToLive) == 0)
    }

    @Test func `labels become codes and lists are split`() throws {
        var flood = try CSVFeed(
            catalogue: IntakeHarness.catalogue("hazard"),
            header: ["灾害编号", "灾害种类", "灾害等级", "受灾区划", "公告日期"],
            defaults: .init(type: "em.disaster.declared.v1", source: "s", file: "f"))
        let line = try flood.line(["F-1", "洪涝", "2", "5299、529901100", "2026-06-10"], line: 2)
        #expect(
            try JSONValue(parsing: line)["data"]?.description == """
                {"eventNumber":"F-1","kind":"0201","level":"2","divisions":["5299","529901100"],\
                "date":"2026-06-10"}
                """)
    }

    @Test func `a wrong cell reaches the intake as it is`() throws {
        var feed = try CSVFeed(
            catalogue: IntakeHarness.catalogue("household"), header: ["idNumber", "date"],
            defaults: .init(
                type: "hh.person.deceased.v1", source: IntakeHarness.source, file: "f"))
        var record = IntakeHarness.structured("", "{}")
        record.value = try feed.line([Sample.idNumber, "2026/2/30"], line: 2)
        #expect(try IntakeHarness("household").run(record).failure?.reason == "date.format")
        #expect(throws: CSVReader.Failure.self) { try feed.line(["1", "2", "3"], line: 3) }
    }

    @Test func `a file must say its type and source, and name a column once`() throws {
        let catalogue = try IntakeHarness.catalogue("household")
        for (header, defaults) in [
            (["idNumber", "date"], CSVFeed.Defaults(source: "s", file: "f")),
            (["idNumber", "date"], CSVFeed.Defaults(type: "t", file: "f")),
            (["date", "date"], CSVFeed.Defaults(type: "t", source: "s", file: "f")),
            (
                ["date", "姓名"],
                CSVFeed.Defaults(type: "hh.person.deceased.v1", source: "s", file: "f")
            ),
        ] {
            #expect(throws: CSVReader.Failure.self) {
                try CSVFeed(catalogue: catalogue, header: header, defaults: defaults)
            }
        }
        _ = try CSVFeed(
            catalogue: catalogue, header: ["事件类型", "来源", "date"], defaults: .init(file: "f"))
    }
}
