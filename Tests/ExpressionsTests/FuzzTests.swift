import Foundation
import Testing

@testable import Expressions

/// Random and mutated texts through all of the language: none may crash, and none may take long.
/// The plain tests run a few; `CEL_FUZZ_COUNT=1000000 CEL_FUZZ_SEED=7 swift test -c release
/// --filter FuzzTests` runs a million. A failure names the seed and the text.
@Suite struct FuzzTests {
    /// CPU seconds of this thread, so that a busy machine is no failure.
    private func seconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    @Test func `random and mutated expressions neither crash nor hang`() throws {
        let variables = ProcessInfo.processInfo.environment
        let seed = variables["CEL_FUZZ_SEED"].flatMap { UInt64($0) } ?? 1
        let count = variables["CEL_FUZZ_COUNT"].flatMap { Int($0) } ?? 1_000
        print("expression fuzz: CEL_FUZZ_SEED=\(seed) CEL_FUZZ_COUNT=\(count)")
        var fuzz = Fuzz(seed: seed)
        var world = TestWorld()
        // A tenth of the steps a rule may take, so that the slowest text is over soon.
        world.environment.limits.steps = 100_000
        var (planned, answered, longest) = (0, 0, 0.0)
        for number in 0..<count {
            let text = fuzz.text()
            let before = seconds()
            for checked in [true, false] {
                guard let program = try? world.environment.compile(text, checked: checked) else {
                    continue
                }
                planned += 1
                if (try? program.evaluate(world.context)) != nil { answered += 1 }
            }
            let taken = seconds() - before
            longest = max(longest, taken)
            if taken > 5 { Issue.record("text \(number) took \(taken) s: \(text)") }
            world.context.asked.removeAll()
        }
        print("expression fuzz: \(planned) planned, \(answered) answered, longest \(longest) s")
        // A generator that makes only nonsense would test the parser alone.
        #expect(planned > count / 10)
        #expect(answered > count / 20)
    }
}
