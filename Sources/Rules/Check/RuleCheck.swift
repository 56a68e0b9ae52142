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
        /// `*.tests.yaml`; `nil` leaves out whether tests are there.
        package var tests: [YAMLNode]?
        /// The county's figures and overrides.
        package var policy: Policy
        /// `parameters.yaml`, read into `policy` too; `nil` when there is none.
        package var parameters: YAMLNode?
        /// The names of `lines.yaml` and `disposable.yaml`, for findings about them.
        package var lines: String
        /// See `lines`.
        package var disposable: String
        /// The rules about villages: known to overrides and tests, and read by `AreaRules`.
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

    /// A rule that could be read, with its node.
    struct Checked {
        let node: YAMLNode
        let read: RuleFile.Read

        var rule: Rule { read.rule }
        var id: String { read.rule.id }
        var place: Finding.Place { Finding.Place(read.id) }

        func condition(_ role: RuleFile.Condition.Role) -> RuleFile.Condition? {
            read.conditions.first { $0.role == role }
        }
    }

    let files: Files
    var rules: [Checked] = []
    /// The ids of all rules, of those that could not be read too.
    var ids: [String] = []
    private(set) var findings: [Finding] = []

    /// Every finding, in the order of files and places.
    package static func findings(in files: Files) -> [Finding] {
        var check = RuleCheck(files: files)
        for file in files.rules { check.read(file) }
        check.checkNames()
        for rule in check.rules {
            check.checkUnits(rule)
            check.checkWords(rule)
            check.checkTexts(rule)
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
        for rule in rules {
            if !seen.insert(rule.id).inserted {
                report(
                    .error, .duplicate, rule.id, rule.place,
                    Sentence(
                        zh: "规则编号 \(rule.id) 出现了两次。", en: "The rule \(rule.id) stands twice."),
                    do: Sentence(
                        zh: "换一个没用过的编号；旧编号不再使用。",
                        en: "Give it a number that was never used."))
            }
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
