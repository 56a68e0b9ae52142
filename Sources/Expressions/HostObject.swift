/// An object of the host that expressions read: a household, a member. Its fields are declared in
/// the environment (`Environment.declareField`) and asked for by index; nothing is looked up by
/// name. Confined to the thread that evaluates.
package protocol HostObject: AnyObject {
    /// The declared type, as `Environment.declareObject` returned it.
    var objectType: ObjectType { get }

    /// The value of a field, of the declared type. Throws `.host` where it cannot be judged.
    func field(_ index: Int) throws(EvaluationError) -> Value

    /// The value of a field declared as an integer, as `field` gives it; worth answering where it
    /// can be had without a `Value`.
    func int(_ index: Int) throws(EvaluationError) -> Int64

    /// The value of a field declared as a truth value, likewise.
    func bool(_ index: Int) throws(EvaluationError) -> Bool

    /// Whether the field is set: what `has(object.field)` answers. Default: its value is not null.
    func has(_ index: Int) throws(EvaluationError) -> Bool

    /// Whether both stand for the same thing (`==`). Default: the same instance.
    func isEqual(to other: any HostObject) -> Bool
}

extension HostObject {
    package func int(_ index: Int) throws(EvaluationError) -> Int64 {
        try field(index).int()
    }

    package func bool(_ index: Int) throws(EvaluationError) -> Bool {
        try field(index).bool()
    }

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

    /// The same of a variable declared as an integer; worth answering where it can be had without
    /// a `Value`.
    func int(_ slot: Int) throws(EvaluationError) -> Int64

    /// The same of a variable declared as a truth value.
    func bool(_ slot: Int) throws(EvaluationError) -> Bool

    /// The integer field of the object that a variable holds.
    func int(_ slot: Int, field: Int) throws(EvaluationError) -> Int64

    /// The truth value that is a field of the object that a variable holds.
    func bool(_ slot: Int, field: Int) throws(EvaluationError) -> Bool
}

extension Activation {
    package func int(_ slot: Int) throws(EvaluationError) -> Int64 {
        try variable(slot).int()
    }

    package func bool(_ slot: Int) throws(EvaluationError) -> Bool {
        try variable(slot).bool()
    }

    package func int(_ slot: Int, field: Int) throws(EvaluationError) -> Int64 {
        try variable(slot).object().int(field)
    }

    package func bool(_ slot: Int, field: Int) throws(EvaluationError) -> Bool {
        try variable(slot).object().bool(field)
    }
}

extension Value {
    fileprivate func int() throws(EvaluationError) -> Int64 {
        guard case .int(let number) = self else { throw EvaluationError(.noMatchingOverload) }
        return number
    }

    fileprivate func bool() throws(EvaluationError) -> Bool {
        guard case .bool(let flag) = self else { throw EvaluationError(.noMatchingOverload) }
        return flag
    }

    fileprivate func object() throws(EvaluationError) -> any HostObject {
        guard case .object(let object) = self else { throw EvaluationError(.noSuchField) }
        return object
    }
}

/// An activation for expressions without variables.
package final class NoVariables: Activation {
    package init() {}

    package func variable(_ slot: Int) throws(EvaluationError) -> Value {
        throw EvaluationError(.unknownVariable)
    }
}
