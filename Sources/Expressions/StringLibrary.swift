/// The extension of texts: parts, search, replacement, case, `format`. Positions count code
/// points.
enum StringLibrary {
    typealias Scalars = [Unicode.Scalar]

    /// The longest text one call makes, in bytes: what all steps of an evaluation would pay for.
    static let lengthLimit = 1 << 24

    static var overloads: [Overload] {
        parts + search + changes + lists + formatting
    }

    private static func scalars(_ value: Value) throws(EvaluationError) -> Scalars {
        Scalars(try text(value).unicodeScalars)
    }

    private static func text(_ value: Value) throws(EvaluationError) -> String {
        guard case .string(let text) = value else { throw EvaluationError(.noMatchingOverload) }
        return text
    }

    /// A position from 0 to `count`; anything else is an error.
    private static func position(
        _ value: Value, upTo count: Int
    ) throws(EvaluationError) -> Int {
        guard case .int(let number) = value else { throw EvaluationError(.noMatchingOverload) }
        guard number >= 0, number <= count else { throw EvaluationError(.indexOutOfRange) }
        return Int(number)
    }

    private static func whole(_ value: Value) throws(EvaluationError) -> Int {
        guard case .int(let number) = value else { throw EvaluationError(.noMatchingOverload) }
        return Int(number)
    }

    private static func value(_ scalars: some Sequence<Unicode.Scalar>) -> Value {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return .string(String(view))
    }

    private static func member(
        _ name: String, _ parameters: [ValueType], _ result: ValueType,
        _ body: @escaping @Sendable ([Value]) throws(EvaluationError) -> Value
    ) -> Overload {
        Overload(
            name, isMember: true, parameters, result, isConstant: true,
            .variadic { _, arguments throws(EvaluationError) in try body(arguments) })
    }

    private static var parts: [Overload] {
        [
            member("charAt", [.string, .int], .string) { arguments throws(EvaluationError) in
                let all = try scalars(arguments[0])
                let place = try position(arguments[1], upTo: all.count)
                return value(all[place..<min(place + 1, all.count)])
            },
            member("substring", [.string, .int], .string) { arguments throws(EvaluationError) in
                let all = try scalars(arguments[0])
                return value(all[(try position(arguments[1], upTo: all.count))...])
            },
            member("substring", [.string, .int, .int], .string) {
                arguments throws(EvaluationError) in
                let all = try scalars(arguments[0])
                let start = try position(arguments[1], upTo: all.count)
                let end = try position(arguments[2], upTo: all.count)
                guard start <= end else { throw EvaluationError(.indexOutOfRange) }
                return value(all[start..<end])
            },
            member("trim", [.string], .string) { arguments throws(EvaluationError) in
                var rest = try scalars(arguments[0])[...]
                while let last = rest.last, last.properties.isWhitespace { rest.removeLast() }
                return value(rest.drop { $0.properties.isWhitespace })
            },
            member("reverse", [.string], .string) { arguments throws(EvaluationError) in
                value(try scalars(arguments[0]).reversed())
            },
        ]
    }

    private static var search: [Overload] {
        let first = { @Sendable (arguments: [Value]) throws(EvaluationError) -> Value in
            let all = try scalars(arguments[0])
            let pattern = try scalars(arguments[1])
            let start = arguments.count > 2 ? try position(arguments[2], upTo: all.count) : 0
            return .int(Int64(TextSearch(pattern).first(in: all, from: start) ?? -1))
        }
        let last = { @Sendable (arguments: [Value]) throws(EvaluationError) -> Value in
            let all = try scalars(arguments[0])
            let pattern = try scalars(arguments[1])
            let latest =
                arguments.count > 2 ? try position(arguments[2], upTo: all.count) : all.count
            // The first match of the reversed pattern in the reversed text.
            let end = min(all.count, latest + pattern.count)
            let found = TextSearch(pattern.reversed()).first(
                in: all.reversed(), from: all.count - end)
            return .int(found.map { Int64(all.count - $0 - pattern.count) } ?? -1)
        }
        return [
            member("indexOf", [.string, .string], .int, first),
            member("indexOf", [.string, .string, .int], .int, first),
            member("lastIndexOf", [.string, .string], .int, last),
            member("lastIndexOf", [.string, .string, .int], .int, last),
        ]
    }

    private static var changes: [Overload] {
        let replace = { @Sendable (arguments: [Value]) throws(EvaluationError) -> Value in
            let all = try scalars(arguments[0])
            let new = try scalars(arguments[2])
            let limit = arguments.count > 3 ? try whole(arguments[3]) : -1
            let pieces = TextSearch(try scalars(arguments[1])).pieces(
                of: all, limit: limit < 0 ? .max : limit)
            let total = pieces.count.saturatingProduct(new.count).saturatingSum(all.count)
            guard total <= lengthLimit / 4 else { throw EvaluationError(.stepLimit) }
            return value(pieces.joined(separator: new))
        }
        let cased = { (name: String, change: @escaping @Sendable (UInt8) -> UInt8) in
            member(name, [.string], .string) { arguments throws(EvaluationError) in
                .string(String(decoding: try text(arguments[0]).utf8.map(change), as: UTF8.self))
            }
        }
        return [
            member("replace", [.string, .string, .string], .string, replace),
            member("replace", [.string, .string, .string, .int], .string, replace),
            cased("lowerAscii") { (65...90).contains($0) ? $0 + 32 : $0 },
            cased("upperAscii") { (97...122).contains($0) ? $0 - 32 : $0 },
        ]
    }

    private static var lists: [Overload] {
        let split = { @Sendable (arguments: [Value]) throws(EvaluationError) -> Value in
            let all = try scalars(arguments[0])
            let separator = try scalars(arguments[1])
            let limit = arguments.count > 2 ? try whole(arguments[2]) : -1
            if limit == 0 { return .list([]) }
            if separator.isEmpty {
                // Between all characters: the last piece is what is left.
                let count = limit < 0 ? all.count : min(limit, all.count)
                return .list(
                    (0..<count).map { index in
                        value(all[index..<(index == count - 1 ? all.count : index + 1)])
                    })
            }
            let pieces = TextSearch(separator).pieces(of: all, limit: limit < 0 ? .max : limit - 1)
            return .list(pieces.map { value($0) })
        }
        let join = { @Sendable (arguments: [Value]) throws(EvaluationError) -> Value in
            guard case .list(let elements) = arguments[0] else {
                throw EvaluationError(.noMatchingOverload)
            }
            let separator = arguments.count > 1 ? try text(arguments[1]) : ""
            var result = ""
            for (index, element) in elements.enumerated() {
                if index > 0 { result += separator }
                result += try text(element)
                guard result.utf8.count <= lengthLimit else { throw EvaluationError(.stepLimit) }
            }
            return .string(result)
        }
        return [
            member("split", [.string, .string], .list(.string), split),
            member("split", [.string, .string, .int], .list(.string), split),
            member("join", [.list(.string)], .string, join),
            member("join", [.list(.string), .string], .string, join),
        ]
    }

    private static var formatting: [Overload] {
        [
            Overload(
                "strings.quote", [.string], .string, isConstant: true,
                .unary { _, value throws(EvaluationError) in .string(quote(try text(value))) }),
            member("format", [.string, .list(.dyn)], .string) { arguments throws(EvaluationError) in
                guard case .list(let values) = arguments[1] else {
                    throw EvaluationError(.noMatchingOverload)
                }
                return .string(try TextFormat.format(try text(arguments[0]), values))
            },
        ]
    }

    /// The text as a literal of the language.
    private static func quote(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        result.append("\"")
        for scalar in text.unicodeScalars {
            let escape: Unicode.Scalar? =
                switch scalar.value {
                case 0x07: "a"
                case 0x08: "b"
                case 0x0C: "f"
                case 0x0A: "n"
                case 0x0D: "r"
                case 0x09: "t"
                case 0x0B: "v"
                case 0x5C: "\\"
                case 0x22: "\""
                default: nil
                }
            if escape != nil { result.append("\\") }
            result.append(escape ?? scalar)
        }
        result.append("\"")
        return String(result)
    }
}

/// Search for one pattern in linear time, whatever pattern and text (Knuth, Morris, Pratt).
struct TextSearch {
    private let pattern: [Unicode.Scalar]
    /// For each prefix of the pattern, how long its longest border is.
    private let borders: [Int]

    init(_ pattern: [Unicode.Scalar]) {
        self.pattern = pattern
        var borders = [Int](repeating: 0, count: pattern.count)
        var length = 0
        for index in pattern.indices.dropFirst() {
            while length > 0, pattern[index] != pattern[length] { length = borders[length - 1] }
            if pattern[index] == pattern[length] { length += 1 }
            borders[index] = length
        }
        self.borders = borders
    }

    /// Where the first match at or after `start` begins.
    func first(in text: [Unicode.Scalar], from start: Int) -> Int? {
        if pattern.isEmpty { return start }
        var length = 0
        for index in text.indices[start...] {
            while length > 0, text[index] != pattern[length] { length = borders[length - 1] }
            if text[index] == pattern[length] { length += 1 }
            if length == pattern.count { return index + 1 - length }
        }
        return nil
    }

    /// The text between the first `limit` matches. An empty pattern matches before each character
    /// and at the end.
    func pieces(of text: [Unicode.Scalar], limit: Int) -> [ArraySlice<Unicode.Scalar>] {
        var pieces: [ArraySlice<Unicode.Scalar>] = []
        var start = 0
        var from = 0
        while pieces.count < limit, from <= text.count, let found = first(in: text, from: from) {
            pieces.append(text[start..<found])
            start = found + pattern.count
            from = max(start, found + (pattern.isEmpty ? 1 : 0))
        }
        return pieces + [text[start...]]
    }
}
