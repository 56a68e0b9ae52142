extension Checker {
    mutating func checkCall(
        _ name: String, _ isAbsolute: Bool, _ arguments: [Syntax], _ syntax: Syntax
    ) -> ValueType {
        let given = arguments.map { check($0) }
        for candidate in candidates(name, isAbsolute: isAbsolute) {
            guard let overloads = overloads(candidate, isMember: false) else { continue }
            return resolve(
                overloads, name, given, withReceiver: false, syntax, arguments: arguments)
        }
        let isMember = overloads(name, isMember: true) != nil
        return fail(
            .unknownFunction,
            isMember
                ? "'\(name)' is called on a value: value.\(name)(...)"
                : "unknown function '\(name)'",
            at: syntax.offset,
            suggestion: isMember ? nil : nearestFunction(to: name, isMember: false), syntax)
    }

    mutating func checkMember(
        _ receiver: Syntax, _ name: String, _ arguments: [Syntax], _ syntax: Syntax
    ) -> ValueType {
        let given = arguments.map { check($0) }
        let isKnown = overloads(name, isMember: true) != nil
        if let (prefix, isAbsolute, root) = receiver.qualifiedName,
            isAbsolute || !locals.contains(where: { $0.name == root })
        {
            let full = prefix + "." + name
            for candidate in candidates(full, isAbsolute: isAbsolute) {
                guard let overloads = overloads(candidate, isMember: false) else { continue }
                return resolve(
                    overloads, full, given, withReceiver: false, syntax, arguments: arguments)
            }
            // Neither function nor variable: it is the whole name that is unknown.
            if !lenient, !isKnown, resolveGlobal(prefix, isAbsolute, receiver) == nil,
                let near = nearestFunction(to: full, isMember: false)
            {
                return fail(
                    .unknownFunction, "unknown function '\(full)'", at: receiver.rootOffset,
                    suggestion: near, syntax)
            }
        }
        let target = check(receiver)
        guard let overloads = overloads(name, isMember: true) else {
            let isFunction = self.overloads(name, isMember: false) != nil
            return fail(
                .unknownFunction,
                isFunction
                    ? "'\(name)' is not called on a value: \(name)(...)"
                    : "unknown function '\(name)'",
                at: syntax.offset,
                suggestion: isFunction ? nil : nearestFunction(to: name, isMember: true), syntax)
        }
        return resolve(
            overloads, name, [target] + given, withReceiver: true, syntax,
            arguments: [receiver] + arguments)
    }

    mutating func checkIndex(
        _ operand: Syntax, _ index: Syntax, _ isOptional: Bool, _ syntax: Syntax
    ) -> ValueType {
        let given = [check(operand), check(index)]
        let name = isOptional ? "_[?_]" : "_[_]"
        return resolve(
            overloads(name, isMember: false) ?? [], name, given, withReceiver: false, syntax,
            arguments: [operand, index])
    }

    func overloads(_ name: String, isMember: Bool) -> [Int]? {
        guard let all = environment.functions[name] else { return nil }
        let right = all.filter { environment.overloads[$0].isMember == isMember }
        return right.isEmpty ? nil : right
    }

    /// Finds the overloads that may take the arguments, and the type they give.
    private mutating func resolve(
        _ overloads: [Int], _ name: String, _ given: [ValueType], withReceiver: Bool,
        _ syntax: Syntax, arguments: [Syntax]
    ) -> ValueType {
        var fitting: [Int] = []
        var result: ValueType?
        for overload in overloads {
            let declared = environment.overloads[overload]
            guard declared.parameters.count == given.count else { continue }
            var names: [String: ValueType] = [:]
            let wanted = declared.parameters.map { types.instantiate($0, &names) }
            guard types.assign(given, to: wanted) else { continue }
            fitting.append(overload)
            let instance = types.instantiate(declared.result, &names)
            let type = types.resolve(instance)
            if let known = result {
                if types.resolve(known) != type { result = .dyn }
            } else {
                result = type
            }
        }
        if let result {
            checking.resolutions[syntax.id] = .call(fitting, withReceiver: withReceiver)
            return result
        }
        if lenient {
            // Left to run time: what checks nothing may still find values that fit.
            let possible = overloads.filter {
                environment.overloads[$0].parameters.count == given.count
            }
            checking.resolutions[syntax.id] =
                possible.isEmpty
                ? .failure(.noMatchingOverload) : .call(possible, withReceiver: withReceiver)
            return .dyn
        }
        reporter.report(
            mismatch(name, given, overloads, withReceiver: withReceiver), at: syntax.offset)
        return .dyn
    }

    private func mismatch(
        _ name: String, _ given: [ValueType], _ overloads: [Int], withReceiver: Bool
    ) -> String {
        let shown = given.map { types.resolve($0).description }
        if let symbol = Checker.symbols[name] {
            return shown.count == 1
                ? "'\(symbol)' does not take \(shown[0])"
                : "'\(symbol)' does not take \(shown[0]) and \(shown[1])"
        }
        let signatures = overloads.prefix(4).map { number in
            let overload = environment.overloads[number]
            let parameters = overload.parameters.map(\.description)
            return overload.isMember
                ? "\(parameters[0]).\(name)(\(parameters.dropFirst().joined(separator: ", ")))"
                : "\(name)(\(parameters.joined(separator: ", ")))"
        }
        let call =
            withReceiver
            ? "\(shown[0]).\(name)(\(shown.dropFirst().joined(separator: ", ")))"
            : "\(name)(\(shown.joined(separator: ", ")))"
        let more = overloads.count > 4 ? ", ..." : ""
        return "there is no \(call); there is \(signatures.joined(separator: ", "))\(more)"
    }

    /// Operators as they are written.
    static let symbols: [String: String] = [
        "_==_": "==", "_!=_": "!=", "_<_": "<", "_<=_": "<=", "_>_": ">", "_>=_": ">=",
        "_+_": "+", "_-_": "-", "_*_": "*", "_/_": "/", "_%_": "%", "!_": "!", "-_": "-",
        "@in": "in", "_[_]": "[]", "_[?_]": "[?]",
    ]

    func nearestFunction(to name: String, isMember: Bool) -> String? {
        let names = environment.functions.keys.filter { candidate in
            candidate.utf8.first?.isNameStart == true && !Checker.symbols.keys.contains(candidate)
                && overloads(candidate, isMember: isMember) != nil
        }
        return Suggestion.nearest(to: name, among: names)
    }
}
