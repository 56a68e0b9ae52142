/// Checked syntax to nodes: names become slots and indices, functions their implementations,
/// constant parts their values; and the sum of what it costs and reads.
struct Planner {
    /// A planned piece.
    struct Planned {
        var node: Node
        /// At most this many scalar operations.
        var cost: Int
        /// At most this many elements if it is a list or map, bytes if it is a text; else 0.
        var elements: Int
        /// False if it reads a variable or calls the host.
        var isConstant: Bool
        /// The outermost macro variable it reads; `Int.max` for none.
        var lowestLocal = Int.max
    }

    let environment: Environment
    let checking: Checking
    let isChecked: Bool
    var reporter: Reporter
    var variables: Set<Int> = []
    var fields: Set<Dependencies.Field> = []
    var functions: Set<Int> = []
    var calls: [Dependencies.Call] = []
    /// Steps left for evaluating constant parts.
    var foldingSteps: Int

    static func plan(
        _ root: Syntax, _ checking: Checking, checked: Bool, environment: Environment,
        reporter: inout Reporter
    ) -> Program? {
        var planner = Planner(
            environment: environment, checking: checking, isChecked: checked, reporter: reporter,
            foldingSteps: environment.limits.foldingSteps)
        let planned = planner.plan(root)
        if planned.cost > environment.limits.cost {
            planner.reporter.report(
                "the expression costs up to \(planned.cost) steps; "
                    + "\(environment.limits.cost) are allowed", at: root.offset)
        }
        reporter = planner.reporter
        guard !reporter.hasErrors else { return nil }
        var dependencies = Dependencies()
        dependencies.variables = planner.variables.sorted()
        dependencies.fields = planner.fields.sorted()
        dependencies.functions = planner.functions.sorted()
        dependencies.calls = planner.calls
        return Program(
            root: planned.node, resultType: checking.types[root.id], dependencies: dependencies,
            cost: planned.cost, localCount: checking.localCount,
            steps: environment.limits.steps)
    }

    mutating func plan(_ syntax: Syntax) -> Planned {
        var planned = unfolded(syntax)
        if !checking.types[syntax.id].hasSize { planned.elements = 0 }
        return fold(planned, syntax)
    }

    private mutating func unfolded(_ syntax: Syntax) -> Planned {
        let offset = Int32(syntax.offset)
        if case .failure(let kind) = checking.resolutions[syntax.id] {
            return Planned(
                node: FailureNode(offset, kind), cost: 1, elements: 0, isConstant: false)
        }
        switch syntax.kind {
        case .literal(let value):
            return Planned(
                node: ConstantNode(offset, value), cost: 0, elements: value.elementCount,
                isConstant: true)
        case .name: return planName(syntax)
        case .select(let operand, let field, let isOptional):
            return planSelect(operand, field, isOptional ? .optional : .value, syntax)
        case .has(let operand, let field): return planSelect(operand, field, .has, syntax)
        case .index(let operand, let index, let isOptional):
            let one = plan(operand)
            let other = plan(index)
            return combine(
                IndexNode(offset, one.node, other.node, isOptional: isOptional), [one, other])
        case .call(_, _, let arguments): return planCall(arguments, syntax)
        case .member(let receiver, _, let arguments):
            guard case .call(_, withReceiver: true) = checking.resolutions[syntax.id] else {
                return planCall(arguments, syntax)
            }
            return planCall([receiver] + arguments, syntax)
        case .and(let left, let right): return planLogic(left, right, decisive: false, offset)
        case .or(let left, let right): return planLogic(left, right, decisive: true, offset)
        case .conditional(let condition, let then, let otherwise):
            return planConditional(plan(condition), plan(then), plan(otherwise), offset)
        case .list(let elements):
            let planned = elements.map { (plan($0.value), $0.isOptional) }
            let node = ListNode(
                offset, planned.map { (node: $0.0.node, isOptional: $0.1) })
            return combine(
                node, planned.map(\.0), cost: 1 + elements.count / 16, elements: elements.count)
        case .map(let entries): return planMap(entries, offset)
        case .message:
            return Planned(
                node: FailureNode(offset, .unknownFunction), cost: 1, elements: 0,
                isConstant: false)
        case .comprehension(let comprehension): return planComprehension(comprehension, syntax)
        case .bind(_, let value, let body): return planBind(value, body, syntax)
        }
    }

    /// A node over its parts.
    func combine(
        _ node: Node, _ parts: [Planned], cost: Int = 1, elements: Int? = nil,
        isConstant: Bool = true
    ) -> Planned {
        Planned(
            node: node, cost: parts.reduce(cost) { $0.saturatingSum($1.cost) },
            elements: elements ?? environment.limits.assumedElements,
            isConstant: isConstant && parts.allSatisfy(\.isConstant),
            lowestLocal: parts.reduce(.max) { min($0, $1.lowestLocal) })
    }

    /// Evaluates what is constant. What fails stays as it is and fails when evaluated.
    private mutating func fold(_ planned: Planned, _ syntax: Syntax) -> Planned {
        guard planned.isConstant, planned.lowestLocal == .max, planned.node.constant == nil else {
            return planned
        }
        var result = planned
        var used = 0
        do throws(EvaluationError) {
            let value = try Frame.with(
                NoVariables(), localCount: checking.localCount, steps: foldingSteps
            ) { (frame) throws(EvaluationError) in
                defer { used = foldingSteps - frame.remaining.pointee }
                return try planned.node.value(frame)
            }
            result.node = ConstantNode(Int32(syntax.offset), value)
            result.cost = 0
            result.elements = value.elementCount
        } catch {
            result.isConstant = false
        }
        foldingSteps = max(0, foldingSteps - used - 1)
        return result
    }

    private mutating func planName(_ syntax: Syntax) -> Planned {
        let offset = Int32(syntax.offset)
        switch checking.resolutions[syntax.id] {
        case .variable(let slot):
            variables.insert(slot)
            return Planned(
                node: VariableNode(offset, slot: slot), cost: 1,
                elements: environment.variables[slot].elements
                    ?? environment.limits.assumedElements,
                isConstant: false)
        case .local(let index):
            return Planned(
                node: LocalNode(offset, index: index), cost: 1,
                elements: environment.limits.assumedElements, isConstant: true,
                lowestLocal: index)
        case .type(let name):
            return Planned(
                node: ConstantNode(offset, .type(name)), cost: 0, elements: 0, isConstant: true)
        default:
            return Planned(
                node: FailureNode(offset, .unknownVariable), cost: 1, elements: 0,
                isConstant: false)
        }
    }

    private mutating func planSelect(
        _ operand: Syntax, _ field: String, _ form: SelectNode.Form, _ syntax: Syntax
    ) -> Planned {
        let offset = Int32(syntax.offset)
        switch checking.resolutions[syntax.id] {
        case .variable, .type:  // `a.b` as one name
            return planName(syntax)
        case .field(let object, let index) where checking.types[operand.id] == .object(object):
            fields.insert(Dependencies.Field(object: object.index, field: index))
            let target = plan(operand)
            let declared = environment.objects[object.index].fields[index]
            let node: Node
            switch form {
            case .value:
                if case .variable(let slot) = checking.resolutions[operand.id] {
                    node = VariableFieldNode(offset, target.node, slot: slot, index: index)
                } else {
                    node = FieldNode(offset, target.node, index: index)
                }
            case .has: node = HasFieldNode(offset, target.node, index: index)
            case .optional:
                return planDynamicSelect(target, field, form, offset)
            }
            return combine(node, [target], cost: declared.cost, elements: declared.elements)
        default:
            return planDynamicSelect(plan(operand), field, form, offset)
        }
    }

    private mutating func planDynamicSelect(
        _ target: Planned, _ field: String, _ form: SelectNode.Form, _ offset: Int32
    ) -> Planned {
        let indices = environment.objects.map { $0.indices[field] }
        // Any object type with such a field may turn up, unless the operand is a constant.
        if !target.isConstant || target.lowestLocal != .max {
            for (object, index) in indices.enumerated() {
                guard let index else { continue }
                fields.insert(Dependencies.Field(object: object, field: index))
            }
        }
        return combine(
            SelectNode(offset, target.node, field: field, indices: indices, form: form), [target])
    }

    private mutating func planMap(_ entries: [Syntax.Entry], _ offset: Int32) -> Planned {
        let planned = entries.map { (plan($0.key), plan($0.value), $0.isOptional) }
        let node = MapNode(
            offset, planned.map { (key: $0.0.node, value: $0.1.node, isOptional: $0.2) })
        return combine(
            node, planned.flatMap { [$0.0, $0.1] }, cost: 1 + entries.count,
            elements: entries.count)
    }
}

extension Value {
    /// Elements of a list or map, bytes of a text; 0 for anything else.
    fileprivate var elementCount: Int {
        switch self {
        case .list(let elements): elements.count
        case .map(let map): map.count
        case .string(let text): text.utf8.count
        case .bytes(let bytes): bytes.count
        default: 0
        }
    }
}

extension ValueType {
    /// Whether values of the type may be of any size.
    var hasSize: Bool {
        switch self {
        case .null, .bool, .int, .uint, .double, .timestamp, .duration, .type: false
        default: true
        }
    }
}

extension Int {
    func saturatingSum(_ other: Int) -> Int {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }

    func saturatingProduct(_ other: Int) -> Int {
        let (product, overflow) = multipliedReportingOverflow(by: other)
        return overflow ? .max : product
    }
}
