/// A map's key. Numbers that are equal are the same key, whatever their type, and texts are
/// compared by code points.
package struct MapKey: Hashable {
    enum Storage {
        case bool(Bool)
        case int(Int64)
        /// Above `Int64.max` only.
        case uint(UInt64)
        case string(String)
    }

    let storage: Storage

    /// The key for a lookup; `nil` for a value no key can be equal to (a double with a fraction,
    /// a list).
    package init?(matching value: Value) {
        switch value {
        case .bool(let flag): storage = .bool(flag)
        case .int(let number): storage = .int(number)
        case .uint(let number):
            storage = Int64(exactly: number).map(Storage.int) ?? .uint(number)
        case .double(let number):
            if let int = Int64(exactly: number) {
                storage = .int(int)
            } else if let uint = UInt64(exactly: number) {
                storage = .uint(uint)
            } else {
                return nil
            }
        case .string(let text): storage = .string(text)
        default: return nil
        }
    }

    init(_ text: String) {
        storage = .string(text)
    }

    package static func == (left: MapKey, right: MapKey) -> Bool {
        switch (left.storage, right.storage) {
        case (.bool(let a), .bool(let b)): a == b
        case (.int(let a), .int(let b)): a == b
        case (.uint(let a), .uint(let b)): a == b
        case (.string(let a), .string(let b)): Text.equal(a, b)
        default: false
        }
    }

    package func hash(into hasher: inout Hasher) {
        switch storage {
        case .bool(let flag): hasher.combine(flag)
        case .int(let number): hasher.combine(number)
        case .uint(let number): hasher.combine(number)
        case .string(let text):
            // Not `text.hash`, which takes canonically equivalent texts for the same.
            var copy = text
            copy.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        }
    }
}

/// A map: immutable, its entries in the order they were given.
package final class MapValue {
    package let entries: [(key: Value, value: Value)]
    private let index: [MapKey: Int]

    /// Throws `.duplicateKey` or `.unsupportedKey`.
    package init(_ entries: [(key: Value, value: Value)]) throws(EvaluationError) {
        var index: [MapKey: Int] = [:]
        index.reserveCapacity(entries.count)
        for (position, entry) in entries.enumerated() {
            switch entry.key {
            case .bool, .int, .uint, .string: break
            default: throw EvaluationError(.unsupportedKey)
            }
            guard let key = MapKey(matching: entry.key) else {
                throw EvaluationError(.unsupportedKey)
            }
            guard index.updateValue(position, forKey: key) == nil else {
                throw EvaluationError(.duplicateKey)
            }
        }
        self.entries = entries
        self.index = index
    }

    package var count: Int { entries.count }

    /// The value under a key; `nil` when there is none.
    package func value(for key: Value) -> Value? {
        guard let key = MapKey(matching: key) else { return nil }
        return value(for: key)
    }

    func value(for key: MapKey) -> Value? {
        index[key].map { entries[$0].value }
    }
}
