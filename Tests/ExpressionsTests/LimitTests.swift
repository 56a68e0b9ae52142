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
}
