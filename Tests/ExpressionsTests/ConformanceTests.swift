import Foundation
import Testing

@testable import Expressions

/// Runs rows of the public conformance suite of CEL. `CEL_CONFORMANCE_DIR` names a folder of
/// `*.jsonl` files, one row a line (`section`, `name`, `expr`, bindings, declarations, and the
/// value or error expected), or of the suite's own `*.textproto` files (`SuiteFile`), such as
/// `tests/simple/testdata` of github.com/google/cel-spec.
@Suite struct ConformanceTests {
    static let folder = ProcessInfo.processInfo.environment["CEL_CONFORMANCE_DIR"]

    @Test(
        "a row of the conformance suite gives what it says",
        .enabled(
            if: folder != nil,
            "skipped: set CEL_CONFORMANCE_DIR to a folder of conformance rows"),
        arguments: ConformanceRow.all(in: folder))
    func row(_ row: ConformanceRow) throws {
        try row.run()
    }

    @Test(
        "a folder given holds rows",
        .enabled(if: folder != nil, "skipped: set CEL_CONFORMANCE_DIR"))
    func rowsExist() {
        #expect(ConformanceRow.all(in: Self.folder).count > 0)
    }
}

/// One row, kept as its line, which is what the test runner shows.
struct ConformanceRow: Sendable, CustomTestStringConvertible {
    let file: String
    let line: String

    var testDescription: String {
        let object = try? fields()
        return "\(file) \(object?["section"] ?? "")/\(object?["name"] ?? "")"
    }

    static func all(in folder: String?) -> [ConformanceRow] {
        guard let folder,
            let names = try? FileManager.default.contentsOfDirectory(atPath: folder)
        else { return [] }
        return names.sorted().flatMap { name -> [ConformanceRow] in
            let text = (try? String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)) ?? ""
            if name.hasSuffix(".jsonl") {
                return text.split(separator: "\n").map {
                    ConformanceRow(file: name, line: String($0))
                }
            }
            guard name.hasSuffix(".textproto"), !unsupported.contains(name) else { return [] }
            do {
                return try SuiteFile.rows(text).map { row in
                    let line = try JSONSerialization.data(
                        withJSONObject: row, options: .sortedKeys)
                    return ConformanceRow(file: name, line: String(decoding: line, as: UTF8.self))
                }
            } catch {
                // A row without an expression: its test fails and shows what is wrong.
                return [ConformanceRow(file: name, line: "{\"name\": \"\(error)\"}")]
            }
        }
    }

    /// Files about what is not part of the language here: addresses, and protobuf's messages.
    private static let unsupported = ["network_ext.textproto", "proto2_ext.textproto"]

    private func fields() throws -> [String: Any] {
        try #require(
            JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }

    func run() throws {
        let row = try fields()
        let text = Blocks.removed(from: try #require(row["expr"] as? String))
        let isUnchecked = row["disable_check"] as? Bool ?? false
        let (environment, bindings) = try declarations(row)
        let program: Program
        do {
            program = try environment.compile(
                text, at: Origin(file: testDescription), checked: !isUnchecked)
        } catch {
            // What the checker refuses cannot be evaluated either.
            if row["error"] == nil { Issue.record("\(error)") }
            return
        }
        if let expected = row["deduced_type"] {
            #expect(program.resultType == Tagged.type(expected), "\(text)")
        }
        if row["check_only"] as? Bool ?? false { return }
        do {
            let value = try program.evaluate(bindings)
            guard let expected = row["value"] else {
                Issue.record("\(text): expected an error, got \(value)")
                return
            }
            var wanted = try Tagged.value(expected)
            if DamagedRows.isKnown(testDescription) { wanted = DamagedRows.decoded(wanted) }
            #expect(Tagged.same(value, wanted), "\(text): got \(value)")
        } catch let error as EvaluationError {
            if row["error"] == nil { Issue.record("\(text): \(error)") }
        }
    }

    private func declarations(_ row: [String: Any]) throws -> (Environment, Bindings) {
        var environment = Environment(container: row["container"] as? String ?? "")
        environment.macros = !(row["disable_macros"] as? Bool ?? false)
        let bindings = Bindings()
        let bound = row["bindings"] as? [String: Any] ?? [:]
        var slots: [String: Int] = [:]
        for declaration in row["type_env"] as? [[String: Any]] ?? [] {
            let name = try #require(declaration["name"] as? String)
            if let type = declaration["type"] {
                slots[name] = environment.declareVariable(name, Tagged.type(type))
            }
            for overload in declaration["overloads"] as? [[String: Any]] ?? [] {
                environment.declareFunction(
                    Overload(
                        name, isMember: overload["instance"] as? Bool ?? false,
                        (overload["params"] as? [Any] ?? []).map(Tagged.type),
                        Tagged.type(overload["result"] ?? "dyn"),
                        .variadic { _, _ throws(EvaluationError) in
                            throw EvaluationError(.unknownFunction)
                        }))
            }
        }
        for name in bound.keys.sorted() where slots[name] == nil {
            slots[name] = environment.declareVariable(name, .dyn)
        }
        for (name, slot) in slots {
            if let value = bound[name] { bindings.values[slot] = try Tagged.value(value) }
        }
        return (environment, bindings)
    }
}

/// Variables with fixed values.
final class Bindings: Activation {
    var values: [Int: Value] = [:]

    init(_ values: [Int: Value] = [:]) {
        self.values = values
    }

    func variable(_ slot: Int) throws(EvaluationError) -> Value {
        guard let value = values[slot] else { throw EvaluationError(.unknownVariable) }
        return value
    }
}

/// Values and types as the rows write them.
enum Tagged {
    struct Unknown: Error {
        let what: String
    }

    static func value(_ json: Any) throws -> Value {
        guard let object = json as? [String: Any], let (tag, content) = object.first else {
            throw Unknown(what: "\(json)")
        }
        let text = content as? String ?? ""
        switch tag {
        case "null": return .null
        case "bool": return .bool(content as? Bool ?? false)
        case "int": return .int(try #require(Int64(text)))
        case "uint": return .uint(try #require(UInt64(text)))
        case "double": return .double(try #require(Double(text)))
        case "string": return .string(text)
        case "bytes": return .bytes(Array(try #require(Data(base64Encoded: text))))
        case "type": return .type(text)
        case "list": return .list(try (content as? [Any] ?? []).map(value))
        case "map":
            return .map(
                try MapValue(
                    (content as? [[Any]] ?? []).map {
                        (key: try value($0[0]), value: try value($0[1]))
                    }))
        case "timestamp":
            let (seconds, nanoseconds) = try time(content)
            return .timestamp(
                try #require(
                    Value.Timestamp(seconds: seconds, nanoseconds: Int32(nanoseconds))))
        case "duration":
            let (seconds, nanoseconds) = try time(content)
            return .duration(
                try #require(Value.Duration(seconds: seconds, nanoseconds: nanoseconds)))
        case "optional":
            if content is NSNull { return .optional(.init(nil)) }
            return .optional(.init(try value(content)))
        default: throw Unknown(what: tag)
        }
    }

    private static func time(_ content: Any) throws -> (Int64, Int64) {
        let parts = content as? [String: Any] ?? [:]
        return (
            Int64("\(parts["seconds"] ?? 0)") ?? 0, Int64("\(parts["nanos"] ?? 0)") ?? 0
        )
    }

    static func type(_ json: Any) -> ValueType {
        if let name = json as? String {
            return switch name {
            case "null", "null_type": .null
            case "bool": .bool
            case "int": .int
            case "uint": .uint
            case "double": .double
            case "string": .string
            case "bytes": .bytes
            case "timestamp", "google.protobuf.Timestamp": .timestamp
            case "duration", "google.protobuf.Duration": .duration
            case "type": .type(.dyn)
            default: .dyn
            }
        }
        guard let object = json as? [String: Any], let (tag, content) = object.first else {
            return .dyn
        }
        let list = content as? [Any] ?? []
        switch tag {
        case "list": return .list(type(content))
        case "map" where list.count == 2: return .map(type(list[0]), type(list[1]))
        case "type": return .type(type(content))
        case "param", "type_param": return .parameter(content as? String ?? "T")
        case "optional", "optional_type": return .optional(type(content))
        case "abstract":
            let name = list.first as? String ?? ""
            let parameters = list.dropFirst().map(type)
            return name == "optional_type" && parameters.count == 1
                ? .optional(parameters[0]) : .opaque(name, parameters)
        default: return .dyn
        }
    }

    /// Strict equality: types count, NaN is itself, the order of a map's entries does not count.
    static func same(_ a: Value, _ b: Value) -> Bool {
        switch (a, b) {
        case (.null, .null): return true
        case (.bool(let x), .bool(let y)): return x == y
        case (.int(let x), .int(let y)): return x == y
        case (.uint(let x), .uint(let y)): return x == y
        case (.double(let x), .double(let y)):
            return (x.isNaN && y.isNaN) || (x == y && x.sign == y.sign)
        case (.string(let x), .string(let y)): return Array(x.utf8) == Array(y.utf8)
        case (.bytes(let x), .bytes(let y)): return x == y
        case (.type(let x), .type(let y)): return x == y
        case (.timestamp(let x), .timestamp(let y)): return x == y
        case (.duration(let x), .duration(let y)): return x == y
        case (.list(let x), .list(let y)):
            return x.count == y.count && zip(x, y).allSatisfy { same($0, $1) }
        case (.map(let x), .map(let y)):
            return x.count == y.count
                && x.entries.allSatisfy { entry in
                    y.value(for: entry.key).map { same($0, entry.value) } ?? false
                }
        case (.optional(let x), .optional(let y)):
            switch (x.wrapped, y.wrapped) {
            case (nil, nil): return true
            case (let one?, let other?): return same(one, other)
            default: return false
            }
        default: return false
        }
    }
}
