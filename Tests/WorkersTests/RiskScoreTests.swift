import JSON
import Testing
import Workers
import YAML

@Suite("CMP-02: the figure that orders a list")
struct RiskScoreTests {
    private func score() throws -> RiskScore {
        RiskScore(
            try RiskScore.Weights(
                YAMLNode.parse(
                    text: "{incomeGap: 40, noLabour: 15, illness: 15, schooling: 10, shock: 10, "
                        + "shocksCount: 2}", file: "score.yaml")))
    }

    private func alert(
        _ household: String, _ id: String, _ cause: String, state: String = "open",
        reference: Int = 870_000, judgeable: Bool = true, reasons: String = "",
        asOf: String = "2026-03-05"
    ) throws -> JSONValue {
        let text = """
            {"alert":"\(id)","household":"\(household)","division":"529901100201",\
            "state":"\(state)","cause":"\(cause)","levelReasons":[\(reasons)],"asOf":"\(asOf)",\
            "computation":{"judgeable":\(judgeable),"lineFen":870000,\
            "referencePerCapitaFen":\(reference)}}
            """
        return try JSONValue(parsing: Array(text.utf8))
    }

    @Test func `points add up part by part, the heaviest household first`() throws {
        var score = try score()
        score.add(try alert("b", "1", "illness", reference: 435_000))
        score.add(try alert("c", "2", "income", reference: -5))
        score.add(try alert("c", "3", "schooling", reference: -5, reasons: "\"noLabour\"", asOf: "2026-03-06"))
        score.add(try alert("a", "4", "water", judgeable: false))
        for (number, cause) in ["disaster", "accident", "employment"].enumerated() {
            score.add(try alert("d", "d\(number)", cause))
        }
        let ranking = score.ranking
        #expect(ranking.map(\.household) == ["c", "b", "d", "a"])
        #expect(ranking.map(\.total) == [65, 35, 20, 10])
        #expect(ranking[0].incomeGap == 40 && ranking[0].labour == 15 && ranking[0].schooling == 10)
        #expect(ranking[1].incomeGap == 20 && ranking[1].illness == 15)
        #expect(ranking[2].shocks == 20)
    }

    @Test func `an alert that has ended counts no more, and at the line there is no gap`() throws {
        var score = try score()
        score.add(try alert("a", "1", "illness"))
        score.add(try alert("a", "2", "schooling"))
        score.add(try alert("b", "3", "illness"))
        score.add(try alert("a", "1", "illness", state: "cleared"))
        score.add(try alert("b", "3", "illness", state: "withdrawn"))
        #expect(score.ranking.map(\.household) == ["a"])
        #expect(score.ranking.map(\.total) == [10])
    }

    @Test func `points beyond a hundred, and an unknown part, are refused with their place`() {
        for (text, says) in [
            ("{incomeGap: 400}", "expected 0 to 100"), ("{incomGap: 4}", "did you mean"),
        ] {
            let error = #expect(throws: YAMLError.self) {
                try RiskScore.Weights(YAMLNode.parse(text: text, file: "score.yaml"))
            }
            #expect(error?.description.contains(says) ?? false, "\(error?.description ?? "")")
        }
    }

    @Test func `the file that ships reads`() throws {
        _ = try RiskScore.Weights(
            YAMLNode.parse(file: "\(IntakeHarness.root)/Pipelines/monitor/score.yaml"))
    }
}
