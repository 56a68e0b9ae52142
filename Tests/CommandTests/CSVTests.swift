import Foundation
import JSON
import Testing

@testable import shouwang

@Suite struct CSVTests {
    private func events(_ text: String, _ words: [String]) throws -> [JSONValue] {
        let path = FileManager.default.temporaryDirectory
            .appendingPathComponent("\(ProcessInfo.processInfo.globallyUniqueString).csv")
        try text.write(to: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: path) }
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().path
        guard
            case .command(_, let arguments) = try ArgumentParser.parse(
                ["feed", "employment", path.path] + words, [FeedCommand.spec])
        else { throw CommandError.failed("not a command") }
        let configuration = try Configuration.load(
            file: "\(root)/config/shouwang.yaml", environment: [:],
            options: [("folders.pipelines", "\(root)/Pipelines")])
        let bytes = try CSVFile.events(
            file: path.path, pipeline: "employment",
            Invocation(
                arguments: arguments, configuration: configuration, out: { _ in }, err: { _ in }))
        return try bytes.split(separator: 0x0a).map { try JSONValue(parsing: Array($0)) }
    }

    private static let words = [
        "--type", "hr.wage.paid.v1", "--source", "urn:gov:529901:labour:payroll", "--batch", "b7",
    ]

    @Test func `Chinese columns become the event's fields`() throws {
        let text = "姓名,身份证号,employerCode,month,amount,time\n"
            + "某某,529901198707270111,none,2026-05,3200.50,2026-06-02T10:00:00+08:00\n"
        let events = try events(text, Self.words)
        #expect(events.count == 1)
        let event = try #require(events.first)
        #expect(event["type"]?.stringValue == "hr.wage.paid.v1")
        #expect(event["id"]?.stringValue == "b7:2")
        #expect(event["batch"]?.stringValue == "b7")
        #expect(event["time"]?.stringValue == "2026-06-02T10:00:00+08:00")
        #expect(event["data"]?["idNumber"]?.stringValue == "529901198707270111")
        #expect(event["data"]?["amount"]?.stringValue == "3200.50")
        // A column the catalogue does not know, such as the name, never leaves the file.
        #expect(!event.description.contains("某某"))
    }

    @Test func `a missing column, a short row and an unknown type are named`() throws {
        #expect(throws: CommandError.self) { try events("身份证号\nx\n", Self.words) }
        let head = "idNumber,employerCode,month,amount\n"
        #expect {
            try events(head + "a,b,c\n", Self.words)
        } throws: { "\($0)".contains(":2: expected 4 columns, found 3") }
        #expect {
            try events(head, ["--type", "hr.wage.payd.v1", "--source", "urn:gov:52:a:b"])
        } throws: { "\($0)".contains("hr.wage.paid.v1") }
        #expect {
            try events(head + "a,b,\"c,d\n", Self.words)
        } throws: { "\($0)".contains(":2: a quote is opened and never closed") }
    }
}
