/// A checked expression as a tree, for whoever reasons about expressions without evaluating them:
/// what it compares, in which units, whether it can hold. Names are resolved, macros told apart;
/// what reasoning has no use for is `other`.
package final class Term {
    package indirect enum Kind {
        case constant(Value)
        /// A variable of the host, by its full name.
        case name(String)
        /// A macro's or `cel.bind`'s variable.
        case local(String)
        /// A field of a host object, with the name of the object's type.
        case field(Term, owner: String, name: String)
        /// A function or operator (`_<_`, `_+_`, `@in`) with its arguments, the receiver first.
        case call(String, [Term])
        case and(Term, Term)
        case or(Term, Term)
        case not(Term)
        case conditional(Term, Term, Term)
        /// `exists` and `all` of one variable.
        case quantifier(Quantifier, variable: String, range: Term, body: Term)
        case other([Term])
    }

    /// Which of the macros that ask about a list's elements.
    package enum Quantifier {
        case exists, all
    }

    /// What it is, with the terms it is made of.
    package let kind: Kind
    /// The deduced type.
    package let type: ValueType
    /// Where messages point, as a UTF-8 offset into the text.
    package let offset: Int
    /// A call written as `receiver.name(...)`.
    private let isMemberCall: Bool

    init(_ kind: Kind, type: ValueType, offset: Int, isMemberCall: Bool) {
        self.kind = kind
        self.type = type
        self.offset = offset
        self.isMemberCall = isMemberCall
    }

    /// The terms it is made of.
    package var parts: [Term] {
        switch kind {
        case .constant, .name, .local: []
        case .field(let operand, _, _), .not(let operand): [operand]
        case .call(_, let arguments), .other(let arguments): arguments
        case .and(let left, let right), .or(let left, let right): [left, right]
        case .conditional(let condition, let then, let otherwise): [condition, then, otherwise]
        case .quantifier(_, _, let range, let body): [range, body]
        }
    }

    /// This term and all within it, outermost first.
    package var all: [Term] { [self] + parts.flatMap(\.all) }
}

/// A checked expression with its text, so that what is found in it can be shown in its place.
package struct Examined {
    /// The whole expression.
    package let root: Term
    private let text: String
    private let origin: Origin

    fileprivate init(root: Term, text: String, origin: Origin) {
        self.root = root
        self.text = text
        self.origin = origin
    }

    /// A message at a term's place, with the line and a caret.
    package func diagnostic(_ message: String, at term: Term) -> Diagnostic {
        var reporter = Reporter(text: text, origin: origin, limit: 1)
        reporter.report(message, at: term.offset)
        return reporter.error().diagnostics[0]
    }
}

extension Environment {
    /// Parses and checks an expression without planning it. Throws what is wrong with it.
    package func examine(
        _ text: String, at origin: Origin = Origin()
    ) throws(CompileError) -> Examined {
        var reporter = Reporter(text: text, origin: origin, limit: limits.diagnostics)
        guard let syntax = Parser.parse(text, environment: self, reporter: &reporter) else {
            throw reporter.error()
        }
        let checking = Checker.check(
            syntax, environment: self, expecting: nil, lenient: false, reporter: &reporter)
        guard !reporter.hasErrors else { throw reporter.error() }
        let terms = TermMaker(environment: self, checking: checking)
        return Examined(root: terms.term(syntax), text: text, origin: origin)
    }
}

/// Syntax and what the checker found out about it, to terms.
private struct TermMaker {
    let environment: Environment
    let checking: Checking

    func term(_ syntax: Syntax) -> Term {
        var isMemberCall = false
        if case .call(_, withReceiver: true) = checking.resolutions[syntax.id] {
            isMemberCall = true
        }
        return Term(
            kind(syntax), type: checking.types[syntax.id], offset: syntax.offset,
            isMemberCall: isMemberCall)
    }

    private func kind(_ syntax: Syntax) -> Term.Kind {
        switch checking.resolutions[syntax.id] {
        case .variable(let slot): return .name(environment.variables[slot].name)
        case .type(let name): return .constant(.type(name))
        default: break
        }
        switch syntax.kind {
        case .literal(let value): return .constant(value)
        case .name(let name, _): return .local(name)
        case .select(let operand, let field, isOptional: false):
            guard case .field(let object, _) = checking.resolutions[syntax.id] else {
                return .other([term(operand)])
            }
            return .field(term(operand), owner: object.name, name: field)
        case .select(let operand, _, _), .has(let operand, _): return .other([term(operand)])
        case .index(let operand, let index, _): return .other([term(operand), term(index)])
        case .call("!_", _, let arguments): return .not(term(arguments[0]))
        case .call(let name, _, let arguments): return .call(name, arguments.map(term))
        case .member(let receiver, let name, let arguments):
            guard case .call(_, withReceiver: true) = checking.resolutions[syntax.id] else {
                return .call(fullName(receiver, name), arguments.map(term))
            }
            return .call(name, ([receiver] + arguments).map(term))
        case .and(let left, let right): return .and(term(left), term(right))
        case .or(let left, let right): return .or(term(left), term(right))
        case .conditional(let condition, let then, let otherwise):
            return .conditional(term(condition), term(then), term(otherwise))
        case .list(let elements): return .call("[]", elements.map { term($0.value) })
        case .map(let entries):
            return .other(entries.flatMap { [term($0.key), term($0.value)] })
        case .message(_, _, let fields): return .other(fields.map { term($0.value) })
        case .comprehension(let comprehension): return kind(comprehension)
        case .bind(_, let value, let body): return .other([term(value), term(body)])
        }
    }

    private func kind(_ comprehension: Syntax.Comprehension) -> Term.Kind {
        if comprehension.second == nil, let condition = comprehension.condition {
            let quantifiers: [Syntax.Comprehension.Form: Term.Quantifier] = [
                .exists: .exists, .all: .all,
            ]
            if let quantifier = quantifiers[comprehension.form] {
                return .quantifier(
                    quantifier, variable: comprehension.variable,
                    range: term(comprehension.range), body: term(condition))
            }
        }
        let parts = [comprehension.range, comprehension.condition, comprehension.result]
        return .other(parts.compactMap { $0 }.map(term))
    }

    private func fullName(_ receiver: Syntax, _ name: String) -> String {
        receiver.qualifiedName.map { "\($0.name).\(name)" } ?? name
    }
}

extension Term: CustomStringConvertible {
    /// The term as it may be written; what is `other` is shown as `…`.
    package var description: String {
        written([:], isCanonical: false) { _ in nil }
    }

    /// The term written so that only terms that mean the same are written the same: macros'
    /// variables have names by their nesting, and the terms `constants` knows are numbers.
    package func canonical(_ constants: (Term) -> Int64?) -> String {
        written([:], isCanonical: true, constants)
    }

    private func written(
        _ renaming: [String: String], depth: Int = 0, isCanonical: Bool,
        _ constants: (Term) -> Int64?
    ) -> String {
        func text(_ term: Term) -> String {
            term.written(renaming, depth: depth, isCanonical: isCanonical, constants)
        }
        func tight(_ term: Term) -> String {
            switch term.kind {
            case .and, .or, .conditional: return "(\(text(term)))"
            case .call(let name, let arguments)
            where Checker.symbols[name] != nil && arguments.count == 2:
                return "(\(text(term)))"
            default: return text(term)
            }
        }
        func side(_ term: Term) -> String {
            switch term.kind {
            case .and, .or, .conditional: "(\(text(term)))"
            default: text(term)
            }
        }
        if let number = constants(self) { return String(number) }
        switch kind {
        case .constant(let value): return Term.literal(value)
        case .name(let name): return name
        case .local(let name): return renaming[name] ?? name
        case .field(let operand, _, let name): return "\(tight(operand)).\(name)"
        case .not(let operand): return "!\(tight(operand))"
        case .and(let left, let right): return "\(side(left)) && \(side(right))"
        case .or(let left, let right): return "\(side(left)) || \(side(right))"
        case .conditional(let condition, let then, let otherwise):
            return "\(tight(condition)) ? \(tight(then)) : \(tight(otherwise))"
        case .quantifier(let quantifier, let variable, let range, let body):
            var inner = renaming
            let name = isCanonical ? "$\(depth)" : variable
            inner[variable] = name
            let said = body.written(
                inner, depth: depth + 1, isCanonical: isCanonical, constants)
            return "\(tight(range)).\(quantifier)(\(name), \(said))"
        case .call("[]", let elements): return "[\(elements.map(text).joined(separator: ", "))]"
        case .call("-_", let arguments): return "-\(tight(arguments[0]))"
        case .call(let name, let arguments):
            if let symbol = Checker.symbols[name], arguments.count == 2 {
                return "\(tight(arguments[0])) \(symbol) \(tight(arguments[1]))"
            }
            if isMemberCall, let receiver = arguments.first {
                let rest = arguments.dropFirst().map(text).joined(separator: ", ")
                return "\(tight(receiver)).\(name)(\(rest))"
            }
            return "\(name)(\(arguments.map(text).joined(separator: ", ")))"
        case .other:
            // What is not told apart means the same only as itself.
            return isCanonical ? "…\(ObjectIdentifier(self))" : "…"
        }
    }

    private static func literal(_ value: Value) -> String {
        switch value {
        case .int(let number): String(number)
        case .uint(let number): "\(number)u"
        case .double(let number): "\(number)"
        case .bool(let flag): "\(flag)"
        case .string(let text): text.debugDescription
        case .bytes(let bytes): "b\(bytes)"
        case .null: "null"
        case .type(let name): name
        default: "…"
        }
    }
}
