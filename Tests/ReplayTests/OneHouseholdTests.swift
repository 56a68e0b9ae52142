import Foundation
import Glibc
import Households
import Replay
import Rules
import StreamsTesting
import Testing
import Workers

/// A small history whose whole expected output lies in `OneHousehold/expected`, written by hand
/// from the formats; `OneHousehold/README.md` shows how. Everywhere else the same code stands on
/// both sides of a comparison; here it does not.
struct OneHouseholdTests {
    private static let root = SourceTree.root
    private static let folder = "\(root)/Tests/ReplayTests/OneHousehold"

    /// Replays the history and returns the files it writes.
    private func replay() throws -> [String: [UInt8]] {
        let key = try #require(FileBytes.read("\(Self.folder)/key").flatMap { PseudonymKey($0) })
        let pipelines = try EighteenRules.pipelines()
        defer { try? FileManager.default.removeItem(atPath: pipelines) }
        let county = try County(
            pipelines: pipelines, policy: "\(Self.root)/config/policy", key: key)
        let replay = Replay(county)
        var template = Array("/tmp/shouwang-replay-XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil)
        let out = String(
            decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let files = try OutputFiles(folder: out, replay)
        try replay.feed(
            FeedFiles.read(
                folder: "\(Self.folder)/feeds", actions: "\(Self.folder)/actions.jsonl"))
        try replay.pass(to: #require(Day(iso: "2026-06-24")))
        try files.close()
        var found: [String: [UInt8]] = [:]
        for name in Self.files {
            // The content address changes with every comma in a rule; what it is made of does not
            // belong here.
            found[name] = Self.replacing(
                county.rules.digest, in: try #require(FileBytes.read("\(out)/\(name)")))
            unlink("\(out)/\(name)")
        }
        rmdir(out)
        return found
    }

    private static let files = [
        "alerts.jsonl", "assignments.jsonl", "cases.jsonl", "escalations.jsonl", "dead.jsonl",
    ]

    private static func replacing(_ digest: String, in bytes: [UInt8]) -> [UInt8] {
        let wanted = Array(digest.utf8)
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if bytes[index] == wanted[0], bytes[index...].starts(with: wanted) {
                result += "@ruleSet@".utf8
                index += wanted.count
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return result
    }

    @Test func `bills, a flood, dry taps and officers' answers give just these records`() throws {
        let found = try replay()
        for name in Self.files {
            let expected = try #require(FileBytes.read("\(Self.folder)/expected/\(name)"))
            let lines = (expected, found[name]!)
            let (left, right) = (
                lines.0.split(separator: 0x0a), lines.1.split(separator: 0x0a)
            )
            #expect(left.count == right.count, "\(name)")
            for (number, (left, right)) in zip(left, right).enumerated() where left != right {
                Issue.record(
                    """
                    \(name):\(number + 1) differs
                    expected \(String(decoding: left, as: UTF8.self))
                    found    \(String(decoding: right, as: UTF8.self))
                    """)
            }
            #expect(lines.0 == lines.1, "\(name), byte for byte")
        }
    }

    @Test func `a second replay writes the same bytes`() throws {
        #expect(try replay() == replay())
    }
}
