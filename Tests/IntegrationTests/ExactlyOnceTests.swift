import Households
import Kafka
import Replay
import Streams
import StreamsTesting
import Testing
import Workers

/// The checker itself, on logs written by the replay driver, without a broker: it accepts what is
/// right, and refuses every single change by hand.
struct ExactlyOnceTests {
    /// What a few days of a few made-up families leave on a broker with one partition a topic.
    private static let history: ExactlyOnce = {
        do {
            let county = try Repository.county()
            let replay = Replay(county)
            var topics = Set<String>()
            for topology in county.topologies {
                topics.formUnion([topology.input, topology.deadLetters] + topology.outputs)
            }
            for topic in topics.sorted() { replay.driver.collect(topic) }
            let events = MadeUpEvents(seed: 7, count: 400, households: 12, days: 3)
            try replay.feed(events.lines())
            try replay.pass(to: events.lastDay + 1)
            var log = BrokerLog()
            for topic in topics {
                log.counts[topic] = 1
                log.records[topic] = replay.driver.outputs(topic)
            }
            var pipelines: [ExactlyOnce.Pipeline] = []
            for topology in county.topologies {
                pipelines.append(.init(topology: topology, group: "shouwang.\(topology.name)"))
                guard let changelog = topology.changelog else { continue }
                let fold = StateFold()
                for record in try replay.driver.states(of: topology.name) { try fold.take(record) }
                log.states[changelog] = [fold.states]
            }
            return ExactlyOnce(pipelines: pipelines, log: log)
        } catch {
            fatalError("the history for the checker cannot be made: \(error)")
        }
    }()

    private func problems(_ change: (inout BrokerLog) -> Void) async -> [String] {
        var log = Self.history.log
        change(&log)
        return await ExactlyOnce(pipelines: Self.history.pipelines, log: log).check().problems
    }

    @Test func `what the processors wrote is accepted, and there is enough of it`() async {
        let report = await Self.history.check()
        #expect(report.problems == [])
        #expect(report.received == 400)
        #expect(report.refused > 0 && report.facts >= 300)
        for topic in ["alerts", "case.events", "assignments", "cases", "dead.medical"] {
            #expect(!(Self.history.log.records[topic] ?? []).isEmpty, "\(topic)")
        }
        #expect(Self.history.log.states["state.monitor"]![0].count > 10)
    }

    static let topics = [
        "person.facts", "household.facts", "case.events", "alerts", "assignments", "cases",
        "dead.medical",
    ]

    @Test(arguments: topics) func `one output dropped`(topic: String) async {
        let problems = await problems { log in
            let records = log.records[topic]!
            // The last one that is an output: nothing that reads it comes after.
            let index = records.lastIndex { !$0.isTick }!
            log.records[topic]!.remove(at: index)
        }
        #expect(problems.contains { $0.contains("is missing") })
    }

    @Test(arguments: topics) func `one output doubled`(topic: String) async {
        let problems = await problems { log in
            var record = log.records[topic]!.last { !$0.isTick }!
            record.offset = log.records[topic]!.last!.offset + 1
            log.records[topic]!.append(record)
        }
        #expect(problems.contains { $0.contains("is there 2 times") })
    }

    @Test(arguments: ["value", "header", "timestamp"])
    func `one output changed by hand`(part: String) async {
        for topic in ["alerts", "assignments", "cases", "dead.medical"] {
            let problems = await problems { log in
                let index = log.records[topic]!.count / 2
                switch part {
                case "value": log.records[topic]![index].value![0] ^= 1
                case "header": log.records[topic]![index].headers[0].value = [0x21]
                default: log.records[topic]![index].timestamp += 1
                }
            }
            #expect(problems.count == 1, "\(topic)")
            #expect(problems.allSatisfy { $0.contains("differs in its \(part)") }, "\(topic)")
        }
    }

    @Test func `two outputs of a key in the wrong order`() async {
        let problems = await problems { log in
            let alerts = log.records["alerts"]!
            let first = alerts.indices.first { index in
                alerts[(index + 1)...].contains { $0.key == alerts[index].key }
            }!
            let second = alerts.indices.first { $0 > first && alerts[$0].key == alerts[first].key }!
            log.records["alerts"]!.swapAt(first, second)
        }
        #expect(problems.contains { $0.contains("another order") })
    }

    @Test func `an output nobody wrote, and one without a cause`() async {
        let problems = await problems { log in
            var record = log.records["cases"]!.last!
            record.headers.removeAll { $0.name == "shouwang-cause" }
            log.records["cases"]!.append(record)
            record.headers.append(.init("shouwang-cause", "case.events/0/999999#1"))
            log.records["cases"]!.append(record)
        }
        #expect(problems.contains { $0.contains("no cause of ours") })
        #expect(problems.contains { $0.contains("more than the replay gives") })
    }

    @Test func `a state changed, missing, or left over, and a task record elsewhere`() async {
        let key = Self.history.log.states["state.monitor"]![0].keys
            .filter { $0 != ReservedKey.task }.min { $0.lexicographicallyPrecedes($1) }!
        let changed = await problems { $0.states["state.monitor"]![0][key]![3] ^= 1 }
        #expect(
            changed == ["monitor/0: the state of \(String(decoding: key, as: UTF8.self)) differs"])
        let missing = await problems { $0.states["state.monitor"]![0][key] = nil }
        #expect(missing.contains { $0.contains("is missing") })
        let more = await problems { $0.states["state.casework"]![0][Array("more".utf8)] = [1] }
        #expect(more == ["casework/0: the state of more should not be there"])
        let moved = await problems { log in
            // The next offset; before it stand the version and the lineage, which may differ.
            log.states["state.membership"]![0][ReservedKey.task]![9] ^= 1
        }
        #expect(moved.contains { $0.contains("the task record differs") })
    }

    @Test func `a record received that left no trace`() async {
        // An empty processor stands for an intake that forgets what it reads.
        struct Forgetful: Processor {
            typealias State = NoState
            typealias Shared = NoState
            let outputs = ["person.facts", "household.facts"]
            func route(_ record: RecordView) throws(RecordFailure) -> Route { .stateless }
            func process(
                _ record: RecordView, key: Key, state: inout NoState, shared: NoState,
                at time: Instant, _ effects: inout Effects
            ) throws(RecordFailure) {}
        }
        var pipelines = Self.history.pipelines
        pipelines[1] = .init(
            topology: Topology(name: "medical", input: "feed.medical", processor: Forgetful()),
            group: "shouwang.medical")
        let report = await ExactlyOnce(pipelines: pipelines, log: Self.history.log).check()
        #expect(report.problems.contains { $0.contains("neither a fact nor a dead letter") })
    }
}
