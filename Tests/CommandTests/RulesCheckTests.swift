import Foundation
import Testing

@testable import shouwang

/// `rules check` over the shipped rules and over a folder with faults.
@Suite struct RulesCheckTests {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private func run(
        pipelines: String = root.appendingPathComponent("Pipelines").path,
        policy: String = root.appendingPathComponent("config/policy").path, _ more: String...
    ) -> Program {
        Program(
            ["rules", "check", "--pipelines", pipelines, "--policy", policy, "--config"]
                + [Self.root.appendingPathComponent("config/shouwang.yaml").path] + more)
    }

    /// Gives a copy of the shipped files to `body`.
    private func withCopy(_ body: (_ pipelines: URL, _ policy: URL) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("shouwang-\(ProcessInfo.processInfo.globallyUniqueString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let monitor = folder.appendingPathComponent("Pipelines/monitor")
        try FileManager.default.createDirectory(
            at: folder.appendingPathComponent("Pipelines"), withIntermediateDirectories: true)
        try FileManager.default.copyItem(
            at: Self.root.appendingPathComponent("Pipelines/monitor"), to: monitor)
        let policy = folder.appendingPathComponent("policy")
        try FileManager.default.copyItem(
            at: Self.root.appendingPathComponent("config/policy"), to: policy)
        try body(folder.appendingPathComponent("Pipelines"), policy)
    }

    private func change(_ file: URL, _ right: String, _ wrong: String) throws {
        let text = try String(contentsOf: file, encoding: .utf8)
        try #require(text.contains(right))
        try text.replacing(right, with: wrong, maxReplacements: 1)
            .write(to: file, atomically: true, encoding: .utf8)
    }

    @Test func `the shipped rules have no errors`() {
        let program = run()
        #expect(program.code == 0, "\(program.errors)")
        #expect(!program.errors.contains(": error ["))
        #expect(program.output.hasPrefix("rules check: 0 error(s), "))
        // The neighbour county has no line for 2026; the samples rely on it.
        #expect(program.errors.contains("lines.yaml: warning [policy.undefined]"))
        #expect(program.errors.contains("2026年的监测线"))
    }

    @Test func `an error ends with 1, with its place and both languages`() throws {
        try withCopy { pipelines, policy in
            let file = pipelines.appendingPathComponent("monitor/income.rules.yaml")
            try change(
                file, "when: income.perPerson < line",
                "when: income.perPerson < income.rigid + 1 && income.perPerson > income.rigid")
            let program = run(pipelines: pipelines.path, policy: policy.path)
            #expect(program.code == 1)
            #expect(program.errors.contains("\(file.path):5:"))
            #expect(program.errors.contains("error [condition.never] INC-01"))
            #expect(program.errors.contains("永远不成立"))
            #expect(program.errors.contains("can never hold"))
            #expect(program.output.hasPrefix("rules check: 1 error(s), "))
            #expect(program.output.contains("规则检查：1处错误"))
            // Only what concerns another rule.
            let other = run(pipelines: pipelines.path, policy: policy.path, "--rule", "MED-07")
            #expect(other.code == 0)
            #expect(other.errors.isEmpty)
        }
    }

    @Test func `files that cannot be read are findings, and the others are checked`() throws {
        try withCopy { pipelines, policy in
            try change(
                pipelines.appendingPathComponent("monitor/disaster.rules.yaml"), "rules:",
                "rules: [")
            try change(
                pipelines.appendingPathComponent("monitor/income.rules.yaml"),
                "params: {dropPercent: 70, ", "params: {spareDays: 3, dropPercent: 70, ")
            try change(policy.appendingPathComponent("lines.yaml"), "yuan: 8700", "yuan: many")
            let program = run(pipelines: pipelines.path, policy: policy.path)
            #expect(program.code == 1)
            #expect(program.errors.contains("disaster.rules.yaml:"))
            #expect(program.errors.contains("lines.yaml:"))
            #expect(program.errors.contains("warning [parameter.unused] INC-03"))
        }
    }

    @Test func `an override of what is not there is an error`() throws {
        try withCopy { pipelines, policy in
            let file = policy.appendingPathComponent("parameters.yaml")
            try "- {rule: MED-04, name: othrFen, value: 800000}\n".write(
                to: file, atomically: true, encoding: .utf8)
            let program = run(pipelines: pipelines.path, policy: policy.path)
            #expect(program.code == 1)
            #expect(program.errors.contains("\(file.path):1:24: error [parameter.override]"))
            #expect(program.errors.contains("Did you mean 'otherFen'?"))
        }
    }

    @Test func `a mistake among the diseases is found too`() throws {
        try withCopy { pipelines, policy in
            let file = pipelines.appendingPathComponent("monitor/diseases.yaml")
            try change(file, "groups:", "group:")
            let program = run(pipelines: pipelines.path, policy: policy.path)
            #expect(program.code == 1)
            #expect(program.errors.contains("\(file.path):"))
        }
    }

    @Test func `a wrong line ends with 2`() {
        #expect(run("--rules", "MED-07").code == 2)
    }
}
