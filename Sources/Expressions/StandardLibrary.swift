/// The functions and operators of the language (CEL language definition, "Standard
/// Environment") and its extensions for optionals, numbers, texts and base64. All overloads of one
/// name and number of arguments share an implementation that looks at the values, so a call whose
/// types are not known needs no search.
enum StandardLibrary {
    static let overloads: [Overload] =
        operators + conversions + texts + times + Optionals.overloads + MathLibrary.overloads
        + StringLibrary.overloads + EncodersLibrary.overloads

    static let a = ValueType.parameter("A")
    static let b = ValueType.parameter("B")

    /// The planner makes nodes of its own for these, because they need the evaluation's frame.
    static let planned = Implementation.nullary { _ throws(EvaluationError) in
        throw EvaluationError(.unknownFunction)
    }

    private typealias Binary = @Sendable (Value, Value) throws(EvaluationError) -> Value

    private static func binary(
        _ name: String, _ signatures: [(ValueType, ValueType, ValueType)], _ body: @escaping Binary
    ) -> [Overload] {
        let implementation = Implementation.binary { _, x, y throws(EvaluationError) in
            try body(x, y)
        }
        return signatures.map {
            Overload(name, [$0.0, $0.1], $0.2, isConstant: true, implementation)
        }
    }

    private static var operators: [Overload] {
        let numbers: [ValueType] = [.int, .uint, .double]
        let ordered: [ValueType] = [
            .bool, .int, .uint, .double, .string, .bytes, .timestamp, .duration,
        ]
        let same = { (types: [ValueType]) in types.map { ($0, $0, $0) } }
        var all = binary(
            "_+_",
            same(numbers + [.string, .bytes, .list(a), .duration]) + [
                (.timestamp, .duration, .timestamp), (.duration, .timestamp, .timestamp),
            ], Arithmetic.add)
        all += binary(
            "_-_",
            same(numbers + [.duration]) + [
                (.timestamp, .timestamp, .duration), (.timestamp, .duration, .timestamp),
            ], Arithmetic.subtract)
        all += binary("_*_", same(numbers), Arithmetic.multiply)
        all += binary("_/_", same(numbers), Arithmetic.divide)
        all += binary("_%_", same([.int, .uint]), Arithmetic.remainder)
        for type in [ValueType.int, .double] {
            all.append(
                Overload(
                    "-_", [type], type, isConstant: true,
                    .unary { _, x throws(EvaluationError) in try Arithmetic.negate(x) }))
        }
        for name in ["_<_", "_<=_", "_>_", "_>=_"] {
            all += ordered.map { Overload(name, [$0, $0], .bool, isConstant: true, planned) }
        }
        all.append(Overload("!_", [.bool], .bool, isConstant: true, planned))
        for name in ["_==_", "_!=_"] {
            all.append(Overload(name, [a, a], .bool, isConstant: true, planned))
        }
        all.append(Overload("@in", [a, .list(a)], .bool, isConstant: true, planned))
        all.append(Overload("@in", [a, .map(a, b)], .bool, isConstant: true, planned))
        for (name, wrap) in [
            ("_[_]", { (type: ValueType) in type }), ("_[?_]", { ValueType.optional($0) }),
        ] {
            all.append(Overload(name, [.list(a), .int], wrap(a), isConstant: true, planned))
            all.append(Overload(name, [.map(a, b), a], wrap(b), isConstant: true, planned))
            all.append(
                Overload(name, [.optional(.list(a)), .int], .optional(a), isConstant: true, planned)
            )
            all.append(
                Overload(
                    name, [.optional(.map(a, b)), a], .optional(b), isConstant: true, planned))
        }
        return all
    }

    static func unary(
        _ name: String, _ parameters: [ValueType], _ result: ValueType,
        _ body: @escaping @Sendable (Value) throws(EvaluationError) -> Value
    ) -> [Overload] {
        let implementation = Implementation.unary { _, x throws(EvaluationError) in try body(x) }
        return parameters.map { Overload(name, [$0], result, isConstant: true, implementation) }
    }

    private static var conversions: [Overload] {
        unary("bool", [.bool, .string], .bool, Conversions.bool)
            + unary("int", [.int, .uint, .double, .string, .timestamp], .int, Conversions.int)
            + unary("uint", [.uint, .int, .double, .string], .uint, Conversions.uint)
            + unary("double", [.double, .int, .uint, .string], .double, Conversions.double)
            + unary(
                "string",
                [.string, .bool, .int, .uint, .double, .bytes, .timestamp, .duration], .string,
                Conversions.string)
            + unary("bytes", [.bytes, .string], .bytes, Conversions.bytes)
            + unary(
                "timestamp", [.timestamp, .string, .int], .timestamp, Conversions.timestamp)
            + unary("duration", [.duration, .string, .int], .duration, Conversions.duration)
            + unary("dyn", [a], .dyn) { value throws(EvaluationError) in value }
            + unary("type", [a], .type(a)) { value throws(EvaluationError) in
                .type(value.typeName)
            }
    }

    private static var texts: [Overload] {
        var all: [Overload] = []
        let sized: [ValueType] = [.string, .bytes, .list(a), .map(a, b)]
        let size = Implementation.unary { _, value throws(EvaluationError) in
            switch value {
            case .string(let text): .int(Int64(text.unicodeScalars.count))
            case .bytes(let bytes): .int(Int64(bytes.count))
            case .list(let elements): .int(Int64(elements.count))
            case .map(let map): .int(Int64(map.count))
            default: throw EvaluationError(.noMatchingOverload)
            }
        }
        for isMember in [false, true] {
            all += sized.map {
                Overload("size", isMember: isMember, [$0], .int, isConstant: true, size)
            }
        }
        let tests: [(String, @Sendable (String, String) -> Bool)] = [
            ("contains", Text.contains), ("startsWith", Text.hasPrefix),
            ("endsWith", Text.hasSuffix),
        ]
        for (name, test) in tests {
            let implementation = Implementation.binary { _, x, y throws(EvaluationError) in
                guard case .string(let text) = x, case .string(let part) = y else {
                    throw EvaluationError(.noMatchingOverload)
                }
                return .bool(test(text, part))
            }
            all.append(
                Overload(
                    name, isMember: true, [.string, .string], .bool, isConstant: true,
                    implementation))
        }
        for isMember in [false, true] {
            all.append(
                Overload(
                    "matches", isMember: isMember, [.string, .string], .bool, isConstant: true,
                    planned))
        }
        return all
    }

    private static var times: [Overload] {
        TimeParts.Part.allCases.flatMap { part in
            let plain = Implementation.unary { _, value throws(EvaluationError) in
                try TimeParts.part(part, of: value, zone: nil)
            }
            let zoned = Implementation.binary { _, value, zone throws(EvaluationError) in
                try TimeParts.part(part, of: value, zone: zone)
            }
            let name = part.functionName
            var all = [
                Overload(name, isMember: true, [.timestamp], .int, isConstant: true, plain),
                Overload(
                    name, isMember: true, [.timestamp, .string], .int, isConstant: true, zoned),
            ]
            if part.isOfDuration {
                all.append(
                    Overload(name, isMember: true, [.duration], .int, isConstant: true, plain))
            }
            return all
        }
    }
}
