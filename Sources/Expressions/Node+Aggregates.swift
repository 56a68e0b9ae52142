/// `[a, b, ?c]`.
final class ListNode: Node {
    private let elements: [(node: Node, isOptional: Bool)]

    init(_ offset: Int32, _ elements: [(node: Node, isOptional: Bool)]) {
        self.elements = elements
        super.init(offset)
    }

    override func value(_ frame: Frame) throws(EvaluationError) -> Value {
        var values: [Value] = []
        values.reserveCapacity(elements.count)
        for element in elements {
            let value = try element.node.value(frame)
            guard element.isOptional else {
                values.append(value)
                continue
            }
            guard case .optional(let optional) = value else {
                throw failure(.noMatchingOverload)
            }
            if let wrapped = optional.wrapped { values.append(wrapped) }
        }
        try frame.charge(values.count / 16 + 1, at: offset)
        return .list(values)
    }
}

/// `{a: b, ?c: d}`.
final class MapNode: Node {
    private let entries: [(key: Node, value: Node, isOptional: Bool)]

    init(_ offset: Int32, _ entries: [(key: Node, value: Node, isOptional: Bool)]) {
        self.entries = entries
        super.init(offset)
    }

    override func value(_ frame: Frame) throws(EvaluationError) -> Value {
        var made: [(key: Value, value: Value)] = []
        made.reserveCapacity(entries.count)
        for entry in entries {
            let key = try entry.key.value(frame)
            let value = try entry.value.value(frame)
            guard entry.isOptional else {
                made.append((key, value))
                continue
            }
            guard case .optional(let optional) = value else {
                throw failure(.noMatchingOverload)
            }
            if let wrapped = optional.wrapped { made.append((key, wrapped)) }
        }
        try frame.charge(made.count + 1, at: offset)
        do throws(EvaluationError) {
            return .map(try MapValue(made))
        } catch {
            throw placed(error)
        }
    }
}

/// `cel.bind(name, value, body)`; the value is evaluated once, before the body.
final class BindNode: Node {
    private let held: Node
    private let body: Node
    private let local: Int

    init(_ offset: Int32, _ held: Node, _ body: Node, local: Int) {
        self.held = held
        self.body = body
        self.local = local
        super.init(offset)
    }

    override func value(_ frame: Frame) throws(EvaluationError) -> Value {
        frame.locals[local] = try held.value(frame)
        defer { frame.locals[local] = .null }
        return try body.value(frame)
    }
}
