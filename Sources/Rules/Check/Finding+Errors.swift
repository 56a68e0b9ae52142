import Expressions
package import YAML

/// What reading a file throws, as findings.
extension Finding {
    /// A mistake in a file's form.
    package init(_ error: YAMLError) {
        self.init(error, of: nil)
    }

    init(_ error: YAMLError, of rule: String?) {
        self.init(
            weight: .error, code: .file, rule: rule,
            place: Place(file: error.file, line: error.line, column: error.column),
            what: Finding.sentence(error.message),
            remedy: Sentence(
                zh: "按 docs/RULES.md 的样子改正此处。", en: "Write it as docs/RULES.md shows."))
    }

    /// The first of what is wrong with rule files together.
    package init(_ error: RuleError) {
        switch error {
        case .yaml(let error): self.init(error)
        case .expression(let error): self.init(error.diagnostics[0], of: nil)
        }
    }

    /// A mistake in an expression.
    init(_ diagnostic: Diagnostic, of rule: String?) {
        let code: Code
        let remedy: Sentence
        if diagnostic.message.hasPrefix("the expression costs") {
            code = .cost
            remedy = Sentence(
                zh: "拆成两条规则，或少用一层嵌套的 exists、all。",
                en: "Split the rule in two, or nest one exists or all less.")
        } else if diagnostic.message == Spans.refusal {
            code = .span
            remedy = Sentence(
                zh: "把算好的天数写成数字，或另设一个参数。",
                en: "Write the number of days, or a parameter of its own.")
        } else if let near = diagnostic.suggestion {
            code = .expression
            remedy = Sentence(zh: "是否想写“\(near)”？", en: "Did you mean '\(near)'?")
        } else {
            code = .expression
            remedy = Sentence(
                zh: "可用的词见 docs/RULES.md 的词表。", en: "See the table of words in docs/RULES.md.")
        }
        self.init(
            weight: .error, code: code, rule: rule, place: Place(diagnostic),
            what: Finding.sentence(diagnostic.message), remedy: remedy)
    }

    private static func sentence(_ message: String) -> Sentence {
        let capitalized = (message.first.map { $0.uppercased() } ?? "") + message.dropFirst()
        return Sentence(
            zh: Chinese.of(message),
            en: capitalized.hasSuffix("?") ? capitalized : capitalized + ".")
    }
}
