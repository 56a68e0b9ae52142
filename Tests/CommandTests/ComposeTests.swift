import Foundation
import JSON
import Testing
import Workers
import YAML

private let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path

private let schemaPath = ProcessInfo.processInfo.environment["COMPOSE_SCHEMA"]

/// YAML as the JSON it stands for.
private func json(_ node: YAMLNode) -> JSONValue {
    switch node.kind {
    case .scalar(let text, let isQuoted):
        if isQuoted { return .string(text) }
        if node.isNull { return .null }
        if let flag = try? node.bool() { return .bool(flag) }
        if let number = try? node.decimal() { return .number(number) }
        return .string(text)
    case .sequence(let items): return .array(items.map(json))
    case .mapping(let entries):
        var members: [(name: String, value: JSONValue)] = []
        for entry in entries {
            let name = (try? entry.key.string()) ?? ""
            guard name == "<<", case .object(let merged) = json(entry.value) else {
                members.append((name, json(entry.value)))
                continue
            }
            // Merge keys: what the mapping says itself stands over what it takes in.
            for member in merged where !entries.contains(where: {
                (try? $0.key.string()) == member.name
            }) {
                members.append(member)
            }
        }
        return .object(members)
    }
}

@Suite struct ComposeTests {
    private func compose() throws -> JSONValue {
        json(try YAMLNode.parse(file: "\(root)/docker-compose.yml"))
    }

    private func schema() throws -> SchemaCheck {
        let bytes = try #require(FileBytes.read(schemaPath ?? ""))
        return SchemaCheck(root: try JSONValue(parsing: bytes))
    }

    @Test(
        .enabled(
            if: schemaPath != nil, "set COMPOSE_SCHEMA to the Compose Specification's JSON schema"))
    func `the compose file fits the Compose Specification`() throws {
        #expect(try schema().problems(compose()) == [])
    }

    @Test(
        .enabled(
            if: schemaPath != nil, "set COMPOSE_SCHEMA to the Compose Specification's JSON schema"))
    func `the check finds a wrong compose file`() throws {
        for text in [
            "services: {a: {image: 5}}", "services: {a: {imag: x}}", "services: [a]", "srvices: {}",
            "services: {a: {ports: [{target: {}}]}}", "services: {a: {depends_on: {b: {}}}}",
        ] {
            let value = json(try YAMLNode.parse(text: text, file: "bad.yml"))
            #expect(try !schema().problems(value).isEmpty, "\(text)")
        }
    }

    @Test func `every pipeline is a service, and waits for the topics`() throws {
        let services = try #require(compose()["services"])
        for plan in PipelinePlan.all {
            let service = try #require(services[plan.name], "\(plan.name)")
            let command = service["command"]?.arrayValue?.compactMap(\.stringValue)
            #expect(command?.prefix(2) == ["run", plan.name])
            #expect(
                service["depends_on"]?["topics"]?["condition"]?.stringValue
                    == "service_completed_successfully")
            // `--scale` needs services without a fixed name or port.
            #expect(service["container_name"] == nil)
            #expect(service["ports"] == nil)
        }
        let image = try #require(services["kafka"]?["image"]?.stringValue)
        #expect(image.hasPrefix("apache/kafka:4."))
        #expect(services["topics"]?["command"]?[1]?.stringValue == "apply")
    }
}
