/// A macro that goes through a list, or a map's keys, with one or two variables.
class ComprehensionNode: Node {
    fileprivate let range: Node
    fileprivate let local: Int
    fileprivate let hasSecond: Bool

    init(_ offset: Int32, range: Node, local: Int, hasSecond: Bool) {
        self.range = range
        self.local = local
        self.hasSecond = hasSecond
        super.init(offset)
    }

    /// Runs `body` for each element, with the macro's variables set, until it answers false.
    @inline(__always)
    fileprivate final func each(
        _ frame: Frame, _ body: (Value) throws(EvaluationError) -> Bool
    ) throws(EvaluationError) {
        defer {
            frame.locals[local] = .null
            if hasSecond { frame.locals[local + 1] = .null }
        }
        switch try range.value(frame) {
        case .list(let elements):
            for index in elements.indices {
                try frame.charge(1, at: offset)
                if hasSecond {
                    frame.locals[local] = .int(Int64(index))
                    frame.locals[local + 1] = elements[index]
                } else {
                    frame.locals[local] = elements[index]
                }
                guard try body(elements[index]) else { return }
            }
        case .map(let map):
            for entry in map.entries {
                try frame.charge(1, at: offset)
                frame.locals[local] = entry.key
                if hasSecond { frame.locals[local + 1] = entry.value }
                guard try body(entry.key) else { return }
            }
        default: throw failure(.noMatchingOverload)
        }
    }
}

/// `all` and `exists`: combine the conditions by `&&` and `||`, errors included.
final class QuantifierNode: ComprehensionNode {
    private let condition: Node
    private let decisive: Bool

    init(
        _ offset: Int32, range: Node, local: Int, hasSecond: Bool, condition: Node, decisive: Bool
    ) {
        self.condition = condition
        self.decisive = decisive
        super.init(offset, range: range, local: local, hasSecond: hasSecond)
    }

    override func value(_ frame: Frame) throws(EvaluationError) -> Value {
        .bool(try bool(frame))
    }

    override func bool(_ frame: Frame) throws(EvaluationError) -> Bool {
        var failed: EvaluationError?
        var isDecided = false
        try each(frame) { (_) throws(EvaluationError) in
            do throws(EvaluationError) {
                if try condition.bool(frame) == decisive {
                    isDecided = true
                    return false
                }
            } catch {
                if error.kind == .stepLimit { throw error }
                failed = failed?.weightier(of: error) ?? error
            }
            return true
        }
        if isDecided { return decisive }
        if let failed { throw failed }
        return !decisive
    }
}

/// `exists_one`: every condition counts, so no error is absorbed.
final class ExistsOneNode: ComprehensionNode {
    private let condition: Node

    init(_ offset: Int32, range: Node, local: Int, hasSecond: Bool, condition: Node) {
        self.condition = condition
        super.init(offset, range: range, local: local, hasSecond: hasSecond)
    }

    override func value(_ frame: Frame) throws(EvaluationError) -> Value {
        .bool(try bool(frame))
    }

    override func bool(_ frame: Frame) throws(EvaluationError) -> Bool {
        var count = 0
        try each(frame) { (_) throws(EvaluationError) in
            if try condition.bool(frame) { count += 1 }
            return true
        }
        return count == 1
    }
}

/// `map`, `filter` and `transformList`: make a list.
final class MapListNode: ComprehensionNode {
    private let condition: Node?
    /// `nil` keeps the element itself.
    private let result: Node?

    init(
        _ offset: Int32, range: Node, local: Int, hasSecond: Bool, condition: Node?, result: Node?
    ) {
        self.condition = condition
        self.result = result
        super.init(offset, range: range, local: local, hasSecond: hasSecond)
    }

    override func value(_ frame: Frame) throws(EvaluationError) -> Value {
        var values: [Value] = []
        try each(frame) { (element) throws(EvaluationError) in
            if let condition, try !condition.bool(frame) { return true }
            if let result {
                values.append(try result.value(frame))
            } else {
                values.append(element)
            }
            return true
        }
        return .list(values)
    }
}

/// `transformMap` and `transformMapEntry`: make a map.
final class TransformMapNode: ComprehensionNode {
    private let condition: Node?
    private let result: Node
    private let makesEntries: Bool

    init(
        _ offset: Int32, range: Node, local: Int, condition: Node?, result: Node,
        makesEntries: Bool
    ) {
        self.condition = condition
        self.result = result
        self.makesEntries = makesEntries
        super.init(offset, range: range, local: local, hasSecond: true)
    }

    override func value(_ frame: Frame) throws(EvaluationError) -> Value {
        var entries: [(key: Value, value: Value)] = []
        try each(frame) { (_) throws(EvaluationError) in
            if let condition, try !condition.bool(frame) { return true }
            let value = try result.value(frame)
            guard makesEntries else {
                entries.append((frame.locals[local], value))
                return true
            }
            guard case .map(let map) = value else { throw failure(.noMatchingOverload) }
            try frame.charge(map.count, at: offset)
            entries += map.entries
            return true
        }
        do throws(EvaluationError) {
            return .map(try MapValue(entries))
        } catch {
            throw placed(error)
        }
    }
}

/// `optional.optMap(x, ...)` and `optFlatMap`.
final class OptionalMapNode: Node {
    private let optional: Node
    private let result: Node
    private let local: Int
    private let isFlat: Bool

    init(_ offset: Int32, _ optional: Node, _ result: Node, local: Int, isFlat: Bool) {
        self.optional = optional
        self.result = result
        self.local = local
        self.isFlat = isFlat
        super.init(offset)
    }

    override func value(_ frame: Frame) throws(EvaluationError) -> Value {
        let value = try optional.value(frame)
        guard case .optional(let held) = value else { throw failure(.noMatchingOverload) }
        guard let wrapped = held.wrapped else { return value }
        frame.locals[local] = wrapped
        defer { frame.locals[local] = .null }
        let mapped = try result.value(frame)
        guard isFlat else { return .optional(.init(mapped)) }
        guard case .optional = mapped else { throw failure(.noMatchingOverload) }
        return mapped
    }
}
