/// A field of what may be a map, an optional or a host object. The field's index is known for
/// every object type there is.
final class SelectNode: Node {
    enum Form {
        case value, has, optional
    }

    private let operand: Node
    private let key: MapKey
    private let indices: [Int?]
    private let form: Form

    init(_ offset: Int32, _ operand: Node, field: String, indices: [Int?], form: Form) {
        self.operand = operand
        key = MapKey(field)
        self.indices = indices
        self.form = form
        super.init(offset)
    }

    override func value(_ frame: Frame) throws(EvaluationError) -> Value {
        let target = try operand.value(frame)
        if case .optional(let optional) = target {
            guard let wrapped = optional.wrapped else {
                return form == .has ? .bool(false) : .optional(.init(nil))
            }
            if form == .has { return try select(wrapped) }
            return .optional(.init(try find(wrapped)))
        }
        return try select(target)
    }

    private func select(_ target: Value) throws(EvaluationError) -> Value {
        switch form {
        case .value:
            guard let found = try find(target) else { throw failure(.noSuchKey) }
            return found
        case .has: return .bool(try has(target))
        case .optional: return .optional(.init(try find(target)))
        }
    }

    private func has(_ target: Value) throws(EvaluationError) -> Bool {
        guard case .object(let object) = target else { return try find(target) != nil }
        guard let index = indices[object.objectType.index] else { throw failure(.noSuchField) }
        do throws(EvaluationError) {
            return try object.has(index)
        } catch {
            throw placed(error)
        }
    }

    /// The field's value; `nil` where a map lacks the key, or an object has not set it and an
    /// optional is asked for.
    private func find(_ target: Value) throws(EvaluationError) -> Value? {
        switch target {
        case .map(let map): return map.value(for: key)
        case .object(let object):
            guard let index = indices[object.objectType.index] else { throw failure(.noSuchField) }
            do throws(EvaluationError) {
                if form == .optional, try !object.has(index) { return nil }
                return try object.field(index)
            } catch {
                throw placed(error)
            }
        default: throw failure(.noMatchingOverload)
        }
    }
}

/// `list[index]` and `map[key]`, also with `?`, also of optionals.
final class IndexNode: Node {
    private let operand: Node
    private let index: Node
    private let isOptional: Bool

    init(_ offset: Int32, _ operand: Node, _ index: Node, isOptional: Bool) {
        self.operand = operand
        self.index = index
        self.isOptional = isOptional
        super.init(offset)
    }

    override func value(_ frame: Frame) throws(EvaluationError) -> Value {
        var target = try operand.value(frame)
        let key = try index.value(frame)
        if case .optional(let optional) = target {
            guard let wrapped = optional.wrapped else { return .optional(.init(nil)) }
            target = wrapped
        } else if !isOptional {
            return try find(target, key)
        }
        do throws(EvaluationError) {
            return .optional(.init(try find(target, key)))
        } catch {
            guard error.kind == .noSuchKey || error.kind == .indexOutOfRange else { throw error }
            return .optional(.init(nil))
        }
    }

    private func find(_ target: Value, _ key: Value) throws(EvaluationError) -> Value {
        switch target {
        case .list(let elements):
            let position: Int64
            switch key {
            case .int(let number): position = number
            case .uint(let number): position = Int64(exactly: number) ?? -1
            case .double(let number):
                guard let exact = Int64(exactly: number) else { throw failure(.invalidArgument) }
                position = exact
            default: throw failure(.noMatchingOverload)
            }
            guard elements.indices.contains(Int(position)) else { throw failure(.indexOutOfRange) }
            return elements[Int(position)]
        case .map(let map):
            switch key {
            case .bool, .int, .uint, .string, .double: break
            default: throw failure(.unsupportedKey)
            }
            guard let found = map.value(for: key) else { throw failure(.noSuchKey) }
            return found
        default: throw failure(.noMatchingOverload)
        }
    }
}
