import Expressions

/// Terms to formulas, for one set of parameters. What it has no rule for becomes a question or a
/// quantity of its own, so that whatever it finds impossible is.
struct Logic {
    /// Values of the rule's parameters.
    let parameters: [String: Int64]
    private(set) var facts = Facts()

    init(parameters: [String: Int64], facts: Facts = Facts()) {
        self.parameters = parameters
        self.facts = facts
    }

    /// A number is one of these, each where its condition holds.
    private typealias Cases = [(condition: Formula, sum: Linear)]

    /// Alternatives a number may have; more are taken for any number.
    private static let caseLimit = 16

    /// What must hold for a condition to be true.
    mutating func formula(_ term: Term) -> Formula {
        if let (operation, left, right) = term.comparison {
            return comparison(operation, left, right) ?? question(term)
        }
        switch term.kind {
        case .constant(.bool(let flag)): return .constant(flag)
        case .and(let left, let right): return .and([formula(left), formula(right)])
        case .or(let left, let right): return .or([formula(left), formula(right)])
        case .not(let operand): return formula(operand).negated
        case .conditional(let condition, let then, let otherwise):
            let asked = formula(condition)
            return .or([
                .and([asked, formula(then)]), .and([asked.negated, formula(otherwise)]),
            ])
        case .call("@in", let arguments):
            guard case .call("[]", let elements) = arguments[1].kind else { return question(term) }
            let equalities = elements.map { comparison("_==_", arguments[0], $0) }
            guard !equalities.contains(where: { $0 == nil }) else { return question(term) }
            return .or(equalities.compactMap { $0 })
        case .quantifier(let quantifier, _, _, let body):
            let inner = formula(body)
            let decided = quantifier == .exists ? inner : inner.negated
            if Satisfaction(facts: facts).isImpossible(decided) {
                return .constant(quantifier == .all)
            }
            return question(term)
        default: return question(term)
        }
    }

    private func question(_ term: Term) -> Formula { .question(text(of: term), true) }

    /// Terms with one text are one thing. A field says whose it is: macros' variables of one name
    /// may hold different objects.
    private func text(of term: Term) -> String {
        let text = term.canonical { $0.parameterName.flatMap { parameters[$0] } }
        guard case .field(_, let owner, _) = term.kind else { return text }
        return "\(owner) \(text)"
    }

    private mutating func comparison(
        _ operation: String, _ left: Term, _ right: Term
    ) -> Formula? {
        // A comparison of parameters alone is a switch, which is meant to be one or the other.
        let parts = left.all + right.all
        if isSwitch(left), isSwitch(right), parts.contains(where: { $0.parameterName != nil }) {
            return nil
        }
        // A value whose type is not known may be anything, also a number between two others.
        guard left.type == right.type else { return nil }
        switch left.type {
        case .int: return numbers(operation, left, right)
        case .string: return words(operation, left, right)
        case .bool where operation == "_==_" || operation == "_!=_":
            let (one, other) = (formula(left), formula(right))
            let equal = Formula.or([
                .and([one, other]), .and([one.negated, other.negated]),
            ])
            return operation == "_==_" ? equal : equal.negated
        default: return nil
        }
    }

    /// Made of parameters and numbers only.
    private func isSwitch(_ term: Term) -> Bool {
        if term.wholeNumber != nil || term.parameterName != nil { return true }
        guard case .call(let name, _) = term.kind, FunctionWord.named(name) == nil else {
            return false
        }
        return term.parts.allSatisfy(isSwitch)
    }

    private mutating func words(_ operation: String, _ left: Term, _ right: Term) -> Formula? {
        guard operation == "_==_" || operation == "_!=_" else { return nil }
        for (term, other) in [(left, right), (right, left)] {
            guard case .constant(.string(let word)) = other.kind else { continue }
            if case .constant(.string(let same)) = term.kind {
                return .constant((same == word) == (operation == "_==_"))
            }
            let text = text(of: term)
            if let known = Measure.of(term)?.words { facts.words[text] = Set(known) }
            return .word(text, [word], isOneOf: operation == "_==_")
        }
        return nil
    }

    private mutating func numbers(_ operation: String, _ left: Term, _ right: Term) -> Formula? {
        guard let first = cases(left), let second = cases(right) else { return nil }
        var alternatives: [Formula] = []
        for one in first {
            for other in second {
                guard let difference = one.sum.adding(other.sum, times: -1),
                    let opposite = Linear(0).adding(difference, times: -1),
                    let less = difference.adding(Linear(1), times: 1),
                    let greater = opposite.adding(Linear(1), times: 1)
                else { return nil }
                let holds: Formula =
                    switch operation {
                    case "_<_": .atMostZero(less)
                    case "_<=_": .atMostZero(difference)
                    case "_>_": .atMostZero(greater)
                    case "_>=_": .atMostZero(opposite)
                    case "_==_": .and([.atMostZero(difference), .atMostZero(opposite)])
                    default: .or([.atMostZero(less), .atMostZero(greater)])
                    }
                alternatives.append(.and([one.condition, other.condition, holds]))
            }
        }
        return .or(alternatives)
    }

    private mutating func cases(_ term: Term) -> Cases? {
        if let number = term.wholeNumber ?? term.parameterName.flatMap({ parameters[$0] }) {
            return [(.constant(true), Linear(number))]
        }
        switch term.kind {
        case .call("-_", let arguments):
            return cases(arguments[0])?.multiplied(by: -1)
        case .call("_+_", let arguments), .call("_-_", let arguments):
            guard case .call(let name, _) = term.kind, let first = cases(arguments[0]),
                let second = cases(arguments[1])
            else { return nil }
            return first.adding(second, times: name == "_+_" ? 1 : -1, limit: Self.caseLimit)
        case .call("_*_", let arguments):
            guard let first = cases(arguments[0]), let second = cases(arguments[1]) else {
                return nil
            }
            if let number = second.number { return first.multiplied(by: number) }
            if let number = first.number { return second.multiplied(by: number) }
        case .conditional(let condition, let then, let otherwise):
            guard let first = cases(then), let second = cases(otherwise),
                first.count + second.count <= Self.caseLimit
            else { return nil }
            let asked = formula(condition)
            return first.map { (.and([asked, $0.condition]), $0.sum) }
                + second.map { (.and([asked.negated, $0.condition]), $0.sum) }
        default: break
        }
        let text = text(of: term)
        if let range = Measure.of(term)?.range { facts.ranges[text] = range }
        return [(.constant(true), Linear(quantity: text))]
    }
}

extension Array where Element == (condition: Formula, sum: Linear) {
    /// The number it is, if it is one number whatever holds.
    fileprivate var number: Int64? {
        guard count == 1, self[0].sum.factors.isEmpty, case .constant(true) = self[0].condition
        else { return nil }
        return self[0].sum.number
    }

    fileprivate func multiplied(by factor: Int64) -> Self? {
        var result: Self = []
        for (condition, sum) in self {
            guard let product = Linear(0).adding(sum, times: factor) else { return nil }
            result.append((condition, product))
        }
        return result
    }

    fileprivate func adding(_ other: Self, times factor: Int64, limit: Int) -> Self? {
        guard count * other.count <= limit else { return nil }
        var result: Self = []
        for one in self {
            for two in other {
                guard let sum = one.sum.adding(two.sum, times: factor) else { return nil }
                result.append((.and([one.condition, two.condition]), sum))
            }
        }
        return result
    }
}
