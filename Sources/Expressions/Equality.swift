/// `==` of values of any types (CEL language definition, "Equality"): numbers on one number line,
/// lists and maps by their parts, different types unequal.
enum Equality {
    /// Throws only when the steps run out: values that share parts can be exponentially large.
    static func equal(
        _ a: Value, _ b: Value, _ frame: Frame, at offset: Int32
    ) throws(EvaluationError) -> Bool {
        switch (a, b) {
        case (.int(let x), .int(let y)): return x == y
        case (.string(let x), .string(let y)):
            try frame.charge(min(x.utf8.count, y.utf8.count) / 16, at: offset)
            return Text.equal(x, y)
        case (.bool(let x), .bool(let y)): return x == y
        case (.null, .null): return true
        case (.int, .uint), (.int, .double), (.uint, .int), (.uint, .uint), (.uint, .double),
            (.double, .int), (.double, .uint), (.double, .double):
            return Order.compareNumbers(a, b) == .equal
        case (.bytes(let x), .bytes(let y)):
            try frame.charge(min(x.count, y.count) / 16, at: offset)
            return x == y
        case (.timestamp(let x), .timestamp(let y)): return x == y
        case (.duration(let x), .duration(let y)): return x == y
        case (.type(let x), .type(let y)): return x == y
        case (.list(let x), .list(let y)): return try equal(x, y, frame, at: offset)
        case (.map(let x), .map(let y)): return try equal(x, y, frame, at: offset)
        case (.optional(let x), .optional(let y)):
            guard let one = x.wrapped, let other = y.wrapped else {
                return x.wrapped == nil && y.wrapped == nil
            }
            return try equal(one, other, frame, at: offset)
        case (.object(let x), .object(let y)): return x === y || x.isEqual(to: y)
        default: return false
        }
    }

    private static func equal(
        _ a: [Value], _ b: [Value], _ frame: Frame, at offset: Int32
    ) throws(EvaluationError) -> Bool {
        guard a.count == b.count else { return false }
        for index in a.indices {
            try frame.charge(1, at: offset)
            guard try equal(a[index], b[index], frame, at: offset) else { return false }
        }
        return true
    }

    private static func equal(
        _ a: MapValue, _ b: MapValue, _ frame: Frame, at offset: Int32
    ) throws(EvaluationError) -> Bool {
        guard a.count == b.count else { return false }
        for entry in a.entries {
            try frame.charge(1, at: offset)
            guard let other = b.value(for: entry.key),
                try equal(entry.value, other, frame, at: offset)
            else { return false }
        }
        return true
    }

    /// `needle in haystack`.
    static func contains(
        _ needle: Value, in haystack: Value, _ frame: Frame, at offset: Int32
    ) throws(EvaluationError) -> Bool {
        switch haystack {
        case .list(let elements):
            for element in elements {
                try frame.charge(1, at: offset)
                if try equal(needle, element, frame, at: offset) { return true }
            }
            return false
        case .map(let map): return map.value(for: needle) != nil
        default: throw EvaluationError(.noMatchingOverload, at: offset)
        }
    }
}

/// `<`, `<=`, `>`, `>=` (CEL language definition, "Ordering").
enum Order {
    enum Outcome {
        case less, equal, greater
        /// NaN is on neither side of anything.
        case none
    }

    /// Throws `.noMatchingOverload` for types that have no order between them.
    static func compare(_ a: Value, _ b: Value) throws(EvaluationError) -> Outcome {
        switch (a, b) {
        case (.int, .int), (.int, .uint), (.int, .double), (.uint, .int), (.uint, .uint),
            (.uint, .double), (.double, .int), (.double, .uint), (.double, .double):
            compareNumbers(a, b)
        case (.string(let x), .string(let y)): outcome(Text.less(x, y), Text.less(y, x))
        case (.bytes(let x), .bytes(let y)):
            outcome(x.lexicographicallyPrecedes(y), y.lexicographicallyPrecedes(x))
        case (.bool(let x), .bool(let y)): outcome(!x && y, x && !y)
        case (.timestamp(let x), .timestamp(let y)): outcome(x < y, y < x)
        case (.duration(let x), .duration(let y)): outcome(x < y, y < x)
        default: throw EvaluationError(.noMatchingOverload)
        }
    }

    private static func outcome(_ less: Bool, _ greater: Bool) -> Outcome {
        less ? .less : (greater ? .greater : .equal)
    }

    /// Two numbers of any of the three types. An integer and a double are compared as doubles
    /// within the integer's range, as the other implementations do.
    static func compareNumbers(_ a: Value, _ b: Value) -> Outcome {
        switch (a, b) {
        case (.int(let x), .int(let y)): outcome(x < y, x > y)
        case (.uint(let x), .uint(let y)): outcome(x < y, x > y)
        case (.double(let x), .double(let y)): doubles(x, y)
        case (.int(let x), .uint(let y)): x < 0 ? .less : outcome(UInt64(x) < y, UInt64(x) > y)
        case (.uint(let x), .int(let y)): y < 0 ? .greater : outcome(x < UInt64(y), x > UInt64(y))
        case (.int(let x), .double(let y)): doubles(Double(x), y)
        case (.double(let x), .int(let y)): doubles(x, Double(y))
        case (.uint(let x), .double(let y)): doubles(Double(x), y)
        case (.double(let x), .uint(let y)): doubles(x, Double(y))
        default: .none
        }
    }

    private static func doubles(_ x: Double, _ y: Double) -> Outcome {
        x < y ? .less : (x > y ? .greater : (x == y ? .equal : .none))
    }
}
