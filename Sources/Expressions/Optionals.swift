/// `optional.of` and the others: values that may be absent.
enum Optionals {
    private static let a = ValueType.parameter("A")

    static var overloads: [Overload] {
        let optional = ValueType.optional(a)
        return [
            Overload(
                "optional.none", [], optional, isConstant: true,
                .nullary { _ throws(EvaluationError) in .optional(.init(nil)) }),
            Overload(
                "optional.of", [a], optional, isConstant: true,
                .unary { _, value throws(EvaluationError) in .optional(.init(value)) }),
            Overload(
                "optional.ofNonZeroValue", [a], optional, isConstant: true,
                .unary { _, value throws(EvaluationError) in
                    .optional(.init(isZero(value) ? nil : value))
                }),
            Overload(
                "hasValue", isMember: true, [optional], .bool, isConstant: true,
                .unary { _, value throws(EvaluationError) in
                    .bool(try unwrap(value).wrapped != nil)
                }),
            Overload(
                "value", isMember: true, [optional], a, isConstant: true,
                .unary { _, value throws(EvaluationError) in
                    guard let wrapped = try unwrap(value).wrapped else {
                        throw EvaluationError(.emptyOptional)
                    }
                    return wrapped
                }),
            Overload("or", isMember: true, [optional, optional], optional, StandardLibrary.planned),
            Overload("orValue", isMember: true, [optional, a], a, StandardLibrary.planned),
        ]
    }

    static func unwrap(_ value: Value) throws(EvaluationError) -> Value.OptionalValue {
        guard case .optional(let optional) = value else {
            throw EvaluationError(.noMatchingOverload)
        }
        return optional
    }

    private static func isZero(_ value: Value) -> Bool {
        switch value {
        case .null: true
        case .bool(let flag): !flag
        case .int(let number): number == 0
        case .uint(let number): number == 0
        case .double(let number): number == 0
        case .string(let text): text.isEmpty
        case .bytes(let bytes): bytes.isEmpty
        case .list(let elements): elements.isEmpty
        case .map(let map): map.count == 0
        case .duration(let duration): duration.nanoseconds == 0
        case .timestamp(let time): time.seconds == 0 && time.nanoseconds == 0
        case .type, .optional, .object: false
        }
    }
}
