import Foundation

/// The extension `base64.*`: bytes as text and back (RFC 4648, section 4).
enum EncodersLibrary {
    static var overloads: [Overload] {
        [
            Overload(
                "base64.encode", [.bytes], .string, isConstant: true,
                .unary { _, value throws(EvaluationError) in
                    guard case .bytes(let bytes) = value else {
                        throw EvaluationError(.noMatchingOverload)
                    }
                    return .string(Data(bytes).base64EncodedString())
                }),
            Overload(
                "base64.decode", [.string], .bytes, isConstant: true,
                .unary { _, value throws(EvaluationError) in
                    guard case .string(let text) = value else {
                        throw EvaluationError(.noMatchingOverload)
                    }
                    // The padding may be left out.
                    let missing = (4 - text.utf8.count % 4) % 4
                    let padded = text + String(repeating: "=", count: missing)
                    guard let data = Data(base64Encoded: padded) else {
                        throw EvaluationError(.invalidConversion)
                    }
                    return .bytes(Array(data))
                }),
        ]
    }
}
