/// What an operator does with two integers.
protocol IntOperation {
    static func apply(_ a: Int64, _ b: Int64, at offset: Int32) throws(EvaluationError) -> Int64
}

enum IntSum: IntOperation {
    @inline(__always)
    static func apply(_ a: Int64, _ b: Int64, at offset: Int32) throws(EvaluationError) -> Int64 {
        let (result, overflow) = a.addingReportingOverflow(b)
        if overflow { throw EvaluationError(.overflow, at: offset) }
        return result
    }
}

enum IntDifference: IntOperation {
    @inline(__always)
    static func apply(_ a: Int64, _ b: Int64, at offset: Int32) throws(EvaluationError) -> Int64 {
        let (result, overflow) = a.subtractingReportingOverflow(b)
        if overflow { throw EvaluationError(.overflow, at: offset) }
        return result
    }
}

enum IntProduct: IntOperation {
    @inline(__always)
    static func apply(_ a: Int64, _ b: Int64, at offset: Int32) throws(EvaluationError) -> Int64 {
        let (result, overflow) = a.multipliedReportingOverflow(by: b)
        if overflow { throw EvaluationError(.overflow, at: offset) }
        return result
    }
}

enum IntQuotient: IntOperation {
    @inline(__always)
    static func apply(_ a: Int64, _ b: Int64, at offset: Int32) throws(EvaluationError) -> Int64 {
        if b == 0 { throw EvaluationError(.divisionByZero, at: offset) }
        let (result, overflow) = a.dividedReportingOverflow(by: b)
        if overflow { throw EvaluationError(.overflow, at: offset) }
        return result
    }
}

enum IntRemainder: IntOperation {
    @inline(__always)
    static func apply(_ a: Int64, _ b: Int64, at offset: Int32) throws(EvaluationError) -> Int64 {
        if b == 0 { throw EvaluationError(.modulusByZero, at: offset) }
        let (result, overflow) = a.remainderReportingOverflow(dividingBy: b)
        if overflow { throw EvaluationError(.overflow, at: offset) }
        return result
    }
}

/// An operator on two nodes known to be integers.
final class IntNode<Operation: IntOperation>: Node {
    private let left: Node
    private let right: Node

    init(_ offset: Int32, _ left: Node, _ right: Node) {
        self.left = left
        self.right = right
        super.init(offset)
    }

    override func value(_ frame: Frame) throws(EvaluationError) -> Value {
        .int(try int(frame))
    }

    override func int(_ frame: Frame) throws(EvaluationError) -> Int64 {
        let first = try left.int(frame)
        let second = try right.int(frame)
        return try Operation.apply(first, second, at: offset)
    }
}

/// How two numbers compare.
protocol Comparison {
    static func holds<Number: Comparable>(_ a: Number, _ b: Number) -> Bool
}

enum IsLess: Comparison {
    @inline(__always) static func holds<N: Comparable>(_ a: N, _ b: N) -> Bool { a < b }
}
enum IsLessOrEqual: Comparison {
    @inline(__always) static func holds<N: Comparable>(_ a: N, _ b: N) -> Bool { a <= b }
}
enum IsGreater: Comparison {
    @inline(__always) static func holds<N: Comparable>(_ a: N, _ b: N) -> Bool { a > b }
}
enum IsGreaterOrEqual: Comparison {
    @inline(__always) static func holds<N: Comparable>(_ a: N, _ b: N) -> Bool { a >= b }
}
enum IsEqual: Comparison {
    @inline(__always) static func holds<N: Comparable>(_ a: N, _ b: N) -> Bool { a == b }
}
enum IsNotEqual: Comparison {
    @inline(__always) static func holds<N: Comparable>(_ a: N, _ b: N) -> Bool { a != b }
}

/// A comparison of two nodes known to be integers.
final class IntComparisonNode<Operation: Comparison>: Node {
    private let left: Node
    private let right: Node

    init(_ offset: Int32, _ left: Node, _ right: Node) {
        self.left = left
        self.right = right
        super.init(offset)
    }

    override func value(_ frame: Frame) throws(EvaluationError) -> Value {
        .bool(try bool(frame))
    }

    override func bool(_ frame: Frame) throws(EvaluationError) -> Bool {
        let first = try left.int(frame)
        let second = try right.int(frame)
        return Operation.holds(first, second)
    }
}

/// A comparison of two nodes known to be doubles.
final class DoubleComparisonNode<Operation: Comparison>: Node {
    private let left: Node
    private let right: Node

    init(_ offset: Int32, _ left: Node, _ right: Node) {
        self.left = left
        self.right = right
        super.init(offset)
    }

    override func value(_ frame: Frame) throws(EvaluationError) -> Value {
        .bool(try bool(frame))
    }

    override func bool(_ frame: Frame) throws(EvaluationError) -> Bool {
        let first = try left.double(frame)
        let second = try right.double(frame)
        return Operation.holds(first, second)
    }
}

/// `+ - * /` of two nodes known to be doubles.
final class DoubleNode: Node {
    enum Operation {
        case sum, difference, product, quotient
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
