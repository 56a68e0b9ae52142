/// Tokens to syntax, by precedence climbing (CEL language definition, "Syntax"). Recursion is
/// bounded by `Limits.depth`, work by the number of tokens.
struct Parser {
    let limits: Limits
    let macros: Bool
    var tokens: [Token]
    var position = 0
    var nodes = 0
    /// Levels of recursion at present; parentheses count though they leave no syntax behind.
    var nesting = 0

    /// Where the text stops being an expression.
    struct Failure: Error {
        let message: String
        let offset: Int
    }

    /// The syntax of a text; `nil` after reporting what is wrong with it.
    static func parse(
        _ text: String, environment: Environment, reporter: inout Reporter
    ) -> Syntax? {
        guard text.utf8.count <= environment.limits.length else {
            reporter.report(
                "the expression is longer than \(environment.limits.length) bytes", at: 0)
            return nil
        }
        do throws(Lexer.Failure) {
            let tokens = try Lexer.tokens(text)
            var parser = Parser(
                limits: environment.limits, macros: environment.macros, tokens: tokens)
            do throws(Failure) {
                return try parser.whole()
            } catch {
                reporter.report(error.message, at: error.offset)
            }
        } catch {
            reporter.report(error.message, at: error.offset)
        }
        return nil
    }

    private init(limits: Limits, macros: Bool, tokens: [Token]) {
        self.limits = limits
        self.macros = macros
        self.tokens = tokens
    }

    private mutating func whole() throws(Failure) -> Syntax {
        let root = try expression()
        guard current.kind == .end else {
            throw unexpected("expected an operator or the end")
        }
        return root
    }

    /// `condition ? this : that`, or anything that binds tighter.
    mutating func expression() throws(Failure) -> Syntax {
        try enter()
        defer { nesting -= 1 }
        let condition = try disjunction()
        let offset = current.offset
        guard accept(.question) else { return condition }
        let then = try disjunction()
        try expect(.colon, "expected ':' and what is meant otherwise")
        let otherwise = try expression()
        return try make(
            .conditional(condition, then, otherwise), at: offset,
            over: [condition, then, otherwise])
    }

    /// `a || b || c`, grouped evenly so that many terms nest little.
    private mutating func disjunction() throws(Failure) -> Syntax {
        var terms = [try conjunction()]
        var offsets: [Int] = []
        while case let offset = current.offset, accept(.or) {
            offsets.append(offset)
            terms.append(try conjunction())
        }
        return try balanced(terms[...], offsets[...]) { .or($0, $1) }
    }

    private mutating func conjunction() throws(Failure) -> Syntax {
        var terms = [try operation(1)]
        var offsets: [Int] = []
        while case let offset = current.offset, accept(.and) {
            offsets.append(offset)
            terms.append(try operation(1))
        }
        return try balanced(terms[...], offsets[...]) { .and($0, $1) }
    }

    private mutating func balanced(
        _ terms: ArraySlice<Syntax>, _ offsets: ArraySlice<Int>,
        _ combine: (Syntax, Syntax) -> Syntax.Kind
    ) throws(Failure) -> Syntax {
        if terms.count == 1 { return terms.first! }
        let half = (terms.count + 1) / 2
        let middle = terms.startIndex + half
        let between = offsets.startIndex + half - 1
        let left = try balanced(terms[..<middle], offsets[..<between], combine)
        let right = try balanced(terms[middle...], offsets[(between + 1)...], combine)
        return try make(combine(left, right), at: offsets[between], over: [left, right])
    }

    /// The operator at the current token and how tightly it binds: 1 relations, 2 sums,
    /// 3 products.
    private func binaryOperator() -> (function: String, strength: Int)? {
        switch current.kind {
        case .name("in"): return ("@in", 1)
        case .symbol(let symbol):
            switch symbol {
            case .equal: return ("_==_", 1)
            case .notEqual: return ("_!=_", 1)
            case .less: return ("_<_", 1)
            case .lessOrEqual: return ("_<=_", 1)
            case .greater: return ("_>_", 1)
            case .greaterOrEqual: return ("_>=_", 1)
            case .plus: return ("_+_", 2)
            case .minus: return ("_-_", 2)
            case .times: return ("_*_", 3)
            case .divide: return ("_/_", 3)
            case .remainder: return ("_%_", 3)
            default: return nil
            }
        default: return nil
        }
    }

    private mutating func operation(_ strength: Int) throws(Failure) -> Syntax {
        var left = try unary()
        while let (function, binds) = binaryOperator(), binds >= strength {
            let offset = current.offset
            position += 1
            let right = try operation(binds + 1)
            left = try make(
                .call(function, isAbsolute: false, [left, right]), at: offset, over: [left, right])
        }
        return left
    }

    private mutating func unary() throws(Failure) -> Syntax {
        guard case .symbol(let symbol) = current.kind, symbol == .not || symbol == .minus else {
            return try member()
        }
        var offsets: [Int] = []
        while case let offset = current.offset, current.kind == .symbol(symbol) {
            // A minus right before a number belongs to the number, or the least integer could
            // not be written.
            if symbol == .minus, let literal = try negativeNumber() {
                return try prefixed(try postfix(literal), "-_", offsets)
            }
            position += 1
            offsets.append(offset)
        }
        return try prefixed(try member(), symbol == .not ? "!_" : "-_", offsets)
    }

    private mutating func prefixed(
        _ operand: Syntax, _ function: String, _ offsets: [Int]
    ) throws(Failure) -> Syntax {
        var result = operand
        for offset in offsets.reversed() {
            result = try make(
                .call(function, isAbsolute: false, [result]), at: offset, over: [result])
        }
        return result
    }

    /// A minus and a number as one literal, if the current tokens are that.
    private mutating func negativeNumber() throws(Failure) -> Syntax? {
        let offset = current.offset
        let value: Value
        switch tokens[position + 1].kind {
        case .int(let magnitude):
            guard magnitude <= UInt64(Int64.max) + 1 else {
                throw Failure(message: "the number does not fit 64 bits", offset: offset)
            }
            value = .int(Int64(truncatingIfNeeded: 0 &- magnitude))
        case .double(let number): value = .double(-number)
        default: return nil
        }
        position += 2
        return try make(.literal(value), at: offset, over: [])
    }
}

extension Parser {
    var current: Token { tokens[position] }

    mutating func accept(_ symbol: Token.Symbol) -> Bool {
        guard current.kind == .symbol(symbol) else { return false }
        position += 1
        return true
    }

    mutating func expect(_ symbol: Token.Symbol, _ message: String) throws(Failure) {
        guard accept(symbol) else { throw unexpected(message) }
    }

    /// A failure at the current token that says what was expected and what is there.
    func unexpected(_ message: String) -> Failure {
        let found: String
        switch current.kind {
        case .end: found = "the expression ends"
        case .symbol(let symbol): found = "found '\(symbol.rawValue)'"
        case .name(let name): found = "found '\(name)'"
        case .quotedName: found = "found a name in backquotes"
        case .int, .uint, .double: found = "found a number"
        case .string, .bytes: found = "found a text"
        }
        return Failure(message: "\(message); \(found)", offset: current.offset)
    }

    /// One level deeper; the caller takes it back.
    mutating func enter() throws(Failure) {
        nesting += 1
        guard nesting <= limits.depth else {
            throw Failure(
                message: "the expression nests deeper than \(limits.depth) levels",
                offset: current.offset)
        }
    }

    /// Makes a piece of syntax, within the limits.
    mutating func make(
        _ kind: Syntax.Kind, at offset: Int, over children: [Syntax]
    ) throws(Failure) -> Syntax {
        let depth = children.reduce(0) { max($0, $1.depth) } + 1
        guard depth <= limits.depth else {
            throw Failure(
                message: "the expression nests deeper than \(limits.depth) levels", offset: offset)
        }
        guard nodes < limits.nodes else {
            throw Failure(
                message: "the expression has more than \(limits.nodes) parts", offset: offset)
        }
        nodes += 1
        return Syntax(id: nodes - 1, offset: offset, kind: kind, depth: depth)
    }
}
