import Foundation
import Testing

@testable import Expressions

@Suite struct LimitTests {
    let environment = Environment()

    private func repeated(_ text: String, _ count: Int) -> String {
        String(repeating: text, count: count)
    }

    @Test func `deep and long texts end in an error`() {
        for text in [
            repeated("(", 10_000), repeated("[", 10_000), repeated("{1:", 5_000),
            repeated("!", 10_000) + "true", repeated("-", 10_000) + "1",
            "1" + repeated("+1", 5_000), "a" + repeated(".b", 5_000),
            "a" + repeated("[0]", 5_000), repeated("true?", 3_000) + "1",
            repeated("true?1:", 2_000) + "1", repeated("f(", 5_000), repeated("a.f(", 4_000),
            repeated("[1].map(x,", 1_000), repeated("'", 16_000), repeated("a{b:", 4_000),
            repeated("x", 20_000),
        ] {
            #expect(throws: CompileError.self) { try environment.compile(text) }
        }
    }

    @Test func `the language's minimum of repetitions is met`() throws {
        #expect(throws: Never.self) { try environment.compile("1" + repeated("+1", 60)) }
        #expect(throws: Never.self) {
            try environment.compile("true" + repeated(" && true", 1_000))
        }
        #expect(throws: Never.self) {
            try environment.compile(repeated("(", 60) + "1" + repeated(")", 60))
        }
    }

    @Test func `exponential growth ends at the step limit`() throws {
        let nested = "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]"
        var all = "dyn(1) / 0 == 1"
        for level in 0..<12 { all = "\(nested).all(x\(level), \(all))" }
        var generous = environment
        generous.limits.cost = .max
        generous.limits.steps = 20_000
        let program = try generous.compile(all)
        #expect(throws: EvaluationError.self) { try program.evaluate(NoVariables()) }
        func survive(_ text: String) {
            guard let program = try? generous.compile(text) else { return }
            _ = try? program.evaluate(NoVariables())
        }
        survive("['foo', 'bar']" + repeated(".map(x, [x + x, x + x])", 50))
        survive("['foo']" + repeated(".map(x, x + x)", 50))
        survive("[[0]]" + repeated(".map(x, x + x)", 50))
        survive("[[0]]" + repeated(".map(x, [x, x])", 50) + " == [[1]]")
        survive("[0]" + repeated(".map(x, {x: x})", 50))
        let doubled = "[[0]]" + repeated(".map(x, [x, x])", 40)
        survive("\(doubled) == \(doubled)")
    }

    @Test func `the deepest expression fits a small stack`() throws {
        let limits = environment.limits
        let texts = [
            repeated("(", limits.depth - 1) + "1" + repeated(")", limits.depth - 1),
            repeated("[", limits.depth - 1) + repeated("]", limits.depth - 1),
            "1" + repeated("+1", limits.depth - 1), repeated("!", limits.depth - 1) + "true",
            repeated("[1].map(x, ", limits.depth / 2) + "x" + repeated(")", limits.depth / 2),
            repeated("dyn(", limits.depth - 1) + "1" + repeated(")", limits.depth - 1),
        ]
        for text in texts {
            let done = DispatchSemaphore(value: 0)
            let environment = environment
            let thread = Thread {
                var unfolded = environment
                unfolded.limits.foldingSteps = 0
                if let program = try? unfolded.compile(text) {
                    _ = try? program.evaluate(NoVariables())
                }
                done.signal()
            }
            thread.stackSize = 1_024 * 1_024
            thread.start()
            done.wait()
        }
    }

    @Test func `random and mutated expressions neither crash nor hang`() throws {
        let variables = ProcessInfo.processInfo.environment
        let seed = variables["CEL_FUZZ_SEED"].flatMap { UInt64($0) } ?? 1
        let count = variables["CEL_FUZZ_COUNT"].flatMap { Int($0) } ?? 1_000
        print("expression fuzz: CEL_FUZZ_SEED=\(seed) CEL_FUZZ_COUNT=\(count)")
        var fuzz = Fuzz(seed: seed)
        let world = TestWorld()
        for _ in 0..<count {
            let text = fuzz.text()
            for checked in [true, false] {
                guard let program = try? world.environment.compile(text, checked: checked) else {
                    continue
                }
                _ = try? program.evaluate(world.context)
            }
            world.context.asked.removeAll()
        }
    }
}

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
    ]
    private static let operators = [
        "+", "-", "*", "/", "%", "==", "!=", "<", "<=", ">", ">=", "in", "&&", "||",
    ]
    private static let functions = [
        "size", "int", "uint", "double", "string", "bytes", "bool", "type", "dyn", "timestamp",
        "duration", "has", "matches", "optional.of", "f",
    ]
    private static let members = [
        "size", "contains", "startsWith", "matches", "getHours", "getFullYear", "value", "or",
        "orValue", "hasValue", "g", "getDate",
    ]
    private static let macros = [
        "all", "exists", "exists_one", "map", "filter", "transformList", "transformMap",
        "transformMapEntry", "optMap", "optFlatMap",
    ]

    private mutating func expression(_ depth: Int) -> String {
        guard depth > 0, next(6) != 0 else { return pick(Fuzz.atoms) }
        let one = expression(depth - 1)
        switch next(12) {
        case 0, 1, 2: return "\(one) \(pick(Fuzz.operators)) \(expression(depth - 1))"
        case 3: return "(\(one))"
        case 4: return "\(pick(["!", "-"]))\(one)"
        case 5: return "\(one) ? \(expression(depth - 1)) : \(expression(depth - 1))"
        case 6: return "\(pick(Fuzz.functions))(\(one))"
        case 7: return "(\(one)).\(pick(Fuzz.members))(\(next(2) == 0 ? "" : expression(1)))"
        case 8:
            let names = next(2) == 0 ? "x" : "x, y"
            return "(\(one)).\(pick(Fuzz.macros))(\(names), \(expression(depth - 1)))"
        case 9: return "[\(one), \(pick(["", "?"]))\(expression(depth - 1))]"
        case 10: return "{\(one): \(expression(depth - 1))}"
        default: return "(\(one))\(pick([".age", "[0]", "[?0]", ".?a", ".a.b"]))"
        }
    }
}
