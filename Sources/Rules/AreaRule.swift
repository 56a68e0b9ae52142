import Expressions
package import Households
package import YAML

/// A rule about a village, planned (docs/RULES.md, "Area rules").
package struct AreaRule: Sendable {
    package let id: String
    package let cause: Cause
    let when: Program
    package let level: Level
    /// Days after an end before a new episode may open.
    package let cooldownDays: Int
    package let parameters: [Rule.Parameter]
    let zh: TextTemplate
    let en: TextTemplate
    /// Where the rule comes from.
    package let source: String
    /// What it says, for people.
    package let telling: RuleTelling
    let vocabulary: AreaVocabulary
    /// The longest span the condition names, days: nothing older counts.
    let longestDays: Int
}

/// All area rules in force, planned once and shared between threads.
package struct AreaRules: Sendable {
    /// By id.
    package let rules: [AreaRule]
    /// Content address of rules and policy.
    package let digest: String
    package let policy: Policy

    /// Plans a file's one mapping, `{rules: […]}`. `digest` covers its bytes and the policy's. Throws
    /// at the first mistake, with its place.
    package init(_ root: YAMLNode, policy: Policy, digest: String) throws(RuleError) {
        do {
            var file = try root.mapping()
            var rules: [AreaRule] = []
            for node in try file.required("rules").sequence() {
                let rule = try AreaRules.read(node).rule
                if rules.contains(where: { $0.id == rule.id }) {
                    throw node.error("the rule \(rule.id) stands twice")
                }
                rules.append(rule)
            }
            try file.finish()
            self.rules = rules.sorted { $0.id < $1.id }
            self.policy = policy
            self.digest = digest
        } catch let error as YAMLError {
            throw .yaml(error)
        } catch let error as CompileError {
            throw .expression(error)
        } catch {
            throw .yaml(root.error("\(error)"))
        }
    }

    package func rule(_ id: String) -> AreaRule? { rules.first { $0.id == id } }

    /// A rule with what the checks look at.
    struct Read {
        let rule: AreaRule
        let id: YAMLNode
        let condition: RuleFile.Condition
    }

    /// Reads one rule. Throws `YAMLError` or `CompileError` with the place of the first mistake.
    static func read(_ node: YAMLNode) throws -> Read {
        var fields = try node.mapping()
        let idNode = try fields.required("id")
        let id = try idNode.string()
        let cause = Cause(
            rawValue: try fields.required("cause").string(oneOf: Cause.allCases.map(\.rawValue)))!
        let parameters = try (fields.optional("params")?.mapping().entries ?? []).map {
            Rule.Parameter(name: try $0.key.string(), value: Int64(try $0.value.int()))
        }
        let vocabulary = AreaVocabulary(parameters: parameters.map(\.name))
        let whenNode = try fields.required("when")
        _ = try whenNode.string()
        let written = RuleFile.written(whenNode)
        let when = try vocabulary.environment.compile(
            written.text, at: written.origin, expecting: .bool)
        let examined = try vocabulary.environment.examine(written.text, at: written.origin)
        let level = Level(
            name: try fields.required("level").string(oneOf: Level.allCases.map(\.name)))!
        let cooldown = try fields.optional("cooldown")?.int() ?? 30
        var text = try fields.required("text").mapping()
        func template(_ node: YAMLNode) throws -> TextTemplate {
            try TextTemplate(
                try node.string(), at: RuleFile.written(node).origin, in: vocabulary.environment)
        }
        let zh = try template(try text.required("zh"))
        let en = try template(try text.required("en"))
        try text.finish()
        let source = try fields.required("source").string()
        try fields.finish()
        let spans = parameters.filter { $0.name.lowercased().hasSuffix("days") }.map {
            Int(clamping: $0.value)
        }
        let condition = RuleFile.Condition(role: .when, text: written.text, examined: examined)
        let rule = AreaRule(
            id: id, cause: cause, when: when, level: level, cooldownDays: cooldown,
            parameters: parameters, zh: zh, en: en, source: source,
            telling: try RuleTelling(
                [condition], levels: 0, parameters: parameters.map(\.name),
                in: vocabulary.environment),
            vocabulary: vocabulary,
            longestDays: (spans + [VillageView.priceDays]).max() ?? VillageView.priceDays)
        return Read(rule: rule, id: idNode, condition: condition)
    }

    /// The longest span any rule looks back over, days, overrides included.
    package var longestDays: Int {
        let overrides = policy.parameters.filter { entry in
            rules.contains { $0.id == entry.rule } && entry.name.lowercased().hasSuffix("days")
        }
        return (rules.map(\.longestDays) + overrides.map { Int(clamping: $0.value) }).max() ?? 0
    }

    /// Whether the rule holds for the village; a condition that cannot be evaluated does not.
    package func holds(_ rule: AreaRule, _ view: VillageView) -> Bool {
        (try? rule.when.evaluateBool(activation(rule, view))) ?? false
    }

    /// The rule's sentence in both languages.
    package func text(of rule: AreaRule, _ view: VillageView) -> (zh: String, en: String) {
        let activation = activation(rule, view)
        return (rule.zh.render(activation), rule.en.render(activation))
    }

    /// The rule's parameters in force, and which place set them.
    package func parameters(of rule: AreaRule, _ view: VillageView) -> [UsedParameter] {
        policy.used(rule.parameters, of: rule.id, division: view.division, on: view.day)
    }

    private func activation(_ rule: AreaRule, _ view: VillageView) -> VillageActivation {
        VillageActivation(
            view, rule.vocabulary, parameters: parameters(of: rule, view).map(\.value))
    }
}
