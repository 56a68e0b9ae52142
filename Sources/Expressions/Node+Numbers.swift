/// An operator on two nodes known to be integers. A switch and not a generic class: classes are
/// not specialised across virtual calls, and the switch is always predicted.
final class IntNode: Node {
    enum Operation {
        case sum, difference, product, quotient, remainder

        init?(function: String) {
            switch function {
            case "_+_": self = .sum
            case "_-_": self = .difference
            case "_*_": self = .product
            case "_/_": self = .quotient
            case "_%_": self = .remainder
            default: return nil
            }
        }
    }

    private let left: Node
    private let right: Node
    private let operation: Operation

    init(_ offset: Int32, _ left: Node, _ right: Node, _ operation: Operation) {
        self.left = left
        self.right = right
        self.operation = operation
        super.init(offset)
    }

    override func value(_ frame: Frame) throws(EvaluationError) -> Value {
        .int(try int(frame))
    }

    override func int(_ frame: Frame) throws(EvaluationError) -> Int64 {
        let first = try left.int(frame)
        let second = try right.int(frame)
        let outcome: (partialValue: Int64, overflow: Bool)
        switch operation {
        case .sum: outcome = first.addingReportingOverflow(second)
        case .difference: outcome = first.subtractingReportingOverflow(second)
        case .product: outcome = first.multipliedReportingOverflow(by: second)
        case .quotient:
            guard second != 0 else { throw failure(.divisionByZero) }
            outcome = first.dividedReportingOverflow(by: second)
        case .remainder:
            guard second != 0 else { throw failure(.modulusByZero) }
            outcome = first.remainderReportingOverflow(dividingBy: second)
        }
        guard !outcome.overflow else { throw failure(.overflow) }
        return outcome.partialValue
    }
}

/// How two numbers are compared.
enum Comparison {
    case less, lessOrEqual, greater, greaterOrEqual, equal, notEqual

    init?(function: String) {
        switch function {
        case "_<_": self = .less
        case "_<=_": self = .lessOrEqual
        case "_>_": self = .greater
        case "_>=_": self = .greaterOrEqual
        case "_==_": self = .equal
        case "_!=_": self = .notEqual
        default: return nil
        }
    }

    @inline(__always)
    func holds<Number: Comparable>(_ a: Number, _ b: Number) -> Bool {
        switch self {
        case .less: a < b
        case .lessOrEqual: a <= b
        case .greater: a > b
        case .greaterOrEqual: a >= b
        case .equal: a == b
        case .notEqual: a != b
        }
    }
}

/// A comparison of two nodes known to be integers.
final class IntComparisonNode: Node {
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
        let first = try left.int(frame)
        let second = try right.int(frame)
        return comparison.holds(first, second)
    }
}

/// A comparison of two nodes known to be doubles.
final class DoubleComparisonNode: Node {
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
        let first = try left.double(frame)
        let second = try right.double(frame)
        return comparison.holds(first, second)
    }
}

/// `+ - * /` of two nodes known to be doubles.
final class DoubleNode: Node {
    enum Operation {
        case sum, difference, product, quotient

        init?(function: String) {
            switch function {
            case "_+_": self = .sum
            case "_-_": self = .difference
            case "_*_": self = .product
            case "_/_": self = .quotient
            default: return nil
            }
        }
    }

    private let left: Node
    private let right: Node
    private let operation: Operation

    init(_ offset: Int32, _ left: Node, _ right: Node, _ operation: Operation) {
        self.left = left
        self.right = right
        self.operation = operation
        super.init(offset)
    }

    override func value(_ frame: Frame) throws(EvaluationError) -> Value {
        .double(try double(frame))
    }

    override func double(_ frame: Frame) throws(EvaluationError) -> Double {
        let first = try left.double(frame)
        let second = try right.double(frame)
        return switch operation {
        case .sum: first + second
        case .difference: first - second
        case .product: first * second
        case .quotient: first / second
        }
    }
}
