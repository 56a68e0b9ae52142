import Casework
import Testing
import YAML

@Suite("process.yaml")
struct ProcessFileTests {
    /// The file that ships, with one text replaced.
    private func read(replacing old: String, by new: String) throws -> Process {
        let text = try Samples.text("process.yaml")
        precondition(text.contains(old), "the file no longer has the text")
        let parts = text.split(separator: old, maxSplits: 1, omittingEmptySubsequences: false)
        return try Process.read(
            YAMLNode.parse(text: parts.joined(separator: new), file: "p.yaml"),
            Samples.catalogue)
    }

    private func message(replacing old: String, by new: String) -> String {
        do {
            _ = try read(replacing: old, by: new)
            return "no error"
        } catch {
            return "\(error)"
        }
    }

    @Test("the file that ships reads, starts at clue and ends at closed")
    func ships() throws {
        let process = try Process.load(folder: Samples.folder, Samples.catalogue)
        #expect(process.initialStage == "clue")
        #expect(process.stages.filter { process.isFinal($0.id) }.map(\.id) == ["closed"])
        #expect(process.visitDeadline(.red) == .hours(24))
        #expect(process.visitDeadline(.orange) == .workingDays(3))
        #expect(process.visitDeadline(.yellow) == .workingDays(5))
        #expect(process.visitDeadline(.blue) == .days(30))
    }

    @Test("every stage reaches the end by 'ended', and only listed events move a case")
    func table() throws {
        let process = try Process.load(folder: Samples.folder, Samples.catalogue)
        for stage in process.stages where !process.isFinal(stage.id) {
            #expect(process.stage(after: .ended, in: stage.id) == "closed")
        }
        for event in Process.Event.allCases {
            #expect(process.stage(after: event, in: "closed") == "closed")
            #expect(process.stage(after: event, in: "a stage of another file") != "closed")
        }
        #expect(process.stage(after: .relieved, in: "visited") == "visited")
    }

    @Test(
        "mistakes are named with file, line and column",
        arguments: [
            ("red: {hours: 24}", "red: {minutes: 24}", "p.yaml:43:11: unknown key 'minutes'"),
            ("{hours: 24}\n    orange", "{hours: 0}\n    orange", "p.yaml:43:18: expected a whole"),
            ("measure: V01", "measure: V02", "p.yaml:41:12: expected one of V01"),
            ("from: village, to: township", "from: township, to: village", "'to' above 'from'"),
            ("visited: visited,\n", "visited: visitd,\n", "did you mean 'visited'?"),
            ("visited: visited,\n      ended: closed}", "visited: visited}",
                "p.yaml:11:5: expected 'ended: closed'"),
            ("clock: PRC-07", "clock: PRC-01", "expected a different clock"),
            ("clock: PRC-06", "clock: PRC-04", "expected a different clock"),
            ("least: yellow", "least: green", "expected one of"),
            ("monitored: {days: 30}", "watched: {days: 30}",
                "p.yaml:135:5: expected the key 'monitored'"),
            ("groups: [IN,", "groups: [XX,", "expected one of"),
            ("to: county\n", "to: prefecture\n", "expected one of"),
            ("next: {}", "next: {ended: clue}", "expected one stage without a way out"),
        ])
    func mistakes(_ old: String, _ new: String, _ expected: String) {
        let message = message(replacing: old, by: new)
        #expect(message.contains(expected), "\(message)")
        #expect(message.hasPrefix("p.yaml:"))
    }

    @Test("a missing file is named")
    func missing() {
        #expect(throws: YAMLError.self) {
            try Process.load(folder: "/nowhere", Samples.catalogue)
        }
    }
}
