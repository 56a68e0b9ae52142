import Foundation

/// `"%s is %d".format([...])`.
enum TextFormat {
    private static var invalid: EvaluationError { EvaluationError(.invalidArgument) }
    /// Digits after the point that may be asked for.
    private static let precisionLimit = 1_000

    static func format(_ pattern: String, _ values: [Value]) throws(EvaluationError) -> String {
        var result = String.UnicodeScalarView()
        var next = 0
        var scalars = pattern.unicodeScalars.makeIterator()
        while let scalar = scalars.next() {
            guard scalar == "%" else {
                result.append(scalar)
                continue
            }
            guard var verb = scalars.next() else { throw invalid }
            if verb == "%" {
                result.append("%")
                continue
            }
            var precision: Int?
            if verb == "." {
                var digits = 0
                guard let first = scalars.next() else { throw invalid }
                verb = first
                while let digit = verb.properties.numericType == .decimal ? Int(String(verb)) : nil
                {
                    digits = min(digits * 10 + digit, precisionLimit + 1)
                    guard let following = scalars.next() else { throw invalid }
                    verb = following
                }
                guard digits <= precisionLimit else { throw invalid }
                precision = digits
            }
            guard next < values.count else { throw invalid }
            let piece = try formatted(values[next], verb, precision)
            next += 1
            result.append(contentsOf: piece.unicodeScalars)
            guard result.count <= StringLibrary.lengthLimit / 4 else {
                throw EvaluationError(.stepLimit)
            }
        }
        return String(result)
    }

    private static func formatted(
        _ value: Value, _ verb: Unicode.Scalar, _ precision: Int?
    ) throws(EvaluationError) -> String {
        switch verb {
        case "s":
            var rest = StringLibrary.lengthLimit
            return try text(of: value, &rest)
        case "d": return try decimal(value)
        case "f", "e": return try floating(value, verb, precision ?? 6)
        case "b": return try inBase(2, value)
        case "o": return try inBase(8, value)
        case "x": return try inBase(16, value)
        case "X": return try inBase(16, value).uppercased()
        default: throw invalid
        }
    }

    /// Any value as text; `rest` is how many bytes more may be made.
    private static func text(of value: Value, _ rest: inout Int) throws(EvaluationError) -> String {
        let made: String
        switch value {
        case .null: made = "null"
        case .type(let name): made = name
        case .double(let number): made = special(number) ?? Conversions.text(of: number)
        case .list(let elements):
            var parts: [String] = []
            for element in elements { parts.append(try text(of: element, &rest)) }
            made = "[\(parts.joined(separator: ", "))]"
        case .map(let map):
            var parts: [(key: String, value: String)] = []
            for entry in map.entries {
                parts.append((try text(of: entry.key, &rest), try text(of: entry.value, &rest)))
            }
            parts.sort { Text.less($0.key, $1.key) }
            made = "{\(parts.map { "\($0.key): \($0.value)" }.joined(separator: ", "))}"
        default:
            guard case .string(let plain) = try Conversions.string(value) else { throw invalid }
            made = plain
        }
        rest -= made.utf8.count + 1
        guard rest >= 0 else { throw EvaluationError(.stepLimit) }
        return made
    }

    private static func special(_ number: Double) -> String? {
        if number.isNaN { return "NaN" }
        if number.isInfinite { return number < 0 ? "-Infinity" : "Infinity" }
        return nil
    }

    private static func decimal(_ value: Value) throws(EvaluationError) -> String {
        switch value {
        case .int(let number): return String(number)
        case .uint(let number): return String(number)
        case .double(let number):
            guard let text = special(number) else { throw invalid }
            return text
        default: throw invalid
        }
    }

    private static func floating(
        _ value: Value, _ verb: Unicode.Scalar, _ precision: Int
    ) throws(EvaluationError) -> String {
        let number: Double
        switch value {
        case .int(let whole): number = Double(whole)
        case .uint(let whole): number = Double(whole)
        case .double(let double): number = double
        default: throw invalid
        }
        return special(number) ?? String(format: "%.\(precision)\(verb)", number)
    }

    private static func inBase(_ radix: Int, _ value: Value) throws(EvaluationError) -> String {
        switch value {
        case .int(let number): return String(number, radix: radix)
        case .uint(let number): return String(number, radix: radix)
        case .bool(let flag) where radix == 2: return flag ? "1" : "0"
        case .string(let text) where radix == 16: return hexadecimal(Array(text.utf8))
        case .bytes(let bytes) where radix == 16: return hexadecimal(bytes)
        default: throw invalid
        }
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
