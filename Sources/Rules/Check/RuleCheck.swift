import Expressions
package import Households
package import YAML

/// Checks rules beyond what loading them does, for who writes them: units, conditions that cannot
/// be otherwise, rules that add nothing, parameters, translations, tests. Every finding says
/// where, what and what to do, in Chinese and English.
///
/// What it says of conditions is certain but not complete: it reasons over comparisons of sums,
/// words and truth values, with the parameters' numbers put in (the defaults, and each override of
/// `parameters.yaml`); a condition it cannot see through is not complained about.
package struct RuleCheck {
    /// What is checked together.
    package struct Files {
        /// `*.rules.yaml`.
        package var rules: [YAMLNode]
        /// `*.tests.yaml`, about villages too; `nil` leaves out whether tests are there.
        package var tests: [YAMLNode]?
        /// The county's figures and overrides.
        package var policy: Policy
        /// `parameters.yaml`, read into `policy` too; `nil` when there is none.
        package var parameters: YAMLNode?
        /// The names of `lines.yaml` and `disposable.yaml`, for findings about them.
        package var lines: String
        /// See `lines`.
        package var disposable: String
        /// The rules about villages; `nil` when there is no such file.
        package var area: YAMLNode?

        package init(
            rules: [YAMLNode], tests: [YAMLNode]?, policy: Policy, parameters: YAMLNode?,
            lines: String, disposable: String,
            area: YAMLNode? = nil
        ) {
            self.rules = rules
            self.tests = tests
            self.policy = policy
            self.parameters = parameters
            self.lines = lines
            self.disposable = disposable
            self.area = area
        }
    }

    /// A rule about households that could be read, with its node.
    struct Checked: CheckedRule {
        let node: YAMLNode
        let read: RuleFile.Read

        var rule: Rule { read.rule }
        var id: String { read.rule.id }
        var place: Finding.Place { Finding.Place(read.id) }
        var parameters: [Rule.Parameter] { rule.parameters }
        var conditions: [RuleFile.Condition] { read.conditions }
        var environment: Environment { Vocabulary(parameters: parameters.map(\.name)).environment }

        func condition(_ role: RuleFile.Condition.Role) -> RuleFile.Condition? {
            read.conditions.first { $0.role == role }
        }
    }

    /// The same about villages.
    struct CheckedVillage: CheckedRule {
        let node: YAMLNode
        let read: AreaRules.Read

        var id: String { read.rule.id }
        var place: Finding.Place { Finding.Place(read.id) }
        var parameters: [Rule.Parameter] { read.rule.parameters }
        var conditions: [RuleFile.Condition] { [read.condition] }
        var environment: Environment { read.rule.vocabulary.environment }
    }

    let files: Files
    var rules: [Checked] = []
    var villageRules: [CheckedVillage] = []
    /// Both.
    var allRules: [any CheckedRule] { rules + villageRules }
    /// The ids of all rules, of those that could not be read too.
    var ids: [String] = []
    private(set) var findings: [Finding] = []

    /// Every finding, in the order of files and places.
    package static func findings(in files: Files) -> [Finding] {
        var check = RuleCheck(files: files)
        for file in files.rules {
            check.read(file) { node, check in
                check.rules.append(Checked(node: node, read: try RuleFile.rule(node)))
            }
        }
        if let file = files.area {
            check.read(file) { node, check in
                check.villageRules.append(
                    CheckedVillage(node: node, read: try AreaRules.read(node)))
            }
        }
        check.checkNames()
        for rule in check.villageRules {
            check.checkUnits(rule)
            check.checkAmounts(in: rule)
            check.checkSpans(rule)
            check.checkParameters(rule)
            check.checkConditions(rule)
        }
        for rule in check.rules {
            check.checkUnits(rule)
            check.checkWords(rule)
            check.checkAmounts(in: rule)
            check.checkMembers(in: rule)
            check.checkSpans(rule)
            check.checkParameters(rule)
            check.checkConditions(rule)
        }
        check.checkShadows()
        check.checkOverrides()
        check.checkFigures()
        check.checkTests()
        return check.findings.enumerated().sorted { one, other in
            let (first, second) = (one.element.place, other.element.place)
            return (first.file, first.line, first.column, one.offset)
                < (second.file, second.line, second.column, other.offset)
        }.map(\.element)
    }

    private init(files: Files) {
        self.files = files
    }

    mutating func report(
        _ weight: Finding.Weight, _ code: Finding.Code, _ rule: String?, _ place: Finding.Place,
        _ what: Sentence, do remedy: Sentence
    ) {
        report(
            Finding(
                weight: weight, code: code, rule: rule, place: place, what: what, remedy: remedy))
    }

    mutating func report(_ finding: Finding) {
        findings.append(finding)
    }

    /// Rules stand once, and speak for rules that are there.
    private mutating func checkNames() {
        var seen: Set<String> = []
        for rule in allRules {
            if !seen.insert(rule.id).inserted {
                report(
                    .error, .duplicate, rule.id, rule.place,
                    Sentence(
                        zh: "规则编号 \(rule.id) 出现了两次。", en: "The rule \(rule.id) stands twice."),
                    do: Sentence(
                        zh: "换一个没用过的编号；旧编号不再使用。",
                        en: "Give it a number that was never used."))
            }
        }
        for rule in rules {
            for (other, node) in zip(rule.rule.supersedes, rule.read.supersedes)
            where !ids.contains(other) {
                let near = Spelling.closest(to: other, in: ids)
                report(
                    .error, .expression, rule.id, Finding.Place(node),
                    Sentence(
                        zh: "supersedes 中的 \(other) 不是规则。",
                        en: "\(other) under 'supersedes' is no rule."),
                    do: near.map {
                        Sentence(zh: "是否想写 \($0)？", en: "Did you mean \($0)?")
                    } ?? Sentence(zh: "删去它，或先写好这条规则。", en: "Leave it out or write that rule."))
            }
        }
    }
}

/// What the checks of conditions and parameters need of a rule, about a household or a village.
protocol CheckedRule {
    var node: YAMLNode { get }
    var id: String { get }
    /// Where its id stands.
    var place: Finding.Place { get }
    var parameters: [Rule.Parameter] { get }
    var conditions: [RuleFile.Condition] { get }
    /// What its expressions are read in.
    var environment: Environment { get }
}
