import Households
import Replay
import Rules
import Workers

/// `rules publish`: the rules with the policy they use, for all workers to have.
enum RulesPublishCommand {
    static let spec = CommandSpec(
        name: "rules publish", about: "publish the rules and their policy as a release",
        discussion: """
            Checks and tests the files (as 'rules check' and 'rules test'; exit code 1 on a finding,
            and nothing is published), then writes them to the topic rulesets: the rules about
            households and villages with their tests, casework's measures and process, and the
            policy. A release is named by its content: publishing the same files again changes
            nothing. It decides nothing until 'rules activate' says so.
            """,
        arguments: [],
        options: [
            .value("--by", "NAME", "who publishes it (needed)"),
            .value("--note", "TEXT", "why, for those who come later"),
            .value("--servers", "HOST:PORT", "brokers", setting: "kafka.servers"),
            .value(
                "--pipelines", "DIR", "the pipelines' folder", setting: "folders.pipelines"),
            .value("--policy", "DIR", "lines, incomes, divisions...", setting: "folders.policy"),
        ],
        examples: [
            .init(
                line: "shouwang rules publish --by li.wei --note \"line of 2027\"",
                about: "what lies in Pipelines and config/policy")
        ],
        run: { try run($0) })

    private static func run(_ invocation: Invocation) throws -> Int32 {
        guard let by = invocation.arguments.value("--by") else {
            throw CommandError.usage("'rules publish' needs --by NAME")
        }
        let configuration = invocation.configuration
        let pipelines = try configuration.required("folders.pipelines")
        let policy = try configuration.required("folders.policy")
        let files = try ReleaseFiles.read(pipelines: pipelines, policy: policy)
        guard try isSound(invocation, files, pipelines, policy) else { return 1 }
        guard try ReleaseFiles.read(pipelines: pipelines, policy: policy).address == files.address
        else { throw CommandError.failed("the files changed while they were checked; try again") }
        let release = PublishedRelease(
            files, by: by, note: invocation.arguments.value("--note") ?? "")
        let size = release.value.count
        guard size <= ReleaseFiles.Limits.recordBytes else {
            throw CommandError.failed(
                "the files have \(size) bytes as a record, at most "
                    + "\(ReleaseFiles.Limits.recordBytes) can be published")
        }
        let settings = try Clients.settings(configuration, clientID: "shouwang-rules")
        if try ReleaseTopic.read(settings).entries.contains(where: { $0.address == files.address }) {
            invocation.out(
                "release \(files.address) is published already / 该版本已发布过，未作改动\n")
            return 0
        }
        try ReleaseSender(settings).publish(release)
        invocation.out(
            "release \(files.address): published, \(files.files.count) files, \(size) bytes / "
                + "已发布，共\(files.files.count)个文件\n")
        return 0
    }

    /// Checks and tests as those commands do; says what is wrong.
    private static func isSound(
        _ invocation: Invocation, _ files: ReleaseFiles, _ pipelines: String, _ policy: String
    ) throws -> Bool {
        let errors = RuleFolder.findings(pipelines: pipelines, policy: policy)
            .filter { $0.weight == .error }
        for error in errors { invocation.err("\(error)\n") }
        if errors.isEmpty {
            do throws(RuleError) {
                _ = try Release(files)
            } catch {
                invocation.err("\(Finding(error))\n")
                return false
            }
        }
        let failed =
            errors.isEmpty
            ? try RuleTestRun.run(pipelines: pipelines).filter { !$0.failures.isEmpty } : []
        for result in failed {
            invocation.err("\(result.test.file):\(result.test.line): \(result.test.name)\n")
            for failure in result.failures { invocation.err("    \(failure)\n") }
        }
        if errors.isEmpty && failed.isEmpty { return true }
        invocation.err(
            "nothing was published: \(errors.count) error(s), \(failed.count) test(s) failed / "
                + "未发布：\(errors.count)处错误，\(failed.count)个测试未通过\n")
        return false
    }
}
