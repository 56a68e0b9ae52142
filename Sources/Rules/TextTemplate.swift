import Expressions

/// One sentence for an officer, with expressions in braces: `{yuan(income.perPerson)}`.
package struct TextTemplate: Sendable {
    enum Part: Sendable {
        case literal(String)
        case expression(Program)
    }

    let parts: [Part]

    /// Compiles the braces. Throws with the place in the file; `origin` is that of the text, which
    /// is one line.
    init(_ text: String, at origin: Origin, in environment: Environment) throws(CompileError) {
        var parts: [Part] = []
        var rest = Substring(text)
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            if let stray = rest[..<open].firstIndex(of: "}") {
                throw TextTemplate.unpaired(stray, in: text, at: origin)
            }
            if open > rest.startIndex { parts.append(.literal(String(rest[..<open]))) }
            let first = rest.index(after: open)
            var place = origin
            place.column += text[..<first].unicodeScalars.count
            parts.append(
                .expression(try environment.compile(String(rest[first..<close]), at: place)))
            rest = rest[rest.index(after: close)...]
        }
        if let brace = rest.firstIndex(where: { $0 == "{" || $0 == "}" }) {
            throw TextTemplate.unpaired(brace, in: text, at: origin)
        }
        if !rest.isEmpty { parts.append(.literal(String(rest))) }
        self.parts = parts
    }

    private static func unpaired(
        _ brace: String.Index, in text: String, at origin: Origin
    ) -> CompileError {
        let before = text[..<brace].unicodeScalars.count
        return CompileError(diagnostics: [
            Diagnostic(
                file: origin.file, line: origin.line, column: origin.column + before,
                message: text[brace] == "{"
                    ? "expected a closing brace" : "expected an opening brace",
                suggestion: nil, excerpt: text, indent: before)
        ])
    }

    /// The sentence; what cannot be said becomes a dash.
    func render(_ activation: any Activation) -> String {
        var result = ""
        for part in parts {
            switch part {
            case .literal(let text): result += text
            case .expression(let program):
                switch try? program.evaluate(activation) {
                case .string(let text)?: result += text
                case .int(let number)?: result += String(number)
                default: result += "—"
                }
            }
        }
        return result
    }

    /// Fen as yuan: `8,150` or `8,150.50`.
    package static func yuan(_ fen: Int64) -> String {
        let sign = fen < 0 ? "-" : ""
        let value = fen.magnitude
        var digits = Array(String(value / 100))
        var index = digits.count - 3
        while index > 0 {
            digits.insert(",", at: index)
            index -= 3
        }
        let cents = value % 100
        let tail = cents == 0 ? "" : cents < 10 ? ".0\(cents)" : ".\(cents)"
        return sign + String(digits) + tail
    }
}
