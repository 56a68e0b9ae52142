import Foundation
import Testing

@testable import shouwang

/// `feed` before it asks the broker anything.
@Suite struct FeedTests {
    private func withFile<Result>(_ text: String, _ body: (String) throws -> Result) throws
        -> Result
    {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("shouwang-\(ProcessInfo.processInfo.globallyUniqueString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent("medical.jsonl")
        try text.write(to: path, atomically: true, encoding: .utf8)
        return try body(path.path)
    }

    private static let file = """
        {"id":"1","time":"2026-01-05T09:00:00+08:00"}
        {"id":"2"}

        {"id":"3","time":null}
        no JSON at all

        """

    // Under `time: records` such records went out with a neighbour's timestamp, or with 1970.
    @Test func `records without a time are refused where a record's time is its timestamp`() throws
    {
        try withFile(Self.file) { path in
            let folder = String(path.dropLast("/medical.jsonl".count))
            for words in [["medical", path], ["--feeds", folder]] {
                let program = Program(
                    ["feed"] + words + [
                        "--set", "time=records", "--servers", "127.0.0.1:1",
                        "--config", Self.configuration,
                    ])
                #expect(program.code == 1)
                #expect(program.output.isEmpty)
                #expect(
                    program.errors.contains(
                        "record 2 of feed.medical has no time, nor has 1 other"),
                    "\(program.errors)")
            }
        }
    }

    private static let configuration = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("config/shouwang.yaml").path
}
