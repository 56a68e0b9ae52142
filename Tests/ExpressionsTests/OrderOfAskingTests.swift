import Testing

@testable import Expressions

/// `&&` and `||` ask the side that costs far less first; what comes out is as if both had been
/// asked.
struct OrderOfAskingTests {
    /// An object with a dear field (0) and a cheap one (1), which counts what is asked of it.
    private final class Figures: HostObject {
        let objectType: ObjectType
        var dear: Result<Int64, EvaluationError> = .success(0)
        var cheap: Result<Int64, EvaluationError> = .success(0)
        var asked: [Int] = []

        init(_ type: ObjectType) { objectType = type }

        func field(_ index: Int) throws(EvaluationError) -> Value {
            asked.append(index)
            return .int(try (index == 0 ? dear : cheap).get())
        }
    }

    /// Holds the object in its only variable.
    private final class Context: Activation {
        let figures: Figures

        init(_ figures: Figures) { self.figures = figures }

        func variable(_ slot: Int) throws(EvaluationError) -> Value { .object(figures) }
    }

    private let figures: Figures
    private let context: Context
    private let and: Program
    private let or: Program

    init() throws {
        var environment = Environment()
        let type = environment.declareObject("Figures")
        environment.declareField("dear", of: type, .int, cost: 200)
        environment.declareField("cheap", of: type, .int)
        environment.declareVariable("f", .object(type))
        figures = Figures(type)
        context = Context(figures)
        and = try environment.compile("f.dear > 0 && f.cheap > 0", expecting: .bool)
        or = try environment.compile("f.dear > 0 || f.cheap > 0", expecting: .bool)
    }

    @Test func `the dear side is not asked when the cheap one decides`() throws {
        #expect(try !and.evaluateBool(context))
        figures.cheap = .success(1)
        #expect(try or.evaluateBool(context))
        #expect(figures.asked == [1, 1])
    }

    @Test func `it is asked when the cheap one does not decide`() throws {
        figures.cheap = .success(1)
        #expect(try !and.evaluateBool(context))
        figures.dear = .success(1)
        #expect(try and.evaluateBool(context))
        #expect(figures.asked == [1, 0, 1, 0])
    }

    @Test func `an error of either side is absorbed when the other decides`() throws {
        figures.cheap = .failure(EvaluationError(.overflow))
        #expect(try !and.evaluateBool(context))
        figures.dear = .success(1)
        #expect(try or.evaluateBool(context))
        #expect(throws: EvaluationError.self) { try and.evaluateBool(context) }
        figures.dear = .failure(EvaluationError(.overflow))
        figures.cheap = .success(0)
        #expect(try !and.evaluateBool(context))
    }

    @Test func `of two errors the left side's is told, unless only the other is the host's`() {
        func kind() -> EvaluationError.Kind? {
            do throws(EvaluationError) {
                _ = try and.evaluateBool(context)
                return nil
            } catch {
                return error.kind
            }
        }
        figures.dear = .failure(EvaluationError(.overflow))
        figures.cheap = .failure(EvaluationError(.invalidArgument))
        #expect(kind() == .overflow)
        figures.cheap = .failure(EvaluationError(.host(1)))
        #expect(kind() == .host(1))
    }
}
