extension Parser {
    /// Words that cannot be names because host languages use them; fields may have them.
    static let reserved: Set<String> = [
        "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let",
        "loop", "package", "namespace", "return", "var", "void", "while",
    ]
    /// Words of the language itself, which cannot be fields either.
    static let keywords: Set<String> = ["false", "in", "null", "true"]

    mutating func member() throws(Failure) -> Syntax {
        let first = try primary()
        return try postfix(first)
    }

    /// Selections, calls and indices after an operand.
    mutating func postfix(_ operand: Syntax) throws(Failure) -> Syntax {
        var result = operand
        while true {
            let offset = current.offset
            if accept(.dot) {
                result = try selection(of: result, at: offset)
            } else if accept(.leftBracket) {
                let isOptional = accept(.question)
                let index = try expression()
                try expect(.rightBracket, "expected ']' after the index")
                result = try make(
                    .index(result, index, isOptional: isOptional), at: offset,
                    over: [result, index])
            } else if current.kind == .symbol(.leftBrace), let name = result.qualifiedName {
                result = try message(name.name, isAbsolute: name.isAbsolute, at: result.offset)
            } else {
                return result
            }
        }
    }

    private mutating func selection(of operand: Syntax, at offset: Int) throws(Failure) -> Syntax {
        let isOptional = accept(.question)
        let (field, place) = try fieldName()
        guard !isOptional, current.kind == .symbol(.leftParenthesis) else {
            return try make(
                .select(operand, field: field, isOptional: isOptional), at: place,
                over: [operand])
        }
        position += 1
        let arguments = try list(until: .rightParenthesis)
        if macros, let expanded = try macro(field, on: operand, arguments, at: place) {
            return expanded
        }
        return try make(
            .member(operand, field, arguments), at: place, over: [operand] + arguments)
    }

    private mutating func fieldName() throws(Failure) -> (name: String, offset: Int) {
        let offset = current.offset
        switch current.kind {
        case .name(let name) where !Parser.keywords.contains(name):
            position += 1
            return (name, offset)
        case .quotedName(let name):
            position += 1
            return (name, offset)
        default:
            throw unexpected("expected a field or function after '.'")
        }
    }

    private mutating func primary() throws(Failure) -> Syntax {
        let token = current
        position += 1
        switch token.kind {
        case .int(let number):
            guard let value = Int64(exactly: number) else {
                throw Failure(message: "the number does not fit 64 bits", offset: token.offset)
            }
            return try make(.literal(.int(value)), at: token.offset, over: [])
        case .uint(let number):
            return try make(.literal(.uint(number)), at: token.offset, over: [])
        case .double(let number):
            return try make(.literal(.double(number)), at: token.offset, over: [])
        case .string(let text):
            return try make(.literal(.string(text)), at: token.offset, over: [])
        case .bytes(let bytes):
            return try make(.literal(.bytes(bytes)), at: token.offset, over: [])
        case .name("true"): return try make(.literal(.bool(true)), at: token.offset, over: [])
        case .name("false"): return try make(.literal(.bool(false)), at: token.offset, over: [])
        case .name("null"): return try make(.literal(.null), at: token.offset, over: [])
        case .symbol(.leftParenthesis):
            let inner = try expression()
            try expect(.rightParenthesis, "expected ')'")
            return inner
        case .symbol(.leftBracket): return try listLiteral(at: token.offset)
        case .symbol(.leftBrace): return try mapLiteral(at: token.offset)
        case .symbol(.dot): return try named(isAbsolute: true, at: token.offset)
        case .name:
            position -= 1
            return try named(isAbsolute: false, at: token.offset)
        default:
            position -= 1
            throw unexpected("expected a value")
        }
    }

    /// A name or a call of a function by its name.
    private mutating func named(isAbsolute: Bool, at offset: Int) throws(Failure) -> Syntax {
        guard case .name(let name) = current.kind, !Parser.keywords.contains(name) else {
            throw unexpected("expected a name")
        }
        guard !Parser.reserved.contains(name) || isMessageName() else {
            throw Failure(message: "'\(name)' is a reserved word", offset: current.offset)
        }
        position += 1
        guard accept(.leftParenthesis) else {
            return try make(.name(name, isAbsolute: isAbsolute), at: offset, over: [])
        }
        let arguments = try list(until: .rightParenthesis)
        if macros, !isAbsolute, let expanded = try macro(name, arguments, at: offset) {
            return expanded
        }
        return try make(
            .call(name, isAbsolute: isAbsolute, arguments), at: offset, over: arguments)
    }

    /// Whether names joined by dots and then '{' follow: there a reserved word may be a segment.
    private func isMessageName() -> Bool {
        var ahead = position + 1
        while case .symbol(.dot) = tokens[ahead].kind, case .name = tokens[ahead + 1].kind {
            ahead += 2
        }
        return tokens[ahead].kind == .symbol(.leftBrace)
    }

    /// Expressions with commas between, and the closing symbol.
    private mutating func list(until closing: Token.Symbol) throws(Failure) -> [Syntax] {
        var items: [Syntax] = []
        if accept(closing) { return items }
        repeat {
            items.append(try expression())
        } while accept(.comma)
        try expect(closing, "expected ',' or '\(closing.rawValue)'")
        return items
    }

    private mutating func listLiteral(at offset: Int) throws(Failure) -> Syntax {
        var elements: [Syntax.Element] = []
        // The grammar allows a comma after the last one, and alone.
        if accept(.comma), current.kind != .symbol(.rightBracket) {
            throw unexpected("expected ']'")
        }
        while !accept(.rightBracket) {
            let isOptional = accept(.question)
            elements.append(
                Syntax.Element(value: try expression(), isOptional: isOptional))
            if accept(.comma) { continue }
            try expect(.rightBracket, "expected ',' or ']'")
            break
        }
        return try make(.list(elements), at: offset, over: elements.map(\.value))
    }

    private mutating func mapLiteral(at offset: Int) throws(Failure) -> Syntax {
        var entries: [Syntax.Entry] = []
        if accept(.comma), current.kind != .symbol(.rightBrace) {
            throw unexpected("expected '}'")
        }
        while !accept(.rightBrace) {
            let isOptional = accept(.question)
            let key = try expression()
            try expect(.colon, "expected ':' and the value")
            let value = try expression()
            entries.append(Syntax.Entry(key: key, value: value, isOptional: isOptional))
            if accept(.comma) { continue }
            try expect(.rightBrace, "expected ',' or '}'")
            break
        }
        return try make(.map(entries), at: offset, over: entries.flatMap { [$0.key, $0.value] })
    }

    private mutating func message(
        _ name: String, isAbsolute: Bool, at offset: Int
    ) throws(Failure) -> Syntax {
        try expect(.leftBrace, "expected '{'")
        var fields: [(field: String, offset: Int, value: Syntax)] = []
        while !accept(.rightBrace) {
            _ = accept(.question)
            let (field, place) = try fieldName()
            try expect(.colon, "expected ':' and the value")
            fields.append((field, place, try expression()))
            if accept(.comma) { continue }
            try expect(.rightBrace, "expected ',' or '}'")
            break
        }
        return try make(
            .message(name, isAbsolute: isAbsolute, fields), at: offset, over: fields.map(\.value))
    }
}
