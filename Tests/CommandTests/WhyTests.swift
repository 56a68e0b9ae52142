import Foundation
import Testing

@testable import shouwang

/// `why` over the folder of a replay.
@Suite struct WhyTests {
    private static let configuration = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("config/shouwang.yaml").path

    // It was named by the numbers of its letters.
    @Test func `a household nobody knows is named as it was asked for`() throws {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("shouwang-\(ProcessInfo.processInfo.globallyUniqueString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try "".write(
            to: folder.appendingPathComponent("households.jsonl"), atomically: true,
            encoding: .utf8)
        let program = Program(
            "why", "3k9v0c5m8r2t7w1x4y6z0a2b4c", "--replay", folder.path, "--config",
            Self.configuration)
        #expect(program.code == 1)
        #expect(
            program.errors
                == "shouwang: nothing is known of household 3k9v0c5m8r2t7w1x4y6z0a2b4c\n")
    }

    @Test func `a folder that is none of a replay is told apart`() {
        let program = Program(
            "why", "3k9v0c5m8r2t7w1x4y6z0a2b4c", "--replay", "/nowhere", "--config",
            Self.configuration)
        #expect(program.code == 1)
        #expect(program.errors.contains("is it the folder of a replay?"))
    }
}
