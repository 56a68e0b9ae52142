extension Planner {
    mutating func planLogic(
        _ left: Syntax, _ right: Syntax, decisive: Bool, _ offset: Int32
    ) -> Planned {
        let one = plan(left)
        let other = plan(right)
        // A side that is decided decides, or leaves it to the other if that can only be true or
        // false (anything else must still fail).
        for (side, rest, syntax) in [(one, other, right), (other, one, left)] {
            guard case .bool(let flag)? = side.node.constant else { continue }
            if flag == decisive { return side }
            if checking.types[syntax.id] == .bool { return rest }
        }
        // Errors count as if both sides had been asked, so the order is free where the steps
        // cannot run out: a side that costs far more waits for the other.
        let rightFirst =
            other.cost < one.cost / 4
            && one.cost.saturatingSum(other.cost) < environment.limits.steps
        return combine(
            LogicNode(offset, one.node, other.node, decisive: decisive, rightFirst: rightFirst),
            [one, other])
    }

    mutating func planConditional(
        _ condition: Planned, _ then: Planned, _ otherwise: Planned, _ offset: Int32
    ) -> Planned {
        if case .bool(let flag)? = condition.node.constant { return flag ? then : otherwise }
        var result = combine(
            ConditionalNode(offset, condition.node, then.node, otherwise.node),
            [condition, then, otherwise], elements: max(then.elements, otherwise.elements))
        // Only one of the two is evaluated.
        result.cost = condition.cost.saturatingSum(max(then.cost, otherwise.cost))
            .saturatingSum(1)
        return result
    }

    mutating func planBind(_ value: Syntax, _ body: Syntax, _ syntax: Syntax) -> Planned {
        let held = plan(value)
        let inner = plan(body)
        let local = checking.localBase[syntax.id]
        var result = combine(
            BindNode(Int32(syntax.offset), held.node, inner.node, local: local), [held, inner],
            elements: inner.elements)
        result.lowestLocal = min(
            held.lowestLocal, inner.lowestLocal >= local ? .max : inner.lowestLocal)
        return result
    }

    mutating func planComprehension(
        _ comprehension: Syntax.Comprehension, _ syntax: Syntax
    ) -> Planned {
        let offset = Int32(syntax.offset)
        let local = checking.localBase[syntax.id]
        let range = plan(comprehension.range)
        let condition = comprehension.condition.map { plan($0) }
        let made = comprehension.result.map { plan($0) }
        let node = comprehensionNode(
            comprehension, offset, local, range: range.node, condition: condition?.node,
            result: made?.node)
        let body = [condition, made].compactMap { $0 }
        var result = combine(node, [range] + body, elements: range.elements)
        let turn = body.reduce(1) { $0.saturatingSum($1.cost) }
        let turns =
            comprehension.form == .optionalMap || comprehension.form == .optionalFlatMap
            ? 1 : range.elements
        result.cost = range.cost.saturatingSum(turns.saturatingProduct(turn)).saturatingSum(1)
        // The macro's own variables are bound here.
        result.lowestLocal = body.reduce(range.lowestLocal) {
            min($0, $1.lowestLocal >= local ? .max : $1.lowestLocal)
        }
        return result
    }

    private func comprehensionNode(
        _ comprehension: Syntax.Comprehension, _ offset: Int32, _ local: Int, range: Node,
        condition: Node?, result: Node?
    ) -> Node {
        let hasSecond = comprehension.second != nil
        let missing = FailureNode(offset, .invalidArgument)
        switch comprehension.form {
        case .all, .exists:
            return QuantifierNode(
                offset, range: range, local: local, hasSecond: hasSecond,
                condition: condition ?? missing, decisive: comprehension.form == .exists)
        case .existsOne:
            return ExistsOneNode(
                offset, range: range, local: local, hasSecond: hasSecond,
                condition: condition ?? missing)
        case .map, .filter, .transformList:
            return MapListNode(
                offset, range: range, local: local, hasSecond: hasSecond, condition: condition,
                result: result)
        case .transformMap, .transformMapEntry:
            return TransformMapNode(
                offset, range: range, local: local, condition: condition,
                result: result ?? missing, makesEntries: comprehension.form == .transformMapEntry)
        case .optionalMap, .optionalFlatMap:
            return OptionalMapNode(
                offset, range, result ?? missing, local: local,
                isFlat: comprehension.form == .optionalFlatMap)
        }
    }
}
