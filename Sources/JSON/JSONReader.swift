import CSimdJSON

/// Reads JSON documents one after the other with the same buffers: one C call a document, nothing
/// allocated per field once warm. The whole document is checked (grammar, numbers, UTF-8), also
/// what nobody looks at.
///
/// Everything a `JSONField` lends points into the reader and is valid until its next `read`.
/// Confined to one thread at a time.
package struct JSONReader: ~Copyable {
    /// Bounds on a document of the data path.
    package enum Limits {
        /// Bytes of a record; above what a broker takes by default.
        package static let recordBytes = 2 << 20
        /// Containers inside one another in a record. Feed records have two or three.
        package static let recordDepth = 32
        /// Bytes of a document read by a tool.
        package static let documentBytes = 256 << 20
        /// Containers inside one another in a document read by a tool.
        package static let documentDepth = 128
    }

    private let reader: OpaquePointer
    private let maximumBytes: Int
    private let maximumDepth: UInt32

    package init(
        maximumBytes: Int = Limits.recordBytes, maximumDepth: Int = Limits.recordDepth
    ) {
        guard let reader = csimdjson_reader_new() else { fatalError("out of memory") }
        self.reader = reader
        self.maximumBytes = maximumBytes
        self.maximumDepth = UInt32(clamping: maximumDepth)
    }

    deinit {
        csimdjson_reader_free(reader)
    }

    /// Reads one document of any kind. `bytes` may be dropped afterwards.
    package mutating func read(_ bytes: UnsafeRawBufferPointer) throws(JSONError) -> JSONField {
        guard bytes.count <= maximumBytes else { throw JSONError(reason: .tooLarge, offset: 0) }
        var nodes: UnsafePointer<csimdjson_node>?
        var count: UInt32 = 0
        var offset = 0
        let code = csimdjson_read(
            reader, bytes.baseAddress, bytes.count, maximumDepth, &nodes, &count, &offset)
        guard Int(code) == CSIMDJSON_OK, let nodes else {
            throw JSONError(reason: JSONReader.reason(code), offset: offset)
        }
        return JSONField(nodes: nodes, index: 0)
    }

    /// Reads one object, as the data of a record must be; its fields are `fields` of the result.
    package mutating func readObject(
        _ bytes: UnsafeRawBufferPointer
    ) throws(JSONError) -> JSONField {
        let root = try read(bytes)
        guard root.kind == .object else { throw JSONError(reason: .notObject, offset: 0) }
        return root
    }

    private static func reason(_ code: Int32) -> JSONError.Reason {
        switch Int(code) {
        case CSIMDJSON_TOO_LARGE: .tooLarge
        case CSIMDJSON_TOO_DEEP: .tooDeep
        case CSIMDJSON_BAD_UTF8: .utf8
        case CSIMDJSON_BAD_NUMBER: .number
        case CSIMDJSON_BAD_STRING: .string
        case CSIMDJSON_BAD_WORD: .word
        case CSIMDJSON_EMPTY: .empty
        case CSIMDJSON_TRAILING: .trailing
        case CSIMDJSON_NO_MEMORY: .memory
        default: .syntax
        }
    }
}
