import Expressions

/// A rule as a person reads it: each condition in words and as it is written, and the numbers that
/// are compared in them.
package struct RuleTelling: Sendable {
    /// One condition.
    package struct Condition: Sendable {
        /// In words.
        package let words: Phrase
        /// As it is written (CEL), in one line.
        package let code: String
    }

    /// The condition on the household; `nil` for a rule about members alone.
    package let when: Condition?
    /// The condition on a member; `nil` for a rule about the household alone.
    package let member: Condition?
    /// The conditions of the levels, in their order; the last has none.
    package let levels: [Condition?]
    /// What must hold for the alert to end, beside the conditions being false; `nil`: nothing more.
    package let clear: Condition?
    /// What is compared, in the order it is written, each once. Parameters are left out.
    let quantities: [Quantity]
    /// Some condition asks for ages.
    let asksAge: Bool

    /// A number a condition compares.
    struct Quantity: Sendable {
        /// As it is written: `income.perPerson`.
        let name: String
        let words: Phrase
        let unit: Measure.Unit
        let program: Program
    }

    /// Conditions with their texts; throws nothing that compiling them has not thrown.
    init(
        _ conditions: [RuleFile.Condition], levels count: Int, parameters: [String],
        in environment: Environment
    ) throws(CompileError) {
        let wording = Wording(parameters: parameters)
        func told(_ role: RuleFile.Condition.Role) -> Condition? {
            conditions.first { $0.role == role }.map { condition in
                let words = condition.text.split { $0 == "\n" || $0 == " " }
                return Condition(
                    words: wording.condition(condition.examined.root),
                    code: words.joined(separator: " "))
            }
        }
        when = told(.when)
        member = told(.member)
        levels = (0..<count).map { told(.level($0)) }
        clear = told(.clear)
        var quantities: [Quantity] = []
        var asksAge = false
        for condition in conditions {
            for term in RuleTelling.compared(condition.examined.root) {
                let name = "\(term)"
                guard let unit = Measure.of(term)?.unit,
                    !quantities.contains(where: { $0.name == name })
                else { continue }
                quantities.append(
                    Quantity(
                        name: name, words: wording.value(term), unit: unit,
                        program: try environment.compile(name, expecting: .int)))
            }
            asksAge =
                asksAge
                || condition.examined.root.all.contains {
                    if case .field(_, owner: "Member", "age") = $0.kind { true } else { false }
                }
        }
        self.quantities = quantities
        self.asksAge = asksAge
    }

    /// When the alert opens: both conditions.
    package var opening: Phrase {
        switch (when?.words, member?.words) {
        case (let when?, let member?):
            Phrase(zh: "{0}；且有成员：{1}", en: "{0}; and of a member: {1}", when, member)
        case (nil, let member?): Phrase(zh: "有成员：{0}", en: "of a member: {0}", member)
        case (let when?, nil): when
        case (nil, nil): Phrase(zh: "", en: "")
        }
    }

    /// Words and calls that a condition compares as numbers, of the household or of the member asked
    /// about: what stands in a macro is of no one thing.
    private static func compared(_ term: Term) -> [Term] {
        switch term.kind {
        case .quantifier, .other, .call("size", _): return []
        case .name("openedDaysAgo"), .name("year"): return []
        case .field(let of, _, _):
            if term.parameterName != nil { return [] }
            if case .name = of.kind, term.type == .int { return [term] }
            return []
        case .name: return term.type == .int ? [term] : []
        case .call(let name, let arguments):
            guard FunctionWord.named(name) != nil else { return arguments.flatMap(compared) }
            let isOfAnElement = term.all.contains {
                if case .local = $0.kind { true } else { false }
            }
            return term.type == .int && !isOfAnElement ? [term] : []
        default: return term.parts.flatMap(compared)
        }
    }
}
