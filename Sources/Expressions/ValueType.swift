/// A type as declared for variables, fields and functions, and as deduced by the checker.
package indirect enum ValueType: Hashable, Sendable {
    case null
    case bool
    case int
    case uint
    case double
    case string
    case bytes
    case timestamp
    case duration
    /// Known only when evaluated; checks are put off until then.
    case dyn
    case list(ValueType)
    case map(ValueType, ValueType)
    /// A type as a value: the type of `int`, or of `type(x)`.
    case type(ValueType)
    case optional(ValueType)
    /// An object of the host.
    case object(ObjectType)
    /// A named type of the host about which nothing else is known.
    case opaque(String, [ValueType])
    /// A type parameter in the declaration of a function: the same name stands for the same type
    /// within one overload.
    case parameter(String)
    /// A type not known yet, inside the checker only.
    case variable(Int)
}

/// Handle of a declared object type; valid in the environment that returned it and its copies.
package struct ObjectType: Hashable, Sendable {
    /// Position among the environment's object types.
    package let index: Int
    package let name: String
}

extension ValueType: CustomStringConvertible {
    /// The type as it is written in messages: `list(int)`, `map(string, dyn)`.
    package var description: String {
        switch self {
        case .null: "null"
        case .bool: "bool"
        case .int: "int"
        case .uint: "uint"
        case .double: "double"
        case .string: "string"
        case .bytes: "bytes"
        case .timestamp: "timestamp"
        case .duration: "duration"
        case .dyn: "dyn"
        case .list(let element): "list(\(element))"
        case .map(let key, let value): "map(\(key), \(value))"
        case .type(let type): "type(\(type))"
        case .optional(let wrapped): "optional(\(wrapped))"
        case .object(let object): object.name
        case .opaque(let name, let parameters):
            parameters.isEmpty
                ? name : "\(name)(\(parameters.map(\.description).joined(separator: ", ")))"
        case .parameter(let name): name
        case .variable: "any type"
        }
    }
}
