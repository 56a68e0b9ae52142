import Expressions

/// Says conditions in words: what an officer reads of a rule in an alert and in the catalogue. What
/// it has no words for stands as it is written.
struct Wording {
    /// The names of the rule's parameters, in their order.
    let parameters: [String]
    /// The variables of the macros around, outermost first.
    private var scope: [String] = []

    init(parameters: [String]) {
        self.parameters = parameters
    }

    private func within(_ variable: String) -> Wording {
        var inner = self
        inner.scope.append(variable)
        return inner
    }

    // MARK: Conditions

    /// A condition in words.
    func condition(_ term: Term) -> Phrase {
        if let (operation, left, right) = term.comparison {
            return comparison(operation, left, right)
        }
        switch term.kind {
        case .and:
            return .joined(
                Wording.flat(term, { if case .and(let a, let b) = $0.kind { [a, b] } else { nil } })
                    .map(tight), zh: "，且", en: ", and ")
        case .or:
            return .joined(
                Wording.flat(term, { if case .or(let a, let b) = $0.kind { [a, b] } else { nil } })
                    .map(tight), zh: "，或", en: ", or ")
        case .not(let operand):
            if case .quantifier(.exists, let variable, let range, let body) = operand.kind {
                return Phrase(
                    zh: "没有{0}（{1}）", en: "no {0} ({1})", list(range),
                    within(variable).condition(body))
            }
            return Phrase(zh: "非（{0}）", en: "not ({0})", condition(operand))
        case .quantifier(.exists, let variable, let range, let body):
            return Phrase(
                zh: "有{0}（{1}）", en: "some {0} ({1})", list(range),
                within(variable).condition(body))
        case .quantifier(.all, let variable, let range, let body):
            return Phrase(
                zh: "所有{0}都（{1}）", en: "every {0} ({1})", list(range),
                within(variable).condition(body))
        case .call("@in", let arguments):
            guard case .call("[]", let elements) = arguments[1].kind else { return code(term) }
            return Phrase(
                zh: "{0}为{1}", en: "{0} is {1}", value(arguments[0]),
                .joined(elements.map(value), zh: "或", en: " or "))
        case .conditional(let asked, let then, let otherwise):
            return Phrase(
                zh: "{0}时{1}，否则{2}", en: "{1} if {0}, else {2}", tight(asked), tight(then),
                tight(otherwise))
        default: return value(term)
        }
    }

    /// A condition in brackets where it is made of several.
    private func tight(_ term: Term) -> Phrase {
        switch term.kind {
        case .and, .or, .conditional: Phrase(zh: "（{0}）", en: "({0})", condition(term))
        default: condition(term)
        }
    }

    private static func flat(_ term: Term, _ split: (Term) -> [Term]?) -> [Term] {
        split(term)?.flatMap { flat($0, split) } ?? [term]
    }

    private func comparison(_ operation: String, _ left: Term, _ right: Term) -> Phrase {
        if let same = acrossRecords(operation, left, right) { return same }
        if let measure = Measure.of(left), measure.range.lowerBound == -1, measure.unit == .days,
            right.wholeNumber == 0, operation == "_<_" || operation == "_>=_"
        {
            return operation == "_<_"
                ? Phrase(zh: "没有{0}", en: "there is no {0}", value(left))
                : Phrase(zh: "有{0}", en: "there is {0}", value(left))
        }
        if case .name("openedDaysAgo") = right.kind, operation == "_<=_" || operation == "_>=_" {
            return operation == "_<=_"
                ? Phrase(
                    zh: "{0}的起点不早于预警", en: "{0} begin on or after the day of the alert",
                    value(left))
                : Phrase(
                    zh: "{0}的起点不晚于预警", en: "{0} begin on or before the day of the alert",
                    value(left))
        }
        let words = Wording.operators(operation, unit(left) ?? unit(right))
        if let share = share(left, right) {
            return Phrase(
                zh: "{0}\(words.zh){1}的{2}", en: "{0} \(words.en) {2} of {1}", share.part,
                share.whole, share.percent)
        }
        return Phrase(
            zh: "{0}\(words.zh){1}", en: "{0} \(words.en) {1}", value(left, unit(right)),
            value(right, unit(left)))
    }

    /// `part * 100 ≥ whole * percent`.
    private func share(_ left: Term, _ right: Term)
        -> (part: Phrase, whole: Phrase, percent: Phrase)?
    {
        guard case .call("_*_", let one) = left.kind, case .call("_*_", let other) = right.kind,
            one[1].wholeNumber == 100, unit(other[1]) == .percent
        else { return nil }
        return (value(one[0]), value(other[0]), value(other[1]))
    }

    /// Comparisons of one record with another that stands further out.
    private func acrossRecords(_ operation: String, _ left: Term, _ right: Term) -> Phrase? {
        guard case .field(let one, let owner, let name) = left.kind,
            case .local(let first) = one.kind,
            case .field(let two, owner, name) = right.kind, case .local(let second) = two.kind,
            first != second, scope.count > 1
        else { return nil }
        var operation = operation
        if scope.last == second {
            operation =
                ["_<_": "_>_", "_<=_": "_>=_", "_>_": "_<_", "_>=_": "_<=_"][operation]
                ?? operation
        }
        if name == "daysAgo" {
            switch operation {
            case "_<_": return Phrase(zh: "晚于该记录", en: "later than that")
            case "_<=_": return Phrase(zh: "不早于该记录", en: "not earlier than that")
            case "_>_": return Phrase(zh: "早于该记录", en: "earlier than that")
            case "_>=_": return Phrase(zh: "不晚于该记录", en: "not later than that")
            default: return nil
            }
        }
        let noun = value(left)
        if operation == "_==_" { return Phrase(zh: "{0}与其相同", en: "the same {0}", noun) }
        let words = Wording.operators(operation, unit(left))
        return Phrase(zh: "{0}\(words.zh)其{0}", en: "{0} \(words.en) its {0}", noun)
    }

    private static func operators(_ operation: String, _ unit: Measure.Unit?) -> Sentence {
        switch (operation, unit) {
        case ("_==_", _): Sentence(zh: "为", en: "is")
        case ("_!=_", _): Sentence(zh: "不为", en: "is not")
        case ("_<_", .fen), ("_<_", .percent): Sentence(zh: "低于", en: "under")
        case ("_<=_", .fen), ("_<=_", .percent): Sentence(zh: "不高于", en: "at most")
        case ("_>_", .fen), ("_>_", .percent): Sentence(zh: "高于", en: "over")
        case (_, .fen), (_, .percent): Sentence(zh: "不低于", en: "at least")
        case ("_<_", .dayOfYear), ("_<_", .month), ("_<_", .year):
            Sentence(zh: "早于", en: "before")
        case ("_<=_", .dayOfYear), ("_<=_", .month), ("_<=_", .year):
            Sentence(zh: "不晚于", en: "not after")
        case ("_>_", .dayOfYear), ("_>_", .month), ("_>_", .year):
            Sentence(zh: "晚于", en: "after")
        case (_, .dayOfYear), (_, .month), (_, .year): Sentence(zh: "不早于", en: "not before")
        case ("_<_", _): Sentence(zh: "小于", en: "less than")
        case ("_<=_", _): Sentence(zh: "不超过", en: "at most")
        case ("_>_", _): Sentence(zh: "超过", en: "more than")
        default: Sentence(zh: "不少于", en: "at least")
        }
    }

    // MARK: Values

    /// What a number is counted in, where one of the words in it says so.
    private func unit(_ term: Term) -> Measure.Unit? {
        if let unit = Measure.of(term)?.unit { return unit == .plain ? nil : unit }
        switch term.kind {
        case .call("_+_", let parts), .call("_-_", let parts), .call("_*_", let parts):
            return parts.lazy.compactMap { unit($0) }.first
        case .conditional(_, let then, let otherwise): return unit(then) ?? unit(otherwise)
        default: return nil
        }
    }

    /// A value in words; a number written in the rule is counted in `unit`.
    func value(_ term: Term) -> Phrase { value(term, nil) }

    private func value(_ term: Term, _ unit: Measure.Unit?) -> Phrase {
        if let name = term.parameterName, let place = parameters.firstIndex(of: name) {
            let unit = Measure.Unit(parameter: name) ?? .plain
            return Phrase(zh: [.parameter(place, unit)], en: [.parameter(place, unit)])
        }
        switch term.kind {
        case .constant(.int(let number)):
            let text = (unit ?? .plain).text(number)
            return Phrase(zh: text.zh, en: text.en)
        case .constant(.string(let word)):
            let text = Nouns.code(word)
            return Phrase(zh: "“\(text.zh)”", en: "'\(text.en)'")
        case .name(let name): return noun(name, name)
        case .field(_, let owner, let name): return noun("\(owner).\(name)", name)
        case .call("size", let arguments): return size(arguments[0]) ?? code(term)
        case .call("string", let arguments) where arguments.count == 1: return value(arguments[0])
        case .call("_+_", let parts) where term.type == .string:
            return Phrase(
                zh: "{0}后接{1}", en: "{0} followed by {1}", value(parts[0]), value(parts[1]))
        case .call("_+_", let parts):
            return Phrase(zh: "{0}加{1}", en: "{0} plus {1}", value(parts[0]), value(parts[1]))
        case .call("_-_", let parts):
            return Phrase(zh: "{0}减{1}", en: "{0} less {1}", value(parts[0]), value(parts[1]))
        case .call("_*_", let parts):
            return Phrase(zh: "{0}乘{1}", en: "{0} times {1}", value(parts[0]), value(parts[1]))
        case .call(let name, let arguments): return call(name, arguments) ?? code(term)
        case .conditional, .and, .or, .not, .quantifier:
            if term.type == .bool { return condition(term) }
            guard case .conditional(let asked, let then, let otherwise) = term.kind else {
                return code(term)
            }
            return Phrase(
                zh: "{1}（{0}时）或{2}", en: "{1} (if {0}) or {2}", condition(asked), value(then),
                value(otherwise))
        default: return code(term)
        }
    }

    private func noun(_ key: String, _ name: String) -> Phrase {
        let text = Nouns.text(key)
        return text.map { Phrase(zh: $0.zh, en: $0.en) } ?? Phrase(zh: name, en: name)
    }

    private func call(_ name: String, _ arguments: [Term]) -> Phrase? {
        guard let function = FunctionWord.named(name), let text = Nouns.function(name) else {
            return nil
        }
        let given = arguments.dropFirst(arguments.count - function.parameters.count)
        return Phrase(
            zh: text.zh, en: text.en,
            zip(given, function.parameters).map { argument, unit in
                if let name = argument.parameterName, let place = parameters.firstIndex(of: name) {
                    let unit = unit ?? .plain
                    return Phrase(zh: [.parameter(place, unit)], en: [.parameter(place, unit)])
                }
                return value(argument, unit)
            })
    }

    /// How many elements a list has, or how many of them meet a condition.
    private func size(_ term: Term) -> Phrase? {
        switch term.kind {
        case .name, .field:
            return Phrase(zh: "{0}的数目", en: "the number of {0} records", list(term))
        default: break
        }
        guard case .other(let parts) = term.kind, parts.count == 2, parts[1].type == .bool else {
            return nil
        }
        return Phrase(
            zh: "{0}（{1}）的数目", en: "the number of {0} ({1})", list(parts[0]),
            within("…").condition(parts[1]))
    }

    /// What the elements of a list are called.
    private func list(_ term: Term) -> Phrase {
        let word: String? =
            switch term.kind {
            case .name(let name): name
            case .field(_, owner: "Member", let name): name
            default: nil
            }
        if let kind = word.flatMap({ FactWord(rawValue: $0) })?.kind {
            return Phrase(zh: kind.words.zh, en: kind.words.en)
        }
        return value(term)
    }

    /// As it is written.
    private func code(_ term: Term) -> Phrase {
        // A brace would be taken for a place.
        let text = "\(term)".replacing("{", with: "(").replacing("}", with: ")")
        return Phrase(zh: "「\(text)」", en: "`\(text)`")
    }
}
