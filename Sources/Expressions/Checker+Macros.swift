extension Checker {
    mutating func checkComprehension(
        _ comprehension: Syntax.Comprehension, _ syntax: Syntax
    ) -> ValueType {
        let rangeType = check(comprehension.range)
        let range = types.resolve(rangeType)
        checking.localBase[syntax.id] = locals.count
        switch comprehension.form {
        case .optionalMap, .optionalFlatMap:
            return checkOptionalMap(comprehension, range, syntax)
        default: break
        }
        let (first, second) = elementTypes(of: range, comprehension)
        var added = [Local(name: comprehension.variable, type: first)]
        if let name = comprehension.second { added.append(Local(name: name, type: second)) }
        let element = comprehension.second == nil ? first : second
        return within(added) { checker in
            if let condition = comprehension.condition { checker.checkCondition(condition) }
            let result = comprehension.result.map { checker.check($0) }
            switch comprehension.form {
            case .all, .exists, .existsOne: return .bool
            case .filter: return .list(element)
            case .map, .transformList: return .list(result ?? .dyn)
            case .transformMap: return .map(first, result ?? .dyn)
            case .transformMapEntry: return checker.entryMap(result ?? .dyn, comprehension)
            case .optionalMap, .optionalFlatMap: return .dyn
            }
        }
    }

    /// What a macro's variables hold: the element of a list or the key of a map; with two names
    /// the index and element, or the key and value.
    private mutating func elementTypes(
        of range: ValueType, _ comprehension: Syntax.Comprehension
    ) -> (ValueType, ValueType) {
        let hasSecond = comprehension.second != nil
        switch range {
        case .list(let element): return hasSecond ? (.int, element) : (element, .dyn)
        case .map(let key, let value): return (key, value)
        case .dyn: return (.dyn, .dyn)
        case .variable:
            _ = types.assign(range, to: .dyn)
            return (.dyn, .dyn)
        default:
            if !lenient {
                reporter.report(
                    "expected a list or map, but this is of type \(range)",
                    at: comprehension.range.offset)
            }
            return (.dyn, .dyn)
        }
    }

    private mutating func entryMap(
        _ result: ValueType, _ comprehension: Syntax.Comprehension
    ) -> ValueType {
        let key = types.fresh()
        let value = types.fresh()
        if types.assign(result, to: .map(key, value)) { return .map(key, value) }
        if !lenient, let syntax = comprehension.result {
            reporter.report(
                "expected a map, but this is of type \(types.resolve(result))", at: syntax.offset)
        }
        return .map(.dyn, .dyn)
    }

    private mutating func checkOptionalMap(
        _ comprehension: Syntax.Comprehension, _ range: ValueType, _ syntax: Syntax
    ) -> ValueType {
        let inner = types.fresh()
        if !types.assign(range, to: .optional(inner)), !lenient {
            reporter.report(
                "expected an optional, but this is of type \(range)",
                at: comprehension.range.offset)
        }
        return within([
            Local(name: comprehension.variable, type: types.resolve(inner))
        ]) { checker in
            let result = comprehension.result.map { checker.check($0) } ?? .dyn
            guard comprehension.form == .optionalFlatMap else { return .optional(result) }
            let flat = checker.types.fresh()
            if !checker.types.assign(result, to: .optional(flat)), !checker.lenient {
                checker.reporter.report(
                    "expected an optional, but this is of type \(checker.types.resolve(result))",
                    at: syntax.offset)
            }
            return .optional(flat)
        }
    }
}
