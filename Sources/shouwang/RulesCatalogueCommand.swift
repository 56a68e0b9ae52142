import Casework
import Rules
import Workers

/// `rules catalogue`: the page of all rules.
enum RulesCatalogueCommand {
    static let spec = CommandSpec(
        name: "rules catalogue", about: "print the page of all rules, for officers",
        discussion: """
            Made from the rule files of Pipelines/monitor and Pipelines/area and their tests: each
            rule's condition in words and as it is written, its levels, parameters with what is set
            otherwise, evidence, end, measures, source and tests; and the clocks of casework.
            docs/CATALOGUE.md and docs/CATALOGUE.zh.md are made so.
            """,
        arguments: [],
        options: [
            .value("--lang", "LANG", "zh or en (default en)", kind: .choice(["zh", "en"])),
            .value(
                "--format", "FORMAT", "markdown or html (one file; default markdown)",
                kind: .choice(["markdown", "html"])),
            .value(
                "--pipelines", "DIR", "the pipelines' folder", setting: "folders.pipelines"),
            .value("--policy", "DIR", "lines, incomes, divisions...", setting: "folders.policy"),
        ],
        examples: [
            .init(
                line: "shouwang rules catalogue --lang zh > docs/CATALOGUE.zh.md",
                about: "the page in Chinese"),
            .init(
                line: "shouwang rules catalogue --lang zh --format html > rules.html",
                about: "one to send and print"),
        ],
        run: { try run($0) })

    private static func run(_ invocation: Invocation) throws -> Int32 {
        let configuration = invocation.configuration
        let pipelines = try configuration.required("folders.pipelines")
        let catalogue = try catalogue(
            pipelines: pipelines, policy: try configuration.required("folders.policy"))
        let language = invocation.arguments.value("--lang").flatMap { Language(rawValue: $0) } ?? .en
        invocation.out(
            invocation.arguments.value("--format") == "html"
                ? catalogue.html(language) : catalogue.markdown(language))
        return 0
    }

    /// The catalogue of a folder. Throws where a file cannot be read.
    static func catalogue(pipelines: String, policy: String) throws -> Catalogue {
        let policy = try PolicyFolder.load(policy)
        let plan = try CasePlan.load(folder: "\(pipelines)/casework", policy)
        func sentence(_ text: LocalText) -> Sentence { Sentence(zh: text.zh, en: text.en) }
        var measures: [String: Sentence] = [:]
        for measure in plan.measures.measures { measures[measure.id] = sentence(measure.name) }
        return Catalogue(
            try County.rules(folder: "\(pipelines)/monitor", policy: policy),
            areaRules: try County.areaRules(folder: "\(pipelines)/area", policy: policy),
            clocks: plan.process.clocks.map {
                Catalogue.Clock(
                    id: $0.id, text: sentence($0.text), due: sentence($0.due),
                    ladder: sentence($0.ladder))
            },
            tests: try RuleFolder.tests(pipelines: pipelines), measures: measures)
    }
}
