/// Writes JSON into a byte buffer, compact, fields in the order they are written. Knows where
/// commas go; nesting is the caller's affair. Nothing is escaped but what JSON demands, so text
/// stays readable UTF-8.
package struct JSONWriter {
    package private(set) var bytes: [UInt8]
    private var needsComma = false

    /// Goes on after the bytes given (take the buffer, write, take it back with `finish`).
    package init(appendingTo bytes: consuming [UInt8] = []) {
        self.bytes = bytes
    }

    /// Writes one JSON value at the end of `bytes`.
    package static func write(into bytes: inout [UInt8], _ body: (inout JSONWriter) -> Void) {
        var taken: [UInt8] = []
        swap(&taken, &bytes)
        var writer = JSONWriter(appendingTo: taken)
        taken = []
        body(&writer)
        bytes = writer.bytes
    }

    private mutating func separate() {
        if needsComma { bytes.append(0x2c) }
        needsComma = true
    }

    package mutating func beginObject() {
        separate()
        bytes.append(0x7b)
        needsComma = false
    }

    package mutating func endObject() {
        bytes.append(0x7d)
        needsComma = true
    }

    package mutating func beginArray() {
        separate()
        bytes.append(0x5b)
        needsComma = false
    }

    package mutating func endArray() {
        bytes.append(0x5d)
        needsComma = true
    }

    /// A field's name; its value must follow.
    package mutating func name(_ name: String) {
        separate()
        quote(name)
        bytes.append(0x3a)
        needsComma = false
    }

    package mutating func string(_ text: String) {
        separate()
        quote(text)
    }

    package mutating func integer(_ value: some BinaryInteger) {
        separate()
        bytes.append(contentsOf: String(value).utf8)
    }

    package mutating func bool(_ value: Bool) {
        separate()
        bytes.append(contentsOf: (value ? "true" : "false").utf8)
    }

    package mutating func null() {
        separate()
        bytes.append(contentsOf: "null".utf8)
    }

    /// A JSON value already written.
    package mutating func raw(_ json: some Sequence<UInt8>) {
        separate()
        bytes.append(contentsOf: json)
    }

    package mutating func field(_ name: String, _ text: String) {
        self.name(name)
        string(text)
    }

    package mutating func field(_ name: String, _ value: Int64) {
        self.name(name)
        integer(value)
    }

    package mutating func field(_ name: String, _ value: Int) {
        self.name(name)
        integer(value)
    }

    package mutating func field(_ name: String, _ value: Bool) {
        self.name(name)
        bool(value)
    }

    /// `{zh, en}`.
    package mutating func field(_ name: String, zh: String, en: String) {
        self.name(name)
        beginObject()
        field("zh", zh)
        field("en", en)
        endObject()
    }

    private mutating func quote(_ text: String) {
        bytes.append(0x22)
        var text = text
        text.withUTF8 { utf8 in
            for byte in utf8 {
                switch byte {
                case 0x22: bytes.append(contentsOf: [0x5c, 0x22])
                case 0x5c: bytes.append(contentsOf: [0x5c, 0x5c])
                case 0x0a: bytes.append(contentsOf: [0x5c, 0x6e])
                case 0x0d: bytes.append(contentsOf: [0x5c, 0x72])
                case 0x09: bytes.append(contentsOf: [0x5c, 0x74])
                case 0..<0x20:
                    let hex = Array("0123456789abcdef".utf8)
                    bytes.append(contentsOf: Array("\\u00".utf8))
                    bytes.append(hex[Int(byte >> 4)])
                    bytes.append(hex[Int(byte & 15)])
                default: bytes.append(byte)
                }
            }
        }
        bytes.append(0x22)
    }
}
