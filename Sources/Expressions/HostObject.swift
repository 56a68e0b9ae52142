/// An object of the host that expressions read: a household, a member. Its fields are declared in
/// the environment (`Environment.declareField`) and asked for by index; nothing is looked up by
/// name. Confined to the thread that evaluates.
package protocol HostObject: AnyObject {
    /// The declared type, as `Environment.declareObject` returned it.
    var objectType: ObjectType { get }

    /// The value of a field, of the declared type. Throws `.host` where it cannot be judged.
    func field(_ index: Int) throws(EvaluationError) -> Value

    /// Whether the field is set: what `has(object.field)` answers. Default: its value is not null.
    func has(_ index: Int) throws(EvaluationError) -> Bool

    /// Whether both stand for the same thing (`==`). Default: the same instance.
    func isEqual(to other: any HostObject) -> Bool
}

extension HostObject {
    package func has(_ index: Int) throws(EvaluationError) -> Bool {
        if case .null = try field(index) { return false }
        return true
    }

    package func isEqual(to other: any HostObject) -> Bool {
        self === other
    }
}

/// Answers for the variables of one evaluation. A class, so that it can be used again and keep
/// what it computed. Host functions receive it as their context. Confined to the thread that
/// evaluates.
package protocol Activation: AnyObject {
    /// The value of the variable that `Environment.declareVariable` gave this slot, of its
    /// declared type. Asked only when needed, perhaps more than once in one evaluation. Throws
    /// `.host` where it cannot be judged, `.unknownVariable` where there is none.
    func variable(_ slot: Int) throws(EvaluationError) -> Value
}

/// An activation for expressions without variables.
package final class NoVariables: Activation {
    package init() {}

    package func variable(_ slot: Int) throws(EvaluationError) -> Value {
        throw EvaluationError(.unknownVariable)
    }
}
