import Rules
import Workers

/// `rules check`: what is wrong with the rules, for who writes them.
enum RulesCheckCommand {
    static let spec = CommandSpec(
        name: "rules check", about: "find mistakes in the rules, in Chinese and English",
        discussion: """
            Reads Pipelines/monitor/*.rules.yaml, their tests and the policy, and says of each fault
            where it is, what it is and what to do: unknown names, wrong units (yuan, fen, days),
            conditions that can never or always hold, a rule another one covers, missing
            translations and tests, parameters never used, overrides of what is not there, a
            division-year without a line, computed spans and such longer than the memory, cost.
            Exit code 0 without errors (warnings may be meant), 1 with one, 2 for a wrong line.
            """,
        arguments: [],
        options: [
            .value(
                "--pipelines", "DIR", "the pipelines' folder", setting: "folders.pipelines"),
            .value("--policy", "DIR", "lines, incomes, divisions...", setting: "folders.policy"),
            .value("--rule", "ID", "only what concerns this rule"),
        ],
        examples: [
            .init(line: "shouwang rules check", about: "all rules, before their tests are run"),
            .init(line: "shouwang rules check --rule MED-07", about: "one rule"),
        ],
        run: { try run($0) })

    private static func run(_ invocation: Invocation) throws -> Int32 {
        let configuration = invocation.configuration
        var findings = RuleFolder.findings(
            pipelines: try configuration.required("folders.pipelines"),
            policy: try configuration.required("folders.policy"))
        if let rule = invocation.arguments.value("--rule") {
            findings.removeAll { $0.rule != rule }
        }
        for finding in findings { invocation.err("\(finding)\n") }
        let errors = findings.count { $0.weight == .error }
        let warnings = findings.count - errors
        invocation.out(
            "rules check: \(errors) error(s), \(warnings) warning(s) / "
                + "规则检查：\(errors)处错误，\(warnings)处提醒\n")
        return errors == 0 ? 0 : 1
    }
}
