/// Bytes of unknown origin, for a terminal: what it could take for an order, and what is no UTF-8,
/// is written as `\u{1b}` or `\xff`.
enum VisibleText {
    static func of(_ bytes: UnsafeRawBufferPointer) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            return bytes.map { byte in
                (0x20..<0x7f).contains(byte)
                    ? String(Unicode.Scalar(byte)) : "\\x" + hexadecimal(UInt32(byte), 2)
            }.joined()
        }
        var visible = ""
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control where scalar != "\n" && scalar != "\t", .format, .lineSeparator,
                .paragraphSeparator:
                visible += "\\u{\(hexadecimal(scalar.value, 1))}"
            default: visible.unicodeScalars.append(scalar)
            }
        }
        return visible
    }

    private static func hexadecimal(_ number: UInt32, _ width: Int) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
