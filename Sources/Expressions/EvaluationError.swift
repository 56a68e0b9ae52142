/// Why an evaluation gave no value. Small and without text, so that `&&`, `||`, `all` and
/// `exists` can absorb one without allocating; it carries no data of what was evaluated.
package struct EvaluationError: Error, Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// No overload of the function takes arguments of these types.
        case noMatchingOverload
        /// A name that is not declared (only where checking was switched off).
        case unknownVariable
        /// A function that is not declared (only where checking was switched off).
        case unknownFunction
        case noSuchField
        case noSuchKey
        case indexOutOfRange
        case duplicateKey
        case unsupportedKey
        case divisionByZero
        case modulusByZero
        /// An integer, timestamp or duration left its range.
        case overflow
        /// A text or number that cannot be converted.
        case invalidConversion
        case invalidArgument
        /// A time zone that is not known.
        case unknownTimeZone
        /// A pattern that is no regular expression, or too large a one.
        case invalidPattern
        /// `value()` of an empty optional.
        case emptyOptional
        /// The evaluation did more steps than `Limits.steps`.
        case stepLimit
        /// The host's own: a variable, field or function could not answer. What the number means
        /// is up to the host.
        case host(Int)
    }

    package var kind: Kind
    /// Where in the expression's text, as a UTF-8 offset; -1 when unknown.
    package var offset: Int32

    package init(_ kind: Kind, at offset: Int32 = -1) {
        self.kind = kind
        self.offset = offset
    }

    /// The host's code if it is the host's own error.
    package var hostCode: Int? {
        if case .host(let code) = kind { return code }
        return nil
    }
}

extension EvaluationError: CustomStringConvertible {
    package var description: String {
        switch kind {
        case .noMatchingOverload: "no overload takes arguments of these types"
        case .unknownVariable: "unknown name"
        case .unknownFunction: "unknown function"
        case .noSuchField: "no such field"
        case .noSuchKey: "no such key"
        case .indexOutOfRange: "index out of range"
        case .duplicateKey: "a key is repeated"
        case .unsupportedKey: "a value of this type cannot be a key"
        case .divisionByZero: "division by zero"
        case .modulusByZero: "remainder of a division by zero"
        case .overflow: "the result is out of range"
        case .invalidConversion: "the value cannot be converted"
        case .invalidArgument: "invalid argument"
        case .unknownTimeZone: "unknown time zone"
        case .invalidPattern: "not a regular expression"
        case .emptyOptional: "the optional is empty"
        case .stepLimit: "more steps than allowed"
        case .host(let code): "not answered by the host (\(code))"
        }
    }
}
