extension Planner {
    mutating func planCall(_ arguments: [Syntax], _ syntax: Syntax) -> Planned {
        let offset = Int32(syntax.offset)
        guard case .call(let overloads, _) = checking.resolutions[syntax.id],
            let first = overloads.first
        else {
            return Planned(
                node: FailureNode(offset, .unknownFunction), cost: 1, elements: 0,
                isConstant: false)
        }
        let planned = arguments.map { plan($0) }
        let declared = overloads.map { environment.overloads[$0] }
        var cost = declared.reduce(1) { max($0, $1.cost) }
        let isStandard = overloads.allSatisfy { $0 < environment.standardCount }
        if !isStandard { note(overloads, planned) }
        let isConstant = declared.allSatisfy(\.isConstant)
        var elements = declared.reduce(0) {
            max($0, $1.elements ?? environment.limits.assumedElements)
        }
        if declared[0].name == "_+_" {
            elements = planned.reduce(0) { $0.saturatingSum($1.elements) }
        }
        let node: Node
        if isStandard {
            node = standardNode(declared[0], planned, arguments, offset)
            let made = checking.types[syntax.id].hasSize ? elements : 0
            cost = cost.saturatingSum(sizeCost(node, declared[0].name, planned, made))
        } else if overloads.count == 1, areKnown(arguments, declared[0]) {
            guard let made = hostNode(declared[0], first, planned, arguments, offset) else {
                return Planned(
                    node: FailureNode(offset, .invalidArgument), cost: 1, elements: 0,
                    isConstant: false)
            }
            node = made
        } else {
            let candidates = zip(overloads, declared).map { number, overload in
                DispatchNode.Candidate(
                    parameters: overload.parameters, implementation: overload.implementation,
                    chargesSizes: number < environment.standardCount)
            }
            node = DispatchNode(offset, candidates, planned.map(\.node))
        }
        return combine(node, planned, cost: cost, elements: elements, isConstant: isConstant)
    }

    /// What a standard function costs by the sizes of its arguments and of what it makes.
    private func sizeCost(
        _ node: Node, _ name: String, _ arguments: [Planned], _ made: Int
    ) -> Int {
        let sizes = arguments.map(\.elements)
        switch name {
        case "_==_", "_!=_": return min(sizes[0], sizes[1])
        case "@in": return sizes[1].saturatingProduct(1 + sizes[0])
        case "matches":
            // All ways through the pattern are followed for each character.
            let states = (node as? MatchesNode)?.states ?? 0
            return sizes[0].saturatingProduct(1 + states / 8).saturatingSum(1 + sizes[1])
        default: return (sizes + [made]).reduce(0) { $0.saturatingSum($1 / 16) }
        }
    }

    /// Remembers the host's functions among the overloads.
    private mutating func note(_ overloads: [Int], _ arguments: [Planned]) {
        for overload in overloads where overload >= environment.standardCount {
            functions.insert(overload)
            calls.append(
                Dependencies.Call(
                    overload: overload, name: environment.overloads[overload].name,
                    constants: arguments.map(\.node.constant)))
        }
    }

    /// Whether the checker knows that the values fit, so that nothing is left to run time.
    private func areKnown(_ arguments: [Syntax], _ overload: Overload) -> Bool {
        zip(arguments, overload.parameters).allSatisfy { argument, parameter in
            switch (checking.types[argument.id], parameter) {
            case (_, .dyn), (_, .parameter): true
            case (.dyn, _), (.variable, _): false
            case (.null, let other): other == .null
            default: true
            }
        }
    }

    /// A call of the host's function, after it has looked at the constants.
    private mutating func hostNode(
        _ overload: Overload, _ number: Int, _ planned: [Planned], _ arguments: [Syntax],
        _ offset: Int32
    ) -> Node? {
        var implementation = overload.implementation
        if let bind = overload.bind {
            do throws(BindingFailure) {
                implementation = try bind(planned.map(\.node.constant)) ?? implementation
            } catch {
                if isChecked {
                    let place =
                        arguments.indices.contains(error.argument)
                        ? arguments[error.argument].offset : Int(offset)
                    reporter.report(error.message, at: place, suggestion: error.suggestion)
                }
                return nil
            }
        }
        return CallNode(offset, implementation, planned.map(\.node), chargesSizes: false)
    }

    /// One of the language's own operators and functions.
    private mutating func standardNode(
        _ overload: Overload, _ planned: [Planned], _ arguments: [Syntax], _ offset: Int32
    ) -> Node {
        let nodes = planned.map(\.node)
        let types = arguments.map { checking.types[$0.id] }
        if types == [.int, .int], let node = intNode(overload.name, nodes, offset) { return node }
        if types == [.double, .double], let node = doubleNode(overload.name, nodes, offset) {
            return node
        }
        switch overload.name {
        case "_==_": return EqualNode(offset, nodes[0], nodes[1], isNegated: false)
        case "_!=_": return EqualNode(offset, nodes[0], nodes[1], isNegated: true)
        case "_<_", "_<=_", "_>_", "_>=_":
            let comparison = Comparison(function: overload.name) ?? .less
            return OrderNode(offset, nodes[0], nodes[1], comparison)
        case "!_": return NotNode(offset, nodes[0])
        case "@in": return ContainsNode(offset, nodes[0], nodes[1])
        case "matches": return matchesNode(nodes, arguments, offset)
        case "or": return OptionalOrNode(offset, nodes[0], nodes[1], unwraps: false)
        case "orValue": return OptionalOrNode(offset, nodes[0], nodes[1], unwraps: true)
        default:
            return CallNode(offset, overload.implementation, nodes, chargesSizes: true)
        }
    }

    private mutating func matchesNode(
        _ nodes: [Node], _ arguments: [Syntax], _ offset: Int32
    ) -> Node {
        var prepared: RegularExpression?
        if case .string(let pattern)? = nodes[1].constant {
            prepared = try? RegularExpression(pattern, states: environment.limits.patternStates)
            if prepared == nil, isChecked {
                reporter.report(
                    "not a regular expression (RE2), or too large a one",
                    at: arguments[1].offset)
            }
        }
        return MatchesNode(
            offset, nodes[0], nodes[1], prepared: prepared,
            states: prepared?.size ?? environment.limits.patternStates)
    }

    private func intNode(_ name: String, _ nodes: [Node], _ offset: Int32) -> Node? {
        if let operation = IntNode.Operation(function: name) {
            return IntNode(offset, nodes[0], nodes[1], operation)
        }
        return Comparison(function: name).map {
            IntComparisonNode(offset, nodes[0], nodes[1], $0)
        }
    }

    private func doubleNode(_ name: String, _ nodes: [Node], _ offset: Int32) -> Node? {
        if let operation = DoubleNode.Operation(function: name) {
            return DoubleNode(offset, nodes[0], nodes[1], operation)
        }
        return Comparison(function: name).map {
            DoubleComparisonNode(offset, nodes[0], nodes[1], $0)
        }
    }
}
