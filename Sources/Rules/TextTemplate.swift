import Expressions

/// One sentence for an officer, with expressions in braces: `{yuan(income.perPerson)}`.
package struct TextTemplate: Sendable {
    enum Part: Sendable {
        case literal(String)
        case expression(Program)
    }

    let parts: [Part]

    /// Compiles the braces. Throws with the place in the file.
    init(_ text: String, at origin: Origin, in environment: Environment) throws(CompileError) {
        var parts: [Part] = []
        var rest = Substring(text)
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            if open > rest.startIndex { parts.append(.literal(String(rest[..<open]))) }
            let inner = String(rest[rest.index(after: open)..<close])
            parts.append(.expression(try environment.compile(inner, at: origin)))
            rest = rest[rest.index(after: close)...]
        }
        if !rest.isEmpty { parts.append(.literal(String(rest))) }
        self.parts = parts
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
