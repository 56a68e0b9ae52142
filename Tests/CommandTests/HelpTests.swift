import Foundation
import Testing

@testable import shouwang

/// Help texts are held against files beside this one. After a change meant to be:
/// `UPDATE_SNAPSHOTS=1 swift test --filter HelpTests`, then look at the difference.
@Suite struct HelpTests {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Help")

    private func compare(_ text: String, with name: String) throws {
        let file = Self.folder.appendingPathComponent("\(name).txt")
        if ProcessInfo.processInfo.environment["UPDATE_SNAPSHOTS"] != nil {
            try text.write(to: file, atomically: false, encoding: .utf8)
        }
        let expected = try String(contentsOf: file, encoding: .utf8)
        #expect(text == expected, "\(name).txt differs; see the head of HelpTests.swift")
    }

    @Test func `the list of commands is as written down`() throws {
        try compare(Program("--help").output, with: "overview")
        #expect(Program().output == Program("--help").output)
    }

    @Test(arguments: Commands.all.map(\.name))
    func `each command's help is as written down`(name: String) throws {
        let words = name.split(separator: " ").map(String.init)
        let program = words.count == 2 ? Program(words[0], words[1], "--help") : Program(name, "-h")
        #expect(program.code == 0)
        try compare(program.output, with: name.replacingOccurrences(of: " ", with: "-"))
    }

    @Test(arguments: Commands.all.map(\.name))
    func `help stays within a terminal and has an example`(name: String) throws {
        let command = try #require(Commands.all.first { $0.name == name })
        #expect(!command.examples.isEmpty)
        for line in HelpText.command(command).split(separator: "\n") {
            #expect(line.count <= 100, "\(line)")
        }
    }

    @Test func `no help is left of a command that is gone`() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
        let known = Commands.all.map { $0.name.replacingOccurrences(of: " ", with: "-") }
        #expect(Set(files) == Set((known + ["overview"]).map { "\($0).txt" }))
    }

    @Test func `a wrong line ends with 2, a failure with 1`() {
        #expect(Program("nonsense").code == 2)
        #expect(Program("feed", "--nonsense").code == 2)
        #expect(Program("feed", "medical", "/nonexistent.jsonl").code == 1)
        #expect(Program("--version").code == 0)
    }
}
