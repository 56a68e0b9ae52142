import Expressions

extension Measure {
    /// What a term is measured in, if it is a word of the vocabulary or a parameter; `nil` for
    /// anything else.
    static func of(_ term: Term) -> Measure? {
        switch term.kind {
        case .name(let name): Measure.variables[name]
        case .field(_, owner: "Parameters", let name):
            Measure.Unit(parameter: name).map { .number($0) }
        case .field(_, let owner, let name): Measure.fields["\(owner).\(name)"]
        case .call(let name, _): FunctionWord.named(name)?.word.measure
        default: nil
        }
    }

    private static let variables = Dictionary(
        uniqueKeysWithValues: Vocabulary.Variable.allCases.map { ("\($0)", $0.word.measure) }
            + FactWord.ofHousehold.map { ($0.rawValue, $0.word.measure) }
            + AreaVocabulary.Variable.allCases.filter { $0 != .param }.map {
                ("\($0)", $0.word.measure)
            })

    private static let fields: [String: Measure] = {
        var all: [String: Measure] = [:]
        for field in Vocabulary.IncomeField.allCases { all["Income.\(field)"] = field.word.measure }
        for field in Vocabulary.MemberField.allCases { all["Member.\(field)"] = field.word.measure }
        for field in Vocabulary.LossField.allCases { all["Loss.\(field)"] = field.word.measure }
        for field in Vocabulary.HouseField.allCases { all["House.\(field)"] = field.word.measure }
        for field in AreaVocabulary.ProduceField.allCases {
            all["Produce.\(field)"] = field.word.measure
        }
        for word in FactWord.ofMember { all["Member.\(word.rawValue)"] = word.word.measure }
        for field in FactField.allCases { all["Fact.\(field)"] = field.word.measure }
        return all
    }()
}

extension Term {
    /// The parameter it reads, if it is one.
    var parameterName: String? {
        guard case .field(_, owner: "Parameters", let name) = kind else { return nil }
        return name
    }

    /// The whole number it is written as, if it is one.
    var wholeNumber: Int64? {
        guard case .constant(.int(let number)) = kind else { return nil }
        return number
    }

    /// The two sides of `==`, `!=`, `<`, `<=`, `>` or `>=`, and the operator.
    var comparison: (operation: String, left: Term, right: Term)? {
        guard case .call(let name, let arguments) = kind, arguments.count == 2,
            ["_==_", "_!=_", "_<_", "_<=_", "_>_", "_>=_"].contains(name)
        else { return nil }
        return (name, arguments[0], arguments[1])
    }
}
