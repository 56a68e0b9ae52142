import Glibc
import Kafka
import Streams
import StreamsTesting
import Testing

@testable import shouwang

/// `prove` as far as it needs no broker: above all that its verdict can fail.
@Suite struct ProveTests {
    private static let topics = ProofTopics(run: "test", partitions: 1)

    /// What a cluster holds after a proof in which everything went well.
    private struct Cluster {
        var log = BrokerLog()
        var sent = 1_000
        var committed: [Int64?] = []
        var ends: [TopicPartition: ProofVerdict.Ends] = [:]

        func verdict() throws -> ProofVerdict {
            try ProofVerdict(
                topics, log: log, source: log, sent: sent, committed: committed, ends: ends)
        }
    }

    private static let whole: Cluster = {
        var cluster = Cluster()
        let driver = ReplayDriver()
        driver.add(topics.topology, group: topics.group)
        for topic in topics.all where !topic.isState { driver.collect(topic.name) }
        var random = SeededRandom(seed: 11)
        do {
            for number in 1...cluster.sent {
                let content = ProofFeed.content(number, 1, &random)
                try driver.feed(
                    OwnedRecord(
                        topic: topics.topology.input, timestamp: Int64(number) * 50,
                        key: content.key.map { Array($0.utf8) }, value: Array(content.value.utf8)))
            }
            let fold = StateFold()
            for record in try driver.states(of: "proof") { try fold.take(record) }
            cluster.log.states[topics.changelog] = [fold.states]
        } catch {
            fatalError("the history of a proof cannot be made: \(error)")
        }
        for topic in topics.all {
            cluster.log.counts[topic.name] = 1
            if !topic.isState { cluster.log.records[topic.name] = driver.outputs(topic.name) }
            let end = Int64(cluster.log.records[topic.name]?.count ?? 0)
            cluster.ends[TopicPartition(topic.name, 0)] = .init(stable: end, end: end)
        }
        cluster.committed = [Int64(cluster.sent)]
        return cluster
    }()

    private func problems(_ change: (inout Cluster) throws -> Void) throws -> [String] {
        var cluster = Self.whole
        try change(&cluster)
        return try cluster.verdict().problems
    }

    @Test func `what the pipeline wrote passes, and there is something of everything`() throws {
        let verdict = try Self.whole.verdict()
        #expect(verdict.problems == [])
        #expect(verdict.inputs == 1_000)
        #expect(verdict.broadcasts > 0 && verdict.deadLetters > 50 && verdict.states > 200)
        #expect(verdict.outputs > 1_000)
        let words = (Self.whole.log.records["prove.test.out"] ?? []).compactMap { $0.header("word") }
        #expect(Set(words) == ["add", "two", "woken", "clear", "all"])
    }

    static let outputs = ["prove.test.out", "prove.test.second", "prove.test.dead.proof"]

    @Test(arguments: outputs) func `one output dropped fails`(topic: String) throws {
        let found = try problems { $0.log.records[topic]!.remove(at: $0.log.records[topic]!.count / 2) }
        #expect(found.contains { $0.contains("is missing") }, "\(found)")
    }

    @Test(arguments: outputs) func `one output doubled fails`(topic: String) throws {
        let found = try problems { $0.log.records[topic]!.append($0.log.records[topic]!.last!) }
        #expect(found.contains { $0.contains("is there 2 times") }, "\(found)")
    }

    @Test(arguments: outputs, ["value", "header", "timestamp"])
    func `one output changed fails`(topic: String, part: String) throws {
        let found = try problems { cluster in
            let index = cluster.log.records[topic]!.count / 2
            switch part {
            case "value": cluster.log.records[topic]![index].value![0] ^= 1
            case "header": cluster.log.records[topic]![index].headers.append(.init("more", "1"))
            default: cluster.log.records[topic]![index].timestamp += 1
            }
        }
        #expect(found.count == 1)
        #expect(found.allSatisfy { $0.contains("differs in its \(part)") }, "\(found)")
    }

    @Test func `two outputs of a key in the wrong order fail`() throws {
        let out = try #require(Self.whole.log.records["prove.test.out"])
        let second = try #require(
            out.indices.first { index in out[..<index].contains { $0.key == out[index].key } })
        let first = try #require(out.indices.first { out[$0].key == out[second].key })
        let found = try problems { $0.log.records["prove.test.out"]!.swapAt(first, second) }
        #expect(found.contains { $0.contains("another order") }, "\(found)")
    }

    @Test func `a state that is not what follows from the input fails`() throws {
        let changelog = Self.topics.changelog
        let key = try #require(
            Self.whole.log.states[changelog]?[0].keys.first { $0.starts(with: "key-".utf8) })
        #expect(try problems { $0.log.states[changelog]![0][key]![9] ^= 1 }.count == 1)
        #expect(try problems { $0.log.states[changelog]![0][key] = nil }.count == 1)
    }

    @Test func `an input lost or doubled by the cluster fails`() throws {
        let lost = try problems { $0.sent += 1 }
        #expect(lost.count == 1 && lost[0].contains("number 1001"), "\(lost)")
        let input = Self.topics.topology.input
        let doubled = try problems { $0.log.records[input]!.append($0.log.records[input]![7]) }
        #expect(doubled.contains { $0 == "record 8 is in the input 2 times" }, "\(doubled)")
        let strange = try problems { $0.log.records[input]![7].value = Array("1001 add".utf8) }
        #expect(strange.contains("record 1001 is in the input, and was never sent"), "\(strange)")
    }

    @Test func `an open transaction, and records not read, fail`() throws {
        let place = TopicPartition("prove.test.second", 0)
        let open = try problems { $0.ends[place] = .init(stable: 10, end: 12) }
        #expect(open.count == 1 && open[0].contains("a transaction is open behind offset 10"))
        let unread = try problems { $0.committed = [999] }
        #expect(unread == ["prove.test.in/0: read and committed up to 999 of 1000"])
        #expect(try problems { $0.committed = [nil] }.count == 1)
    }

    @Test func `the report says PASS or FAIL, and how to do it again`() throws {
        let order = ProofRun.Order(
            topics: [Self.topics], seed: 11, seconds: 20, workers: 3, rate: 50,
            faults: [.kill], intervalMilliseconds: 6_000, sessionMilliseconds: 6_000,
            transactionMilliseconds: 15_000)
        let verdict = try Self.whole.verdict()
        func text(_ problems: [String]) -> String {
            ProofReport(
                order,
                .init(
                    verdicts: [verdict], problems: problems, done: [.kill: 4],
                    takeOvers: [.killed: [6_100, 6_300, 7_204]]),
                repeating: "shouwang prove --seed 11"
            ).text
        }
        #expect(text([]).contains("PASS 通过"))
        #expect(text([]).contains("3: median 6.30 s, worst 7.20 s (session timeout 6 s)"))
        #expect(text([]).contains("shouwang prove --seed 11\n"))
        let failed = text((1...50).map { "finding \($0)" })
        #expect(failed.contains("FAIL 未通过: 50 finding(s)") && !failed.contains("PASS"))
        #expect(failed.contains("! finding 40\n! and 10 more\n"))
    }

    @Test func `workers' logs tell of restores, generations and dead transactions`() {
        var evidence = ProofEvidence()
        for line in [
            "x info \"task proof/0 restored\" records=5 keys=2 offset=9 milliseconds=120",
            "x info \"task proof/1 restored from a snapshot\" records=5 milliseconds=20",
            "x info \"task proof/1 kept\" records=0 milliseconds=1",
            "x info \"assigned [0, 1]\" lane=0 generation=3",
            "x info \"assigned [2]\" lane=0 generation=3",
            "x info \"assigned []\" lane=0 generation=4",
            "x notice \"ended what a dead worker had left open\" writer=prove.a-0-0",
        ] { evidence.add(line[...]) }
        #expect(evidence.restores == [120, 20])
        #expect(evidence.fromSnapshots == 1)
        #expect(evidence.generations == ["3"])
        #expect(evidence.endedEarly == 1)
    }

    @Test func `faults follow from the seed, and each kind comes before any comes again`() {
        func plan(_ seed: UInt64) -> [FaultPlan.Entry] {
            FaultPlan(
                seed: seed,
                .init(
                    faults: Fault.allCases, groups: 2, workers: 3, seconds: 60,
                    sessionMilliseconds: 2_000, intervalMilliseconds: 3_000)
            ).entries
        }
        #expect(plan(1) == plan(1) && plan(1) != plan(2))
        for seed in 0..<20 as Range<UInt64> {
            let entries = plan(seed)
            let kinds = Fault.allCases.count
            #expect(Set(entries.prefix(kinds).map(\.fault)) == Set(Fault.allCases))
            #expect(entries.allSatisfy { $0.at < 60_000 && (0..<2).contains($0.group) })
            #expect(entries.allSatisfy { $0.fault != .pause || $0.lasts > 2_000 })
            // Three seconds apart on average, from one and a half to four and a half.
            #expect((13...40).contains(entries.count))
        }
    }

    @Test func `a process that grows is found, one that wanders is not`() throws {
        /// More than at first: memory in the third quarter, and in the last.
        func growth(_ third: Int = 0, memory: Int, threads: Int, handles: Int) -> Bool {
            let first = ProcessSamples.Sample(memory: 50 << 10, threads: 20, handles: 40)
            return ProcessSamples.Growth(
                name: "0", seconds: 600,
                quarters: [
                    first, first,
                    .init(memory: (50 << 10) + third, threads: 20, handles: 40),
                    .init(
                        memory: (50 << 10) + memory, threads: 20 + threads, handles: 40 + handles),
                ]
            ).isGrowing
        }
        #expect(!growth(memory: 20 << 10, threads: 8, handles: 32))
        #expect(growth(memory: 30 << 10, threads: 0, handles: 0))
        #expect(growth(20 << 10, memory: 30 << 10, threads: 0, handles: 0))
        // It has come to its end.
        #expect(!growth(28 << 10, memory: 30 << 10, threads: 0, handles: 0))
        #expect(growth(memory: 0, threads: 9, handles: 0))
        #expect(growth(memory: 0, threads: 0, handles: 33))
        let mine = try #require(ProcessSamples.sample(getpid()))
        #expect(mine.memory > 1_000 && mine.threads > 0 && mine.handles > 2)
        #expect(ProcessSamples.sample(0) == nil)
        var samples = ProcessSamples()
        for number in 0..<200 as Range<Int64> {
            samples.look([("0", getpid())], now: number * ProcessSamples.interval)
        }
        #expect(samples.growths.map(\.seconds) == [400])
    }

    @Test func `records come at their rate, with lulls for ticks`() {
        #expect(ProofFeed.due(after: 5_000, rate: 200) == 1_000)
        #expect(ProofFeed.due(after: 17_000, rate: 200) == 3_400)
        #expect(ProofFeed.due(after: 20_000, rate: 200) == 3_400)
        #expect(ProofFeed.due(after: 21_000, rate: 200) == 3_600)
    }

    @Test func `a wrong line ends with 2 and says what is known`() throws {
        #expect(try ProveCommand.faults(nil, nodes: true) == Fault.allCases)
        #expect(try ProveCommand.faults(nil, nodes: false) == Fault.allCases.dropLast())
        #expect(try ProveCommand.faults("kill,pause,kill", nodes: false) == [.kill, .pause])
        #expect(try ProveCommand.faults("none", nodes: false) == [])
        let alone = Program("prove", "--faults", "node")
        #expect(alone.code == 2 && alone.errors.contains("needs --kill-node and --start-node"))
        #expect(Program("prove", "--kill-node", "true").code == 2)
        let unknown = Program("prove", "--faults", "kil")
        #expect(unknown.code == 2 && unknown.errors.contains("did you mean 'kill'?"))
        #expect(Program("prove", "--duration", "86400", "--rate", "10000").code == 2)
        #expect(Program("prove-worker", "a.b").code == 2)
    }

    @Test func `a cluster that does not answer ends with 2 and says what to do`() {
        // Port 1 of this machine: nothing listens there.
        let program = Program("prove", "--servers", "127.0.0.1:1")
        #expect(program.code == 2)
        #expect(program.errors.contains("no broker answers at 127.0.0.1:1"))
        #expect(program.errors.contains("--servers HOST:PORT"))
        #expect(program.output == "")
    }
}
