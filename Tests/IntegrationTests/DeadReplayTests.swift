import Glibc
import Households
import JSON
import Kafka
import Streams
import StreamsTesting
import Testing
import Workers

extension RealPath {
    /// `dead list`, `show` and `replay` as processes of their own, on a real broker.
    @Suite struct DeadReplayTests {
        typealias Bad = BadInputTests

        /// Made up; its check digit is wrong.
        private static let id = "529901198102020225"

        /// Puts dead letters on the broker: bills of three partitions that were refused, by turns
        /// for their number and their amount.
        private static func makeLetters(_ count: Int, _ installation: Installation) throws {
            let letters = (0..<count).map { number in
                let bill = OwnedRecord(
                    topic: "feed.medical", partition: Int32(number % 3), offset: Int64(number / 3),
                    timestamp: Bad.instant + Int64(number),
                    key: number % 5 == 0 ? nil : Array("\(id)-\(number)".utf8),
                    value: Bad.bill("\(number)", id: id),
                    headers: [.init("content-type", "application/cloudevents+json")])
                let failure = RecordFailure(
                    reason: number % 2 == 0 ? "identity.checkDigit" : "amount.limit",
                    field: number % 2 == 0 ? "idNumber" : "total", step: "Intake",
                    message: "expected something else")
                return DeadLetter.letter(
                    of: bill, failure, pipeline: "medical", at: Bad.instant + Int64(number))
            }
            try put(letters, installation)
        }

        private static func put(_ letters: [OwnedRecord], _ installation: Installation) throws {
            let producer = try Producer(installation.client)
            for letter in letters {
                let topic = try producer.topic(letter.topic)
                let error = letter.withView { view in
                    let list = HeaderList(capacity: view.headers.count)
                    for header in view.headers { list.add(name: header.name, value: header.value) }
                    return producer.produce(
                        to: topic, partition: 0, key: view.key, value: view.value, headers: list,
                        timestamp: view.timestamp)
                }
                if let error { throw error }
            }
            if let error = producer.flush(timeoutMilliseconds: 30_000) { throw error }
            #expect(producer.failed == 0)
        }

        private static func read(_ installation: Installation) throws -> BrokerLog {
            let topics = ["feed.medical", "dead.medical", Topics.replayed]
            return try BrokerLog.read(installation.plans.filter { topics.contains($0.name) })
        }

        private static func problems(_ log: BrokerLog) -> [String] {
            ExactlyOnce(pipelines: [], log: log)
                .replayProblems(["feed.medical"], ["dead.medical"])
        }

        /// Records there are or were begun on the feed, those of open and aborted transactions too.
        private static func begun(_ admin: borrowing Admin) throws -> Int64 {
            try admin.ends((0..<3).map { TopicPartition("feed.medical", $0) }).reduce(0, +)
        }

        @Test(.timeLimit(.minutes(10)))
        func `a replay killed with -9 again and again sends each letter exactly once`() throws {
            let seed =
                setting("SHOUWANG_SEED").map(UInt64.init)
                ?? UInt64.random(in: 0...UInt64(UInt32.max))
            print("dead replay: SHOUWANG_SEED=\(seed)")
            var random = SeededRandom(seed: seed)
            let installation = try Installation(partitions: 3)
            defer { installation.close() }
            let count = 3_000
            try Self.makeLetters(count, installation)
            let admin = try Admin(installation.client)
            let words = ["dead", "replay", "--pipeline", "medical", "--rate", "1500"]
            var kills = 0
            while kills < 8 {
                let before = try Self.begun(admin)
                let replay = installation.start(words)
                // Some die as soon as a transaction shows, others a little or much later.
                while replay.isRunning, try Self.begun(admin) == before { usleep(500) }
                usleep(UInt32.random(in: 0...(kills % 2 == 0 ? 3_000 : 300_000), using: &random))
                guard replay.isRunning else { break }
                replay.signal(SIGKILL)
                #expect(replay.wait() == -SIGKILL)
                kills += 1
            }
            #expect(kills >= 5, "SHOUWANG_SEED=\(seed)")
            let last = installation.start(words)
            #expect(last.wait() == 0, "\(last.output)")
            let log = try Self.read(installation)
            let sent = log.records["feed.medical"] ?? []
            #expect(sent.count == count, "SHOUWANG_SEED=\(seed)")
            #expect(Set(sent.compactMap(\.cause)).count == count)
            #expect(Self.problems(log) == [], "SHOUWANG_SEED=\(seed)")
            #expect(log.records[Topics.replayed]?.count == count)
            let aborted = try TestBroker.readAll("feed.medical", isolation: .readUncommitted).count
            print("dead replay: \(kills) kills, \(aborted - count) records of cut-off transactions")
            // The same once more sends nothing; --again sends all, as their second outputs.
            let idle = installation.start(words)
            #expect(idle.wait() == 0)
            #expect(idle.output.contains("dead: 0 sent, \(count) replayed before"))
            try installation.run("dead", "replay", "--all", "--again")
            let again = try Self.read(installation)
            #expect(again.records["feed.medical"]?.count == 2 * count)
            #expect(Self.problems(again) == [])
        }

        @Test(.timeLimit(.minutes(10)))
        func `the check of replayed records sees one sent twice, and one touched`() throws {
            let installation = try Installation(partitions: 3)
            defer { installation.close() }
            try Self.makeLetters(6, installation)
            try installation.run("dead", "replay", "--all")
            var log = try Self.read(installation)
            #expect(Self.problems(log) == [])
            let record = try #require(log.records["feed.medical"]?.first)
            log.records["feed.medical"]?.append(record)
            #expect(Self.problems(log).count == 1)
            log.records["feed.medical"]?[0].value = []
            #expect(Self.problems(log).count == 2)
        }

        @Test(.timeLimit(.minutes(10)))
        func `of two replays at a time the later goes on alone, and nothing is sent twice`() throws
        {
            let installation = try Installation(partitions: 3)
            defer { installation.close() }
            try Self.makeLetters(300, installation)
            let admin = try Admin(installation.client)
            let first = installation.start(["dead", "replay", "--all", "--rate", "20"])
            while first.isRunning, try Self.begun(admin) == 0 { usleep(1_000) }
            try installation.run("dead", "replay", "--all")
            #expect(first.wait() == 1)
            #expect(first.output.contains("another 'dead replay' has begun"), "\(first.output)")
            let log = try Self.read(installation)
            #expect(log.records["feed.medical"]?.count == 300)
            #expect(Self.problems(log) == [])
        }

        @Test(.timeLimit(.minutes(10)))
        func `filters, dry run, limit and rate hold on the broker, and no list tells of people`()
            throws
        {
            let installation = try Installation(partitions: 3)
            defer { installation.close() }
            try Self.makeLetters(100, installation)
            let admin = try Admin(installation.client)

            let list = installation.start(["dead", "list", "--limit", "3"])
            #expect(list.wait() == 1)
            #expect(list.output.contains("dead.medical/0/99"))
            #expect(!list.output.contains("dead.medical/0/96"))
            #expect(list.output.contains("… 97 older"))
            #expect(list.output.contains("100 dead letter(s), 100 not replayed"))
            let summary = installation.start(["dead", "list", "--summary"])
            #expect(summary.wait() == 1)
            let show = installation.start(["dead", "show", "dead.medical/0/42"])
            #expect(show.wait() == 0)
            #expect(show.output.contains("record      feed.medical/0/14, stamped 2026-06-20T09:30"))
            #expect(show.output.contains("Next: "))

            let words = ["dead", "replay", "--reason", "identity", "--limit", "40"]
            let dry = installation.start(words + ["--dry-run"])
            #expect(dry.wait() == 0)
            #expect(dry.output.contains("dead: 40 would be sent, more wait"))
            #expect(try Self.begun(admin) == 0)
            #expect(try Self.read(installation).records[Topics.replayed] == nil)
            for process in [list, summary, show, dry] {
                #expect(!process.output.contains(Self.id), "\(process.words)")
            }
            let open = installation.start(["dead", "show", "dead.medical/0/42", "--value"])
            #expect(open.wait() == 0)
            #expect(open.output.contains(Self.id) && open.output.contains("personal data"))

            // 40 letters at 20 a second go in batches of 5.
            let slow = installation.start(words + ["--rate", "20"])
            #expect(slow.wait() == 0, "\(slow.output)")
            #expect(slow.output.contains("dead: 40 sent, more wait"))
            let log = try Self.read(installation)
            #expect(Self.problems(log) == [])
            let times = try (log.records[Topics.replayed] ?? []).map { mark in
                try #require(JSONValue(parsing: mark.value ?? [])["at"]?.int64)
            }
            #expect(times.count == 40)
            for start in times {
                #expect(times.count { (start..<start + 1_000).contains($0) } <= 20)
            }
            let sent = log.records["feed.medical"] ?? []
            #expect(
                Set(sent.compactMap(\.cause))
                    == Set((0..<40).map { "dead.medical/0/\(2 * $0)#1" }))
            #expect(sent.allSatisfy { $0.timestamp - Bad.instant < 100 })

            // By place; the rest by time and key; what is gone is named.
            let place = installation.start(["dead", "replay", "medical/0/1", "medical/0/5000"])
            #expect(place.wait() == 1)
            #expect(place.output.contains("dead: 1 sent"))
            #expect(place.output.contains("no dead letter at dead.medical/0/5000"))
            try installation.run("dead", "replay", "--key", "\(Self.id)-3")
            try installation.run("dead", "replay", "--to", "2026-06-20T09:30:00.050+08:00")
            let rest = installation.start(["dead", "list", "--open", "--reason", "amount.limit"])
            #expect(rest.wait() == 1)
            #expect(rest.output.contains("25 dead letter(s), 25 not replayed"), "\(rest.output)")
            try installation.run("dead", "replay", "--all")
            try installation.run("dead", "list", "--summary")
            let end = try Self.read(installation)
            #expect(end.records["feed.medical"]?.count == 100)
            #expect(Self.problems(end) == [])
            // Nothing that was added tells of a person.
            for record in end.records["feed.medical"] ?? [] {
                for header in record.headers.dropFirst() {
                    #expect(["shouwang-replay", "shouwang-cause"].contains(header.name))
                    let text = String(decoding: header.value ?? [], as: UTF8.self)
                    #expect(!text.contains(Self.id))
                }
            }
        }

        @Test(.timeLimit(.minutes(10)))
        func `under wall time an old record is not stamped so that its topic forgets it`() throws {
            let installation = try Installation(partitions: 1, time: "wall")
            defer { installation.close() }
            let old = try #require(InstantText.milliseconds("2025-01-05T09:30:00+08:00"))
            let now = WorkerClock.system.wall()
            let failure = RecordFailure(
                reason: "person.unknown", step: "Membership", message: "register, then replay")
            let letters = [("membership", "person.facts"), ("medical", "feed.medical")].map {
                DeadLetter.letter(
                    of: OwnedRecord(topic: $0.1, timestamp: old, value: [1]), failure,
                    pipeline: $0.0, at: now)
            }
            try Self.put(letters, installation)
            try installation.run("dead", "replay", "--all")
            let fact = try #require(try TestBroker.readAll("person.facts").first)
            // Hops keep 30 days.
            let half = 15 * Day.milliseconds
            #expect((now - half...WorkerClock.system.wall() - half).contains(fact.timestamp))
            let bill = try #require(try TestBroker.readAll("feed.medical").first)
            #expect(bill.isLogAppendTime && bill.timestamp >= now)
        }

        @Test(.timeLimit(.minutes(30)))
        func `a replayed record takes effect, or fails again with its history`() async throws {
            let installation = try Installation(partitions: 1)
            defer { installation.close() }
            installation.workSparingly()
            try installation.waitUntilWorking()
            // A wrong number, and a bill of somebody nobody knows for half a year.
            try Bad.produce(Bad.bill("1", id: Self.id), to: "feed.medical")
            try Bad.produce(Bad.bill("2"), to: "feed.medical")
            try Bad.wait(installation, "the letter and the fact") { log in
                log.outputs("dead.medical") == 1 && log.outputs("person.facts") == 1
            }
            try Bad.tick(to: Bad.instant + 182 * Day.milliseconds)
            try Bad.wait(installation, "the expiry") { $0.outputs("dead.membership") == 1 }

            for number in 1...2 {
                try installation.run("dead", "replay", "--pipeline", "medical")
                let log = try Bad.wait(installation, "the next letter") { log in
                    log.outputs("dead.medical") == number + 1
                }
                let letter = try #require(log.records["dead.medical"]?.last)
                let refusal = try #require(letter.withView { Refusal($0) })
                #expect(refusal.history.map(\.number) == Array(1...number))
                #expect(refusal.history.map(\.reason).allSatisfy { $0 == "identity.checkDigit" })
                let first = try #require(log.records["dead.medical"]?.first)
                #expect(refusal.history.first?.place.description == first.place)
                #expect(letter.value == first.value)
            }

            // Now somebody registers the person.
            try Bad.produce(Bad.registered("529901100201"), to: "feed.household")
            let before = try Bad.wait(installation, "the registration") {
                $0.outputs("household.facts") > 0
            }
            try installation.run("dead", "replay", "--reason", "person.unknown")
            try Bad.wait(installation, "the bill") {
                $0.outputs("household.facts") > before.outputs("household.facts")
                    && $0.outputs("person.facts") == before.outputs("person.facts") + 1
            }
            #expect(installation.ended == [])
            #expect(installation.stop().allSatisfy { $0 == 0 })
            let log = try BrokerLog.read(installation.plans)
            #expect(log.outputs("dead.membership") == 1)
            let report = await ExactlyOnce(pipelines: try BrokerLog.pipelines(), log: log).check()
            #expect(report.problems == [])
        }
    }
}
