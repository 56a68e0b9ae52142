import Expressions
import YAML

extension RuleCheck {
    /// Numbers of different units, hundredths left out, yuan taken for fen.
    mutating func checkUnits(_ rule: some CheckedRule) {
        for condition in rule.conditions {
            for fault in Units.faults(in: condition.examined.root) {
                report(
                    fault.weight, fault.code, rule.id, condition.place(of: fault.term),
                    fault.what, do: fault.remedy)
            }
        }
    }

    /// Words where they mean nothing, and texts a word can never be.
    mutating func checkWords(_ rule: Checked) {
        // A clear condition is asked of the alert's person, whoever was asked about.
        let hasMember = rule.rule.member != nil
        let hasSubject = rule.rule.subject != .none
        for condition in rule.read.conditions {
            for term in condition.examined.root.all {
                checkValue(term, condition, rule)
                guard case .name(let name) = term.kind else { continue }
                switch name {
                case "openedDaysAgo" where condition.role != .clear,
                    "visited" where condition.role != .clear:
                    misplaced(
                        name, term, condition, rule, zh: "只在 clear 中有意义：预警还没有发出",
                        en: "means something only under 'clear': no alert is open yet")
                case "m" where condition.role == .when,
                    "m" where condition.role == .clear && !hasSubject,
                    "m" where condition.role != .clear && !hasMember:
                    misplaced(
                        name, term, condition, rule, zh: "在这里不指任何成员",
                        en: "stands for no member here")
                default: break
                }
            }
        }
    }

    private mutating func misplaced(
        _ name: String, _ term: Term, _ condition: RuleFile.Condition, _ rule: Checked,
        zh: String, en: String
    ) {
        report(
            .error, .misplaced, rule.id, condition.place(of: term),
            Sentence(zh: "“\(name)”\(zh)。", en: "'\(name)' \(en)."),
            do: name == "m"
                ? Sentence(
                    zh: "把条件移到 member 下，或写成 members.exists(p, …)。",
                    en: "Move the condition under 'member', or write members.exists(p, …).")
                : Sentence(zh: "把条件移到 clear 下。", en: "Move the condition under 'clear'."))
    }

    private mutating func checkValue(
        _ term: Term, _ condition: RuleFile.Condition, _ rule: Checked
    ) {
        var pairs: [(word: Term, text: Term)] = []
        if let (_, left, right) = term.comparison { pairs = [(left, right), (right, left)] }
        if case .call("@in", let arguments) = term.kind,
            case .call("[]", let elements) = arguments[1].kind
        {
            pairs = elements.map { (arguments[0], $0) }
        }
        for (word, text) in pairs {
            guard case .constant(.string(let given)) = text.kind,
                let known = Measure.of(word)?.words, !known.contains(given)
            else { continue }
            let list = known.map { "\"\($0)\"" }
            let near = Spelling.closest(to: given, in: known)
            report(
                .error, .value, rule.id, condition.place(of: text),
                Sentence(
                    zh: "“\(word)”不会是“\(given)”，只会是 \(list.joined(separator: "、"))。",
                    en: "'\(word)' is never \"\(given)\", only \(list.joined(separator: ", "))."),
                do: near.map { Sentence(zh: "是否想写“\($0)”？", en: "Did you mean \"\($0)\"?") }
                    ?? Sentence(zh: "换成其中之一。", en: "Use one of them."))
        }
    }

    /// Spans longer than facts are kept.
    mutating func checkSpans(_ rule: some CheckedRule) {
        for condition in rule.conditions {
            for span in Spans.spans(in: condition.examined.root) {
                var longest = span.wholeNumber
                if let name = span.parameterName {
                    longest = valuations(of: rule).compactMap { $0.parameters[name] }.max()
                }
                guard let longest, longest > Spans.longest else { continue }
                tooLong(longest, rule, condition.place(of: span))
            }
        }
        for node in RuleCheck.items(of: "evidence", in: rule.node) {
            guard let days = RuleCheck.child("days", of: node), let number = try? days.int(),
                number > Spans.longest
            else { continue }
            tooLong(Int64(number), rule, Finding.Place(days))
        }
    }

    private mutating func tooLong(_ days: Int64, _ rule: some CheckedRule, _ place: Finding.Place) {
        report(
            .error, .window, rule.id, place,
            Sentence(
                zh: "\(days)天比数据保存期还长：事实只保存48个月（\(Spans.longest)天）。",
                en: "\(days) days are longer than the memory: facts are kept for 48 months "
                    + "(\(Spans.longest) days)."),
            do: Sentence(
                zh: "改成\(Spans.longest)天以内。", en: "Ask for at most \(Spans.longest) days."))
    }
}

extension RuleFile.Condition {
    func place(of term: Term) -> Finding.Place {
        Finding.Place(examined.diagnostic("", at: term))
    }
}
