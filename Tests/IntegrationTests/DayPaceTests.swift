import Glibc
import Households
import JSON
import Kafka
import Replay
import StreamsTesting
import Testing
import Workers

extension RealPath {
    /// The samples' last 60 days through the workers, day by day, against `shouwang replay`.
    ///
    /// What lies before those days is told on the nine days before them, one kind of record a day,
    /// declarations last: 18 months of days would only add daily wake-ups. On those nine days the
    /// records of two members may be asked about in either order when partitions are read side by
    /// side, so alerts opened there are compared without level and figures, and not at all when
    /// they are withdrawn the same day: one may open between two records of one day.
    @Suite struct DayPaceTests {
        static let window = Day(iso: "2026-05-02").unsafelyUnwrapped
        static let lastDay = Day(iso: "2026-06-30").unsafelyUnwrapped

        /// An opening or an end.
        struct Edge: Hashable, CustomStringConvertible {
            let alert: String
            let rule: String
            let type: String
            let day: String
            /// Level and figures; empty for the days before the window.
            let decided: String

            var description: String { "\(rule) \(type) on \(day), \(alert): \(decided)" }
        }

        @Test(.timeLimit(.minutes(30)), arguments: [1, 3] as [Int32])
        func `sixty days at day pace give the alerts that replay gives`(partitions: Int32) throws {
            let installation = try Installation(partitions: partitions)
            defer { installation.close() }
            let feeds = "\(installation.folder)/feeds"
            let count = try DayPaceTests.writeFeeds(to: feeds)
            let until = DayPaceTests.lastDay.description
            installation.workSparingly()
            try installation.run(
                "replay", "--feeds", feeds, "--out", "\(installation.folder)/replay", "--until",
                until)
            try installation.waitUntilWorking()
            try installation.run("feed", "--feeds", feeds, "--pace", "day", "--until", until)
            #expect(installation.stop().allSatisfy { $0 == 0 }, "\(installation.ended)")

            let found = try DayPaceTests.edges(
                BrokerLog.read(installation.plans.filter { $0.name == "alerts" })
                    .records["alerts", default: []].map {
                        String(decoding: $0.value!, as: UTF8.self)
                    })
            let path = "\(installation.folder)/replay/alerts.jsonl"
            let expected = try DayPaceTests.edges(
                #require(FileBytes.read(path)).split(separator: 0x0a).map { line in
                    try #require(JSONValue(parsing: Array(line))["value"]).description
                })
            for edge in expected.subtracting(found).map(\.description).sorted().prefix(20) {
                Issue.record("only replay: \(edge)")
            }
            for edge in found.subtracting(expected).map(\.description).sorted().prefix(20) {
                Issue.record("only the broker: \(edge)")
            }
            let inside = expected.filter { !$0.decided.isEmpty }
            print(
                "day pace, \(partitions) partitions: \(count) records, \(expected.count) openings "
                    + "and ends, \(inside.count) of them in the 60 days")
            #expect(inside.count >= 60)
            #expect(Set(inside.map(\.rule)).count >= 12)
            #expect(
                ["opened", "cleared", "withdrawn"].allSatisfy { type in
                    inside.contains { $0.type == type }
                })
        }

        static func edges(_ values: [String]) throws -> Set<Edge> {
            var edges: Set<Edge> = []
            var passing: Set<String> = []
            for text in values {
                let value = try JSONValue(parsing: text)
                let field = { (name: String) in value[name]?.stringValue ?? "" }
                let isOpening = value["revision"]?.int64 == 1 && field("state") == "open"
                let type = isOpening ? "opened" : field("state")
                guard type != "open" else { continue }
                let day = field("asOf")
                let opened = try #require(Day(iso: field("openedOn")))
                let figures = (value["computation"]?.objectValue ?? [])
                    .filter { $0.name != "items" }.map { "\($0.name) \($0.value.description)" }
                let edge = Edge(
                    alert: field("alert"), rule: field("rule"), type: type, day: day,
                    decided: opened < window
                        ? "" : "\(field("level")) \(figures.joined(separator: ", "))")
                #expect(edges.insert(edge).inserted, "\(edge) is there twice")
                if opened < window, type == "withdrawn", day == opened.description {
                    passing.insert(edge.alert)
                }
            }
            return edges.filter { !passing.contains($0.alert) }
        }

        /// Writes the samples of the last 60 days, and what came before on the days before.
        static func writeFeeds(to folder: String) throws -> Int {
            var count = 0
            for feed in Topics.feeds {
                let path = "\(Repository.root)/Pipelines/\(feed)/samples/\(feed).jsonl"
                let bytes = try #require(FileBytes.read(path))
                var lines: [UInt8] = []
                var position: Int64 = 0
                for line in FeedFiles.lines(of: bytes, topic: "feed.\(feed)", order: 0) {
                    // A line without a time of its own is refused by replay before any worker
                    // sees it; the intake would take the record's timestamp.
                    guard line.failure == nil else { continue }
                    position += 1
                    count += 1
                    let day = Day(ofInstant: line.timestamp)
                    if day < window, let earlier = retold(line.bytes, position) {
                        lines += earlier
                    } else {
                        lines += line.bytes
                    }
                    lines.append(0x0a)
                }
                let file = try #require(fopen("\(folder)/\(feed).jsonl", "wb"))
                fwrite(lines, 1, lines.count, file)
                fclose(file)
            }
            return count
        }

        /// The line with the time of the day on which records of its kind are told; each feed's
        /// own order is kept. `nil` for one whose time or type cannot be read.
        private static func retold(_ line: [UInt8], _ position: Int64) -> [UInt8]? {
            guard let value = try? JSONValue(parsing: line),
                let type = value["type"]?.stringValue, let time = value["time"]?.stringValue
            else { return nil }
            let order = [
                "hh.", "ca.", "rb.", "md.enrol", "ed.", "hr.wage", "hr.job", "md.", "hc.", "hs.",
                "em.", "wt.", "bk.", "ag.", "fv.",
            ]
            let days = [0, 0, 0, 1, 2, 3, 4, 5, 5, 6, 6, 6, 7, 7, 8]
            guard let kind = order.firstIndex(where: { type.hasPrefix($0) }) else { return nil }
            let day = window - 9 + days[kind]
            let instant = InstantText.text(day.start + 3_600_000 + position * 1_000)
            let text = String(decoding: line, as: UTF8.self)
            guard let range = text.firstRange(of: "\"time\":\"\(time)\"") else { return nil }
            return Array(
                (text[..<range.lowerBound] + "\"time\":\"\(instant)\"" + text[range.upperBound...])
                    .utf8)
        }
    }
}
