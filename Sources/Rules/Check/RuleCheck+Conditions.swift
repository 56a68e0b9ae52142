import Expressions
import Households
import YAML

extension RuleCheck {
    /// Conditions that can never or always hold, levels never reached, alerts that never clear.
    mutating func checkConditions(_ rule: Checked) {
        for valuation in valuations(of: rule) {
            let before = findings.count
            // What follows would only say the same again.
            if !checkConstancies(rule, valuation) { checkWhole(rule, valuation) }
            if findings.count > before { return }
        }
    }

    /// Conditions that can never or always hold.
    mutating func checkConditions(_ rule: CheckedVillage) {
        for valuation in valuations(of: rule) where checkConstancies(rule, valuation) { return }
    }

    private mutating func checkConstancies(
        _ rule: some CheckedRule, _ valuation: Valuation
    ) -> Bool {
        var isFound = false
        for condition in rule.conditions
        where checkConstancy(condition.examined.root, condition, rule, valuation) {
            isFound = true
        }
        return isFound
    }

    /// Reports the innermost parts that cannot be otherwise; true when there was one.
    private mutating func checkConstancy(
        _ term: Term, _ condition: RuleFile.Condition, _ rule: some CheckedRule,
        _ valuation: Valuation
    ) -> Bool {
        guard term.type == .bool || !term.parts.isEmpty else { return false }
        var isFound = false
        for part in term.parts {
            if checkConstancy(part, condition, rule, valuation) { isFound = true }
        }
        guard !isFound, term.type == .bool else { return isFound }
        var logic = Logic(parameters: valuation.parameters)
        let formula = logic.formula(term)
        let satisfaction = Satisfaction(facts: logic.facts)
        if satisfaction.isImpossible(formula) {
            constant(.never, term, condition, rule, valuation)
        } else if satisfaction.isImpossible(formula.negated) {
            constant(.always, term, condition, rule, valuation)
        } else {
            return false
        }
        return true
    }

    private mutating func constant(
        _ code: Finding.Code, _ term: Term, _ condition: RuleFile.Condition,
        _ rule: some CheckedRule, _ valuation: Valuation
    ) {
        let isWhole = term === condition.examined.root
        let zh = isWhole ? "条件" : "“\(term)”这一部分"
        let en = isWhole ? "The condition" : "The part '\(term)'"
        let place = RuleCheck.place(valuation)
        report(
            .error, code, rule.id, condition.place(of: term),
            code == .never
                ? Sentence(zh: "\(zh)永远不成立\(place.zh)。", en: "\(en) can never hold\(place.en).")
                : Sentence(zh: "\(zh)永远成立\(place.zh)。", en: "\(en) always holds\(place.en)."),
            do: Sentence(
                zh: "看看比较的方向、数字和参数的值是否写反或写错。",
                en: "See whether a comparison is the wrong way round or a number is wrong."))
    }

    private static func place(_ valuation: Valuation) -> Sentence {
        guard let place = valuation.place else { return Sentence(zh: "", en: "") }
        return Sentence(
            zh: "（按 parameters.yaml 对\(place.zh)的取值）",
            en: " (with the values parameters.yaml sets for \(place.en))")
    }

    /// The conditions of a rule together.
    private mutating func checkWhole(_ rule: Checked, _ valuation: Valuation) {
        var logic = Logic(parameters: valuation.parameters)
        let opens = Formula.and(
            [RuleFile.Condition.Role.when, .member].compactMap {
                rule.condition($0).map { logic.formula($0.examined.root) }
            })
        if isImpossible(opens, logic) {
            return together(
                rule, rule.place, valuation, zh: "when 与 member 合起来永远不成立",
                en: "'when' and 'member' can never hold together")
        }
        var earlier: [Formula] = []
        for index in rule.rule.levels.indices {
            let condition = rule.condition(.level(index))
            let own = condition.map { logic.formula($0.examined.root) }
            let reached = Formula.and([opens] + earlier.map(\.negated) + (own.map { [$0] } ?? []))
            if isImpossible(reached, logic) {
                unreachable(rule, index, condition, valuation)
            }
            if let own { earlier.append(own) }
        }
        // A rule about members is false when no member meets it, which says nothing of one.
        guard rule.rule.member == nil, let clear = rule.condition(.clear) else { return }
        let clears = Formula.and([logic.formula(clear.examined.root), opens.negated])
        if isImpossible(clears, logic) {
            together(
                rule, clear.place(of: clear.examined.root), valuation,
                zh: "clear 在 when 不成立时也永远不成立：预警永远不会解除",
                en: "'clear' can never hold while 'when' does not: the alert would never clear")
        }
    }

    private func isImpossible(_ formula: Formula, _ logic: Logic) -> Bool {
        Satisfaction(facts: logic.facts).isImpossible(formula)
    }

    private mutating func together(
        _ rule: Checked, _ place: Finding.Place, _ valuation: Valuation, zh: String, en: String
    ) {
        let placed = RuleCheck.place(valuation)
        report(
            .error, .never, rule.id, place,
            Sentence(zh: "\(zh)\(placed.zh)。", en: "\(en)\(placed.en)."),
            do: Sentence(
                zh: "看看两个条件是否互相矛盾。", en: "See where the two contradict each other."))
    }

    private mutating func unreachable(
        _ rule: Checked, _ index: Int, _ condition: RuleFile.Condition?, _ valuation: Valuation
    ) {
        let level = rule.rule.levels[index].level
        let nodes = RuleCheck.items(of: "levels", in: rule.node)
        let place =
            condition.map { $0.place(of: $0.examined.root) }
            ?? nodes.dropFirst(index).first.map { Finding.Place($0) } ?? rule.place
        let placed = RuleCheck.place(valuation)
        report(
            .warning, .level, rule.id, place,
            Sentence(
                zh: "级别 \(level.name) 永远用不到：前面的条件已包括它\(placed.zh)。",
                en: "The level \(level.name) is never reached: what stands before covers it"
                    + "\(placed.en)."),
            do: Sentence(
                zh: "把较严的级别写在前面，或改正数字。",
                en: "Put the stricter level first, or mend the numbers."))
    }

    // MARK: Rules that add nothing

    /// Rules that hold only where another one of the same cause does, at no higher level.
    mutating func checkShadows() {
        for (index, rule) in rules.enumerated() {
            for (other, shadow) in rules.enumerated() where index != other {
                guard isShadowed(rule, by: shadow) else { continue }
                let isSame = isShadowed(shadow, by: rule)
                // Two that say the same are reported once, at the later one.
                if isSame, index < other { continue }
                report(
                    .warning, .shadowed, rule.id, rule.place,
                    isSame
                        ? Sentence(
                            zh: "规则 \(rule.id) 与 \(shadow.id) 条件相同，原因也相同。",
                            en: "\(rule.id) has the same condition as \(shadow.id), for the same "
                                + "cause.")
                        : Sentence(
                            zh: "凡 \(rule.id) 成立之处，\(shadow.id) 也成立，原因相同，级别不低。",
                            en: "Wherever \(rule.id) holds, \(shadow.id) holds too, for the same "
                                + "cause at no lower level."),
                    do: Sentence(
                        zh: "删去其一；若有意为之，用 supersedes 说明谁代表谁。",
                        en: "Leave one out; if it is meant, say by 'supersedes' which speaks for "
                            + "which."))
                break
            }
        }
    }

    private func isShadowed(_ rule: Checked, by other: Checked) -> Bool {
        guard rule.rule.cause == other.rule.cause, rule.id != other.id,
            (rule.rule.audit == nil) == (other.rule.audit == nil),
            !rule.rule.supersedes.contains(other.id), !other.rule.supersedes.contains(rule.id),
            // Where the other cannot judge, this one still can.
            rule.rule.asksIncome || !other.rule.asksIncome,
            let highest = rule.rule.levels.map(\.level).max(),
            let lowest = other.rule.levels.map(\.level).min(), highest <= lowest
        else { return false }
        return valuations(of: rule).allSatisfy { mine in
            valuations(of: other).allSatisfy { theirs in
                var facts = Facts()
                let own = opening(of: rule, mine, &facts)
                let others = opening(of: other, theirs, &facts)
                return Satisfaction(facts: facts).isImpossible(.and([own, others.negated]))
            }
        }
    }

    private func opening(
        of rule: Checked, _ valuation: Valuation, _ facts: inout Facts
    ) -> Formula {
        var logic = Logic(parameters: valuation.parameters, facts: facts)
        defer { facts = logic.facts }
        let conditions = [RuleFile.Condition.Role.when, .member].compactMap {
            rule.condition($0).map { logic.formula($0.examined.root) }
        }
        // Who has none of these facts is not asked at all.
        func any(_ kinds: [FactKind], _ word: String) -> [Formula] {
            kinds.isEmpty ? [] : [.or(kinds.map { .question("\(word) \($0.name)", true) })]
        }
        return .and(
            conditions + any(rule.rule.having, "having")
                + any(rule.rule.memberHaving, "memberHaving"))
    }
}
