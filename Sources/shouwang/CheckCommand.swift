import Households
import Rules
import Streams
import Workers
import YAML

/// `check`: everything that is read at start, read.
enum CheckCommand {
    static let spec = CommandSpec(
        name: "check",
        about: "read all pipelines, rules, policy and the configuration; good for CI",
        discussion: """
            Prints every file that cannot be used as file:line:column: message. Exit code 1 when
            there is one. Needs neither a broker nor the key of the pseudonyms.
            """,
        arguments: [],
        options: [
            .value(
                "--pipelines", "DIR", "the pipelines' folder", setting: "folders.pipelines"),
            .value("--policy", "DIR", "lines, incomes, divisions...", setting: "folders.policy"),
        ],
        examples: [
            .init(line: "shouwang check", about: "before a change is merged"),
            .init(line: "shouwang check --print-config", about: "the settings in force"),
        ],
        run: { try run($0) })

    private static func run(_ invocation: Invocation) throws -> Int32 {
        let configuration = invocation.configuration
        let folder = try configuration.required("folders.pipelines")
        var problems: [String] = []
        func attempt(_ body: () throws -> Void) {
            do {
                try body()
            } catch CommandError.failed(let text) {
                problems.append(text)
            } catch {
                problems.append("\(error)")
            }
        }
        attempt { _ = try TopicsCommand.plans(configuration) }
        for plan in PipelinePlan.all { attempt { _ = try Manifest.load(plan.name, in: folder) } }
        for name in FileBytes.names(in: folder)
        where !PipelinePlan.all.contains(where: { $0.name == name }) {
            problems.append("\(folder)/\(name): there is no pipeline of this name")
        }
        var rules = 0
        attempt {
            let county = try Loading.county(configuration, key: Loading.keyOfNobody)
            rules = county.rules.rules.count
            problems += agreement(county)
        }
        for problem in problems { invocation.err("\(problem)\n") }
        guard problems.isEmpty else {
            invocation.err("check: \(problems.count) problem(s)\n")
            return 1
        }
        invocation.out(
            "check: \(PipelinePlan.all.count) pipelines, \(rules) rules, policy and "
                + "configuration are in order\n")
        return 0
    }

    /// What is built must be what the manifests were compared with.
    private static func agreement(_ county: County) -> [String] {
        var problems: [String] = []
        for plan in PipelinePlan.all {
            guard let topology = county.topology(plan.name) else {
                problems.append("\(plan.name): the pipeline is not built")
                continue
            }
            if topology.input != plan.input || topology.outputs != plan.outputs
                || topology.isStateful != plan.isStateful
            {
                problems.append("\(plan.name): what is built differs from its plan")
            }
        }
        return problems
    }
}
