import Expressions
import YAML

extension RuleCheck {
    /// An expression in braces of a rule's sentence.
    struct Placeholder {
        let examined: Examined

        /// Those of a sentence, which loading has found in order.
        static func all(in sentence: YAMLNode, _ environment: Environment) -> [Placeholder] {
            guard let written = sentence.text else { return [] }
            return written.text.matches(of: /\{([^}]*)\}/).compactMap { match in
                let before = written.text[..<match.output.1.startIndex].unicodeScalars.count
                let origin = Origin(
                    file: sentence.file, line: written.line, column: written.column + before)
                return (try? environment.examine(String(match.output.1), at: origin))
                    .map { Placeholder(examined: $0) }
            }
        }
    }

    /// The expressions in both sentences of a rule.
    func placeholders(of rule: some CheckedRule) -> [Placeholder] {
        guard let text = RuleCheck.child("text", of: rule.node) else { return [] }
        let environment = rule.environment
        return ["zh", "en"].compactMap { RuleCheck.child($0, of: text) }
            .flatMap { Placeholder.all(in: $0, environment) }
    }

    /// Amounts an officer would read in fen.
    mutating func checkAmounts(in rule: some CheckedRule) {
        for placeholder in placeholders(of: rule) {
            let root = placeholder.examined.root
            let place = Finding.Place(placeholder.examined.diagnostic("", at: root))
            if root.type == .int, Measure.of(root)?.unit == .fen {
                report(
                    .error, .unit, rule.id, place,
                    Sentence(
                        zh: "“\(root)”以分计，写进句子会被读成元的一百倍。",
                        en: "'\(root)' is in fen; in a sentence it would be read as a hundred "
                            + "times the yuan."),
                    do: Sentence(zh: "写成 {yuan(\(root))}。", en: "Write {yuan(\(root))}."))
            }
        }
    }

    /// Members in a sentence where none is meant.
    mutating func checkMembers(in rule: Checked) {
        guard rule.rule.subject == .none else { return }
        for placeholder in placeholders(of: rule) {
            let root = placeholder.examined.root
            let place = Finding.Place(placeholder.examined.diagnostic("", at: root))
            if root.all.contains(where: { $0.isMember }) {
                report(
                    .error, .misplaced, rule.id, place,
                    Sentence(
                        zh: "“m”在这里不指任何成员。", en: "'m' stands for no member here."),
                    do: Sentence(
                        zh: "写明 subject，或不提成员。",
                        en: "Say whose alert it is by 'subject', or leave the member out."))
            }
        }
    }
}

extension Term {
    /// `m`, the member asked about.
    var isMember: Bool {
        if case .name("m") = kind { return true }
        return false
    }
}
