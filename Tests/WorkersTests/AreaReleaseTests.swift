import Households
import JSON
import Kafka
import Streams
import StreamsTesting
import Testing

@testable import Workers

/// Activations as villages meet them (docs/RULES.md, "Releases").
struct AreaReleaseTests {
    private static let village = "529901100201"

    /// What ships, with these rules about villages instead of the shipped ones.
    private func files(_ rules: String...) throws -> ReleaseFiles {
        let shipped = try ReleaseFiles.read(
            pipelines: "\(SourceTree.root)/Pipelines", policy: "\(SourceTree.root)/config/policy")
        return ReleaseFiles(
            shipped.files.filter { !$0.path.hasPrefix("area/") } + [
                .init(
                    path: "area/village.rules.yaml", text: "rules:\n" + rules.joined(),
                    origin: "village.rules.yaml")
            ])
    }

    /// A rule about how many households had an alert in 30 days, so that every answer is plain.
    private func rule(_ id: String, atLeast count: Int) -> String {
        """
          - id: \(id)
            cause: other
            params: {leastCount: \(count)}
            when: alerted(30) >= param.leastCount
            level: yellow
            text: {zh: 字, en: word}
            source: test

        """
    }

    /// A household that has had an alert on the day, or leaves.
    private func record(
        _ name: String, leaves: Bool = false, at day: String
    ) -> OwnedRecord {
        var share: [UInt8] = []
        var told = VillageShare()
        told.alerts = [Day(iso: day)!]
        told.encode(into: &share)
        var value: [UInt8] = []
        VillageMessage.encode(Pseudonym.digest(name), leaves ? nil : share, into: &value)
        return OwnedRecord(
            topic: "area.events", timestamp: ReleaseSamples.time(day), key: Array(Self.village.utf8),
            value: value)
    }

    /// `rule event [by rules] day` of each alert, and the rule set it names where that is `release`'s.
    private func run(
        _ start: ReleaseFiles, _ next: ReleaseFiles, _ records: [OwnedRecord]
    ) throws -> [String] {
        let shelf = ReleaseShelf()
        shelf.add(next)
        let release = try Release(start)
        let driver = ReplayDriver()
        driver.add(
            Topology(
                name: "area", input: "area.events",
                processor: AreaProcessor(
                    rules: release.areaRules, plan: release.plan, releases: shelf)))
        driver.collect("area.alerts", "dead.area")
        for record in records { try driver.feed(record) }
        try driver.advance(to: Day(iso: "2026-03-20")!.start)
        #expect(driver.outputs("dead.area").isEmpty)
        return try driver.outputs("area.alerts").map { alert in
            let value = try JSONValue(parsing: alert.value ?? [])
            let type = alert.headers.first { $0.name == "ce_type" }?.value ?? []
            let word = String(decoding: type, as: UTF8.self).split(separator: ".")[2]
            let set = value["ruleSet"]?.stringValue ?? ""
            #expect([start, next].contains { $0.address.description == set })
            return [
                value["rule"]?.stringValue ?? "", String(word),
                value["endedBy"].map { "by " + ($0.stringValue ?? "") },
                value["asOf"]?.stringValue ?? "",
                set == next.address.description ? "new" : "old",
            ].compactMap { $0 }.joined(separator: " ")
        }
    }

    private func activate(_ files: ReleaseFiles) -> OwnedRecord {
        ReleaseSamples.order(.activate(files.address), topic: "area.events")
    }

    @Test func `an alert whose rule says yes goes on, and ends under the new release`() throws {
        let next = try files(rule("A-1", atLeast: 3))
        #expect(
            try run(
                files(rule("A-1", atLeast: 2)), next,
                [
                    record("a", at: "2026-03-05"), record("b", at: "2026-03-05"),
                    record("c", at: "2026-03-05"), activate(next),
                    record("c", leaves: true, at: "2026-03-09"),
                ]) == ["A-1 opened 2026-03-05 old", "A-1 cleared 2026-03-09 new"])
    }

    @Test func `one that the new rules would not have raised is cleared by them, never withdrawn`()
        throws
    {
        let next = try files(rule("A-1", atLeast: 4))
        #expect(
            try run(
                files(rule("A-1", atLeast: 2)), next,
                [
                    record("a", at: "2026-03-05"), record("b", at: "2026-03-05"), activate(next),
                    record("d", leaves: true, at: "2026-03-09"),
                ]) == ["A-1 opened 2026-03-05 old", "A-1 cleared by rules 2026-03-05 new"])
    }

    @Test func `the alert of a rule that goes is cleared; a rule that comes opens`() throws {
        let next = try files(rule("A-2", atLeast: 2))
        #expect(
            try run(
                files(rule("A-1", atLeast: 2)), next,
                [
                    record("a", at: "2026-03-05"), record("b", at: "2026-03-05"), activate(next),
                    record("d", leaves: true, at: "2026-03-09"),
                ]) == [
                    "A-1 opened 2026-03-05 old", "A-1 cleared by rules 2026-03-05 new",
                    "A-2 opened 2026-03-05 new",
                ])
    }

    @Test func `one found right only later was right from then on`() throws {
        let next = try files(rule("A-1", atLeast: 3))
        #expect(
            try run(
                files(rule("A-1", atLeast: 2)), next,
                [
                    record("a", at: "2026-03-05"), record("b", at: "2026-03-05"),
                    record("c", at: "2026-03-08"), activate(next), record("c", leaves: true, at: "2026-03-09"),
                ]) == ["A-1 opened 2026-03-05 old", "A-1 cleared 2026-03-09 new"])
    }

    @Test func `a worker waits for a release it has not got`() throws {
        let start = try Release(files(rule("A-1", atLeast: 2)))
        let next = try files(rule("A-1", atLeast: 3))
        let shelf = ReleaseShelf()
        let processor = AreaProcessor(
            rules: start.areaRules, plan: start.plan, releases: shelf)
        var shared = AreaState()
        #expect(processor.missing(shared) == nil)
        try activate(next).withView {
            try processor.receive($0, shared: &shared, at: ReleaseSamples.time("2026-03-05"))
        }
        #expect(processor.missing(shared)?.contains(next.address.description) == true)
        shelf.add(next)
        #expect(processor.missing(shared) == nil)
    }
}
