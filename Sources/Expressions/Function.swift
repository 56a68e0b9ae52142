/// What runs when a function is called. Closures are shared between threads and must be pure:
/// what they answer follows from the activation and the arguments.
package enum Implementation: Sendable {
    case nullary(@Sendable (any Activation) throws(EvaluationError) -> Value)
    case unary(@Sendable (any Activation, Value) throws(EvaluationError) -> Value)
    case binary(@Sendable (any Activation, Value, Value) throws(EvaluationError) -> Value)
    case ternary(@Sendable (any Activation, Value, Value, Value) throws(EvaluationError) -> Value)
    /// Any number of arguments, the receiver first; allocates an array for each call.
    case variadic(@Sendable (any Activation, [Value]) throws(EvaluationError) -> Value)
}

/// One overload of a function. A member overload is called as `receiver.name(...)`, and the
/// receiver is its first parameter.
package struct Overload: Sendable {
    /// Looks at the arguments that are constants when an expression is planned (`nil` for the
    /// others). It may return another implementation made for them, so that a name given as text
    /// is resolved once, or refuse them, which is reported at the argument.
    package typealias Binder =
        @Sendable ([Value?]) throws(BindingFailure) -> Implementation?

    /// The name, which may have dots (`income.reference`).
    package var name: String
    package var isMember: Bool
    package var parameters: [ValueType]
    package var result: ValueType
    /// What one call costs at most, in the unit of `Program.cost` (a scalar operation is 1).
    package var cost: Int
    /// Elements the result has at most if it is a list or map; `nil` assumes
    /// `Limits.assumedElements`.
    package var elements: Int?
    package var implementation: Implementation
    package var bind: Binder?
    /// True if it depends on nothing but its arguments, so that a call with constants is folded.
    package var isConstant: Bool

    package init(
        _ name: String, isMember: Bool = false, _ parameters: [ValueType], _ result: ValueType,
        cost: Int = 1, elements: Int? = nil, isConstant: Bool = false, bind: Binder? = nil,
        _ implementation: Implementation
    ) {
        self.name = name
        self.isMember = isMember
        self.parameters = parameters
        self.result = result
        self.cost = cost
        self.elements = elements
        self.isConstant = isConstant
        self.bind = bind
        self.implementation = implementation
    }
}

/// Why constant arguments of a call are refused when an expression is planned.
package struct BindingFailure: Error, Sendable {
    /// The argument at fault, from 0, the receiver included.
    package let argument: Int
    package let message: String
    package let suggestion: String?

    package init(argument: Int, message: String, suggestion: String? = nil) {
        self.argument = argument
        self.message = message
        self.suggestion = suggestion
    }
}
