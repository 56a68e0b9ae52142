import JSON

/// As much of JSON Schema (draft 7) as the compose specification uses. Answers what is wrong and
/// where; a keyword it does not know is an error, so nothing is taken for checked that was not.
struct SchemaCheck {
    let root: JSONValue

    private static let known: Set<String> = [
        "$schema", "$id", "$ref", "$comment", "title", "description", "default", "definitions",
        "$defs", "deprecated", "examples", "type", "properties", "patternProperties",
        "additionalProperties", "required", "enum", "const", "oneOf", "anyOf", "allOf", "items",
        "uniqueItems", "minimum", "maximum", "minLength", "pattern", "format", "propertyNames",
        "minItems", "maxItems", "minProperties", "dependencies", "dependentRequired",
        "exclusiveMinimum", "multipleOf",
    ]

    func problems(_ value: JSONValue) -> [String] { check(value, root, "") }

    private func check(_ value: JSONValue, _ schema: JSONValue, _ place: String) -> [String] {
        if case .bool(let allowed) = schema { return allowed ? [] : ["\(place): not allowed"] }
        guard case .object(let members) = schema else { return ["\(place): no schema"] }
        var found = members.map(\.name).filter {
            !Self.known.contains($0) && !$0.hasPrefix("x-")
        }.map { "\(place): the schema uses '\($0)', which is not checked" }
        if let reference = schema["$ref"]?.stringValue {
            found += check(value, resolve(reference), place)
        }
        if let type = schema["type"] { found += checkType(value, type, place) }
        if let values = schema["enum"]?.arrayValue, !values.contains(value) {
            found.append("\(place): none of the values listed")
        }
        if let constant = schema["const"], constant != value { found.append("\(place): not const") }
        for part in schema["allOf"]?.arrayValue ?? [] { found += check(value, part, place) }
        for (keyword, isExact) in [("oneOf", true), ("anyOf", false)] {
            guard let parts = schema[keyword]?.arrayValue else { continue }
            let results = parts.map { check(value, $0, place) }
            let fitting = results.count { $0.isEmpty }
            if fitting == 0 {
                found += results.min { $0.count < $1.count } ?? []
            } else if isExact && fitting > 1 {
                found.append("\(place): fits more than one of oneOf")
            }
        }
        if case .object(let members) = value { found += checkMembers(members, schema, place) }
        if case .array(let items) = value {
            if let schema = schema["items"] {
                for (index, item) in items.enumerated() {
                    found += check(item, schema, "\(place)[\(index)]")
                }
            }
            if schema["uniqueItems"] == .bool(true) {
                for (index, item) in items.enumerated() where items[..<index].contains(item) {
                    found.append("\(place)[\(index)]: stands twice")
                }
            }
        }
        if let pattern = schema["pattern"]?.stringValue, let text = value.stringValue,
            let regex = try? Regex(pattern), text.firstMatch(of: regex) == nil
        {
            found.append("\(place): does not match \(pattern)")
        }
        return found
    }

    private func checkMembers(
        _ members: [(name: String, value: JSONValue)], _ schema: JSONValue, _ place: String
    ) -> [String] {
        var found: [String] = []
        for name in schema["required"]?.arrayValue ?? [] {
            if !members.contains(where: { $0.name == name.stringValue }) {
                found.append("\(place): \(name) is missing")
            }
        }
        let patterns = schema["patternProperties"]?.objectValue ?? []
        for member in members {
            let inner = "\(place)/\(member.name)"
            var isKnown = false
            if let property = schema["properties"]?[member.name] {
                isKnown = true
                found += check(member.value, property, inner)
            }
            for pattern in patterns {
                guard let regex = try? Regex(pattern.name),
                    member.name.firstMatch(of: regex) != nil
                else { continue }
                isKnown = true
                found += check(member.value, pattern.value, inner)
            }
            if !isKnown, let others = schema["additionalProperties"] {
                found += check(member.value, others, inner)
            }
        }
        return found
    }

    private func checkType(_ value: JSONValue, _ type: JSONValue, _ place: String) -> [String] {
        let names =
            type.stringValue.map { [$0] } ?? type.arrayValue?.compactMap(\.stringValue) ?? []
        let fits = names.contains { name in
            switch (name, value) {
            case ("null", .null), ("boolean", .bool), ("string", .string), ("array", .array),
                ("object", .object), ("number", .number):
                true
            case ("integer", .number): value.int64 != nil
            default: false
            }
        }
        return fits ? [] : ["\(place): expected \(names.joined(separator: " or "))"]
    }

    /// `#/definitions/service`.
    private func resolve(_ reference: String) -> JSONValue {
        var place = root
        for part in reference.split(separator: "/").dropFirst() {
            place = place[String(part)] ?? .bool(false)
        }
        return place
    }
}
