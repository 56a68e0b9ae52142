/// A planned expression. Immutable, and shared between threads; every evaluation has its own
/// activation and its locals on the stack.
package final class Program: @unchecked Sendable {
    // Unchecked: nodes and constants are never written after planning, and constants hold no
    // host objects.

    /// The deduced type of the result.
    package let resultType: ValueType
    /// What it reads.
    package let dependencies: Dependencies
    /// An upper bound of what one evaluation costs, where a scalar operation is 1, 16 bytes or
    /// elements that are read or made are 1, and sizes are as declared or
    /// `Limits.assumedElements`. Saturates at `Int.max`.
    package let cost: Int

    let root: Node
    let localCount: Int
    let steps: Int

    init(
        root: Node, resultType: ValueType, dependencies: Dependencies, cost: Int,
        localCount: Int, steps: Int
    ) {
        self.root = root
        self.resultType = resultType
        self.dependencies = dependencies
        self.cost = cost
        self.localCount = localCount
        self.steps = steps
    }

    /// The expression's value. Blocks for as long as it takes, which `cost` and `Limits.steps`
    /// bound. Throws the error the language defines, or the host's own where a variable or
    /// function could not answer and the expression's value depends on it.
    package func evaluate(_ activation: any Activation) throws(EvaluationError) -> Value {
        try Frame.with(activation, localCount: localCount, steps: steps) {
            (frame) throws(EvaluationError) in try root.value(frame)
        }
    }

    /// The same, and adds to `steps` what it took, failed evaluations included: the steps that
    /// `Limits.steps` bounds. Where sizes are within what was declared or assumed, no evaluation
    /// takes more than `cost`.
    package func evaluate(
        _ activation: any Activation, counting steps: inout Int
    ) throws(EvaluationError) -> Value {
        var left = self.steps
        defer { steps += self.steps - left }
        return try Frame.with(activation, localCount: localCount, steps: self.steps) {
            (frame) throws(EvaluationError) in
            defer { left = frame.remaining.pointee }
            return try root.value(frame)
        }
    }

    /// The same for an expression compiled with `expecting: .bool`, without going through a
    /// `Value`.
    package func evaluateBool(_ activation: any Activation) throws(EvaluationError) -> Bool {
        try Frame.with(activation, localCount: localCount, steps: steps) {
            (frame) throws(EvaluationError) in try root.bool(frame)
        }
    }
}

/// What a program reads; each list without repeats and in ascending order.
package struct Dependencies {
    /// A field of an object type.
    package struct Field: Hashable, Comparable, Sendable {
        /// Index of the object type.
        package let object: Int
        package let field: Int

        package static func < (left: Field, right: Field) -> Bool {
            (left.object, left.field) < (right.object, right.field)
        }
    }

    /// A call of one of the host's functions.
    package struct Call {
        /// The overload's number; several calls are listed where only run time can tell.
        package let overload: Int
        package let name: String
        /// The arguments that are constants, `nil` for the others; the receiver first.
        package let constants: [Value?]
    }

    /// Slots of variables.
    package internal(set) var variables: [Int] = []
    package internal(set) var fields: [Field] = []
    /// Numbers of the host's overloads; the standard library's are left out.
    package internal(set) var functions: [Int] = []
    /// Every call of a host's function, in the order of the text.
    package internal(set) var calls: [Call] = []
}
