/// The extension `math.*`: greatest and least, rounding, signs, bits.
enum MathLibrary {
    static var overloads: [Overload] {
        extremes + rounding + signs + tests + bits
    }

    private static let a = ValueType.parameter("A")
    private static let numbers: [ValueType] = [.int, .uint, .double]

    private static func unary(
        _ name: String, _ signatures: [(ValueType, ValueType)],
        _ body: @escaping @Sendable (Value) throws(EvaluationError) -> Value
    ) -> [Overload] {
        let implementation = Implementation.unary { _, x throws(EvaluationError) in try body(x) }
        return signatures.map {
            Overload(name, [$0.0], $0.1, isConstant: true, implementation)
        }
    }

    /// With three arguments and more the parser makes a list of them.
    private static var extremes: [Overload] {
        var all: [Overload] = []
        for (name, wanted) in [
            ("math.greatest", Order.Outcome.greater), ("math.least", Order.Outcome.less),
        ] {
            let one = Implementation.unary { _, value throws(EvaluationError) in
                guard case .list(let elements) = value else { return try number(value) }
                guard let first = elements.first else { throw EvaluationError(.invalidArgument) }
                var best = try number(first)
                for element in elements.dropFirst() {
                    if Order.compareNumbers(try number(element), best) == wanted { best = element }
                }
                return best
            }
            let two = Implementation.binary { _, x, y throws(EvaluationError) in
                Order.compareNumbers(try number(y), try number(x)) == wanted ? y : x
            }
            for type in numbers {
                all.append(Overload(name, [type], type, isConstant: true, one))
                for other in numbers {
                    let result = type == other ? type : .dyn
                    all.append(Overload(name, [type, other], result, isConstant: true, two))
                }
            }
            all.append(Overload(name, [.list(a)], a, isConstant: true, one))
        }
        return all
    }

    private static func number(_ value: Value) throws(EvaluationError) -> Value {
        switch value {
        case .int, .uint, .double: return value
        default: throw EvaluationError(.noMatchingOverload)
        }
    }

    private static func double(_ value: Value) throws(EvaluationError) -> Double {
        guard case .double(let number) = value else { throw EvaluationError(.noMatchingOverload) }
        return number
    }

    private static var rounding: [Overload] {
        let rules: [(String, FloatingPointRoundingRule)] = [
            ("math.ceil", .up), ("math.floor", .down), ("math.trunc", .towardZero),
            ("math.round", .toNearestOrAwayFromZero),
        ]
        return rules.flatMap { name, rule in
            unary(name, [(.double, .double)]) { value throws(EvaluationError) in
                .double(try double(value).rounded(rule))
            }
        }
            + unary("math.sqrt", numbers.map { ($0, .double) }) { value throws(EvaluationError) in
                guard case .double(let number) = try Conversions.double(try number(value)) else {
                    throw EvaluationError(.noMatchingOverload)
                }
                return .double(number.squareRoot())
            }
    }

    private static var signs: [Overload] {
        unary("math.abs", numbers.map { ($0, $0) }) { value throws(EvaluationError) in
            switch value {
            case .int(let number):
                guard number != .min else { throw EvaluationError(.overflow) }
                return .int(abs(number))
            case .uint: return value
            case .double(let number): return .double(abs(number))
            default: throw EvaluationError(.noMatchingOverload)
            }
        }
            + unary("math.sign", numbers.map { ($0, $0) }) { value throws(EvaluationError) in
                switch value {
                case .int(let number): .int(number.signum())
                case .uint(let number): .uint(number == 0 ? 0 : 1)
                case .double(let number): .double(number > 0 ? 1 : (number < 0 ? -1 : number))
                default: throw EvaluationError(.noMatchingOverload)
                }
            }
    }

    private static var tests: [Overload] {
        let all: [(String, @Sendable (Double) -> Bool)] = [
            ("math.isNaN", { $0.isNaN }), ("math.isInf", { $0.isInfinite }),
            ("math.isFinite", { $0.isFinite }),
        ]
        return all.flatMap { name, test in
            unary(name, [(.double, .bool)]) { value throws(EvaluationError) in
                .bool(test(try double(value)))
            }
        }
    }

    private static var bits: [Overload] {
        let pairs: [(String, @Sendable (UInt64, UInt64) -> UInt64)] = [
            ("math.bitAnd", { $0 & $1 }), ("math.bitOr", { $0 | $1 }),
            ("math.bitXor", { $0 ^ $1 }),
        ]
        var all = pairs.flatMap { name, combine in
            let body = Implementation.binary { _, x, y throws(EvaluationError) in
                switch (x, y) {
                case (.int(let a), .int(let b)):
                    .int(Int64(bitPattern: combine(UInt64(bitPattern: a), UInt64(bitPattern: b))))
                case (.uint(let a), .uint(let b)): .uint(combine(a, b))
                default: throw EvaluationError(.noMatchingOverload)
                }
            }
            return [ValueType.int, .uint].map {
                Overload(name, [$0, $0], $0, isConstant: true, body)
            }
        }
        all += unary("math.bitNot", [(.int, .int), (.uint, .uint)]) {
            value throws(EvaluationError) in
            switch value {
            case .int(let number): .int(~number)
            case .uint(let number): .uint(~number)
            default: throw EvaluationError(.noMatchingOverload)
            }
        }
        for (name, isLeft) in [("math.bitShiftLeft", true), ("math.bitShiftRight", false)] {
            // Without regard to the sign: what is shifted in is zero.
            let body = Implementation.binary { _, x, y throws(EvaluationError) in
                guard case .int(let count) = y else { throw EvaluationError(.noMatchingOverload) }
                guard count >= 0 else { throw EvaluationError(.invalidArgument) }
                let shift = { (bits: UInt64) in isLeft ? bits << count : bits >> count }
                return switch x {
                case .int(let a): .int(Int64(bitPattern: shift(UInt64(bitPattern: a))))
                case .uint(let a): .uint(shift(a))
                default: throw EvaluationError(.noMatchingOverload)
                }
            }
            all += [ValueType.int, .uint].map {
                Overload(name, [$0, .int], $0, isConstant: true, body)
            }
        }
        return all
    }
}
