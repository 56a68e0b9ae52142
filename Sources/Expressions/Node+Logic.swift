/// `a && b` and `a || b`: an error of one side is absorbed when the other decides, so either side
/// may be asked first.
final class LogicNode: Node {
    private let first: Node
    private let second: Node
    /// What decides: false for `&&`, true for `||`.
    private let decisive: Bool
    /// The right side is asked first, because it costs less.
    private let isSwapped: Bool

    init(_ offset: Int32, _ left: Node, _ right: Node, decisive: Bool, rightFirst: Bool = false) {
        first = rightFirst ? right : left
        second = rightFirst ? left : right
        self.decisive = decisive
        isSwapped = rightFirst
        super.init(offset)
    }

    override func value(_ frame: Frame) throws(EvaluationError) -> Value {
        .bool(try bool(frame))
    }

    override func bool(_ frame: Frame) throws(EvaluationError) -> Bool {
        do throws(EvaluationError) {
            if try first.bool(frame) == decisive { return decisive }
        } catch {
            return try undecided(frame, error)
        }
        return try second.bool(frame)
    }

    /// The first side failed: only the second one can still decide.
    private func undecided(_ frame: Frame, _ error: EvaluationError) throws(EvaluationError) -> Bool
    {
        if error.kind == .stepLimit { throw error }
        let other: Bool
        do throws(EvaluationError) {
            other = try second.bool(frame)
        } catch let later {
            // Of two the left one's, wherever it came from.
            throw isSwapped ? later.weightier(of: error) : error.weightier(of: later)
        }
        if other == decisive { return decisive }
        throw error
    }
}

extension EvaluationError {
    /// Of two errors the one to report. The host's own counts more than others: it says that the
    /// data are missing, whatever else is wrong. Running out of steps counts most.
    func weightier(of other: EvaluationError) -> EvaluationError {
        if kind == .stepLimit { return self }
        if other.kind == .stepLimit { return other }
        return hostCode == nil && other.hostCode != nil ? other : self
    }
}

final class NotNode: Node {
    private let operand: Node

    init(_ offset: Int32, _ operand: Node) {
        self.operand = operand
        super.init(offset)
    }

    override func value(_ frame: Frame) throws(EvaluationError) -> Value {
        .bool(try bool(frame))
    }

    override func bool(_ frame: Frame) throws(EvaluationError) -> Bool {
        try !operand.bool(frame)
    }
}

final class ConditionalNode: Node {
    private let condition: Node
    private let then: Node
    private let otherwise: Node

    init(_ offset: Int32, _ condition: Node, _ then: Node, _ otherwise: Node) {
        self.condition = condition
        self.then = then
        self.otherwise = otherwise
        super.init(offset)
    }

    override func value(_ frame: Frame) throws(EvaluationError) -> Value {
        try condition.bool(frame) ? try then.value(frame) : try otherwise.value(frame)
    }

    override func bool(_ frame: Frame) throws(EvaluationError) -> Bool {
        try condition.bool(frame) ? try then.bool(frame) : try otherwise.bool(frame)
    }

    override func int(_ frame: Frame) throws(EvaluationError) -> Int64 {
        try condition.bool(frame) ? try then.int(frame) : try otherwise.int(frame)
    }
}

/// `==` and `!=` of any values.
final class EqualNode: Node {
    private let left: Node
    private let right: Node
    private let isNegated: Bool

    init(_ offset: Int32, _ left: Node, _ right: Node, isNegated: Bool) {
        self.left = left
        self.right = right
        self.isNegated = isNegated
        super.init(offset)
    }

    override func value(_ frame: Frame) throws(EvaluationError) -> Value {
        .bool(try bool(frame))
    }

    override func bool(_ frame: Frame) throws(EvaluationError) -> Bool {
        let first = try left.value(frame)
        let second = try right.value(frame)
        return try Equality.equal(first, second, frame, at: offset) != isNegated
    }
}

/// `element in list`, `key in map`.
final class ContainsNode: Node {
    private let needle: Node
    private let haystack: Node

    init(_ offset: Int32, _ needle: Node, _ haystack: Node) {
        self.needle = needle
        self.haystack = haystack
        super.init(offset)
    }

    override func value(_ frame: Frame) throws(EvaluationError) -> Value {
        .bool(try bool(frame))
    }

    override func bool(_ frame: Frame) throws(EvaluationError) -> Bool {
        let first = try needle.value(frame)
        let second = try haystack.value(frame)
        return try Equality.contains(first, in: second, frame, at: offset)
    }
}

/// Order of values of any types.
final class OrderNode: Node {
    private let left: Node
    private let right: Node
    private let comparison: Comparison

    init(_ offset: Int32, _ left: Node, _ right: Node, _ comparison: Comparison) {
        self.left = left
        self.right = right
        self.comparison = comparison
        super.init(offset)
    }

    override func value(_ frame: Frame) throws(EvaluationError) -> Value {
        .bool(try bool(frame))
    }

    override func bool(_ frame: Frame) throws(EvaluationError) -> Bool {
        let first = try left.value(frame)
        let second = try right.value(frame)
        try frame.charge(sizeOf: first, at: offset)
        do throws(EvaluationError) {
            let outcome = try Order.compare(first, second)
            return switch comparison {
            case .less: outcome == .less
            case .lessOrEqual: outcome == .less || outcome == .equal
            case .greater: outcome == .greater
            case .greaterOrEqual: outcome == .greater || outcome == .equal
            case .equal: outcome == .equal
            case .notEqual: outcome != .equal
            }
        } catch {
            throw placed(error)
        }
    }
}

/// `text.matches(pattern)`; the pattern is made ready once if it is a constant.
final class MatchesNode: Node {
    private let text: Node
    private let pattern: Node
    private let prepared: RegularExpression?
    /// States of the pattern: of the one made ready, else the most there may be.
    let states: Int

    init(
        _ offset: Int32, _ text: Node, _ pattern: Node, prepared: RegularExpression?, states: Int
    ) {
        self.text = text
        self.pattern = pattern
        self.prepared = prepared
        self.states = states
        super.init(offset)
    }

    override func value(_ frame: Frame) throws(EvaluationError) -> Value {
        .bool(try bool(frame))
    }

    override func bool(_ frame: Frame) throws(EvaluationError) -> Bool {
        guard case .string(let whole) = try text.value(frame) else {
            throw failure(.noMatchingOverload)
        }
        let expression: RegularExpression
        if let prepared {
            expression = prepared
        } else {
            guard case .string(let source) = try pattern.value(frame) else {
                throw failure(.noMatchingOverload)
            }
            try frame.charge(1 + source.utf8.count, at: offset)
            do throws(EvaluationError) {
                expression = try RegularExpression(source, states: states)
            } catch {
                throw placed(error)
            }
        }
        return try expression.matches(whole) { steps throws(EvaluationError) in
            try frame.charge(steps, at: offset)
        }
    }
}
