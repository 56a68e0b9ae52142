import Households
import JSON
import Kafka
import Streams
import StreamsTesting
import Testing

@testable import Workers

/// What an activation does to a household's alerts (docs/RULES.md, "Releases").
struct ActivationTests {
    private typealias Samples = ReleaseSamples

    /// Two rules; the next release asks the first for one member more, lacks the second and has a
    /// third.
    private static func releases() throws -> (old: ReleaseFiles, new: ReleaseFiles) {
        (
            try Samples.files(
                Samples.rule("M-01", atLeast: 2), Samples.rule("M-02", atLeast: 1)),
            try Samples.files(
                Samples.rule("M-01", atLeast: 3), Samples.rule("M-03", atLeast: 2))
        )
    }

    @Test func `open alerts end or go on by the new rules, none is withdrawn, and roll-back is the same again`()
        throws
    {
        let (old, new) = try Self.releases()
        let run = try ReleaseRun(old, knowing: old, new)
        try run.feed(
            Samples.member(1, of: 0, at: "2026-03-01", 1_000),
            Samples.member(2, of: 0, at: "2026-03-01", 2_000))
        for number in 1...3 {
            try run.feed(Samples.member(number, of: 1, at: "2026-03-01", 3_000 + Int64(number)))
        }
        #expect(
            try run.alerts() == [
                "0 M-02 opened 2026-03-01", "0 M-01 opened 2026-03-01", "1 M-02 opened 2026-03-01",
                "1 M-01 opened 2026-03-01",
            ])
        #expect(try run.ruleSets() == [old.address.description])
        try run.pass(from: "2026-03-02", to: "2026-03-10")
        #expect(try run.alerts().count == 4)

        try run.feed(Samples.order(.activate(new.address)))
        // Household 1 has three members: its M-01 goes on, untouched.
        #expect(
            Set(try run.alerts(from: 4)) == [
                "0 M-01 cleared by rules 2026-03-10", "0 M-02 cleared by rules 2026-03-10",
                "0 M-03 opened 2026-03-10", "1 M-02 cleared by rules 2026-03-10",
                "1 M-03 opened 2026-03-10",
            ])
        #expect(try run.ruleSets(from: 4) == [new.address.description])
        // What is said of the end names the rules, and the rule that is gone is still told.
        let gone = try #require(
            try run.published.dropFirst(4).first { try ReleaseRun.line($0).hasPrefix("0 M-02") })
        let value = try JSONValue(parsing: gone.value ?? [])
        #expect(value["text"]?["en"]?.stringValue?.contains("rules have changed") == true)
        #expect(value["evidence"]?.description.contains("person.registered") == true)
        #expect(value["state"]?.stringValue == "cleared")

        try run.pass(from: "2026-03-11", to: "2026-03-20")
        try run.feed(Samples.order(.activate(old.address)))
        // Within the cool-down nothing opens again.
        #expect(
            Set(try run.alerts(from: 9)) == [
                "0 M-03 cleared by rules 2026-03-20", "1 M-03 cleared by rules 2026-03-20",
            ])
        #expect(try run.ruleSets(from: 9) == [old.address.description])
        try run.pass(from: "2026-03-21", to: "2026-04-15")
        #expect(
            Set(try run.alerts(from: 11)) == [
                "0 M-01 opened 2026-04-09", "0 M-02 opened 2026-04-09", "1 M-02 opened 2026-04-09",
            ])
        #expect(run.driver.outputs("dead.monitor").isEmpty)
        #expect(
            run.driver.outputs("case.events").map(\.value) == run.driver.outputs("alerts").map(\.value))
    }

    @Test func `an alert that goes on keeps its id, and a correction still withdraws it`() throws {
        let (old, new) = try Self.releases()
        let run = try ReleaseRun(old, knowing: new)
        for number in 1...3 {
            try run.feed(Samples.member(number, of: 0, at: "2026-03-01", Int64(number)))
        }
        try run.pass(from: "2026-03-02", to: "2026-03-10")
        try run.feed(Samples.order(.activate(new.address)))
        let before = try run.alerts().count
        // The third was never there, so by the rules in force the alert was never right.
        try run.feed(Samples.member(3, of: 0, isThere: false, at: "2026-03-12"))
        #expect(try run.alerts(from: before) == ["0 M-01 withdrawn 2026-03-12"])
        func id(_ index: Int) throws -> String? {
            try JSONValue(parsing: run.published[index].value ?? [])["alert"]?
                .stringValue
        }
        let opened = try #require(
            try run.alerts().firstIndex(of: "0 M-01 opened 2026-03-01"))
        #expect(try id(opened) == id(before))
    }

    @Test func `an alert that only became right by the new rules is cleared in the end, not withdrawn`()
        throws
    {
        let (old, new) = try Self.releases()
        let run = try ReleaseRun(old, knowing: new)
        try run.feed(
            Samples.member(1, of: 0, at: "2026-03-01", 1), Samples.member(2, of: 0, at: "2026-03-01", 2))
        try run.pass(from: "2026-03-02", to: "2026-03-05")
        // A third from the fifth on; by the new rule the alert of the first was not right then.
        var third = Samples.member(3, of: 0, at: "2026-03-05")
        third.value = {
            var value: [UInt8] = []
            let fact = Fact(
                kind: .personRegistered, subject: .person(.digest("person 3 of 0")),
                key: .digest("r 3 of 0"), department: "police", occurred: Day(iso: "2026-03-05")!,
                recorded: 1, arrived: 1,
                attributes: [
                    (.household, .pseudonym(Samples.household(0))),
                    (.division, .integer(529_901_100_201)),
                    (.birthDate, .integer(Int64(Day(iso: "1985-05-05")!.number))),
                ])
            FactMessage.set(fact, asks: true).encode(into: &value)
            return value
        }()
        try run.feed(third)
        try run.pass(from: "2026-03-06", to: "2026-03-10")
        try run.feed(Samples.order(.activate(new.address)))
        let before = try run.alerts().count
        try run.pass(from: "2026-03-11", to: "2026-03-15")
        #expect(try run.alerts(from: before) == [])
        try run.feed(Samples.death(3, of: 0, at: "2026-03-15"))
        #expect(
            try run.alerts(from: before).filter { $0.contains("M-01") }
                == ["0 M-01 cleared 2026-03-15"])
    }

    @Test func `the same release again changes nothing`() throws {
        let (old, _) = try Self.releases()
        let run = try ReleaseRun(old, knowing: old)
        try run.feed(Samples.member(1, of: 0, at: "2026-03-01"))
        try run.feed(Samples.order(.activate(old.address)), Samples.order(.activate(old.address)))
        #expect(try run.alerts() == ["0 M-02 opened 2026-03-01"])
        try run.pass(from: "2026-03-02", to: "2026-03-09")
        try run.feed(Samples.order(.activate(old.address)))
        #expect(try run.alerts().count == 1)
    }

    @Test func `a household without anyone left loses the alerts of rules that are gone`() throws {
        let (old, new) = try Self.releases()
        let run = try ReleaseRun(old, knowing: new)
        try run.feed(Samples.member(1, of: 0, at: "2026-03-01"))
        try run.feed(Samples.death(1, of: 0, at: "2026-03-03"))
        try run.pass(from: "2026-03-04", to: "2026-03-06")
        let before = try run.alerts().count
        try run.feed(Samples.order(.activate(new.address)))
        #expect(try run.alerts(from: before) == ["0 M-02 cleared by rules 2026-03-06"])
    }

    // MARK: One place in the log for all

    /// Many households, so that most meet an activation late and in slices, between records.
    private static func log(_ old: ReleaseFiles, _ new: ReleaseFiles) -> [OwnedRecord] {
        var log: [OwnedRecord] = []
        for home in 0..<120 {
            for number in 0...(home % 3) {
                log.append(Samples.member(number, of: home, at: "2026-03-01", Int64(log.count)))
            }
        }
        log.append(Samples.order(.activate(new.address)))
        for home in stride(from: 119, through: 0, by: -7) {
            log.append(Samples.member(7, of: home, at: "2026-03-02", Int64(log.count)))
        }
        log.append(Samples.order(.activate(old.address)))
        for home in stride(from: 0, to: 120, by: 5) {
            log.append(Samples.member(8, of: home, at: "2026-03-03", Int64(log.count)))
        }
        log.append(Samples.order(.activate(new.address)))
        log.append(Samples.member(9, of: 0, at: "2026-03-20"))
        for index in log.indices { log[index].offset = Int64(index) }
        return log
    }

    private static func topology(_ start: ReleaseFiles, _ shelf: ReleaseShelf) throws -> Topology {
        Topology(
            name: "monitor", input: "household.facts",
            processor: Monitor(rules: try Release(start).rules, releases: shelf))
    }

    private static func task(_ topology: Topology) -> any AnyTask {
        var slices = WorkSlices()
        slices.broadcastKeysPerRecord = 1
        return topology.task(
            partition: 0, inputPartitions: 1, outputPartitions: topology.outputs.map { _ in 1 }, group: "g", writer: "w",
            slices: slices)
    }

    /// Takes the changelog and ends the restore.
    private static func restore(_ task: any AnyTask, _ sink: TransactionalSink) throws {
        for record in sink.changelog {
            try record.withView { (view) throws(TaskError) in
                try task.restore(key: view.key, value: view.value)
            }
        }
        try task.finishRestore(committed: sink.committedOffset)
    }

    @Test(arguments: [1, 3, 10])
    func `who lags decides as if it had met each activation at once, over restarts too`(
        every: Int
    ) throws {
        let (old, new) = try Self.releases()
        let shelf = ReleaseShelf()
        shelf.add(old)
        shelf.add(new)
        let topology = try Self.topology(old, shelf)
        let log = Self.log(old, new)
        let straight = try LogReplay(
            topology, partition: 0, inputPartitions: 1, outputPartitions: topology.outputs.map { _ in 1 }, group: "g",
            log: log)
        var task = Self.task(topology)
        try task.finishRestore(committed: nil)
        let sink = TransactionalSink(topics: task.topics, changelog: "state.monitor")
        func commit() throws {
            try task.prepareCommit(into: sink)
            sink.commit(offset: task.nextOffset)
            task.didCommit()
        }
        for (index, record) in log.enumerated() {
            try record.withView { (view) throws(TaskError) in
                while try task.process(view, into: sink) == .more {}
            }
            guard index % every == 0 else { continue }
            try commit()
            guard index % (5 * every) == 0 else { continue }
            task = Self.task(topology)
            try Self.restore(task, sink)
        }
        #expect(task.hasBacklog)
        while try task.advance(budget: 7, into: sink) {}
        try commit()
        func byKey(_ records: [OwnedRecord]) -> [[UInt8]?: [OwnedRecord]] {
            Dictionary(grouping: records.filter { $0.topic == "alerts" }, by: \.key)
        }
        #expect(byKey(sink.outputs) == byKey(straight.outputs))
        let sets = try Set(
            straight.outputs.filter { $0.topic == "alerts" }.map {
                try JSONValue(parsing: $0.value ?? [])["ruleSet"]?.stringValue
            })
        #expect(sets == [old.address.description, new.address.description])
    }

    @Test func `a task waits in front of an activation, and after a restore, until it has the release`()
        throws
    {
        let (old, new) = try Self.releases()
        let shelf = ReleaseShelf()
        let task = Self.task(try Self.topology(old, shelf))
        try task.finishRestore(committed: nil)
        let sink = TransactionalSink(topics: task.topics, changelog: "state.monitor")
        var member = Samples.member(1, of: 0, at: "2026-03-01")
        var order = Samples.order(.activate(new.address))
        (member.offset, order.offset) = (0, 1)
        #expect(try member.withView { try task.process($0, into: sink) } == .done)
        guard case .waits(let what) = try order.withView({ try task.process($0, into: sink) }) else {
            Issue.record("it goes on without the release")
            return
        }
        #expect(what.contains("\(new.address)"))
        #expect(task.missing == what && task.nextOffset == 1)
        try task.prepareCommit(into: sink)
        sink.commit(offset: task.nextOffset)
        task.didCommit()
        shelf.add(new)
        #expect(task.missing == nil)
        #expect(try order.withView { try task.process($0, into: sink) } == .done)
        while try task.advance(budget: 10, into: sink) {}
        try task.prepareCommit(into: sink)
        sink.commit(offset: task.nextOffset)
        task.didCommit()
        let lines = try sink.outputs.filter { $0.topic == "alerts" }.map { try ReleaseRun.line($0) }
        #expect(lines == ["0 M-02 opened 2026-03-01", "0 M-02 cleared by rules 2026-03-01"])

        // Another process, which has learnt of nothing yet.
        let late = ReleaseShelf()
        let other = Self.task(try Self.topology(old, late))
        try Self.restore(other, sink)
        #expect(other.missing?.contains("\(new.address)") == true)
        late.add(new)
        #expect(other.missing == nil)
    }

    // MARK: Shadow

    @Test func `a shadow counts what would open, and publishes nothing else`() throws {
        let (old, new) = try Self.releases()
        func history(_ isShadowed: Bool) throws -> ReleaseRun {
            let run = try ReleaseRun(old, knowing: new)
            try run.feed(
                Samples.member(1, of: 0, at: "2026-03-01", 1),
                Samples.member(2, of: 0, at: "2026-03-01", 2),
                // Put off to the next 00:00, which the order must not bring forward.
                Samples.member(1, of: 2, asks: false, at: "2026-03-01", 3))
            if isShadowed { try run.feed(Samples.order(.shadow(new.address))) }
            try run.pass(from: "2026-03-02", to: "2026-03-04")
            for number in 1...3 {
                try run.feed(Samples.member(number, of: 1, at: "2026-03-04", Int64(number)))
            }
            try run.pass(from: "2026-03-05", to: "2026-03-08")
            if isShadowed { try run.feed(Samples.order(.shadow(nil))) }
            try run.pass(from: "2026-03-09", to: "2026-03-12")
            try run.feed(Samples.member(1, of: 3, at: "2026-03-12"))
            return run
        }
        let run = try history(true)
        #expect(
            try run.counts().sorted() == [
                // Household 0 at its next 00:00, as an activation would; M-01 would have ended.
                "M-03 onlyShadow 2026-03-02",
                // Household 2, whose asking was put off.
                "M-02 onlyLive 2026-03-02",
                // Household 1, member by member.
                "M-02 onlyLive 2026-03-04", "M-01 onlyLive 2026-03-04",
                "M-03 onlyShadow 2026-03-04", "M-01 both 2026-03-04",
            ].sorted())
        func said(_ run: ReleaseRun) -> [[UInt8]] {
            run.driver.outputs("alerts").map { $0.value ?? [] }
        }
        #expect(said(run) == said(try history(false)))
        #expect(said(run).count >= 6)
        for record in run.driver.outputs("shadow.counts") {
            let text = String(decoding: record.value ?? [], as: UTF8.self)
            #expect(!text.contains("\(Samples.household(0))") && !text.contains("household"))
            #expect(text.contains("\"division\":\"529901100201\""))
            #expect(text.contains("\(new.address)") && text.contains("\(old.address)"))
        }
        // Nothing of it stays in the states.
        for record in try run.driver.states(of: "monitor") {
            guard let key = record.key, Pseudonym(String(decoding: key, as: UTF8.self)) != nil,
                let own = record.value?.withUnsafeBytes({ bytes in
                    StateFold.payload(bytes).flatMap { try? HouseholdState(decoding: $0) }
                })
            else { continue }
            #expect(own.shadow.isEmpty)
        }
    }

    // MARK: Casework

    @Test func `casework goes by the measures and the process of the release in force`() throws {
        typealias Cases = CaseworkSamples
        let rules = Samples.rule("M-01", atLeast: 1)
        let (old, new) = (try Samples.files(rules), try Samples.files(rules, visit: "{days: 3}"))
        let shelf = ReleaseShelf()
        let processor = CaseworkProcessor(try Release(old).plan, releases: shelf)
        let driver = ReplayDriver()
        driver.add(Topology(name: "casework", input: "case.events", processor: processor))
        driver.collect("assignments", "dead.casework")
        try driver.feed(Cases.alert("opened", level: "yellow", at: "06-15T10:00"))
        let order = Samples.order(.activate(new.address), topic: "case.events")
        #expect(throws: TaskError.self) { try driver.feed(order) }
        shelf.add(new)
        try driver.feed(order)
        var other = Cases.alert("opened", Cases.a2, level: "yellow", at: "06-15T10:01")
        other.key = Array(Samples.household(5).description.utf8)
        try driver.feed(other)
        let due = try driver.outputs("assignments").map {
            try Cases.json($0)["dueAt"]?.stringValue ?? ""
        }
        #expect(due.count == 2 && due[0] != due[1])
        #expect(due.last == "2026-06-18T10:01:00+08:00")
        #expect(driver.outputs("dead.casework").isEmpty)
        // What runs keeps its deadline; a shadow is no business of casework.
        try driver.feed(Samples.order(.shadow(new.address), topic: "case.events"))
        #expect(driver.outputs("dead.casework").count == 1)
    }
}
