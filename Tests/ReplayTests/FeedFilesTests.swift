import Households
import Kafka
import StreamsTesting
import Testing
import Workers

@testable import Replay

/// Records without `time` (formats, sections 2, 9 and 10).
struct FeedFilesTests {
    private static let root = SourceTree.root

    private static func line(_ id: String, time: String?) -> String {
        """
        {"specversion":"1.0","id":"\(id)","source":"urn:gov:529901:insurance:roll",\
        "type":"md.enrol.changed.v1"\(time.map { ",\"time\":" + $0 } ?? ""),\
        "data":{"idNumber":"11010519491231002X","year":2026,"enrolled":true,"date":"2026-01-02"}}
        """
    }

    private static let early = "\"2026-01-05T09:00:00+08:00\""
    private static let late = "\"2026-01-09T09:00:00+08:00\""

    /// What the intake's replay makes of a file: reason of each dead letter by its `id`, and how
    /// many facts came.
    private func replay(_ lines: [String]) throws -> (reasons: [String: String], facts: Int) {
        let key = try #require(PseudonymKey(Array("a key for tests only, not secret".utf8)))
        let county = try County(
            pipelines: "\(Self.root)/Pipelines", policy: "\(Self.root)/config/policy", key: key)
        let replay = Replay(county, only: ["medical"])
        replay.driver.collect("dead.medical", "person.facts")
        try replay.feed(
            FeedFiles.lines(
                of: Array(lines.joined(separator: "\n").utf8), topic: "feed.medical", order: 1))
        var reasons: [String: String] = [:]
        for letter in replay.driver.outputs("dead.medical") {
            func header(_ name: String) -> String {
                letter.headers.first { $0.name == name }?.value
                    .map { String(decoding: $0, as: UTF8.self) } ?? ""
            }
            let value = String(decoding: letter.value ?? [], as: UTF8.self)
            #expect(lines.contains(value), "a dead letter holds the line as it came")
            let id = lines.first { $0 == value }.flatMap { $0.split(separator: "\"")[7] }
            reasons[String(id ?? "")] =
                "\(header("shouwang-reason")) \(header("shouwang-field"))"
        }
        return (reasons, replay.driver.outputs("person.facts").count)
    }

    @Test func `a replayed record without a time is a dead letter, and life goes on`() throws {
        let (reasons, facts) = try replay([
            Self.line("a", time: Self.early), Self.line("b", time: nil),
            Self.line("c", time: "null"), Self.line("d", time: Self.late),
        ])
        #expect(reasons == ["b": "envelope.missing time", "c": "envelope.missing time"])
        #expect(facts == 2)
    }

    // It was called missing.
    @Test(arguments: ["7", "\"\"", "\"yesterday\"", "\"2026-01-05T09:00:00\"", "[]", "true"])
    func `a time that is none is told apart from one that is missing`(time: String) throws {
        let (reasons, facts) = try replay([Self.line("a", time: time)])
        #expect(reasons == ["a": "envelope.time time"])
        #expect(facts == 0)
    }

    @Test func `what has no time stands where it stands in its file`() {
        let text = [
            Self.line("a", time: nil), Self.line("b", time: Self.late), "no JSON",
            Self.line("c", time: Self.early), Self.line("d", time: nil),
        ].joined(separator: "\n")
        let lines = FeedFiles.lines(of: Array(text.utf8), topic: "feed.medical", order: 1)
        #expect(
            lines.map { Day(ofInstant: $0.timestamp).description } == [
                "2026-01-09", "2026-01-09", "2026-01-09", "2026-01-05", "2026-01-05",
            ])
        #expect(lines.map { $0.failure != nil } == [true, false, false, false, true])
    }
}
