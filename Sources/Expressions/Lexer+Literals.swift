extension Lexer {
    /// An integer, unsigned integer or double. The sign is the parser's business.
    mutating func number() throws(Failure) -> Token.Kind {
        let start = position
        if peek() == UInt8(ascii: "0"), peek(1) == UInt8(ascii: "x"), peek(2).hexValue != nil {
            position += 2
            let digits = position
            while peek().hexValue != nil { position += 1 }
            return try integer(bytes[digits..<position], radix: 16, start: start)
        }
        while peek().isDigit { position += 1 }
        var isDouble = false
        if peek() == UInt8(ascii: "."), peek(1).isDigit {
            isDouble = true
            position += 1
            while peek().isDigit { position += 1 }
        }
        if peek() | 0x20 == UInt8(ascii: "e") {
            let sign = peek(1) == UInt8(ascii: "+") || peek(1) == UInt8(ascii: "-") ? 1 : 0
            if peek(1 + sign).isDigit {
                isDouble = true
                position += 1 + sign
                while peek().isDigit { position += 1 }
            }
        }
        guard isDouble else { return try integer(bytes[start..<position], radix: 10, start: start) }
        var text = String(decoding: bytes[start..<position], as: UTF8.self)
        if text.hasPrefix(".") { text = "0" + text }
        guard let number = Double(text) else {
            throw Failure(message: "not a number", offset: start)
        }
        return .double(number)
    }

    private mutating func integer(
        _ digits: ArraySlice<UInt8>, radix: Int, start: Int
    ) throws(Failure) -> Token.Kind {
        let text = String(decoding: digits, as: UTF8.self)
        guard let number = UInt64(text, radix: radix) else {
            throw Failure(message: "the number does not fit 64 bits", offset: start)
        }
        if peek() | 0x20 == UInt8(ascii: "u") {
            position += 1
            return .uint(number)
        }
        return .int(number)
    }

    /// A text or bytes literal with its prefixes, if one begins here.
    mutating func quotedLiteral() throws(Failure) -> Token.Kind? {
        var prefix = 0
        var isBytes = false
        var isRaw = false
        if peek() | 0x20 == UInt8(ascii: "b") {
            isBytes = true
            prefix = 1
        }
        if peek(prefix) | 0x20 == UInt8(ascii: "r") {
            isRaw = true
            prefix += 1
        }
        let quote = peek(prefix)
        guard quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else { return nil }
        let start = position
        position += prefix
        let isTriple = peek(1) == quote && peek(2) == quote
        position += isTriple ? 3 : 1
        var content: [UInt8] = []
        while true {
            guard !isAtEnd else {
                throw Failure(message: "the text does not end", offset: start)
            }
            let byte = peek()
            if byte == quote, !isTriple || (peek(1) == quote && peek(2) == quote) {
                position += isTriple ? 3 : 1
                break
            }
            if !isTriple, byte == 0x0A || byte == 0x0D {
                throw Failure(message: "the text does not end on its line", offset: start)
            }
            if byte == UInt8(ascii: "\\"), !isRaw {
                try escape(isBytes: isBytes, into: &content)
            } else {
                content.append(byte)
                position += 1
            }
        }
        return isBytes ? .bytes(content) : .string(String(decoding: content, as: UTF8.self))
    }

    private mutating func escape(isBytes: Bool, into content: inout [UInt8]) throws(Failure) {
        let start = position
        position += 1
        let code = peek()
        position += 1
        if let simple = Lexer.simpleEscape(code) {
            content.append(simple)
            return
        }
        var value: UInt32 = 0
        switch code {
        case UInt8(ascii: "x"), UInt8(ascii: "X"):
            value = try hexDigits(2, start: start)
        case UInt8(ascii: "u") where !isBytes:
            value = try hexDigits(4, start: start)
        case UInt8(ascii: "U") where !isBytes:
            value = try hexDigits(8, start: start)
        case UInt8(ascii: "0")...UInt8(ascii: "3"):
            let octal = UInt8(ascii: "0")...UInt8(ascii: "7")
            guard octal.contains(peek()), octal.contains(peek(1)) else {
                throw Failure(message: "an octal escape has three digits", offset: start)
            }
            for digit in [code, peek(), peek(1)] {
                value = value * 8 + UInt32(digit - UInt8(ascii: "0"))
            }
            position += 2
        default:
            throw Failure(message: "no such escape in a text; write '\\\\'", offset: start)
        }
        if isBytes {
            content.append(UInt8(truncatingIfNeeded: value))
        } else if let scalar = Unicode.Scalar(value) {
            content.append(contentsOf: Array(String(scalar).utf8))
        } else {
            throw Failure(message: "not a Unicode character", offset: start)
        }
    }

    private static func simpleEscape(_ code: UInt8) -> UInt8? {
        switch code {
        case UInt8(ascii: "a"): 0x07
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        case UInt8(ascii: "v"): 0x0B
        case UInt8(ascii: "\\"), UInt8(ascii: "?"), UInt8(ascii: "\""), UInt8(ascii: "'"),
            UInt8(ascii: "`"):
            code
        default: nil
        }
    }

    private mutating func hexDigits(_ count: Int, start: Int) throws(Failure) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<count {
            guard let digit = peek().hexValue else {
                throw Failure(message: "expected \(count) hexadecimal digits", offset: start)
            }
            value = value &* 16 &+ digit
            position += 1
        }
        return value
    }
}
