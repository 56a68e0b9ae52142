import Expressions
import Testing

@testable import Rules

/// What the checks call impossible is held against trying everything.
struct LogicTests {
    /// Answers with set numbers.
    private final class World: Activation {
        var month: Int64 = 1
        var memberCount: Int64 = 1
        var waterDays: Int64 = -1
        var low = false

        func variable(_ slot: Int) throws(EvaluationError) -> Value {
            switch Vocabulary.Variable(rawValue: slot) {
            case .month: .int(month)
            case .memberCount: .int(memberCount)
            case .waterDays: .int(waterDays)
            case .low: .bool(low)
            default: throw EvaluationError(.unknownVariable)
            }
        }
    }

    /// Makes conditions over four words.
    private struct Maker {
        var state: UInt64

        mutating func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(bound))
        }

        mutating func number(_ depth: Int) -> String {
            switch next(depth > 0 ? 7 : 4) {
            case 0: "\(next(14) - 2)"
            case 1: "month"
            case 2: "memberCount"
            case 3: "waterDays"
            case 4: "\(number(depth - 1)) + \(number(depth - 1))"
            case 5: "(\(number(depth - 1)) - \(number(depth - 1))) * \(next(4))"
            default: "(\(condition(depth - 1)) ? \(number(depth - 1)) : \(number(depth - 1)))"
            }
        }

        mutating func condition(_ depth: Int) -> String {
            let operation = ["<", "<=", ">", ">=", "==", "!="][next(6)]
            switch next(depth > 0 ? 7 : 2) {
            case 0: return next(2) == 0 ? "low" : "!low"
            case 1: return "\(number(depth)) \(operation) \(number(0))"
            case 2: return "!(\(condition(depth - 1)))"
            case 3: return "[1, 2, 3].exists(x, x \(operation) \(number(0)))"
            case 4: return "(\(condition(depth - 1)) || \(condition(depth - 1)))"
            default: return "(\(condition(depth - 1)) && \(condition(depth - 1)))"
            }
        }
    }

    @Test(arguments: 1...6)
    func `what is found impossible never holds, what is found certain always does`(
        seed: UInt64
    ) throws {
        let environment = Vocabulary(parameters: []).environment
        var maker = Maker(state: seed &* 77 &+ 5)
        let world = World()
        var found = 0
        for _ in 0..<120 {
            let text = maker.condition(3)
            guard let program = try? environment.compile(text, expecting: .bool) else { continue }
            let term = try environment.examine(text).root
            var logic = Logic(parameters: [:])
            let formula = logic.formula(term)
            let satisfaction = Satisfaction(facts: logic.facts)
            let isNever = satisfaction.isImpossible(formula)
            let isAlways = satisfaction.isImpossible(formula.negated)
            guard isNever || isAlways else { continue }
            found += 1
            for month in stride(from: Int64(1), through: 12, by: 1) {
                for count in Int64(1)...5 {
                    for days in Int64(-1)...5 {
                        for low in [true, false] {
                            world.month = month
                            world.memberCount = count
                            world.waterDays = days
                            world.low = low
                            let holds = try program.evaluateBool(world)
                            #expect(holds != isNever && holds == isAlways, "seed \(seed): \(text)")
                        }
                    }
                }
            }
        }
        // A solver that never says anything would pass as well.
        #expect(found > 5)
    }

    @Test(arguments: [
        // Certain only because the quantities are whole numbers.
        "memberCount * 2 == 3", "month > 3 && month < 4", "month * 4 - memberCount * 2 == 1",
        // Certain by the sum of several.
        "month > memberCount && memberCount > waterDays && waterDays > month",
        "month + memberCount < 2", "(low ? month : memberCount) < 1",
    ])
    func `sums that cannot be are seen through`(text: String) throws {
        let term = try Vocabulary(parameters: []).environment.examine(text).root
        var logic = Logic(parameters: [:])
        let formula = logic.formula(term)
        #expect(Satisfaction(facts: logic.facts).isImpossible(formula))
        #expect(!Satisfaction(facts: logic.facts).isImpossible(formula.negated))
    }

    @Test func `much logic is answered perhaps, soon`() throws {
        let text = (0..<40).map { "(month == \($0 % 12 + 1) || low && memberCount > \($0))" }
            .joined(separator: " && ")
        let term = try Vocabulary(parameters: []).environment.examine(text).root
        var logic = Logic(parameters: [:])
        let formula = logic.formula(term)
        #expect(!Satisfaction(facts: logic.facts).isImpossible(formula))
    }
}
