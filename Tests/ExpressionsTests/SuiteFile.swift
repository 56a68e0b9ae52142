import Foundation

/// A file of the public suite in its own format, `tests/simple/testdata/*.textproto` of
/// github.com/google/cel-spec, as rows of the same shape as the converted ones (`*.jsonl`).
/// Rows that need protobuf messages are left out: the language is used here without them.
enum SuiteFile {
    struct Unsupported: Error {}

    static func rows(_ text: String) throws -> [[String: Any]] {
        try TextProto(text).messages("section").flatMap { section in
            try section.messages("test").compactMap { test in
                guard !needsMessages(test) else { return nil }
                do {
                    return try row(test, section: section.text("name") ?? "")
                } catch is Unsupported {
                    return nil
                }
            }
        }
    }

    /// Names of message types, but for those that are values of the language.
    private static func needsMessages(_ test: TextProto) -> Bool {
        let container = test.text("container") ?? ""
        let text = (test.text("expr") ?? "")
            .replacingOccurrences(of: "google.protobuf.Timestamp", with: "")
            .replacingOccurrences(of: "google.protobuf.Duration", with: "")
        return container.hasPrefix("cel.expr.conformance") || container == "google.protobuf"
            || text.contains("cel.expr.conformance") || text.contains("TestAllTypes")
            || text.contains("google.protobuf")
            || test.mentions { $0 == "message_type" || $0 == "wrapper" || $0 == "enum_value" }
    }

    private static func row(_ test: TextProto, section: String) throws -> [String: Any] {
        var row: [String: Any] = [
            "section": section, "name": test.text("name") ?? "", "expr": test.text("expr") ?? "",
        ]
        row["container"] = test.text("container")
        for flag in ["disable_macros", "disable_check", "check_only"]
        where test.word(flag) == "true" {
            row[flag] = true
        }
        var bindings: [String: Any] = [:]
        for entry in test.messages("bindings") {
            guard let bound = entry.message("value")?.message("value") else { throw Unsupported() }
            bindings[entry.text("key") ?? ""] = try value(bound)
        }
        if !bindings.isEmpty { row["bindings"] = bindings }
        let declarations = try test.messages("type_env").map(declaration)
        if !declarations.isEmpty { row["type_env"] = declarations }
        if test.mentions(where: { $0 == "eval_error" || $0 == "any_eval_errors" }) {
            row["error"] = true
        } else if let typed = test.message("typed_result") {
            row["value"] = try typed.message("result").map(value)
            row["deduced_type"] = try typed.message("deduced_type").map(type)
        } else if let expected = test.message("value") {
            row["value"] = try value(expected)
        } else {
            // The suite's default.
            row["value"] = ["bool": true]
        }
        return row
    }

    private static func declaration(_ declaration: TextProto) throws -> [String: Any] {
        var result: [String: Any] = ["name": declaration.text("name") ?? ""]
        if let named = declaration.message("ident") {
            result["type"] = try named.message("type").map(type)
        }
        if let function = declaration.message("function") {
            result["overloads"] = try function.messages("overloads").map { overload in
                [
                    "id": overload.text("overload_id") ?? "",
                    "params": try overload.messages("params").map(type),
                    "result": try overload.message("result_type").map(type) ?? "dyn",
                    "instance": overload.word("is_instance_function") == "true",
                ] as [String: Any]
            }
        }
        return result
    }

    static func value(_ value: TextProto) throws -> [String: Any] {
        guard let (name, content) = value.fields.first else { throw Unsupported() }
        switch (name, content) {
        case ("null_value", _): return ["null": NSNull()]
        case ("bool_value", .word(let word)): return ["bool": word == "true"]
        case ("int64_value", .word(let word)): return ["int": try integer(word, Int64.self)]
        case ("uint64_value", .word(let word)): return ["uint": try integer(word, UInt64.self)]
        case ("double_value", .word(let word)): return ["double": word]
        case ("string_value", .text(let bytes)):
            return ["string": String(decoding: bytes, as: UTF8.self)]
        case ("bytes_value", .text(let bytes)):
            return ["bytes": Data(bytes).base64EncodedString()]
        case ("type_value", .text(let bytes)):
            return ["type": String(decoding: bytes, as: UTF8.self)]
        case ("list_value", .message(let list)):
            return ["list": try list.messages("values").map(self.value)]
        case ("map_value", .message(let map)):
            return [
                "map": try map.messages("entries").map { entry in
                    guard let key = entry.message("key"), let held = entry.message("value") else {
                        throw Unsupported()
                    }
                    return [try self.value(key), try self.value(held)]
                }
            ]
        case ("object_value", .message(let any)): return try time(any)
        default: throw Unsupported()
        }
    }

    private static func integer<Number: FixedWidthInteger>(
        _ word: String, _: Number.Type
    ) throws -> String {
        let isNegative = word.hasPrefix("-")
        let digits = isNegative ? word.dropFirst() : word[...]
        let isHex = digits.lowercased().hasPrefix("0x")
        guard
            let number = Number(
                (isNegative ? "-" : "") + (isHex ? digits.dropFirst(2) : digits),
                radix: isHex ? 16 : 10)
        else { throw Unsupported() }
        return String(number)
    }

    private static func time(_ any: TextProto) throws -> [String: Any] {
        guard let (name, content) = any.fields.first, case .message(let parts) = content else {
            throw Unsupported()
        }
        let amounts = [
            "seconds": parts.word("seconds") ?? "0", "nanos": parts.word("nanos") ?? "0",
        ]
        if name.hasSuffix("google.protobuf.Timestamp]") { return ["timestamp": amounts] }
        if name.hasSuffix("google.protobuf.Duration]") { return ["duration": amounts] }
        throw Unsupported()
    }

    static func type(_ type: TextProto) throws -> Any {
        guard let (name, content) = type.fields.first else { throw Unsupported() }
        switch (name, content) {
        case ("dyn", _): return "dyn"
        case ("null", _): return "null"
        case ("primitive", .word(let word)):
            let names = [
                "BOOL": "bool", "INT64": "int", "UINT64": "uint", "DOUBLE": "double",
                "STRING": "string", "BYTES": "bytes",
            ]
            guard let name = names[word] else { throw Unsupported() }
            return name
        case ("well_known", .word("TIMESTAMP")): return "timestamp"
        case ("well_known", .word("DURATION")): return "duration"
        case ("list_type", .message(let list)):
            return ["list": try list.message("elem_type").map(self.type) ?? "dyn"]
        case ("map_type", .message(let map)):
            return [
                "map": [
                    try map.message("key_type").map(self.type) ?? "dyn",
                    try map.message("value_type").map(self.type) ?? "dyn",
                ]
            ]
        case ("type", .message(let inner)):
            return ["type": inner.fields.isEmpty ? "dyn" : try self.type(inner)]
        case ("type_param", .text(let bytes)):
            return ["type_param": String(decoding: bytes, as: UTF8.self)]
        case ("abstract_type", .message(let abstract)):
            return [
                "abstract": [abstract.text("name") ?? ""] as [Any]
                    + (try abstract.messages("parameter_types").map(self.type))
            ]
        default: throw Unsupported()
        }
    }
}
