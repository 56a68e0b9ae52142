/// A piece of an expression's text.
struct Token {
    enum Kind: Equatable {
        case int(UInt64)
        case uint(UInt64)
        case double(Double)
        case string(String)
        case bytes([UInt8])
        /// A name, a reserved word, or one of `true`, `false`, `null`, `in`.
        case name(String)
        /// A field name in backquotes.
        case quotedName(String)
        /// An operator or bracket.
        case symbol(Symbol)
        case end
    }

    enum Symbol: String {
        case or = "||", and = "&&", equal = "==", notEqual = "!=", lessOrEqual = "<="
        case greaterOrEqual = ">=", less = "<", greater = ">", plus = "+", minus = "-"
        case times = "*", divide = "/", remainder = "%", not = "!", question = "?", colon = ":"
        case comma = ",", dot = ".", leftParenthesis = "(", rightParenthesis = ")"
        case leftBracket = "[", rightBracket = "]", leftBrace = "{", rightBrace = "}"
    }

    let kind: Kind
    /// UTF-8 offset of its first byte.
    let offset: Int
}

/// Text to tokens (CEL language definition, "Syntax"). Linear in the text's length.
struct Lexer {
    let bytes: [UInt8]
    var position = 0

    /// What no token can be made of.
    struct Failure: Error {
        let message: String
        let offset: Int
    }

    init(_ text: String) {
        bytes = Array(text.utf8)
    }

    /// All tokens, the last one `.end`.
    static func tokens(_ text: String) throws(Failure) -> [Token] {
        var lexer = Lexer(text)
        var tokens: [Token] = []
        while true {
            let token = try lexer.next()
            tokens.append(token)
            if token.kind == .end { return tokens }
        }
    }

    func peek(_ ahead: Int = 0) -> UInt8 {
        position + ahead < bytes.count ? bytes[position + ahead] : 0
    }

    var isAtEnd: Bool { position >= bytes.count }

    private mutating func next() throws(Failure) -> Token {
        skipBlank()
        let start = position
        guard !isAtEnd else { return Token(kind: .end, offset: start) }
        let byte = peek()
        if let quoted = try quotedLiteral() { return Token(kind: quoted, offset: start) }
        if byte.isDigit || (byte == UInt8(ascii: ".") && peek(1).isDigit) {
            return Token(kind: try number(), offset: start)
        }
        if byte.isNameStart {
            while peek().isNamePart { position += 1 }
            let name = String(decoding: bytes[start..<position], as: UTF8.self)
            return Token(kind: .name(name), offset: start)
        }
        if byte == UInt8(ascii: "`") { return Token(kind: try quotedName(), offset: start) }
        return Token(kind: .symbol(try symbol()), offset: start)
    }

    private mutating func skipBlank() {
        while !isAtEnd {
            switch peek() {
            case 0x09, 0x0A, 0x0C, 0x0D, 0x20: position += 1
            case UInt8(ascii: "/") where peek(1) == UInt8(ascii: "/"):
                while !isAtEnd, peek() != 0x0A { position += 1 }
            default: return
            }
        }
    }

    private mutating func symbol() throws(Failure) -> Token.Symbol {
        if position + 1 < bytes.count {
            let pair = String(decoding: bytes[position..<(position + 2)], as: UTF8.self)
            if let symbol = Token.Symbol(rawValue: pair) {
                position += 2
                return symbol
            }
        }
        let single = String(decoding: bytes[position...position], as: UTF8.self)
        if let symbol = Token.Symbol(rawValue: single) {
            position += 1
            return symbol
        }
        let rest = String(decoding: bytes[position..<min(position + 4, bytes.count)], as: UTF8.self)
        let shown = rest.unicodeScalars.first.map { Lexer.name(of: $0) } ?? "character"
        let hint = Lexer.plainForm[rest.unicodeScalars.first?.value ?? 0]
        throw Failure(
            message: "unexpected \(shown)" + (hint.map { "; write '\($0)'" } ?? ""),
            offset: position)
    }

    private static func name(of scalar: Unicode.Scalar) -> String {
        switch scalar.properties.generalCategory {
        case .control, .format, .unassigned, .privateUse, .surrogate:
            "character U+\(String(scalar.value, radix: 16, uppercase: true))"
        default: "character '\(scalar)'"
        }
    }

    /// Punctuation of Chinese input methods, which looks right to the eye, and what was meant.
    private static let plainForm: [UInt32: String] = [
        0xFF08: "(", 0xFF09: ")", 0xFF0C: ",", 0x3002: ".", 0xFF1A: ":", 0xFF1F: "?",
        0xFF01: "!", 0xFF1C: "<", 0xFF1E: ">", 0xFF1D: "==", 0xFF0B: "+", 0xFF0D: "-",
        0x201C: "\"", 0x201D: "\"", 0x2018: "'", 0x2019: "'", 0x3010: "[", 0x3011: "]",
        0x00D7: "*", 0x00F7: "/", 0x2264: "<=", 0x2265: ">=", 0x2260: "!=",
        UInt32(UInt8(ascii: "=")): "==", UInt32(UInt8(ascii: "&")): "&&",
        UInt32(UInt8(ascii: "|")): "||",
    ]

    private mutating func quotedName() throws(Failure) -> Token.Kind {
        let start = position
        position += 1
        while !isAtEnd, peek() != UInt8(ascii: "`") {
            let allowed = peek().isNamePart || [0x20, 0x2D, 0x2E, 0x2F].contains(peek())
            guard allowed else {
                throw Failure(message: "not allowed in a name in backquotes", offset: position)
            }
            position += 1
        }
        guard !isAtEnd, position > start + 1 else {
            throw Failure(message: "a name in backquotes does not end", offset: start)
        }
        let name = String(decoding: bytes[(start + 1)..<position], as: UTF8.self)
        position += 1
        return .quotedName(name)
    }
}

extension UInt8 {
    var isDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }

    var isNameStart: Bool {
        (self >= UInt8(ascii: "a") && self <= UInt8(ascii: "z"))
            || (self >= UInt8(ascii: "A") && self <= UInt8(ascii: "Z")) || self == UInt8(ascii: "_")
    }

    var isNamePart: Bool { isNameStart || isDigit }

    /// The value of a hexadecimal digit.
    var hexValue: UInt32? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(self - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(self - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(self - UInt8(ascii: "A") + 10)
        default: nil
        }
    }
}
