/// Reads a mapping strictly: ask for each field by name, then call `finish()`, which refuses
/// whatever was not asked for.
///
///     var fields = try node.mapping()
///     let name = try fields.required("name").string()
///     let lanes = try fields.optional("lanes")?.int() ?? 1
///     try fields.finish()
package struct YAMLMapping {
    /// Every entry in file order; for mappings whose keys are data (then skip `finish()`).
    package let entries: [(key: YAMLNode, value: YAMLNode)]
    /// The mapping itself, for errors that concern it as a whole.
    package let node: YAMLNode
    private var known: [String] = []

    init(entries: [(key: YAMLNode, value: YAMLNode)], node: YAMLNode) {
        self.entries = entries
        self.node = node
    }

    /// The field's value. Throws at the mapping's place when it is absent.
    package mutating func required(_ name: String) throws(YAMLError) -> YAMLNode {
        guard let value = optional(name) else {
            // A misspelt name is the likeliest reason; say that instead when it is so.
            for entry in entries {
                if case .scalar(let key, _) = entry.key.kind, !known.contains(key),
                    Spelling.closest(to: key, in: [name]) != nil
                {
                    throw entry.key.error("unknown key '\(key)'; did you mean '\(name)'?")
                }
            }
            throw node.error("expected the key '\(name)'")
        }
        return value
    }

    /// The field's value, `nil` when the key is absent. A key with nothing behind it is not
    /// absent: converting it throws.
    package mutating func optional(_ name: String) -> YAMLNode? {
        if !known.contains(name) { known.append(name) }
        for entry in entries {
            if case .scalar(name, _) = entry.key.kind { return entry.value }
        }
        return nil
    }

    /// Refuses keys nobody asked for, naming the closest one that was.
    package func finish() throws(YAMLError) {
        for entry in entries {
            guard case .scalar(let key, _) = entry.key.kind, !known.contains(key) else { continue }
            if let closest = Spelling.closest(to: key, in: known) {
                throw entry.key.error("unknown key '\(key)'; did you mean '\(closest)'?")
            }
            let list = known.sorted().joined(separator: ", ")
            throw entry.key.error("unknown key '\(key)'; known are \(list)")
        }
    }
}
