/// What one evaluation needs besides the plan: the activation, the macros' variables, and the
/// steps left. Lies on the evaluating thread's stack and is passed in registers.
struct Frame {
    /// Not retained: `with` is given it, and its caller holds it until the evaluation is over.
    unowned(unsafe) let activation: any Activation
    let locals: UnsafeMutablePointer<Value>
    let remaining: UnsafeMutablePointer<Int>

    /// Makes a frame for the duration of `body`; allocates nothing for up to about a thousand
    /// bytes of locals.
    @inline(__always)
    static func with<Result>(
        _ activation: any Activation, localCount: Int, steps: Int,
        _ body: (Frame) throws(EvaluationError) -> Result
    ) throws(EvaluationError) -> Result {
        var remaining = steps
        if localCount == 0 {
            var unused = Value.null
            return try withUnsafeMutablePointer(to: &remaining) {
                (remaining) throws(EvaluationError) in
                try withUnsafeMutablePointer(to: &unused) { (locals) throws(EvaluationError) in
                    try body(
                        Frame(activation: activation, locals: locals, remaining: remaining))
                }
            }
        }
        let outcome: Swift.Result<Result, EvaluationError> = withUnsafeTemporaryAllocation(
            of: Value.self, capacity: localCount
        ) { buffer in
            buffer.initialize(repeating: .null)
            defer { buffer.deinitialize() }
            return withUnsafeMutablePointer(to: &remaining) { remaining in
                let frame = Frame(
                    activation: activation, locals: buffer.baseAddress!, remaining: remaining)
                do throws(EvaluationError) {
                    return .success(try body(frame))
                } catch {
                    return .failure(error)
                }
            }
        }
        return try outcome.get()
    }

    /// Takes steps off what is left.
    @inline(__always)
    func charge(_ steps: Int, at offset: Int32) throws(EvaluationError) {
        remaining.pointee -= steps
        if remaining.pointee < 0 { throw EvaluationError(.stepLimit, at: offset) }
    }

    /// Takes off what a value of this size costs to make or read.
    @inline(__always)
    func charge(sizeOf value: Value, at offset: Int32) throws(EvaluationError) {
        switch value {
        case .string(let text): try charge(text.utf8.count / 16, at: offset)
        case .bytes(let bytes): try charge(bytes.count / 16, at: offset)
        case .list(let elements): try charge(elements.count / 16, at: offset)
        default: break
        }
    }
}
