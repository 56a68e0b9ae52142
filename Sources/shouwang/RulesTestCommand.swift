import Replay

/// `rules test`: the histories beside the rules, run through the real pipelines.
enum RulesTestCommand {
    static let spec = CommandSpec(
        name: "rules test", about: "run the tests that lie beside the rules",
        discussion: """
            Each *.tests.yaml of Pipelines/monitor and Pipelines/area holds small histories with the
            alerts that must come and those that must not. Exit code 1 when one does not hold.
            """,
        arguments: [],
        options: [
            .value(
                "--pipelines", "DIR", "the pipelines' folder", setting: "folders.pipelines"),
            .value("--rule", "ID", "only tests that name this rule"),
        ],
        examples: [
            .init(line: "shouwang rules test", about: "all of them"),
            .init(line: "shouwang rules test --rule MED-07", about: "those of one rule"),
        ],
        run: { try run($0) })

    private static func run(_ invocation: Invocation) throws -> Int32 {
        let folder = try invocation.configuration.required("folders.pipelines")
        let results = try RuleTestRun.run(
            pipelines: folder, rule: invocation.arguments.value("--rule"))
        guard !results.isEmpty else {
            throw CommandError.failed(
                "there is no such test in \(folder)/monitor and \(folder)/area, *.tests.yaml")
        }
        for result in results where !result.failures.isEmpty {
            invocation.err("\(result.test.file):\(result.test.line): \(result.test.name)\n")
            for failure in result.failures { invocation.err("    \(failure)\n") }
        }
        let failed = results.count { !$0.failures.isEmpty }
        invocation.out(
            "rules test: \(results.count) tests, \(results.count - failed) passed, "
                + "\(failed) failed\n")
        return failed == 0 ? 0 : 1
    }
}
