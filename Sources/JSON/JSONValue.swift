/// A JSON value as a tree, for tools, tests and records off the hot path. Numbers keep their text.
package enum JSONValue: Sendable {
    case null
    case bool(Bool)
    /// The token exactly as it came, such as `1250.50` or `-1e3`.
    case number(String)
    case string(String)
    case array([JSONValue])
    /// In the order of the document; a name may stand twice, then the last one is found.
    case object([(name: String, value: JSONValue)])

    /// Reads one document. Throws `JSONError`; nothing of the document is kept then.
    package init(
        parsing bytes: UnsafeRawBufferPointer,
        maximumBytes: Int = JSONReader.Limits.documentBytes,
        maximumDepth: Int = JSONReader.Limits.documentDepth
    ) throws(JSONError) {
        var reader = JSONReader(maximumBytes: maximumBytes, maximumDepth: maximumDepth)
        self = try reader.read(bytes).value
    }

    /// Reads one document.
    package init(parsing bytes: [UInt8]) throws(JSONError) {
        var reader = JSONReader(
            maximumBytes: JSONReader.Limits.documentBytes,
            maximumDepth: JSONReader.Limits.documentDepth)
        // Rethrowing through `withUnsafeBytes` would lose the error's type.
        let result = bytes.withUnsafeBytes { raw -> Result<JSONValue, JSONError> in
            do throws(JSONError) {
                return .success(try reader.read(raw).value)
            } catch {
                return .failure(error)
            }
        }
        self = try result.get()
    }

    /// Reads one document.
    package init(parsing text: String) throws(JSONError) {
        self = try JSONValue(parsing: Array(text.utf8))
    }

    /// The member of this name, the last if it stands twice; `nil` when there is none or this is
    /// no object.
    package subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.last { $0.name == name }?.value
    }

    /// The item at this index; `nil` beyond the end or when this is no array.
    package subscript(index: Int) -> JSONValue? {
        guard case .array(let items) = self, items.indices.contains(index) else { return nil }
        return items[index]
    }

    package var isNull: Bool {
        if case .null = self { true } else { false }
    }

    package var boolValue: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    package var stringValue: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// A number's token as it came.
    package var numberText: String? {
        if case .number(let text) = self { text } else { nil }
    }

    /// A whole number written without fraction and exponent; `nil` for anything else and beyond
    /// 64 bits.
    package var int64: Int64? {
        if case .number(let text) = self { Int64(text) } else { nil }
    }

    package var arrayValue: [JSONValue]? {
        if case .array(let items) = self { items } else { nil }
    }

    package var objectValue: [(name: String, value: JSONValue)]? {
        if case .object(let members) = self { members } else { nil }
    }
}

extension JSONValue: Equatable {
    /// The same kinds, texts and order; `1` and `1.0` differ.
    package static func == (left: JSONValue, right: JSONValue) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let a), .bool(let b)): a == b
        case (.number(let a), .number(let b)): a == b
        case (.string(let a), .string(let b)): a.utf8.elementsEqual(b.utf8)
        case (.array(let a), .array(let b)): a == b
        case (.object(let a), .object(let b)):
            a.elementsEqual(b) { $0.name == $1.name && $0.value == $1.value }
        default: false
        }
    }
}

extension JSONValue: CustomStringConvertible {
    /// Compact JSON.
    package var description: String {
        String(decoding: bytes, as: UTF8.self)
    }

    /// Compact JSON, UTF-8.
    package var bytes: [UInt8] {
        var writer = JSONWriter()
        writer.value(self)
        return writer.bytes
    }
}

extension JSONWriter {
    /// A whole tree; numbers as they came.
    package mutating func value(_ value: JSONValue) {
        switch value {
        case .null: null()
        case .bool(let value): bool(value)
        case .number(let text): raw(text.utf8)
        case .string(let text): string(text)
        case .array(let items):
            beginArray()
            for item in items { self.value(item) }
            endArray()
        case .object(let members):
            beginObject()
            for member in members {
                name(member.name)
                self.value(member.value)
            }
            endObject()
        }
    }
}
