/// What an expression may name: variables, object types, functions. Built once at start, then
/// used to compile any number of expressions; a value, so a copy can declare more. Declaring the
/// same thing twice is a mistake of the host and traps.
package struct Environment: Sendable {
    struct Variable: Sendable {
        let name: String
        let type: ValueType
        let elements: Int?
    }

    struct Field: Sendable {
        let name: String
        let type: ValueType
        let elements: Int?
        let cost: Int
    }

    struct Object: Sendable {
        let type: ObjectType
        var fields: [Field] = []
        var indices: [String: Int] = [:]
    }

    /// The name space in which names are resolved first (`a.b`: as `a.b.x`, `a.x`, then `x`).
    package var container: String
    package var limits: Limits
    /// False leaves `has`, `all`, `exists` and the others to be ordinary functions.
    package var macros = true

    private(set) var variables: [Variable] = []
    private(set) var variableSlots: [String: Int] = [:]
    private(set) var objects: [Object] = []
    private(set) var objectIndices: [String: Int] = [:]
    private(set) var overloads: [Overload] = []
    /// Overloads by function name, in the order of their declaration.
    private(set) var functions: [String: [Int]] = [:]
    /// Overloads below this index are the language's own.
    private(set) var standardCount = 0

    /// An environment with the language's standard functions.
    package init(container: String = "", limits: Limits = .standard) {
        self.container = container
        self.limits = limits
        for overload in StandardLibrary.overloads { declareFunction(overload) }
        standardCount = overloads.count
    }

    /// Declares a variable and returns its slot, counted from 0. `elements` bounds its size if it
    /// is a list or map, for the static cost.
    @discardableResult
    package mutating func declareVariable(
        _ name: String, _ type: ValueType, elements: Int? = nil
    ) -> Int {
        precondition(variableSlots[name] == nil, "variable declared twice: \(name)")
        variableSlots[name] = variables.count
        variables.append(Variable(name: name, type: type, elements: elements))
        return variables.count - 1
    }

    /// Declares an object type without fields.
    package mutating func declareObject(_ name: String) -> ObjectType {
        precondition(objectIndices[name] == nil, "object type declared twice: \(name)")
        let type = ObjectType(index: objects.count, name: name)
        objectIndices[name] = type.index
        objects.append(Object(type: type))
        return type
    }

    /// Declares a field and returns its index within the object type, counted from 0. `cost` is
    /// what the host needs to answer, where an operation on numbers is 1.
    @discardableResult
    package mutating func declareField(
        _ name: String, of object: ObjectType, _ type: ValueType, elements: Int? = nil,
        cost: Int = 1
    ) -> Int {
        precondition(
            objects[object.index].indices[name] == nil,
            "field declared twice: \(object.name).\(name)")
        let index = objects[object.index].fields.count
        objects[object.index].indices[name] = index
        objects[object.index].fields.append(Field(name: name, type: type, elements: elements, cost: cost))
        return index
    }

    /// Declares an overload and returns its number, which `Program.dependencies` names.
    @discardableResult
    package mutating func declareFunction(_ overload: Overload) -> Int {
        overloads.append(overload)
        functions[overload.name, default: []].append(overloads.count - 1)
        return overloads.count - 1
    }
}

extension Environment {
    /// Parses, checks and plans an expression.
    ///
    /// `expecting` is the type the result must have; `nil` accepts any. `checked: false` puts
    /// every complaint of the checker off to run time, as the language defines for unchecked
    /// expressions. Throws what is wrong, with places counted from `origin`.
    package func compile(
        _ text: String, at origin: Origin = Origin(), expecting: ValueType? = nil,
        checked: Bool = true
    ) throws(CompileError) -> Program {
        var reporter = Reporter(text: text, origin: origin, limit: limits.diagnostics)
        guard let root = Parser.parse(text, environment: self, reporter: &reporter) else {
            throw reporter.error()
        }
        let checking = Checker.check(
            root, environment: self, expecting: expecting, lenient: !checked,
            reporter: &reporter)
        guard !reporter.hasErrors else { throw reporter.error() }
        let program = Planner.plan(
            root, checking, checked: checked, environment: self, reporter: &reporter)
        guard let program, !reporter.hasErrors else { throw reporter.error() }
        return program
    }
}
