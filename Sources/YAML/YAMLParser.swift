import CYAML
import Glibc

extension YAMLNode {
    /// Bounds on what is read: configuration is written by hand, so anything near these is a
    /// mistake or an attack (nested aliases grow exponentially).
    package enum Limits {
        /// Bytes of one file. The largest real one, a county's divisions, has a few hundred KB.
        package static let bytes = 8 << 20
        /// Nesting. Hand-written files stay under ten.
        package static let depth = 64
        /// Nodes after aliases are expanded.
        package static let nodes = 500_000
    }

    /// Reads a file that holds one document.
    package static func parse(file: String) throws(YAMLError) -> YAMLNode {
        guard let handle = fopen(file, "rb") else {
            let reason = String(cString: strerror(errno))
            throw YAMLError(file: file, line: 0, column: 0, message: "cannot be read: \(reason)")
        }
        defer { fclose(handle) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while bytes.count <= Limits.bytes {
            let count = fread(&chunk, 1, chunk.count, handle)
            if count == 0 { break }
            bytes.append(contentsOf: chunk[0..<count])
        }
        guard ferror(handle) == 0 else {
            throw YAMLError(file: file, line: 0, column: 0, message: "cannot be read")
        }
        return try parse(bytes: bytes, file: file)
    }

    /// Reads one document from text; `file` is the name that errors carry.
    package static func parse(text: String, file: String) throws(YAMLError) -> YAMLNode {
        try parse(bytes: Array(text.utf8), file: file)
    }

    private static func parse(bytes: [UInt8], file: String) throws(YAMLError) -> YAMLNode {
        guard bytes.count <= Limits.bytes else {
            throw YAMLError(
                file: file, line: 0, column: 0,
                message: "is larger than \(Limits.bytes / (1 << 20)) MiB")
        }
        // A raw copy, because libyaml keeps the pointer while it parses.
        let input = UnsafeMutablePointer<UInt8>.allocate(capacity: max(1, bytes.count))
        defer { input.deallocate() }
        input.initialize(from: bytes, count: bytes.count)
        let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
        defer { parser.deallocate() }
        guard yaml_parser_initialize(parser) == 1 else {
            throw YAMLError(file: file, line: 0, column: 0, message: "out of memory")
        }
        defer { yaml_parser_delete(parser) }
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, input, bytes.count)
        var reader = YAMLReader(parser: parser, file: file, bytes: bytes)
        return try reader.document()
    }
}

/// Builds nodes from libyaml's events. Lives for one parse.
private struct YAMLReader {
    /// A node with what expanding it costs.
    struct Built {
        let node: YAMLNode
        let count: Int
        let depth: Int
    }

    /// One event, copied out of libyaml's union so that it can be released at once.
    enum Event {
        case scalar(String, isQuoted: Bool, written: YAMLNode.Written, anchor: String?)
        case sequenceStart(anchor: String?)
        case mappingStart(anchor: String?)
        case end
        case alias(String)
        case other(yaml_event_type_t)
    }

    let parser: UnsafeMutablePointer<yaml_parser_t>
    let file: String
    let bytes: [UInt8]
    var anchors: [String: Built] = [:]
    var nodes = 0

    mutating func document() throws(YAMLError) -> YAMLNode {
        while true {
            let (event, line, column) = try next()
            switch event {
            case .other(YAML_STREAM_START_EVENT), .other(YAML_DOCUMENT_START_EVENT): continue
            case .other:
                throw YAMLError(file: file, line: line, column: column, message: "holds nothing")
            default: break
            }
            let root = try build(event, line: line, column: column, depth: 1).node
            _ = try next()  // the document's end
            let (after, afterLine, afterColumn) = try next()
            guard case .other(YAML_STREAM_END_EVENT) = after else {
                throw YAMLError(
                    file: file, line: afterLine, column: afterColumn,
                    message: "expected one document, found another")
            }
            return root
        }
    }

    private mutating func build(
        _ event: Event, line: Int, column: Int, depth: Int
    ) throws(YAMLError) -> Built {
        func fail(_ message: String) -> YAMLError {
            YAMLError(file: file, line: line, column: column, message: message)
        }
        func node(_ kind: YAMLNode.Kind) -> YAMLNode {
            YAMLNode(kind: kind, file: file, line: line, column: column)
        }
        guard depth <= YAMLNode.Limits.depth else {
            throw fail("is nested more than \(YAMLNode.Limits.depth) deep")
        }
        nodes += 1
        guard nodes <= YAMLNode.Limits.nodes else {
            throw fail("holds more than \(YAMLNode.Limits.nodes) values")
        }
        let built: Built
        let anchor: String?
        switch event {
        case .scalar(let text, let isQuoted, let written, let name):
            let scalar = YAMLNode(
                kind: .scalar(text, isQuoted: isQuoted), file: file, line: line, column: column,
                text: written)
            built = Built(node: scalar, count: 1, depth: 1)
            anchor = name
        case .alias(let name):
            guard let target = anchors[name] else {
                throw fail("the anchor '\(name)' is not defined above")
            }
            nodes += target.count - 1
            guard nodes <= YAMLNode.Limits.nodes else {
                throw fail("aliases expand to more than \(YAMLNode.Limits.nodes) values")
            }
            guard depth + target.depth - 1 <= YAMLNode.Limits.depth else {
                throw fail("is nested more than \(YAMLNode.Limits.depth) deep")
            }
            return target
        case .sequenceStart(let name):
            let (items, count, below) = try sequence(depth: depth)
            built = Built(node: node(.sequence(items)), count: count + 1, depth: below + 1)
            anchor = name
        case .mappingStart(let name):
            let (entries, count, below) = try mapping(depth: depth)
            built = Built(node: node(.mapping(entries)), count: count + 1, depth: below + 1)
            anchor = name
        case .end, .other:
            throw fail("expected a value")
        }
        if let anchor { anchors[anchor] = built }
        return built
    }

    private mutating func sequence(depth: Int) throws(YAMLError) -> ([YAMLNode], Int, Int) {
        var items: [YAMLNode] = []
        var count = 0
        var below = 0
        while true {
            let (event, line, column) = try next()
            if case .end = event { return (items, count, below) }
            let item = try build(event, line: line, column: column, depth: depth + 1)
            items.append(item.node)
            count += item.count
            below = max(below, item.depth)
        }
    }

    private mutating func mapping(
        depth: Int
    ) throws(YAMLError) -> ([(key: YAMLNode, value: YAMLNode)], Int, Int) {
        var entries: [(key: YAMLNode, value: YAMLNode)] = []
        var lines: [String: Int] = [:]
        var count = 0
        var below = 0
        while true {
            let (event, line, column) = try next()
            if case .end = event { return (entries, count, below) }
            let key = try build(event, line: line, column: column, depth: depth + 1)
            guard case .scalar(let name, _) = key.node.kind else {
                throw YAMLError(
                    file: file, line: line, column: column,
                    message: "expected a word as key, found \(key.node.describedKind)")
            }
            if let first = lines.updateValue(line, forKey: name) {
                throw YAMLError(
                    file: file, line: line, column: column,
                    message: "the key '\(name)' stands twice, first on line \(first)")
            }
            let (valueEvent, valueLine, valueColumn) = try next()
            let value = try build(
                valueEvent, line: valueLine, column: valueColumn, depth: depth + 1)
            entries.append((key.node, value.node))
            count += key.count + value.count
            below = max(below, value.depth, 1)
        }
    }

    private func next() throws(YAMLError) -> (Event, line: Int, column: Int) {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw failure() }
        defer { yaml_event_delete(&event) }
        let line = Int(event.start_mark.line) + 1
        let column = Int(event.start_mark.column) + 1
        func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
            pointer.map { String(decodingCString: $0, as: UTF8.self) }
        }
        func refuse(_ tag: UnsafeMutablePointer<yaml_char_t>?) throws(YAMLError) {
            guard let tag = text(tag) else { return }
            throw YAMLError(
                file: file, line: line, column: column, message: "tags are not read: '\(tag)'")
        }
        switch event.type {
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            try refuse(scalar.tag)
            let value = String(
                decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length),
                as: UTF8.self)
            return (
                .scalar(
                    value, isQuoted: scalar.style != YAML_PLAIN_SCALAR_STYLE,
                    written: written(value, scalar.style, event), anchor: text(scalar.anchor)),
                line, column
            )
        case YAML_SEQUENCE_START_EVENT:
            try refuse(event.data.sequence_start.tag)
            return (.sequenceStart(anchor: text(event.data.sequence_start.anchor)), line, column)
        case YAML_MAPPING_START_EVENT:
            try refuse(event.data.mapping_start.tag)
            return (.mappingStart(anchor: text(event.data.mapping_start.anchor)), line, column)
        case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT:
            return (.end, line, column)
        case YAML_ALIAS_EVENT:
            return (.alias(text(event.data.alias.anchor) ?? ""), line, column)
        default:
            return (.other(event.type), line, column)
        }
    }

    /// Where a scalar's text is written. Quotes take one column; what is escaped between them, more
    /// than is counted here.
    private func written(
        _ value: String, _ style: yaml_scalar_style_t, _ event: yaml_event_t
    ) -> YAMLNode.Written {
        let line = Int(event.start_mark.line) + 1
        let column = Int(event.start_mark.column) + 1
        switch style {
        case YAML_LITERAL_SCALAR_STYLE, YAML_FOLDED_SCALAR_STYLE:
            var lines = bytes.split(separator: 0x0a, omittingEmptySubsequences: false)
                .dropFirst(line).prefix(max(0, Int(event.end_mark.line) - line))
            while lines.last?.allSatisfy({ $0 == 0x20 || $0 == 0x0d }) == true {
                lines.removeLast()
            }
            let indent = lines.first?.prefix { $0 == 0x20 }.count ?? 0
            let text = lines.map { String(decoding: $0.dropFirst(indent), as: UTF8.self) }
            return YAMLNode.Written(
                text: text.joined(separator: "\n"), line: line + 1, column: indent + 1,
                nextColumn: indent + 1)
        case YAML_PLAIN_SCALAR_STYLE:
            return YAMLNode.Written(text: value, line: line, column: column, nextColumn: column)
        default:
            return YAMLNode.Written(
                text: value, line: line, column: column + 1, nextColumn: column + 1)
        }
    }

    private func failure() -> YAMLError {
        let state = parser.pointee
        let problem = state.problem.map { String(cString: $0) } ?? "cannot be read as YAML"
        if state.error == YAML_READER_ERROR {
            // Not decoded yet, so there is no line; count it from the byte offset.
            return YAMLError(
                file: file, line: Int(state.mark.line) + 1, column: Int(state.mark.column) + 1,
                message: "\(problem) (byte \(state.problem_offset))")
        }
        let context = state.context.map { " " + String(cString: $0) } ?? ""
        return YAMLError(
            file: file, line: Int(state.problem_mark.line) + 1,
            column: Int(state.problem_mark.column) + 1, message: problem + context)
    }
}
