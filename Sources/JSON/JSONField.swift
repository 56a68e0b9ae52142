import CSimdJSON

/// What kind of value a field holds.
package enum JSONKind: UInt32, Sendable {
    case null, `false`, `true`, number, string, array, object
}

/// One value of a document, borrowed from its `JSONReader`: valid until the reader's next `read`.
/// Copying it copies two words.
package struct JSONField {
    let nodes: UnsafePointer<csimdjson_node>
    let index: Int

    private var node: csimdjson_node { nodes[index] }

    package var kind: JSONKind {
        // The C side writes no other values.
        JSONKind(rawValue: node.kind).unsafelyUnwrapped
    }

    /// The member's name, unescaped UTF-8; empty unless the parent is an object.
    package var name: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: node.name, count: Int(node.name_count))
    }

    /// A string's text, unescaped UTF-8; a number's token exactly as it came (`1250.50` stays
    /// `1250.50`, so money is read without floating point); for everything else the JSON of the
    /// value as it came.
    package var text: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: node.text, count: Int(node.text_count))
    }

    /// An object's members or an array's items, in order; nothing for other kinds.
    package var fields: JSONFields {
        JSONFields(nodes: nodes, position: index + 1, end: Int(node.next))
    }

    /// The object's member of this name; where a name stands twice, the last one, as most readers
    /// have it. `nil` when there is none or this is no object.
    package func field(_ name: StaticString) -> JSONField? {
        let wanted = UnsafeRawBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
        return field(wanted)
    }

    /// As `field(_:)`, the name as UTF-8 bytes.
    package func field(_ name: UnsafeRawBufferPointer) -> JSONField? {
        guard kind == .object else { return nil }
        var found: JSONField?
        for field in fields where field.isNamed(name) { found = field }
        return found
    }

    /// True when the member has this name (UTF-8 bytes).
    package func isNamed(_ name: UnsafeRawBufferPointer) -> Bool {
        let own = self.name
        return own.count == name.count && own.elementsEqual(name)
    }

    /// The text, copied.
    package var textString: String { String(decoding: text, as: UTF8.self) }

    /// The name, copied.
    package var nameString: String { String(decoding: name, as: UTF8.self) }

    /// The value as a tree of its own.
    package var value: JSONValue {
        switch kind {
        case .null: .null
        case .false: .bool(false)
        case .true: .bool(true)
        case .number: .number(textString)
        case .string: .string(textString)
        case .array: .array(fields.map(\.value))
        case .object: .object(fields.map { (name: $0.nameString, value: $0.value) })
        }
    }
}

/// The members of an object or items of an array, in order. Allocates nothing.
package struct JSONFields: Sequence, IteratorProtocol {
    let nodes: UnsafePointer<csimdjson_node>
    var position: Int
    let end: Int

    package mutating func next() -> JSONField? {
        guard position < end else { return nil }
        let field = JSONField(nodes: nodes, index: position)
        position = Int(nodes[position].next)
        return field
    }
}
