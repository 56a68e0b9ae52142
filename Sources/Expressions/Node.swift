/// A planned piece of an expression. Immutable after planning, so that threads share it. Each
/// node answers in whichever form its parent wants; nodes that make integers or truth values
/// override that form, so that scalar work never builds a `Value`.
class Node {
    /// Where messages point, as a UTF-8 offset.
    let offset: Int32

    init(_ offset: Int32) {
        self.offset = offset
    }

    /// The value. Every kind of node overrides this.
    func value(_ frame: Frame) throws(EvaluationError) -> Value {
        preconditionFailure("a node without a value")
    }

    /// The value where true or false is wanted; anything else is `.noMatchingOverload`.
    func bool(_ frame: Frame) throws(EvaluationError) -> Bool {
        guard case .bool(let flag) = try value(frame) else { throw failure(.noMatchingOverload) }
        return flag
    }

    func int(_ frame: Frame) throws(EvaluationError) -> Int64 {
        guard case .int(let number) = try value(frame) else { throw failure(.noMatchingOverload) }
        return number
    }

    func double(_ frame: Frame) throws(EvaluationError) -> Double {
        guard case .double(let number) = try value(frame) else {
            throw failure(.noMatchingOverload)
        }
        return number
    }

    /// The constant this node stands for, if it is one.
    var constant: Value? { nil }

    final func failure(_ kind: EvaluationError.Kind) -> EvaluationError {
        EvaluationError(kind, at: offset)
    }

    /// Gives an error that does not know its place this node's.
    final func placed(_ error: EvaluationError) -> EvaluationError {
        error.offset >= 0 ? error : EvaluationError(error.kind, at: offset)
    }
}

/// A value known when planning.
final class ConstantNode: Node {
    private let held: Value
    private let heldInt: Int64?
    private let heldBool: Bool?

    init(_ offset: Int32, _ value: Value) {
        held = value
        if case .int(let number) = value { heldInt = number } else { heldInt = nil }
        if case .bool(let flag) = value { heldBool = flag } else { heldBool = nil }
        super.init(offset)
    }

    override var constant: Value? { held }

    override func value(_ frame: Frame) throws(EvaluationError) -> Value { held }

    override func int(_ frame: Frame) throws(EvaluationError) -> Int64 {
        guard let heldInt else { throw failure(.noMatchingOverload) }
        return heldInt
    }

    override func bool(_ frame: Frame) throws(EvaluationError) -> Bool {
        guard let heldBool else { throw failure(.noMatchingOverload) }
        return heldBool
    }
}

/// Something known to fail.
final class FailureNode: Node {
    private let kind: EvaluationError.Kind

    init(_ offset: Int32, _ kind: EvaluationError.Kind) {
        self.kind = kind
        super.init(offset)
    }

    override func value(_ frame: Frame) throws(EvaluationError) -> Value {
        throw failure(kind)
    }
}

/// A variable of the host.
final class VariableNode: Node {
    private let slot: Int

    init(_ offset: Int32, slot: Int) {
        self.slot = slot
        super.init(offset)
    }

    override func value(_ frame: Frame) throws(EvaluationError) -> Value {
        do throws(EvaluationError) {
            return try frame.activation.variable(slot)
        } catch {
            throw placed(error)
        }
    }

    override func int(_ frame: Frame) throws(EvaluationError) -> Int64 {
        do throws(EvaluationError) {
            return try frame.activation.int(slot)
        } catch {
            throw placed(error)
        }
    }

    override func bool(_ frame: Frame) throws(EvaluationError) -> Bool {
        do throws(EvaluationError) {
            return try frame.activation.bool(slot)
        } catch {
            throw placed(error)
        }
    }
}

/// A field of the object that a variable holds, both known when planning: asked for in one go.
final class VariableFieldNode: Node {
    private let slot: Int
    private let index: Int
    /// The place of the variable, for errors of its own.
    private let operand: Node

    init(_ offset: Int32, _ operand: Node, slot: Int, index: Int) {
        self.slot = slot
        self.index = index
        self.operand = operand
        super.init(offset)
    }

    override func value(_ frame: Frame) throws(EvaluationError) -> Value {
        guard case .object(let object) = try operand.value(frame) else {
            throw failure(.noSuchField)
        }
        do throws(EvaluationError) {
            return try object.field(index)
        } catch {
            throw placed(error)
        }
    }

    override func int(_ frame: Frame) throws(EvaluationError) -> Int64 {
        do throws(EvaluationError) {
            return try frame.activation.int(slot, field: index)
        } catch {
            throw placed(error)
        }
    }

    override func bool(_ frame: Frame) throws(EvaluationError) -> Bool {
        do throws(EvaluationError) {
            return try frame.activation.bool(slot, field: index)
        } catch {
            throw placed(error)
        }
    }
}

/// A macro's variable.
final class LocalNode: Node {
    private let index: Int

    init(_ offset: Int32, index: Int) {
        self.index = index
        super.init(offset)
    }

    override func value(_ frame: Frame) throws(EvaluationError) -> Value {
        frame.locals[index]
    }

    override func int(_ frame: Frame) throws(EvaluationError) -> Int64 {
        guard case .int(let number) = frame.locals[index] else {
            throw failure(.noMatchingOverload)
        }
        return number
    }
}

/// A field of a host object whose type is known.
final class FieldNode: Node {
    private let operand: Node
    private let index: Int

    init(_ offset: Int32, _ operand: Node, index: Int) {
        self.operand = operand
        self.index = index
        super.init(offset)
    }

    @inline(__always)
    private func object(_ frame: Frame) throws(EvaluationError) -> any HostObject {
        guard case .object(let object) = try operand.value(frame) else {
            throw failure(.noSuchField)
        }
        return object
    }

    override func value(_ frame: Frame) throws(EvaluationError) -> Value {
        let object = try object(frame)
        do throws(EvaluationError) {
            return try object.field(index)
        } catch {
            throw placed(error)
        }
    }

    override func int(_ frame: Frame) throws(EvaluationError) -> Int64 {
        let object = try object(frame)
        do throws(EvaluationError) {
            return try object.int(index)
        } catch {
            throw placed(error)
        }
    }

    override func bool(_ frame: Frame) throws(EvaluationError) -> Bool {
        let object = try object(frame)
        do throws(EvaluationError) {
            return try object.bool(index)
        } catch {
            throw placed(error)
        }
    }
}

/// `has()` of a field of a host object whose type is known.
final class HasFieldNode: Node {
    private let operand: Node
    private let index: Int

    init(_ offset: Int32, _ operand: Node, index: Int) {
        self.operand = operand
        self.index = index
        super.init(offset)
    }

    override func value(_ frame: Frame) throws(EvaluationError) -> Value {
        .bool(try bool(frame))
    }

    override func bool(_ frame: Frame) throws(EvaluationError) -> Bool {
        guard case .object(let object) = try operand.value(frame) else {
            throw failure(.noSuchField)
        }
        do throws(EvaluationError) {
            return try object.has(index)
        } catch {
            throw placed(error)
        }
    }
}
