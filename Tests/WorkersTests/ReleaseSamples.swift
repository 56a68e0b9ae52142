import Households
import JSON
import Kafka
import Streams
import StreamsTesting

@testable import Workers

/// Releases made for a test, and households of so many members for their rules to look at.
enum ReleaseSamples {
    /// A rule about how many members there are, so that every answer is plain.
    static func rule(_ id: String, atLeast count: Int, more: String = "") -> String {
        """
          - id: \(id)
            cause: other
            params: {leastCount: \(count)}
            when: memberCount >= param.leastCount
            levels: [{level: yellow}]
            cooldown: 30
            \(more)
            evidence: [{fact: person.registered, span: latest}]
            text: {zh: 字, en: word}
            source: test

        """
    }

    /// What ships, with these rules instead of the shipped ones; `visit` replaces the deadline of
    /// a yellow alert's visit.
    static func files(_ rules: String..., visit: String? = nil) throws -> ReleaseFiles {
        let shipped = try ReleaseFiles.read(
            pipelines: "\(SourceTree.root)/Pipelines", policy: "\(SourceTree.root)/config/policy")
        var files = shipped.files.filter {
            !$0.path.hasPrefix("monitor/") || $0.path == "monitor/diseases.yaml"
        }
        if let visit {
            files = files.map { file in
                ReleaseFiles.File(
                    path: file.path,
                    text: file.text.replacing("yellow: {workingDays: 5}", with: "yellow: \(visit)"),
                    origin: file.origin)
            }
        }
        let text = "rules:\n" + rules.joined()
        return ReleaseFiles(
            files + [.init(path: "monitor/made.rules.yaml", text: text, origin: "made.rules.yaml")])
    }

    // MARK: Records of household.facts

    static func household(_ number: Int) -> Pseudonym { .digest("household \(number)") }

    static func time(_ day: String, _ milliseconds: Int64 = 36_000_000) -> Instant {
        Day(iso: day)!.start + milliseconds
    }

    /// A member is registered, or was never one (`isThere` false).
    static func member(
        _ number: Int, of home: Int, isThere: Bool = true, asks: Bool = true, at day: String,
        _ milliseconds: Int64 = 36_000_000
    ) -> OwnedRecord {
        let fact = Fact(
            kind: .personRegistered, subject: .person(.digest("person \(number) of \(home)")),
            key: .digest("r \(number) of \(home)"), department: "police",
            occurred: Day(iso: "2020-01-01")!, recorded: 1, arrived: 1,
            attributes: [
                (.household, .pseudonym(household(home))),
                (.division, .integer(529_901_100_201)),
                (.birthDate, .integer(Int64(Day(iso: "1985-05-05")!.number))),
            ])
        let message: FactMessage =
            isThere ? .set(fact, asks: asks) : .drop(fact.identity, asks: asks)
        return record(message, home, time(day, milliseconds))
    }

    /// A member dies on the day.
    static func death(_ number: Int, of home: Int, at day: String) -> OwnedRecord {
        let fact = Fact(
            kind: .personDeceased, subject: .person(.digest("person \(number) of \(home)")),
            key: .digest("d \(number) of \(home)"), department: "police",
            occurred: Day(iso: day)!, recorded: 2, arrived: 2)
        return record(.set(fact, asks: true), home, time(day))
    }

    static func record(
        _ message: FactMessage, _ home: Int, _ time: Instant
    ) -> OwnedRecord {
        var value: [UInt8] = []
        message.encode(into: &value)
        return OwnedRecord(
            topic: "household.facts", timestamp: time,
            key: Array(household(home).description.utf8), value: value)
    }

    static func order(
        _ order: ReleaseOrder, topic: String = "household.facts"
    ) -> OwnedRecord {
        OwnedRecord(
            topic: topic, timestamp: 1,
            value: StandingOrder(order, by: "li.wei", note: "").value,
            headers: [.init("\(ReleaseOrder.header)", order.kind)])
    }
}

/// The monitor alone, in memory, with releases.
struct ReleaseRun {
    let driver = ReplayDriver()
    let shelf = ReleaseShelf()

    /// Tasks without an activation decide by `start`.
    init(_ start: ReleaseFiles, knowing others: ReleaseFiles...) throws {
        for files in others { shelf.add(files) }
        driver.add(
            Topology(
                name: "monitor", input: "household.facts",
                processor: Monitor(rules: try Release(start).rules, releases: shelf)))
        driver.collect("alerts", "case.events", "area.events", "shadow.counts", "dead.monitor")
    }

    func feed(_ records: OwnedRecord...) throws {
        for record in records { try driver.feed(record) }
    }

    /// Lets every 00:00 of these days come.
    func pass(from first: String, to last: String) throws {
        for number in Day(iso: first)!.number...Day(iso: last)!.number {
            try driver.advance(to: Day(number: number).start)
        }
    }

    /// What was published but updates, which new facts bring.
    var published: [OwnedRecord] {
        driver.outputs("alerts").filter { record in
            !record.headers.contains {
                $0.name == "ce_type" && $0.value == Array("shouwang.alert.updated.v1".utf8)
            }
        }
    }

    /// `home rule type day` of each, but the first `count`, with `by rules` where it ends by them.
    func alerts(from count: Int = 0) throws -> [String] {
        try published.dropFirst(count).map { try ReleaseRun.line($0) }
    }

    static func line(_ record: OwnedRecord) throws -> String {
        let value = try JSONValue(parsing: record.value ?? [])
        let home =
            (0..<300).first {
                ReleaseSamples.household($0).description == value["household"]?.stringValue
            } ?? -1
        let type = record.headers.first { $0.name == "ce_type" }?.value ?? []
        let word = String(decoding: type, as: UTF8.self).split(separator: ".")[2]
        let reason = value["endedBy"].map { " by \($0.stringValue ?? "")" } ?? ""
        return "\(home) \(value["rule"]?.stringValue ?? "") \(word)\(reason) "
            + "\(value["asOf"]?.stringValue ?? "")"
    }

    /// The release each of these alerts names.
    func ruleSets(from count: Int = 0) throws -> Set<String> {
        Set(
            try published.dropFirst(count).map {
                try JSONValue(parsing: $0.value ?? [])["ruleSet"]?.stringValue ?? ""
            })
    }

    /// `rule overlap day` of each count, in order.
    func counts() throws -> [String] {
        try driver.outputs("shadow.counts").map {
            let value = try JSONValue(parsing: $0.value ?? [])
            return "\(value["rule"]?.stringValue ?? "") \(value["overlap"]?.stringValue ?? "") "
                + "\(value["day"]?.stringValue ?? "")"
        }
    }
}
