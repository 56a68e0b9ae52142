/// What the checker found out about each piece of syntax, by `Syntax.id`.
struct Checking {
    /// What a name or call stands for.
    enum Resolution {
        case none
        case variable(Int)
        /// A macro's variable, by its place in the frame.
        case local(Int)
        /// A type as a value.
        case type(String)
        /// A field of a host object, by index.
        case field(ObjectType, Int)
        /// A function, as overload numbers. `withReceiver` tells whether the syntax's receiver is
        /// its first argument or part of its name.
        case call([Int], withReceiver: Bool)
        /// Known to fail when evaluated (unchecked expressions only).
        case failure(EvaluationError.Kind)
    }

    var types: [ValueType]
    var resolutions: [Resolution]
    /// The frame place of a macro's first variable.
    var localBase: [Int]
    var localCount = 0
}

/// Resolves names and deduces types. In lenient mode a complaint becomes an error of the
/// evaluation instead, as the language defines for unchecked expressions.
struct Checker {
    let environment: Environment
    let lenient: Bool
    var types = Types()
    var checking: Checking
    var reporter: Reporter
    var locals: [Local] = []

    /// A macro's variable in scope.
    struct Local {
        let name: String
        let type: ValueType
    }

    static func check(
        _ root: Syntax, environment: Environment, expecting: ValueType?, lenient: Bool,
        reporter: inout Reporter
    ) -> Checking {
        let count = root.id + 1  // the root is made last
        var checker = Checker(
            environment: environment, lenient: lenient,
            checking: Checking(
                types: Array(repeating: .dyn, count: count),
                resolutions: Array(repeating: .none, count: count),
                localBase: Array(repeating: 0, count: count)),
            reporter: reporter)
        let type = checker.check(root)
        if let expecting, !checker.types.assign(type, to: expecting), !lenient {
            checker.reporter.report(
                "the expression must be of type \(expecting), but is "
                    + "\(checker.types.resolve(type))", at: root.offset)
        }
        for id in checker.checking.types.indices {
            checker.checking.types[id] = checker.types.resolve(
                checker.checking.types[id], final: true)
        }
        reporter = checker.reporter
        return checker.checking
    }

    /// Checks one piece of syntax and notes its type.
    mutating func check(_ syntax: Syntax) -> ValueType {
        let type = deduce(syntax)
        checking.types[syntax.id] = type
        return type
    }

    private mutating func deduce(_ syntax: Syntax) -> ValueType {
        switch syntax.kind {
        case .literal(let value): return Checker.type(of: value)
        case .name(let name, let isAbsolute): return checkName(name, isAbsolute, syntax)
        case .select(let operand, let field, let isOptional):
            return checkSelect(operand, field, isOptional, syntax)
        case .has(let operand, let field):
            return checkHas(operand, field, syntax)
        case .index(let operand, let index, let isOptional):
            return checkIndex(operand, index, isOptional, syntax)
        case .call(let name, let isAbsolute, let arguments):
            return checkCall(name, isAbsolute, arguments, syntax)
        case .member(let receiver, let name, let arguments):
            return checkMember(receiver, name, arguments, syntax)
        case .and(let left, let right), .or(let left, let right):
            checkCondition(left)
            checkCondition(right)
            return .bool
        case .conditional(let condition, let then, let otherwise):
            checkCondition(condition)
            return checkBranches(then, otherwise, syntax)
        case .list(let elements): return checkList(elements)
        case .map(let entries): return checkMap(entries)
        case .message(let name, _, let fields):
            for field in fields { _ = check(field.value) }
            return fail(
                .noMatchingOverload, "'\(name){...}' makes a message; there are none here",
                at: syntax.offset, syntax)
        case .comprehension(let comprehension):
            return checkComprehension(comprehension, syntax)
        case .bind(let name, let value, let body):
            let type = check(value)
            checking.localBase[syntax.id] = locals.count
            return within([Local(name: name, type: type)]) { $0.check(body) }
        }
    }

    static func type(of literal: Value) -> ValueType {
        switch literal {
        case .null: .null
        case .bool: .bool
        case .int: .int
        case .uint: .uint
        case .double: .double
        case .string: .string
        case .bytes: .bytes
        default: .dyn
        }
    }

    /// Reports, or in lenient mode notes what the evaluation will fail with.
    mutating func fail(
        _ kind: EvaluationError.Kind, _ message: String, at offset: Int,
        suggestion: String? = nil, _ syntax: Syntax
    ) -> ValueType {
        if lenient {
            checking.resolutions[syntax.id] = .failure(kind)
        } else {
            reporter.report(message, at: offset, suggestion: suggestion)
        }
        return .dyn
    }

    /// Checks what must be true or false.
    mutating func checkCondition(_ syntax: Syntax) {
        let type = check(syntax)
        guard !types.assign(type, to: .bool), !lenient else { return }
        reporter.report(
            "expected true or false, but this is of type \(types.resolve(type))",
            at: syntax.offset)
    }

    /// Runs `body` with more locals in scope.
    mutating func within<Result>(
        _ added: [Local], _ body: (inout Checker) -> Result
    ) -> Result {
        locals += added
        checking.localCount = max(checking.localCount, locals.count)
        let result = body(&self)
        locals.removeLast(added.count)
        return result
    }

    private mutating func checkBranches(
        _ then: Syntax, _ otherwise: Syntax, _ syntax: Syntax
    ) -> ValueType {
        let first = check(then)
        let second = check(otherwise)
        let result = types.fresh()
        guard types.assign([first, second], to: [result, result]) else {
            if lenient { return .dyn }
            reporter.report(
                "both values must be of one type, but are \(types.resolve(first)) and "
                    + "\(types.resolve(second))", at: syntax.offset)
            return .dyn
        }
        return result
    }

    private mutating func checkList(_ elements: [Syntax.Element]) -> ValueType {
        var joined: ValueType?
        for element in elements {
            var type = check(element.value)
            if element.isOptional { type = unwrapped(type, element.value) }
            joined = types.join(joined, type)
        }
        return .list(joined ?? types.fresh())
    }

    private mutating func checkMap(_ entries: [Syntax.Entry]) -> ValueType {
        var key: ValueType?
        var value: ValueType?
        for entry in entries {
            let given = check(entry.key)
            key = types.join(key, keyType(given))
            var type = check(entry.value)
            if entry.isOptional { type = unwrapped(type, entry.value) }
            value = types.join(value, type)
        }
        return .map(key ?? types.fresh(), value ?? types.fresh())
    }

    /// A key's type as far as it can be one. Anything else is left to run time; this also keeps
    /// types from doubling with every level of `{x: x}`.
    private func keyType(_ type: ValueType) -> ValueType {
        switch types.resolve(type) {
        case .bool, .int, .uint, .string: type
        default: .dyn
        }
    }

    /// The type within an optional, for `[?x]` and `{?k: x}`.
    private mutating func unwrapped(_ type: ValueType, _ syntax: Syntax) -> ValueType {
        let inner = types.fresh()
        if types.assign(type, to: .optional(inner)) { return types.resolve(inner) }
        if !lenient {
            reporter.report(
                "expected an optional after '?', but this is of type \(types.resolve(type))",
                at: syntax.offset)
        }
        return .dyn
    }
}
