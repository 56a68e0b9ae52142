extension Checker {
    /// Names of types that may be used as values.
    static let typeNames: [String: ValueType] = [
        "bool": .bool, "int": .int, "uint": .uint, "double": .double, "string": .string,
        "bytes": .bytes, "list": .list(.dyn), "map": .map(.dyn, .dyn), "null_type": .null,
        "type": .type(.dyn), "google.protobuf.Timestamp": .timestamp,
        "google.protobuf.Duration": .duration, "optional_type": .optional(.dyn),
    ]

    /// The full names to try for a name, the innermost name space first.
    func candidates(_ name: String, isAbsolute: Bool) -> [String] {
        guard !isAbsolute, !environment.container.isEmpty else { return [name] }
        var segments = environment.container.split(separator: ".", omittingEmptySubsequences: true)
        var result: [String] = []
        while !segments.isEmpty {
            result.append(segments.joined(separator: ".") + "." + name)
            segments.removeLast()
        }
        return result + [name]
    }

    mutating func checkName(_ name: String, _ isAbsolute: Bool, _ syntax: Syntax) -> ValueType {
        if !isAbsolute, let index = locals.lastIndex(where: { $0.name == name }) {
            checking.resolutions[syntax.id] = .local(index)
            return locals[index].type
        }
        if let type = resolveGlobal(name, isAbsolute, syntax) { return type }
        let isFunction = environment.functions[name] != nil
        return fail(
            .unknownVariable,
            isFunction
                ? "'\(name)' is a function; its arguments go in parentheses"
                : "unknown name '\(name)'",
            at: syntax.offset, suggestion: isFunction ? nil : nearestName(to: name), syntax)
    }

    /// The variable or type of a plain or dotted name.
    mutating func resolveGlobal(
        _ name: String, _ isAbsolute: Bool, _ syntax: Syntax
    ) -> ValueType? {
        for candidate in candidates(name, isAbsolute: isAbsolute) {
            if let slot = environment.variableSlots[candidate] {
                checking.resolutions[syntax.id] = .variable(slot)
                return environment.variables[slot].type
            }
            if let type = Checker.typeNames[candidate] {
                checking.resolutions[syntax.id] = .type(candidate)
                return .type(type)
            }
            if let index = environment.objectIndices[candidate] {
                checking.resolutions[syntax.id] = .type(candidate)
                return .type(.object(environment.objects[index].type))
            }
        }
        return nil
    }

    func nearestName(to name: String) -> String? {
        let names = environment.variables.map(\.name) + locals.map(\.name)
        return Suggestion.nearest(to: name, among: names + Array(Checker.typeNames.keys))
    }

    mutating func checkSelect(
        _ operand: Syntax, _ field: String, _ isOptional: Bool, _ syntax: Syntax
    ) -> ValueType {
        if !isOptional, let type = checkQualified(syntax) { return type }
        let operandType = check(operand)
        let type = types.resolve(operandType)
        if isOptional {
            let result = selectType(type, field, syntax)
            if case .optional = result { return result }
            return .optional(result)
        }
        return selectType(type, field, syntax)
    }

    /// `a.b.c` as the name of one variable or type; also reports when not even `a` is known.
    private mutating func checkQualified(_ syntax: Syntax) -> ValueType? {
        guard let (name, isAbsolute, root) = syntax.qualifiedName else { return nil }
        if !isAbsolute, locals.contains(where: { $0.name == root }) { return nil }
        if let type = resolveGlobal(name, isAbsolute, syntax) { return type }
        guard !lenient else { return nil }
        var parts = name.split(separator: ".").map(String.init)
        while parts.count > 1 {
            parts.removeLast()
            let prefix = parts.joined(separator: ".")
            for candidate in candidates(prefix, isAbsolute: isAbsolute) {
                if environment.variableSlots[candidate] != nil { return nil }
                if Checker.typeNames[candidate] != nil { return nil }
            }
        }
        let suggestion = nearestName(to: name) ?? nearestName(to: root)
        return fail(
            .unknownVariable, "unknown name '\(name)'", at: syntax.rootOffset,
            suggestion: suggestion, syntax)
    }

    /// The type of a field of a value of the given type.
    private mutating func selectType(
        _ type: ValueType, _ field: String, _ syntax: Syntax
    ) -> ValueType {
        switch type {
        case .dyn, .variable: return .dyn
        case .map(_, let value): return value
        case .optional(let inner):
            let result = selectType(types.resolve(inner), field, syntax)
            if case .optional = result { return result }
            return .optional(result)
        case .object(let object):
            let declared = environment.objects[object.index]
            if let index = declared.indices[field] {
                checking.resolutions[syntax.id] = .field(object, index)
                return declared.fields[index].type
            }
            return fail(
                .noSuchField, "'\(object.name)' has no field '\(field)'", at: syntax.offset,
                suggestion: Suggestion.nearest(
                    to: field, among: declared.fields.map(\.name)), syntax)
        default:
            return fail(
                .noMatchingOverload, "a value of type \(type) has no field '\(field)'",
                at: syntax.offset, syntax)
        }
    }

    mutating func checkHas(_ operand: Syntax, _ field: String, _ syntax: Syntax) -> ValueType {
        let operandType = check(operand)
        _ = selectType(types.resolve(operandType), field, syntax)
        return .bool
    }
}

extension Syntax {
    /// Where the first name of `a.b.c` stands.
    var rootOffset: Int {
        if case .select(let operand, _, _) = kind { return operand.rootOffset }
        return offset
    }
}
