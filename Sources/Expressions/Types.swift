/// Unification of types for the checker: type variables and what they stand for, with the
/// gradual rule that `dyn` goes with everything (CEL language definition, "Gradual Type
/// Checking").
struct Types {
    /// What each type variable stands for, if known.
    private var bindings: [ValueType?] = []

    /// A type not known yet.
    mutating func fresh() -> ValueType {
        bindings.append(nil)
        return .variable(bindings.count - 1)
    }

    /// The type with every known variable replaced; those left over become `dyn` if `final`.
    func resolve(_ type: ValueType, final: Bool = false) -> ValueType {
        switch type {
        case .variable(let id):
            if let bound = bindings[id] { return resolve(bound, final: final) }
            return final ? .dyn : type
        case .list(let element): return .list(resolve(element, final: final))
        case .map(let key, let value):
            return .map(resolve(key, final: final), resolve(value, final: final))
        case .type(let inner): return .type(resolve(inner, final: final))
        case .optional(let inner): return .optional(resolve(inner, final: final))
        case .opaque(let name, let parameters):
            return .opaque(name, parameters.map { resolve($0, final: final) })
        default: return type
        }
    }

    /// The type with its top-level variable replaced.
    private func head(_ type: ValueType) -> ValueType {
        var type = type
        while case .variable(let id) = type, let bound = bindings[id] { type = bound }
        return type
    }

    /// Replaces an overload's parameters by fresh variables, the same name by the same one.
    mutating func instantiate(
        _ type: ValueType, _ names: inout [String: ValueType]
    ) -> ValueType {
        switch type {
        case .parameter(let name):
            if let known = names[name] { return known }
            let variable = fresh()
            names[name] = variable
            return variable
        case .list(let element): return .list(instantiate(element, &names))
        case .map(let key, let value):
            return .map(instantiate(key, &names), instantiate(value, &names))
        case .type(let inner): return .type(instantiate(inner, &names))
        case .optional(let inner): return .optional(instantiate(inner, &names))
        case .opaque(let name, let parameters):
            return .opaque(name, parameters.map { instantiate($0, &names) })
        default: return type
        }
    }

    /// Whether a value of type `given` may stand where `wanted` is asked for; binds variables
    /// when it may, leaves them as they were when not.
    mutating func assign(_ given: ValueType, to wanted: ValueType) -> Bool {
        let before = bindings
        if unify(given, wanted) { return true }
        bindings = before
        return false
    }

    /// The same for a list of arguments.
    mutating func assign(_ given: [ValueType], to wanted: [ValueType]) -> Bool {
        guard given.count == wanted.count else { return false }
        let before = bindings
        for (one, other) in zip(given, wanted) where !unify(one, other) {
            bindings = before
            return false
        }
        return true
    }

    private mutating func unify(_ given: ValueType, _ wanted: ValueType) -> Bool {
        // Variables first, followed one step at a time: the last of a chain is what gets bound.
        if case .variable(let id) = wanted { return unify(given, variable: id, isWanted: true) }
        if case .variable(let id) = given { return unify(wanted, variable: id, isWanted: false) }
        switch (given, wanted) {
        case (.dyn, _), (_, .dyn): return true
        case (.null, .null): return true
        case (.null, let other), (let other, .null): return Types.isNullable(other)
        case (.list(let a), .list(let b)): return unify(a, b)
        case (.map(let a, let b), .map(let c, let d)): return unify(a, c) && unify(b, d)
        case (.type, .type): return true
        case (.optional(let a), .optional(let b)): return unify(a, b)
        case (.opaque(let name, let a), .opaque(let other, let b)):
            guard name == other, a.count == b.count else { return false }
            for (one, two) in zip(a, b) where !unify(one, two) { return false }
            return true
        default: return given == wanted
        }
    }

    private mutating func unify(_ type: ValueType, variable id: Int, isWanted: Bool) -> Bool {
        let type = type
        if case .variable(let other) = type, other == id { return true }
        guard let bound = bindings[id] else {
            let target = head(type)
            if case .variable(let other) = target, other == id { return true }
            guard !mentions(target, id) else { return false }
            bindings[id] = target
            return true
        }
        let fits = isWanted ? unify(type, bound) : unify(bound, type)
        guard fits else { return false }
        // Follow the chain: only a variable that stands for a type itself is widened.
        if case .variable = bound { return true }
        let candidate = resolve(type)
        if isAtLeastAsGeneral(candidate, resolve(bound)), !mentions(candidate, id) {
            bindings[id] = candidate
        }
        return true
    }

    private func mentions(_ type: ValueType, _ id: Int) -> Bool {
        switch type {
        case .variable(let other):
            if other == id { return true }
            return bindings[other].map { mentions($0, id) } ?? false
        case .list(let element): return mentions(element, id)
        case .map(let key, let value): return mentions(key, id) || mentions(value, id)
        case .type(let inner), .optional(let inner): return mentions(inner, id)
        case .opaque(_, let parameters): return parameters.contains { mentions($0, id) }
        default: return false
        }
    }

    /// Types of which null is a value as far as the checker is concerned.
    static func isNullable(_ type: ValueType) -> Bool {
        switch type {
        case .object, .timestamp, .duration, .opaque, .optional: true
        default: false
        }
    }

    /// Whether `first` says no more than `second`: equal, or `dyn` or unknown where it differs.
    func isAtLeastAsGeneral(_ first: ValueType, _ second: ValueType) -> Bool {
        switch (first, second) {
        case (.dyn, _), (.variable, _): true
        case (_, .dyn), (_, .variable): false
        case (let type, .null): type == .null || Types.isNullable(type)
        case (.list(let a), .list(let b)): isAtLeastAsGeneral(a, b)
        case (.map(let a, let b), .map(let c, let d)):
            isAtLeastAsGeneral(a, c) && isAtLeastAsGeneral(b, d)
        case (.type, .type): true
        case (.optional(let a), .optional(let b)): isAtLeastAsGeneral(a, b)
        case (.opaque(let name, let a), .opaque(let other, let b)):
            name == other && a.count == b.count
                && zip(a, b).allSatisfy { isAtLeastAsGeneral($0, $1) }
        default: first == second
        }
    }

    /// The type of a list's elements when one more element is met: the more general of both, or
    /// `dyn` if they do not go together.
    mutating func join(_ previous: ValueType?, _ next: ValueType) -> ValueType {
        guard let previous else { return next }
        guard assign(previous, to: next) else { return .dyn }
        return isAtLeastAsGeneral(resolve(previous), resolve(next)) ? previous : next
    }
}
