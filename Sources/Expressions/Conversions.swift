/// `int(x)`, `string(x)` and the others (CEL language definition, "Types and Conversions").
enum Conversions {
    private static var mismatch: EvaluationError { EvaluationError(.noMatchingOverload) }
    private static var invalid: EvaluationError { EvaluationError(.invalidConversion) }

    static func bool(_ value: Value) throws(EvaluationError) -> Value {
        switch value {
        case .bool: return value
        case .string(let text):
            switch text {
            case "1", "t", "T", "true", "True", "TRUE": return .bool(true)
            case "0", "f", "F", "false", "False", "FALSE": return .bool(false)
            default: throw invalid
            }
        default: throw mismatch
        }
    }

    static func int(_ value: Value) throws(EvaluationError) -> Value {
        switch value {
        case .int: return value
        case .uint(let number):
            guard let result = Int64(exactly: number) else { throw EvaluationError(.overflow) }
            return .int(result)
        case .double(let number):
            // Both ends excluded: whether they survive the way there and back is not portable.
            guard number > -0x1p63, number < 0x1p63 else { throw EvaluationError(.overflow) }
            return .int(Int64(number))
        case .string(let text):
            guard isPlainInteger(text), let result = Int64(text) else { throw invalid }
            return .int(result)
        case .timestamp(let time): return .int(time.seconds)
        default: throw mismatch
        }
    }

    static func uint(_ value: Value) throws(EvaluationError) -> Value {
        switch value {
        case .uint: return value
        case .int(let number):
            guard let result = UInt64(exactly: number) else { throw EvaluationError(.overflow) }
            return .uint(result)
        case .double(let number):
            guard number >= 0, number < 0x1p64 else { throw EvaluationError(.overflow) }
            return .uint(UInt64(number))
        case .string(let text):
            guard isPlainInteger(text), let result = UInt64(text) else { throw invalid }
            return .uint(result)
        default: throw mismatch
        }
    }

    static func double(_ value: Value) throws(EvaluationError) -> Value {
        switch value {
        case .double: return value
        case .int(let number): return .double(Double(number))
        case .uint(let number): return .double(Double(number))
        case .string(let text):
            guard let number = number(text) else { throw invalid }
            return .double(number)
        default: throw mismatch
        }
    }

    /// Decimal text to a double, `inf` and `nan` included; `nil` for anything else.
    private static func number(_ text: String) -> Double? {
        let lowered = text.lowercased()
        let isHex = lowered.contains("x")
        guard !isHex, !text.isEmpty, !lowered.contains("nan(") else { return nil }
        return Double(text)
    }

    static func string(_ value: Value) throws(EvaluationError) -> Value {
        switch value {
        case .string: return value
        case .bool(let flag): return .string(flag ? "true" : "false")
        case .int(let number): return .string(String(number))
        case .uint(let number): return .string(String(number))
        case .double(let number): return .string(text(of: number))
        case .bytes(let bytes):
            guard let text = String(validating: bytes, as: UTF8.self) else { throw invalid }
            return .string(text)
        case .timestamp(let time): return .string(Times.text(of: time))
        case .duration(let duration): return .string(Times.text(of: duration))
        default: throw mismatch
        }
    }

    /// The shortest decimal text that gives the same double: plain from 1e-4 to below 1e21,
    /// otherwise with an exponent of at least two digits.
    static func text(of number: Double) -> String {
        if number.isNaN { return "NaN" }
        if number.isInfinite { return number < 0 ? "-Inf" : "+Inf" }
        if number == 0 { return number.sign == .minus ? "-0" : "0" }
        // Swift writes the shortest digits too; only their arrangement differs.
        var digits: [UInt8] = []
        var exponent = 0
        var point: Int?
        var bytes = Array(abs(number).description.utf8)
        if let mark = bytes.firstIndex(of: UInt8(ascii: "e")) {
            exponent = Int(String(decoding: bytes[(mark + 1)...], as: UTF8.self)) ?? 0
            bytes.removeSubrange(mark...)
        }
        for byte in bytes {
            if byte == UInt8(ascii: ".") { point = digits.count } else { digits.append(byte) }
        }
        var scale = (point ?? digits.count) + exponent
        let leading = digits.prefix { $0 == UInt8(ascii: "0") }.count
        digits.removeFirst(leading)
        scale -= leading
        while digits.count > 1, digits.last == UInt8(ascii: "0") { digits.removeLast() }
        let sign = number < 0 ? "-" : ""
        return sign + arranged(digits, scale: scale)
    }

    /// Digits `d1 d2 d3...` with the value 0.d1d2d3... × 10^scale.
    private static func arranged(_ digits: [UInt8], scale: Int) -> String {
        let all = String(decoding: digits, as: UTF8.self)
        if scale > 21 || scale < -3 {
            let exponent = scale - 1
            let size = String(exponent.magnitude)
            var text = String(all.prefix(1))
            if digits.count > 1 { text += "." + all.dropFirst() }
            text += exponent < 0 ? "e-" : "e+"
            if size.utf8.count < 2 { text += "0" }
            return text + size
        }
        if scale <= 0 { return "0." + String(repeating: "0", count: -scale) + all }
        if scale >= digits.count {
            return all + String(repeating: "0", count: scale - digits.count)
        }
        return all.prefix(scale) + "." + all.dropFirst(scale)
    }

    static func bytes(_ value: Value) throws(EvaluationError) -> Value {
        switch value {
        case .bytes: return value
        case .string(let text): return .bytes(Array(text.utf8))
        default: throw mismatch
        }
    }

    static func timestamp(_ value: Value) throws(EvaluationError) -> Value {
        switch value {
        case .timestamp: return value
        case .string(let text):
            guard let time = Times.timestamp(text) else { throw invalid }
            return .timestamp(time)
        case .int(let seconds):
            guard let time = Value.Timestamp(seconds: seconds) else {
                throw EvaluationError(.overflow)
            }
            return .timestamp(time)
        default: throw mismatch
        }
    }

    static func duration(_ value: Value) throws(EvaluationError) -> Value {
        switch value {
        case .duration: return value
        case .string(let text):
            guard let duration = Times.duration(text) else { throw invalid }
            return .duration(duration)
        case .int(let seconds):
            guard let duration = Value.Duration(seconds: seconds) else {
                throw EvaluationError(.overflow)
            }
            return .duration(duration)
        default: throw mismatch
        }
    }

    private static func isPlainInteger(_ text: String) -> Bool {
        text.utf8.count <= 32
    }
}
