extension Parser {
    /// `has(a.b)`; `nil` for what is an ordinary call.
    mutating func macro(
        _ name: String, _ arguments: [Syntax], at offset: Int
    ) throws(Failure) -> Syntax? {
        guard name == "has", arguments.count == 1 else { return nil }
        guard case .select(let operand, let field, isOptional: false) = arguments[0].kind else {
            throw Failure(
                message: "has() asks for a field, as in has(a.b)", offset: arguments[0].offset)
        }
        return try make(.has(operand, field: field), at: offset, over: [operand])
    }

    /// A macro called on `range`; `nil` for what is an ordinary call.
    mutating func macro(
        _ name: String, on range: Syntax, _ arguments: [Syntax], at offset: Int
    ) throws(Failure) -> Syntax? {
        if name == "bind", case .name("cel", isAbsolute: _) = range.kind, arguments.count == 3 {
            let variable = try variableName(arguments[0])
            return try make(
                .bind(name: variable, arguments[1], arguments[2]), at: offset,
                over: [arguments[1], arguments[2]])
        }
        if name == "greatest" || name == "least", arguments.count > 2,
            case .name("math", isAbsolute: _) = range.kind
        {
            // Any number of arguments is one list.
            let elements = arguments.map { Syntax.Element(value: $0, isOptional: false) }
            let list = try make(.list(elements), at: offset, over: arguments)
            return try make(.member(range, name, [list]), at: offset, over: [range, list])
        }
        guard let shape = Parser.shape(name, arguments.count) else { return nil }
        let variable = try variableName(arguments[0])
        var second: String?
        if shape.hasSecond {
            second = try variableName(arguments[1])
            guard second != variable else {
                throw Failure(
                    message: "the two names must differ", offset: arguments[1].offset)
            }
        }
        let rest = arguments[(shape.hasSecond ? 2 : 1)...]
        let condition = shape.hasCondition ? rest.first : nil
        let result = shape.hasResult ? rest.last : nil
        let comprehension = Syntax.Comprehension(
            form: shape.form, range: range, variable: variable, second: second,
            condition: condition, result: result)
        return try make(.comprehension(comprehension), at: offset, over: [range] + rest)
    }

    private struct Shape {
        let form: Syntax.Comprehension.Form
        var hasSecond = false
        var hasCondition = false
        var hasResult = false
    }

    /// What a macro's name and number of arguments mean.
    private static func shape(_ name: String, _ count: Int) -> Shape? {
        switch (name, count) {
        case ("all", 2), ("all", 3):
            Shape(form: .all, hasSecond: count == 3, hasCondition: true)
        case ("exists", 2), ("exists", 3):
            Shape(form: .exists, hasSecond: count == 3, hasCondition: true)
        case ("exists_one", 2), ("existsOne", 2), ("exists_one", 3), ("existsOne", 3):
            Shape(form: .existsOne, hasSecond: count == 3, hasCondition: true)
        case ("filter", 2): Shape(form: .filter, hasCondition: true)
        case ("map", 2), ("map", 3):
            Shape(form: .map, hasCondition: count == 3, hasResult: true)
        case ("transformList", 3), ("transformList", 4):
            Shape(
                form: .transformList, hasSecond: true, hasCondition: count == 4, hasResult: true)
        case ("transformMap", 3), ("transformMap", 4):
            Shape(
                form: .transformMap, hasSecond: true, hasCondition: count == 4, hasResult: true)
        case ("transformMapEntry", 3), ("transformMapEntry", 4):
            Shape(
                form: .transformMapEntry, hasSecond: true, hasCondition: count == 4,
                hasResult: true)
        case ("optMap", 2): Shape(form: .optionalMap, hasResult: true)
        case ("optFlatMap", 2): Shape(form: .optionalFlatMap, hasResult: true)
        default: nil
        }
    }

    private func variableName(_ argument: Syntax) throws(Failure) -> String {
        guard case .name(let name, isAbsolute: false) = argument.kind else {
            throw Failure(
                message: "expected a simple name for the element", offset: argument.offset)
        }
        return name
    }
}
