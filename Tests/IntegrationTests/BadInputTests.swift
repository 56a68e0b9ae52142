import Glibc
import Households
import Kafka
import Streams
import StreamsTesting
import Testing
import Workers

extension RealPath {
    /// What bad input gets (design, section 8), through the command's own workers on the broker.
    /// docs/TESTING.md says which rows are shown elsewhere.
    @Suite struct BadInputTests {
        /// Times of the records; the billing day of all of them.
        private static let time = "2026-06-20T09:30:00+08:00"
        static let instant = InstantText.milliseconds(time).unsafelyUnwrapped
        static let id = "11010519491231002X"

        private static func event(
            _ type: String, _ data: String, id: String = "b-1", time: String = time
        ) -> [UInt8] {
            Array(
                """
                {"specversion":"1.0","id":"\(id)","source":"urn:gov:529901:insurance:settlement",\
                "type":"\(type)","time":"\(time)","data":\(data)}
                """.utf8)
        }

        static func bill(
            _ number: String, id: String = id, settled: String = "2026-06-19",
            total: String = "30000"
        ) -> [UInt8] {
            event(
                "md.settlement.outpatient.v1",
                """
                {"idNumber":"\(id)","settlementNumber":"\(number)","settled":"\(settled)",\
                "total":\(total),"fund":1000,"selfPaid":20000,"selfPaidInPolicy":19000,\
                "hospitalLevel":2}
                """)
        }

        static func registered(_ division: String) -> [UInt8] {
            event(
                "hh.person.registered.v1",
                """
                {"idNumber":"\(id)","householdNumber":"H-1","relation":"head","sex":"m",\
                "birthDate":"1949-12-31","division":"\(division)","from":"2020-01-01"}
                """)
        }

        struct Row: Sendable {
            var what: String
            var topic: String
            var value: [UInt8]?
            var reason: String
            var field: String?
            /// The value is too large to be written with its dead letter.
            var isOmitted = false
            var key: [UInt8]?
        }

        static let rows: [Row] = [
            Row(
                what: "bytes that are no JSON", topic: "feed.medical", value: [0xff, 0x00, 0x7b],
                reason: "record.json"),
            Row(
                what: "a wrong type", topic: "feed.medical", value: bill("1", total: "[30000]"),
                reason: "field.type", field: "total"),
            Row(
                what: "an unknown event", topic: "feed.medical",
                value: event("md.settlement.dental.v1", "{}"), reason: "type.unknown", field: "type"
            ),
            Row(
                what: "another department's event", topic: "feed.medical",
                value: event("hr.job.ended.v1", "{}"), reason: "type.unknown", field: "type"),
            Row(
                what: "a bad check digit", topic: "feed.medical",
                value: bill("2", id: "110105194912310021"), reason: "identity.checkDigit",
                field: "idNumber"),
            Row(
                what: "an impossible date", topic: "feed.medical",
                value: bill("3", settled: "2026-02-30"), reason: "date.impossible",
                field: "settled"),
            Row(
                what: "a negative amount", topic: "feed.medical",
                value: bill("4", total: "-1"), reason: "amount.sign", field: "total"),
            Row(
                what: "an amount over the limit", topic: "feed.medical",
                value: bill("5", total: "10000000.01"), reason: "amount.limit", field: "total"),
            Row(
                what: "an unknown division", topic: "feed.household",
                value: registered("529903100201"), reason: "division.unknown", field: "division"),
            Row(what: "a null value", topic: "feed.education", value: nil, reason: "record.json"),
            Row(
                what: "a record as large as the broker takes", topic: "feed.hazard",
                value: [UInt8](repeating: 0x78, count: 999_000), reason: "record.json",
                isOmitted: true),
            Row(
                what: "a processor that throws", topic: "household.facts", value: [0x7f, 1, 2],
                reason: "record.failed", key: Array("2v2ad1kj9vg3qt91scr798zz0w".utf8)),
            Row(
                what: "a null value between workers", topic: "person.facts", value: nil,
                reason: "record.failed", key: Array("2v2ad1kj9vg3qt91scr798zz0w".utf8)),
            Row(
                what: "no alert and no action of ours", topic: "case.events",
                value: Array("{}".utf8), reason: "envelope.missing", field: "type",
                key: Array("2v2ad1kj9vg3qt91scr798zz0w".utf8)),
        ]

        @Test(.timeLimit(.minutes(30)))
        func `what is refused lies untouched among the dead letters, and work goes on`()
            async throws
        {
            let installation = try Installation(partitions: 1)
            defer { installation.close() }
            installation.workSparingly()
            try installation.waitUntilWorking()
            for row in Self.rows {
                try Self.produce(row.value, to: row.topic, key: row.key)
            }
            // After all that, good ones: a person, a bill that alerts, and a bill of a stranger.
            try Self.produce(Self.registered("529901100201"), to: "feed.household")
            try Self.produce(
                Self.bill("7", id: "529901198302020114"), to: "feed.medical")
            try Self.wait(installation, "the good records after the bad ones") { log in
                log.outputs("household.facts") > 0 && log.outputs("person.facts") == 3
            }
            // A day passes, and the bill of the person now known comes.
            try Self.tick(to: Self.instant + Day.milliseconds)
            try Self.produce(Self.bill("6"), to: "feed.medical")
            let log = try Self.wait(installation, "the alert of the good bill") { log in
                log.outputs("alerts") > 0 && log.outputs("assignments") > 0
            }
            for row in Self.rows { Self.check(row, log) }
            // 181 days on, the stranger's bill is given up.
            try Self.tick(to: Self.instant + 182 * Day.milliseconds)
            let late = try Self.wait(installation, "the expiry of an unknown person") { log in
                log.records["dead.membership"]?.contains {
                    $0.header("shouwang-reason") == "person.unknown"
                } ?? false
            }
            #expect(late.records["dead.membership"]?.count == 2)
            #expect(installation.ended == [])
            #expect(installation.stop().allSatisfy { $0 == 0 })
            let report = await ExactlyOnce(
                pipelines: try BrokerLog.pipelines(), log: try BrokerLog.read(installation.plans)
            ).check()
            // What this test put between the workers by hand is all that has no cause.
            #expect(
                report.problems
                    == ["case.events", "household.facts", "person.facts"].map {
                        "\($0)/0/0: no cause of ours"
                    })
        }

        /// The dead letter of a row: value, key and reason headers.
        private static func check(_ row: Row, _ log: BrokerLog) {
            let pipeline = PipelinePlan.all.first { $0.input == row.topic }?.name ?? ""
            let group = "shouwang.\(pipeline)"
            let dead = (log.records["dead.\(pipeline)"] ?? []).filter { record in
                record.header("shouwang-reason") == row.reason
                    && record.header("shouwang-field") == row.field
                    && record.value == (row.isOmitted ? nil : row.value)
            }
            #expect(dead.count == 1, "\(row.what)")
            guard let letter = dead.first else { return }
            #expect(letter.key == row.key, "\(row.what)")
            #expect(letter.header("kafka_dlt-original-topic") == row.topic)
            #expect(letter.header("kafka_dlt-original-consumer-group") == group)
            #expect(letter.header("shouwang-attempts") == "1")
            #expect(letter.header("shouwang-step") != nil)
            let message = letter.header("kafka_dlt-exception-message") ?? ""
            #expect(!message.isEmpty && !message.contains(id), "\(row.what)")
            if row.isOmitted { #expect(message.contains("999000 bytes omitted")) }
        }

        @Test(.timeLimit(.minutes(30)))
        func `a month sent twice changes nothing downstream`() throws {
            let installation = try Installation(partitions: 1)
            defer { installation.close() }
            let events = MadeUpEvents(seed: 11, count: 240, households: 12, days: 1)
            events.write(to: "\(installation.folder)/feeds")
            installation.workSparingly()
            try installation.waitUntilWorking()
            let feeds = "\(installation.folder)/feeds"
            let words = ["feed", "--feeds", feeds, "--pace", "day"]
            let until = (events.lastDay + 1).description
            let first = installation.start(words + ["--until", until])
            #expect(first.wait() == 0, "\(first.output)")
            let before = try BrokerLog.read(installation.plans)
            // The same files again, some days later: every key is there already.
            let again = installation.start(words + ["--until", until])
            #expect(again.wait() == 0, "\(again.output)")
            let after = try BrokerLog.read(installation.plans)
            #expect(!(before.records["alerts"] ?? []).isEmpty)
            for topic in ["alerts", "cases", "assignments", "escalations"] {
                #expect(after.records[topic]?.count == before.records[topic]?.count, "\(topic)")
            }
            let received = { (log: BrokerLog) in log.outputs("feed.medical") }
            #expect(received(after) == 2 * received(before))
            installation.stop()
        }

        @Test func `a record stamped far in the future gets the broker's time`() throws {
            let installation = try Installation(partitions: 1, time: "wall")
            defer { installation.close() }
            let future = try #require(InstantText.milliseconds("2099-01-01T00:00:00+08:00"))
            try Self.produce(Self.bill("8"), to: "feed.medical", at: future)
            let log = try BrokerLog.read(installation.plans.filter { $0.name == "feed.medical" })
            let record = try #require(log.records["feed.medical"]?.first)
            #expect(record.isLogAppendTime)
            #expect(record.timestamp <= WorkerClock.system.wall() + 60_000)
        }

        // MARK: Helpers

        static func produce(
            _ value: [UInt8]?, to topic: String, key: [UInt8]? = nil, at instant: Int64 = instant,
            headers: [OwnedRecord.Header] = [
                .init("content-type", "application/cloudevents+json")
            ]
        ) throws {
            let producer = try Producer(TestBroker.client("e2e-feed"))
            let handle = try producer.topic(topic)
            let record = OwnedRecord(
                topic: topic, timestamp: instant, key: key, value: value, headers: headers)
            let error = record.withView { view in
                let list = HeaderList(capacity: view.headers.count)
                for header in view.headers { list.add(name: header.name, value: header.value) }
                return producer.produce(
                    to: handle, partition: 0, key: view.key, value: view.value, headers: list,
                    timestamp: view.timestamp)
            }
            if let error { throw error }
            if let error = producer.flush(timeoutMilliseconds: 30_000) { throw error }
            #expect(producer.failed == 0, "\(topic) refused a record")
        }

        /// Lets time pass for everything that keeps state.
        static func tick(to instant: Int64) throws {
            for (_, input) in Topics.stateful {
                try produce(nil, to: input, at: instant, headers: [.init("shouwang-tick", nil)])
            }
        }

        /// Reads the topics until something is there.
        @discardableResult
        static func wait(
            _ installation: Installation, _ what: String, _ condition: (BrokerLog) -> Bool
        ) throws -> BrokerLog {
            let deadline = Installation.now() + 120_000
            while true {
                let log = try BrokerLog.read(installation.plans)
                if condition(log) { return log }
                if let dead = installation.ended.first {
                    throw Installation.Failure(description: dead)
                }
                guard Installation.now() < deadline else {
                    throw Installation.Failure(description: "\(what): not there after 120 s")
                }
                usleep(200_000)
            }
        }
    }
}

/// A file that may not be is refused with its place, by the command's own process.
@Suite struct BadFileTests {
    struct Row: Sendable {
        var file: String
        var from: String
        var to: String
        var place: String
        var says: String
    }

    static let rows: [Row] = [
        Row(
            file: "monitor/pipeline.yaml", from: "reads:", to: "raeds:",
            place: "monitor/pipeline.yaml:", says: "raeds"),
        Row(
            file: "monitor/income.rules.yaml", from: "{level: orange}", to: "{level: orenge}",
            place: "monitor/income.rules.yaml:", says: "orange"),
        Row(
            file: "medical/events.yaml", from: "total: {is: yuan", to: "total: {is: yaun",
            place: "medical/events.yaml:", says: "yuan"),
    ]

    @Test(arguments: rows) func `a broken file is refused with file, line and column`(row: Row)
        throws
    {
        var template = Array("/tmp/shouwang-check-XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil)
        let folder = String(
            decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer { ChildProcess(["/bin/rm", "-rf", folder], log: "/dev/null").wait() }
        ChildProcess(
            ["/bin/cp", "-r", "\(Repository.root)/Pipelines", folder], log: "/dev/null"
        ).wait()
        let path = "\(folder)/Pipelines/\(row.file)"
        let text = String(decoding: try #require(FileBytes.read(path)), as: UTF8.self)
        let range = try #require(text.firstRange(of: row.from))
        let line = text[..<range.lowerBound].split(
            separator: "\n", omittingEmptySubsequences: false
        ).count
        let changed = text.replacingCharacters(in: range, with: row.to)
        let file = try #require(fopen(path, "wb"))
        fputs(changed, file)
        fclose(file)
        let check = ChildProcess(
            [
                Installation.binary, "check", "--pipelines", "\(folder)/Pipelines", "--policy",
                "\(Repository.root)/config/policy",
            ], log: "\(folder)/log")
        #expect(check.wait() == 1)
        #expect(check.output.contains("\(row.place)\(line):"), "\(check.output)")
        #expect(check.output.contains(row.says), "\(check.output)")
    }
}

extension BrokerLog {
    /// How many records of a topic are no ticks.
    func outputs(_ topic: String) -> Int { (records[topic] ?? []).count { !$0.isTick } }
}

extension String {
    fileprivate func replacingCharacters(in range: Range<Index>, with text: String) -> String {
        String(self[..<range.lowerBound]) + text + String(self[range.upperBound...])
    }
}
