import Foundation
import Rules
import StreamsTesting
import Testing
import Workers

@testable import Replay

/// The histories beside the rules (`Pipelines/monitor/*.tests.yaml`), through the pipelines of
/// this repository; that every rule has them; and that one which does not hold is reported.
struct RuleTests {
    private static let root = SourceTree.root
    private static let pipelines = "\(root)/Pipelines"

    private func expectAllHold(pace: Monitor.Pace) throws {
        let results = try RuleTestRun.run(pipelines: Self.pipelines, pace: pace)
        #expect(!results.isEmpty)
        for result in results {
            let failures = result.failures.joined(separator: "\n")
            #expect(failures.isEmpty, "\(result.test.file):\(result.test.line) \(result.test.name)")
        }
    }

    @Test func `the histories hold when a household is woken as its answers could change`() throws {
        try expectAllHold(pace: .asNeeded)
    }

    @Test func `the histories hold when every household is asked at every midnight`() throws {
        try expectAllHold(pace: .daily)
    }

    @Test func `every rule has histories that open, stay silent, clear and are withdrawn`() throws {
        let county = try County(
            pipelines: Self.pipelines, policy: "\(Self.root)/config/policy", key: RuleTestRun.key)
        var tests: [RuleTest] = []
        for name in FileBytes.names(in: "\(Self.pipelines)/monitor")
        where name.hasSuffix(".tests.yaml") {
            tests += try RuleTest.load(
                file: "\(Self.pipelines)/monitor/\(name)", key: RuleTestRun.key)
        }
        for rule in county.rules.rules {
            let events = tests.flatMap(\.expected).filter { $0.rule == rule.id }.map(\.event)
            for event in ["opened", "cleared", "withdrawn"] {
                #expect(events.contains(event), "\(rule.id) \(event)")
            }
            #expect(tests.contains { $0.never.contains(rule.id) }, "\(rule.id) never")
        }
    }

    // MARK: Histories that do not hold

    /// A bill of exactly the county's disposable income: MED-02 opens on 8 January, and nothing
    /// else of its kind.
    private static let history = """
        policy: {line: 8700, disposable: 20000}
        tests:
          - name: a bill
            given:
              - hh.person.registered: {person: P1, household: H1, relation: head, sex: m,
                  birthDate: 1985-03-01, division: 529901100201, from: 2020-01-01, at: 2026-01-01}
              - md.settlement.outpatient: {person: P1, settlementNumber: N1, total: 20000, fund: 0,
                  selfPaid: 20000, selfPaidInPolicy: 20000, hospitalLevel: 3, settled: 2026-01-08,
                  at: 2026-01-08}
            until: 2026-01-10

        """

    /// A copy of the pipelines whose only test file says `text`; the caller removes it.
    private func pipelines(testedBy text: String) throws -> String {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("shouwang-rules-\(UUID().uuidString)").path
        try FileManager.default.copyItem(atPath: Self.pipelines, toPath: folder)
        for part in ["monitor", "area"] {
            for name in FileBytes.names(in: "\(folder)/\(part)") where name.hasSuffix(".tests.yaml") {
                try FileManager.default.removeItem(atPath: "\(folder)/\(part)/\(name)")
            }
        }
        try text.write(
            toFile: "\(folder)/monitor/one.tests.yaml", atomically: false, encoding: .utf8)
        return folder
    }

    /// What the runner says of the history with other expectations.
    private func failures(_ expectations: String) throws -> [String] {
        let folder = try pipelines(testedBy: Self.history + "    " + expectations + "\n")
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let results = try RuleTestRun.run(pipelines: folder)
        #expect(results.count == 1)
        return results.flatMap(\.failures)
    }

    /// The YAML blocks of docs/RULES.md: a rule file, then a test file.
    @Test func `the examples of RULES.md are a rule that is read and a history that holds`() throws {
        let page = try String(contentsOfFile: "\(Self.root)/docs/RULES.md", encoding: .utf8)
        let blocks = page.components(separatedBy: "```yaml\n").dropFirst().map {
            $0.components(separatedBy: "```")[0]
        }
        try #require(blocks.count == 2)
        let folder = try pipelines(testedBy: blocks[1])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let results = try RuleTestRun.run(pipelines: folder)
        #expect(results.map(\.failures) == [[]])
        // The rule stands in for the one of its name.
        let name = "\(folder)/monitor/employment.rules.yaml"
        let rules = try String(contentsOfFile: name, encoding: .utf8)
        let rest = try #require(rules.range(of: "  - id: EMP-08"))
        try (blocks[0] + rules[rest.lowerBound...]).write(
            toFile: name, atomically: false, encoding: .utf8)
        let county = try County(
            pipelines: folder, policy: "\(Self.root)/config/policy", key: RuleTestRun.key)
        #expect(county.rules.rule("EMP-01")?.supersedes == ["INC-01"])
    }

    /// The course of docs/RULES.md: blocks called `example-1.rules`, `example-1.tests` and so on.
    @Test(arguments: 1...3)
    func `the course's examples pass the check and their tests`(number: Int) throws {
        let page = try String(contentsOfFile: "\(Self.root)/docs/RULES.md", encoding: .utf8)
        func block(_ kind: String) throws -> String {
            let name = "example-\(number).\(kind)"
            let parts = page.components(separatedBy: "```yaml \(name)\n")
            try #require(parts.count == 2, "\(name)")
            return parts[1].components(separatedBy: "```")[0]
        }
        let folder = try pipelines(testedBy: try block("tests"))
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try block("rules").write(
            toFile: "\(folder)/monitor/example.rules.yaml", atomically: false, encoding: .utf8)
        let findings = RuleFolder.findings(
            pipelines: folder, policy: "\(Self.root)/config/policy"
        ).filter { $0.rule == "LOC-0\(number)" }
        #expect(findings.isEmpty, "\(findings)")
        let results = try RuleTestRun.run(pipelines: folder)
        #expect(results.count == 4)
        for result in results { #expect(result.failures == [], "\(result.test.name)") }
        // The tests are held against the rule: with another number one of them fails.
        let other = try block("rules").replacing("costFen: 600000", with: "costFen: 600001")
            .replacing("elderAge: 80", with: "elderAge: 81")
            .replacing("sharePercent: 30", with: "sharePercent: 31")
        try other.write(
            toFile: "\(folder)/monitor/example.rules.yaml", atomically: false, encoding: .utf8)
        #expect(try RuleTestRun.run(pipelines: folder).contains { !$0.failures.isEmpty })
    }

    @Test func `a history that holds has no failure`() throws {
        let right = "expect: [{on: 2026-01-08, rule: MED-02, event: opened, level: orange}]"
        #expect(try failures(right) == [])
        #expect(try failures("never: [MED-01, MED-04]") == [])
    }

    @Test func `a wrong expectation is reported with what came instead`() throws {
        let wrongLevel = "expect: [{on: 2026-01-08, rule: MED-02, event: opened, level: red}]"
        #expect(
            try failures(wrongLevel) == [
                "missing: 2026-01-08 H1 MED-02 opened red",
                "unexpected: 2026-01-08 H1 MED-02 opened orange someone else",
            ])
        let wrongDay = "expect: [{on: 2026-01-09, rule: MED-02, event: opened}]"
        #expect(
            try failures(wrongDay) == [
                "missing: 2026-01-09 H1 MED-02 opened",
                "unexpected: 2026-01-08 H1 MED-02 opened orange someone else",
            ])
        let wrongRule = "expect: [{on: 2026-01-08, rule: MED-01, event: opened}]"
        #expect(try failures(wrongRule) == ["missing: 2026-01-08 H1 MED-01 opened"])
        let wrongPerson =
            "expect: [{on: 2026-01-08, rule: MED-02, event: opened, subject: P2}]"
        #expect(try failures(wrongPerson).count == 2)
    }

    @Test func `an alert that must never come is reported`() throws {
        #expect(
            try failures("never: [MED-01, MED-02]") == [
                "must never come: 2026-01-08 H1 MED-02 opened orange someone else"
            ])
    }
}
