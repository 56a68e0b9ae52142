import Testing

@testable import Expressions

/// A household of the tests: counts what is asked of it.
final class TestContext: Activation {
    var values: [Int: Value] = [:]
    var failures: [Int: EvaluationError.Kind] = [:]
    var asked: [Int] = []

    func variable(_ slot: Int) throws(EvaluationError) -> Value {
        asked.append(slot)
        if let kind = failures[slot] { throw EvaluationError(kind) }
        guard let value = values[slot] else { throw EvaluationError(.unknownVariable) }
        return value
    }
}

final class TestMember: HostObject {
    let objectType: ObjectType
    let age: Int64
    let name: String?

    init(_ type: ObjectType, age: Int64, name: String? = nil) {
        objectType = type
        self.age = age
        self.name = name
    }

    func field(_ index: Int) throws(EvaluationError) -> Value {
        switch index {
        case 0: return .int(age)
        case 1: return name.map(Value.string) ?? .null
        default: throw EvaluationError(.host(77))
        }
    }
}

struct TestWorld {
    var environment = Environment()
    let member: ObjectType
    let line: Int
    let low: Int
    let members: Int
    let anything: Int
    let context = TestContext()

    init() {
        member = environment.declareObject("Member")
        environment.declareField("age", of: member, .int)
        environment.declareField("name", of: member, .string)
        environment.declareField("income", of: member, .int)
        line = environment.declareVariable("line", .int)
        low = environment.declareVariable("low", .bool)
        members = environment.declareVariable("members", .list(.object(member)), elements: 10)
        anything = environment.declareVariable("anything", .dyn)
        context.values = [
            line: .int(8_700), low: .bool(false),
            members: .list([
                .object(TestMember(member, age: 40, name: "甲")),
                .object(TestMember(member, age: 12)),
            ]),
            anything: .object(TestMember(member, age: 3)),
        ]
    }

    func evaluate(_ text: String) throws -> Value {
        try environment.compile(text).evaluate(context)
    }

    func bool(_ text: String) throws -> Bool {
        try environment.compile(text, expecting: .bool).evaluateBool(context)
    }

    /// What evaluating fails with.
    func failure(_ text: String) throws -> EvaluationError.Kind? {
        let program = try environment.compile(text)
        do {
            _ = try program.evaluate(context)
            return nil
        } catch {
            return error.kind
        }
    }

    /// The first diagnostic of compiling.
    func complaint(_ text: String, at origin: Origin = Origin()) -> Diagnostic? {
        do {
            _ = try environment.compile(text, at: origin)
            return nil
        } catch {
            return error.diagnostics.first
        }
    }
}

@Suite struct EmbeddingTests {
    @Test func `variables are asked for only when they decide`() throws {
        let world = TestWorld()
        #expect(try world.bool("line > 100 || low"))
        #expect(world.context.asked == [world.line])
    }

    @Test func `fields of host objects are read by index`() throws {
        let world = TestWorld()
        #expect(try world.bool("members.exists(m, m.age < 16)"))
        #expect(try world.bool("members.filter(m, m.age >= 16).size() == 1"))
        #expect(try world.bool("members[0].name == '甲' && has(members[0].name)"))
        #expect(try world.bool("!has(members[1].name)"))
    }

    @Test func `a field of a dynamic value is found by its object's type`() throws {
        let world = TestWorld()
        #expect(try world.bool("anything.age == 3"))
        world.context.values[world.anything] = .map(
            try MapValue([(key: .string("age"), value: .int(4))]))
        #expect(try world.bool("anything.age == 4 && !has(anything.name)"))
    }

    @Test func `the host's own error is absorbed where the other side decides`() throws {
        let world = TestWorld()
        world.context.failures[world.line] = .host(5)
        #expect(try world.bool("line > 3 && low") == false)
        #expect(try world.bool("low && line > 3") == false)
        #expect(try world.bool("line > 3 || !low"))
        #expect(try world.failure("line > 3 || low") == .host(5))
        #expect(try world.failure("1 / 0 > 1 || line > 3") == .host(5))
        #expect(try world.failure("members.all(m, m.income > 3)") == .host(77))
        #expect(try world.bool("members.exists(m, m.income > 3 || m.age == 12)"))
    }

    @Test func `functions of the host get the context and their arguments`() throws {
        var world = TestWorld()
        world.environment.declareFunction(
            Overload(
                "selfPaid", [.int], .int,
                .unary { context, days throws(EvaluationError) in
                    let line = try context.variable(0)
                    guard case .int(let count) = days, case .int(let base) = line else {
                        throw EvaluationError(.noMatchingOverload)
                    }
                    return .int(base + count)
                }))
        world.environment.declareFunction(
            Overload(
                "isOlder", isMember: true, [.object(world.member), .int], .bool,
                .binary { _, member, age throws(EvaluationError) in
                    guard case .object(let object) = member, case .int(let limit) = age,
                        case .int(let years) = try object.field(0)
                    else { throw EvaluationError(.noMatchingOverload) }
                    return .bool(years > limit)
                }))
        world.environment.declareFunction(
            Overload(
                "income.reference", [], .int,
                .nullary { _ throws(EvaluationError) in throw EvaluationError(.host(1)) }))
        #expect(try world.bool("selfPaid(365) == 9065"))
        #expect(try world.bool("members.exists_one(m, m.isOlder(18))"))
        #expect(try world.failure("income.reference() < line") == .host(1))
        #expect(try world.failure("selfPaid(dyn('x')) == 1") == .noMatchingOverload)
    }

    @Test func `constant arguments are bound when planned`() throws {
        var world = TestWorld()
        world.environment.declareFunction(
            Overload(
                "daysSince", [.string], .int,
                bind: { constants throws(BindingFailure) in
                    guard case .string(let kind)? = constants[0] else { return nil }
                    guard kind == "employment.ended" else {
                        throw BindingFailure(
                            argument: 0, message: "unknown fact kind",
                            suggestion: "employment.ended")
                    }
                    return .unary { _, _ throws(EvaluationError) in .int(31) }
                },
                .unary { _, _ throws(EvaluationError) in throw EvaluationError(.host(2)) }))
        #expect(try world.bool("daysSince('employment' + '.ended') == 31"))
        #expect(try world.failure("daysSince(members[0].name) > 1") == .host(2))
        let complaint = world.complaint("low && daysSince('employment.end') > 3")
        #expect(complaint?.column == 18)
        #expect(complaint?.suggestion == "employment.ended")
    }

    @Test func `a program says what it reads`() throws {
        var world = TestWorld()
        let number = world.environment.declareFunction(
            Overload(
                "daysSince", [.string], .int,
                .unary { _, _ throws(EvaluationError) in .int(1) }))
        let program = try world.environment.compile(
            "low && members.exists(m, m.age > 3) && daysSince('x') > 60")
        #expect(program.dependencies.variables == [world.low, world.members])
        #expect(
            program.dependencies.fields == [
                Dependencies.Field(object: world.member.index, field: 0)
            ])
        #expect(program.dependencies.functions == [number])
        #expect(program.dependencies.calls.count == 1)
        guard case .string("x")? = program.dependencies.calls[0].constants[0] else {
            Issue.record("the constant argument is missing")
            return
        }
    }

    @Test func `the static cost grows with the declared sizes`() throws {
        let world = TestWorld()
        let small = try world.environment.compile("line > 3").cost
        let once = try world.environment.compile("members.all(m, m.age > 3)").cost
        let twice = try world.environment.compile(
            "members.all(m, members.all(n, n.age > m.age))").cost
        #expect(small < 5)
        #expect(once >= 30 && once < 100)
        #expect(twice >= 300 && twice < 1_000)
        #expect(try world.environment.compile("[1, 2].all(x, x > 0)").cost == 0)
    }

    @Test(arguments: [
        "line > 3 && !low", "members.all(m, m.age > 3)", "members.map(m, m.age).size() == 2",
        "members.exists(m, members.exists(n, n.age > m.age && n.name == 'x'))",
        "members.filter(m, m.name in ['a', 'b', '甲']).size() > 0", "[line, 1, 2].map(x, [x, x])",
        "string(line) + 'abcdefghijklmnopqrstuvwxyz' == 'x'", "string(line).matches('(a|b)*[0-9]')",
        "{'a': line, 'b': 2}.all(k, v, v > 1)", "members.transformMap(i, m, m.age).size() == 2",
        "members.map(m, m.age) == members.map(m, m.age + 1)", "1 / (line - 8700) > 0",
        "'%d and %s'.format([line, members.map(m, m.age)])", "line in [1, 2, 3, 4, 5, 6, 7, 8]",
    ])
    func `what an evaluation takes is counted and within the static bound`(text: String) throws {
        let world = TestWorld()
        let program = try world.environment.compile(text)
        var steps = 0
        _ = try? program.evaluate(world.context, counting: &steps)
        #expect(steps <= program.cost, "\(steps) steps, at most \(program.cost) foreseen")
        #expect(steps > 0 || !text.contains("members"))
    }

    @Test func `counted steps grow with the turns of a macro`() throws {
        let world = TestWorld()
        var once = 0
        var twice = 0
        let all = "members.all(m, m.age > 3)"
        _ = try world.environment.compile(all).evaluate(world.context, counting: &once)
        _ = try world.environment.compile("\(all) && \(all)").evaluate(
            world.context, counting: &twice)
        #expect(once == 2)
        #expect(twice == 4)
    }

    @Test func `an expression over the cost limit does not compile`() throws {
        var world = TestWorld()
        world.environment.limits.cost = 50
        #expect(world.complaint("members.all(m, members.all(n, n.age > m.age))") != nil)
        #expect(world.complaint("members.all(m, m.age > 3)") == nil)
    }

    @Test func `the result must have the expected type`() throws {
        let world = TestWorld()
        #expect(throws: CompileError.self) {
            try world.environment.compile("line + 1", expecting: .bool)
        }
        #expect(try world.environment.compile("line + 1", expecting: .int).resultType == .int)
        #expect(try world.environment.compile("anything", expecting: .bool).resultType == .dyn)
    }

    @Test func `one program is evaluated by many threads at once`() async throws {
        let program = try TestWorld().environment.compile(
            "members.map(m, m.age * line).filter(x, x > 100000).size() == 2 && !low",
            expecting: .bool)
        let wrong = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    let context = TestWorld().context
                    var wrong = 0
                    for _ in 0..<2_000 where try !program.evaluateBool(context) { wrong += 1 }
                    return wrong
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(wrong == 0)
    }
}
