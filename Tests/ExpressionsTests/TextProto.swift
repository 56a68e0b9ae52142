/// A message in protobuf's text format, as the public suite's `*.textproto` files are written
/// (protobuf.dev, "Text Format Language Specification"): names with values, in order and with
/// repeats.
struct TextProto {
    indirect enum Content {
        /// A quoted text, its escapes decoded; bytes need not be UTF-8.
        case text([UInt8])
        /// A number, or a word such as `true` or `NULL_VALUE`.
        case word(String)
        case message(TextProto)
    }

    struct Failure: Error {
        let message: String
        let line: Int
    }

    private(set) var fields: [(name: String, content: Content)] = []

    init(_ text: String) throws {
        var reader = Reader(bytes: Array(text.utf8))
        self = try reader.message(until: nil)
    }

    fileprivate init(fields: [(name: String, content: Content)]) {
        self.fields = fields
    }

    /// The messages of a field, in order.
    func messages(_ name: String) -> [TextProto] {
        fields.compactMap { field in
            guard field.name == name, case .message(let message) = field.content else {
                return nil
            }
            return message
        }
    }

    func message(_ name: String) -> TextProto? { messages(name).first }

    func bytes(_ name: String) -> [UInt8]? {
        for case (name, .text(let bytes)) in fields { return bytes }
        return nil
    }

    func text(_ name: String) -> String? {
        bytes(name).map { String(decoding: $0, as: UTF8.self) }
    }

    func word(_ name: String) -> String? {
        for case (name, .word(let word)) in fields { return word }
        return nil
    }

    /// Whether a field of this or any message within has such a name.
    func mentions(where test: (String) -> Bool) -> Bool {
        fields.contains { field in
            if test(field.name) { return true }
            guard case .message(let inner) = field.content else { return false }
            return inner.mentions(where: test)
        }
    }
}

private struct Reader {
    let bytes: [UInt8]
    var position = 0

    private func failure(_ message: String) -> TextProto.Failure {
        let line = bytes[..<min(position, bytes.count)].count { $0 == UInt8(ascii: "\n") } + 1
        return TextProto.Failure(message: message, line: line)
    }

    private var current: UInt8 { position < bytes.count ? bytes[position] : 0 }

    /// Past blanks, comments, and the commas or semicolons allowed between fields.
    private mutating func skipBlank() {
        while position < bytes.count {
            switch current {
            case 0x09, 0x0A, 0x0D, 0x20, UInt8(ascii: ","), UInt8(ascii: ";"): position += 1
            case UInt8(ascii: "#"):
                while position < bytes.count, current != 0x0A { position += 1 }
            default: return
            }
        }
    }

    private mutating func accept(_ character: Unicode.Scalar) -> Bool {
        skipBlank()
        guard current == UInt8(ascii: character), position < bytes.count else { return false }
        position += 1
        return true
    }

    private mutating func word() throws -> String {
        skipBlank()
        let start = position
        let others = Array("_.-+/".utf8)
        while (current | 0x20 >= 0x61 && current | 0x20 <= 0x7A)
            || (current >= 0x30 && current <= 0x39) || others.contains(current)
        {
            position += 1
        }
        guard position > start else { throw failure("expected a name or number") }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    /// Fields until the closing brace, or the end of the text.
    mutating func message(until closing: Unicode.Scalar?) throws -> TextProto {
        var fields: [(name: String, content: TextProto.Content)] = []
        while true {
            if let closing {
                if accept(closing) { return TextProto(fields: fields) }
                guard position < bytes.count else { throw failure("expected \(closing)") }
            } else {
                skipBlank()
                guard position < bytes.count else { return TextProto(fields: fields) }
            }
            let name: String
            if accept("[") {
                name = "[\(try word())]"
                guard accept("]") else { throw failure("expected ]") }
            } else {
                name = try word()
            }
            _ = accept(":")
            if accept("[") {
                while !accept("]") { fields.append((name, try content())) }
            } else {
                fields.append((name, try content()))
            }
        }
    }

    private mutating func content() throws -> TextProto.Content {
        if accept("{") { return .message(try message(until: "}")) }
        if accept("<") { return .message(try message(until: ">")) }
        guard current == UInt8(ascii: "'") || current == UInt8(ascii: "\"") else {
            return .word(try word())
        }
        var text: [UInt8] = []
        // Neighbours are one text.
        while current == UInt8(ascii: "'") || current == UInt8(ascii: "\"") {
            text += try quoted()
            skipBlank()
        }
        return .text(text)
    }

    private mutating func quoted() throws -> [UInt8] {
        let quote = current
        position += 1
        var text: [UInt8] = []
        while current != quote {
            guard position < bytes.count, current != 0x0A else {
                throw failure("the text does not end")
            }
            if current == UInt8(ascii: "\\") {
                position += 1
                text += try escape()
            } else {
                text.append(current)
                position += 1
            }
        }
        position += 1
        return text
    }

    private mutating func escape() throws -> [UInt8] {
        let code = current
        position += 1
        switch code {
        case UInt8(ascii: "a"): return [0x07]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "v"): return [0x0B]
        case UInt8(ascii: "x"), UInt8(ascii: "X"):
            return [UInt8(truncatingIfNeeded: try number(radix: 16, upTo: 2))]
        case UInt8(ascii: "u"): return try scalar(upTo: 4)
        case UInt8(ascii: "U"): return try scalar(upTo: 8)
        case UInt8(ascii: "0")...UInt8(ascii: "7"):
            position -= 1
            return [UInt8(truncatingIfNeeded: try number(radix: 8, upTo: 3))]
        default: return [code]
        }
    }

    private mutating func scalar(upTo digits: Int) throws -> [UInt8] {
        guard let scalar = Unicode.Scalar(try number(radix: 16, upTo: digits)) else {
            throw failure("no Unicode character")
        }
        return Array(String(scalar).utf8)
    }

    private mutating func number(radix: Int, upTo digits: Int) throws -> UInt32 {
        let start = position
        while position < start + digits, UInt32(String(UnicodeScalar(current)), radix: radix) != nil {
            position += 1
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        guard let number = UInt32(text, radix: radix) else { throw failure("expected digits") }
        return number
    }
}
