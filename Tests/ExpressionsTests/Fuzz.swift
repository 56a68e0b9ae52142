/// Makes expressions from pieces, and breaks some of them.
struct Fuzz {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed &* 2 &+ 1
    }

    mutating func next(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % UInt64(bound))
    }

    private mutating func pick(_ choices: [String]) -> String {
        choices[next(choices.count)]
    }

    mutating func text() -> String {
        var text = expression(4)
        guard next(3) == 0 else { return text }
        var scalars = Array(text.unicodeScalars)
        for _ in 0...next(4) where !scalars.isEmpty {
            let place = next(scalars.count)
            switch next(3) {
            case 0: scalars.remove(at: place)
            case 1: scalars[place] = Unicode.Scalar(UInt8(next(127)))
            default:
                scalars.insert(contentsOf: pick(Fuzz.atoms).unicodeScalars, at: place)
            }
        }
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        text = String(view)
        return text
    }

    private static let atoms = [
        "1", "-9223372036854775808", "9223372036854775807", "0u", "18446744073709551615u", "0.5",
        "1e308", "0.0/0.0", "'a'", "'三'", "b'\\xff'", "null", "true", "false", "[]", "{}",
        "line", "low", "members", "anything", "x", "y", "int", "'2024-01-01T00:00:00Z'", "'1h'",
        "optional.none()", "timestamp(0)", "duration('9000000000s')", "'(a|b)*'", "{1: 'a'}",
        "'%s%d%.3f%x'", "'\\u00e9'", "r'\\d+'", "\"\"\"a\nb\"\"\"", "'Asia/Shanghai'", "0x1f", "1e-7",
        "member", "members[0]", "{'a': 1, 'b': [2]}", "[1, 2u, 3.0]", "// c\n1",
    ]
    private static let operators = [
        "+", "-", "*", "/", "%", "==", "!=", "<", "<=", ">", ">=", "in", "&&", "||",
    ]
    private static let functions = [
        "size", "int", "uint", "double", "string", "bytes", "bool", "type", "dyn", "timestamp",
        "duration", "has", "matches", "optional.of", "optional.ofNonZeroValue", "f", "math.abs",
        "math.round", "math.sqrt", "math.bitNot", "math.greatest", "math.least", "strings.quote",
        "base64.encode", "base64.decode", ".line", "cel.bind",
    ]
    private static let members = [
        "size", "contains", "startsWith", "matches", "getHours", "getFullYear", "value", "or",
        "orValue", "hasValue", "g", "getDate", "format", "split", "join", "replace", "indexOf",
        "lastIndexOf", "substring", "charAt", "trim", "reverse", "lowerAscii",
    ]
    private static let macros = [
        "all", "exists", "exists_one", "map", "filter", "transformList", "transformMap",
        "transformMapEntry", "optMap", "optFlatMap", "existsOne",
    ]

    private mutating func expression(_ depth: Int) -> String {
        guard depth > 0, next(6) != 0 else { return pick(Fuzz.atoms) }
        let one = expression(depth - 1)
        switch next(13) {
        case 0, 1, 2: return "\(one) \(pick(Fuzz.operators)) \(expression(depth - 1))"
        case 3: return "(\(one))"
        case 4: return "\(pick(["!", "-"]))\(one)"
        case 5: return "\(one) ? \(expression(depth - 1)) : \(expression(depth - 1))"
        case 6: return "\(pick(Fuzz.functions))(\(one))"
        case 7:
            let arguments = (0..<next(4)).map { _ in expression(1) }.joined(separator: ", ")
            return "(\(one)).\(pick(Fuzz.members))(\(arguments))"
        case 8:
            let names = next(2) == 0 ? "x" : "x, y"
            let more = next(4) == 0 ? ", \(expression(1))" : ""
            return "(\(one)).\(pick(Fuzz.macros))(\(names), \(expression(depth - 1))\(more))"
        case 9: return "cel.bind(x, \(one), \(expression(depth - 1)))"
        case 10: return "[\(one), \(pick(["", "?"]))\(expression(depth - 1))]"
        case 11: return "{\(one): \(expression(depth - 1))}"
        default: return "(\(one))\(pick([".age", "[0]", "[?0]", ".?a", ".a.b"]))"
        }
    }
}
