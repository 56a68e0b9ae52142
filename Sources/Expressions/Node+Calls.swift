/// A call of one implementation.
final class CallNode: Node {
    private let arguments: [Node]
    private let implementation: Implementation
    /// Whether sizes are charged: the language's own functions run as long as their arguments are
    /// large, the host's have a declared cost.
    private let chargesSizes: Bool

    init(
        _ offset: Int32, _ implementation: Implementation, _ arguments: [Node], chargesSizes: Bool
    ) {
        self.implementation = implementation
        self.arguments = arguments
        self.chargesSizes = chargesSizes
        super.init(offset)
    }

    override func value(_ frame: Frame) throws(EvaluationError) -> Value {
        let result: Value
        do throws(EvaluationError) {
            switch implementation {
            case .nullary(let body): result = try body(frame.activation)
            case .unary(let body):
                result = try body(frame.activation, try argument(0, frame))
            case .binary(let body):
                let first = try argument(0, frame)
                result = try body(frame.activation, first, try argument(1, frame))
            case .ternary(let body):
                let first = try argument(0, frame)
                let second = try argument(1, frame)
                result = try body(frame.activation, first, second, try argument(2, frame))
            case .variadic(let body):
                var all: [Value] = []
                all.reserveCapacity(arguments.count)
                for index in arguments.indices { all.append(try argument(index, frame)) }
                result = try body(frame.activation, all)
            }
        } catch {
            throw placed(error)
        }
        if chargesSizes { try frame.charge(sizeOf: result, at: offset) }
        return result
    }

    @inline(__always)
    private func argument(_ index: Int, _ frame: Frame) throws(EvaluationError) -> Value {
        let value = try arguments[index].value(frame)
        if chargesSizes { try frame.charge(sizeOf: value, at: offset) }
        return value
    }
}

extension Implementation {
    /// Calls it with values that are there already.
    func call(
        _ activation: any Activation, _ values: [Value]
    ) throws(EvaluationError) -> Value {
        switch self {
        case .nullary(let body): try body(activation)
        case .unary(let body): try body(activation, values[0])
        case .binary(let body): try body(activation, values[0], values[1])
        case .ternary(let body): try body(activation, values[0], values[1], values[2])
        case .variadic(let body): try body(activation, values)
        }
    }
}

/// A call whose overload depends on the values.
final class DispatchNode: Node {
    struct Candidate {
        let parameters: [ValueType]
        let implementation: Implementation
        let chargesSizes: Bool
    }

    private let arguments: [Node]
    private let candidates: [Candidate]

    init(_ offset: Int32, _ candidates: [Candidate], _ arguments: [Node]) {
        self.candidates = candidates
        self.arguments = arguments
        super.init(offset)
    }

    override func value(_ frame: Frame) throws(EvaluationError) -> Value {
        var values: [Value] = []
        values.reserveCapacity(arguments.count)
        for argument in arguments { values.append(try argument.value(frame)) }
        for candidate in candidates where DispatchNode.fits(values, candidate.parameters) {
            do throws(EvaluationError) {
                let result = try candidate.implementation.call(frame.activation, values)
                if candidate.chargesSizes {
                    for value in values { try frame.charge(sizeOf: value, at: offset) }
                    try frame.charge(sizeOf: result, at: offset)
                }
                return result
            } catch {
                throw placed(error)
            }
        }
        throw failure(.noMatchingOverload)
    }

    private static func fits(_ values: [Value], _ parameters: [ValueType]) -> Bool {
        values.count == parameters.count
            && zip(values, parameters).allSatisfy { fits($0, $1) }
    }

    /// Whether a value may be passed for a type; type parameters do not count (CEL language
    /// definition, "Functions": overloads differ after their erasure).
    static func fits(_ value: Value, _ type: ValueType) -> Bool {
        switch (value, type) {
        case (_, .dyn), (_, .parameter), (_, .variable): true
        case (.null, .null), (.bool, .bool), (.int, .int), (.uint, .uint), (.double, .double),
            (.string, .string), (.bytes, .bytes), (.timestamp, .timestamp),
            (.duration, .duration), (.list, .list), (.map, .map), (.type, .type),
            (.optional, .optional):
            true
        case (.object(let object), .object(let wanted)): object.objectType == wanted
        case (.object(let object), .opaque(let name, _)): object.objectType.name == name
        default: false
        }
    }
}

/// `optional.or(other)` and `optional.orValue(other)`: the other is evaluated only if needed.
final class OptionalOrNode: Node {
    private let optional: Node
    private let other: Node
    private let unwraps: Bool

    init(_ offset: Int32, _ optional: Node, _ other: Node, unwraps: Bool) {
        self.optional = optional
        self.other = other
        self.unwraps = unwraps
        super.init(offset)
    }

    override func value(_ frame: Frame) throws(EvaluationError) -> Value {
        let value = try optional.value(frame)
        guard case .optional(let held) = value else { throw failure(.noMatchingOverload) }
        if let wrapped = held.wrapped { return unwraps ? wrapped : value }
        let second = try other.value(frame)
        if !unwraps {
            guard case .optional = second else { throw failure(.noMatchingOverload) }
        }
        return second
    }
}
