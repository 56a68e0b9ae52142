import Kafka
import Streams
import StreamsTesting
import Synchronization
import Testing

/// Rebalances at bad moments, on a real broker. Each ends with every output once, and the states of
/// a replay.
@Suite(.enabled(if: TestBroker.isAvailable, "\(TestBroker.need)"), .serialized)
struct RebalanceTests {
    /// How the commit inside a revocation ends.
    enum FailingCommit: String, CaseIterable {
        case refused, unanswered, unansweredButDone

        var answer: (error: KafkaError, isDone: Bool) {
            switch self {
            case .refused:
                (
                    KafkaError(
                        code: .invalidTimestamp, message: "asked to fail", requiresAbort: true),
                    false
                )
            case .unanswered: (KafkaError(code: .timedOut, message: "asked to fail"), false)
            case .unansweredButDone: (KafkaError(code: .timedOut, message: "asked to fail"), true)
            }
        }
    }

    @Test(arguments: FailingCommit.allCases)
    func `a commit that fails while partitions are taken away`(way: FailingCommit) throws {
        let cluster = try ToyCluster("failing-\(way.rawValue)", partitions: 4)
        let records = ToyCluster.mixture(6_000, seed: ToyCluster.seed)
        let holdsOpen = Atomic<Bool>(false)
        let failed = Atomic<Bool>(false)
        try cluster.feed(Array(records[..<1_000]))
        let first = cluster.start("0") {
            $0.commitIntervalMilliseconds = 60_000
            $0.logClient = HookedLog(
                commit: { isRevoking in
                    guard isRevoking, !failed.load(ordering: .relaxed) else { return nil }
                    failed.store(true, ordering: .relaxed)
                    holdsOpen.store(false, ordering: .relaxed)
                    return way.answer
                },
                holdsOpen: { holdsOpen.load(ordering: .relaxed) })
        }
        try cluster.waitUntilCaughtUp()
        holdsOpen.store(true, ordering: .relaxed)
        let before = first.status.counters.records
        try cluster.feed(Array(records[1_000..<2_000]))
        try cluster.wait("an open transaction") {
            first.status.counters.records - before > 900
        }
        #expect(try !cluster.isCaughtUp())
        let second = cluster.start("1")
        try cluster.feed(Array(records[2_000...]))
        try cluster.wait("the second has partitions") { !second.status.running.isEmpty }
        try cluster.waitUntilCaughtUp()
        let hasFailed = failed.load(ordering: .relaxed)
        #expect(hasFailed)
        #expect(first.status.exit == nil)
        cluster.stopAll()
        #expect(try cluster.differences() == [])
    }

    @Test func `an assignment that comes while the worker is closing`() throws {
        let cluster = try ToyCluster("closing", partitions: 4)
        let records = ToyCluster.mixture(4_000, seed: ToyCluster.seed)
        try cluster.feed(Array(records[..<2_000]))
        let stop = Hook()
        let first = cluster.start("0") {
            // It gives its partitions up, joins anew, and is told to stop before the answer.
            $0.logClient = HookedLog(willRevoke: { stop.run() })
        }
        stop.set { first.requestStop() }
        try cluster.waitUntilCaughtUp()
        let second = cluster.start("1")
        try cluster.feed(Array(records[2_000...]))
        #expect(first.wait().exit == .stopped)
        try cluster.wait("the second has all") { second.status.running.count == 4 }
        try cluster.waitUntilCaughtUp()
        cluster.stopAll()
        #expect(try cluster.differences() == [])
    }

    @Test func `a second rebalance before the restores of the first have ended`() throws {
        let cluster = try ToyCluster("twice", partitions: 4)
        let records = ToyCluster.mixture(6_000, seed: ToyCluster.seed)
        try cluster.feed(Array(records[..<3_000]))
        let first = cluster.start("0")
        try cluster.waitUntilCaughtUp()
        let next = Hook()
        let second = cluster.start("1") {
            $0.logClient = HookedLog(didAssign: { _ in next.run() })
        }
        let third = Late()
        let group = cluster.group
        // The test only waits while the hook uses it.
        nonisolated(unsafe) let shared = cluster
        next.set {
            // On the second's thread, its restores just begun: it goes on when the group gathers
            // anew.
            third.worker.withLock { $0 = shared.start("2") }
            guard let admin = try? Admin(TestBroker.client("watch")) else { return }
            for _ in 0..<500 {
                if (try? admin.describe(group: group).state) == "PreparingRebalance" { return }
                pause(milliseconds: 10)
            }
            Issue.record("no second rebalance within 5 s")
        }
        try cluster.feed(Array(records[3_000...]))
        try cluster.wait("three with partitions") {
            let third = third.worker.withLock { $0 }
            return [first, second].allSatisfy { !$0.status.running.isEmpty }
                && third?.status.running.isEmpty == false
        }
        try cluster.waitUntilCaughtUp()
        #expect(second.status.lanes[0].rebalances >= 2)
        cluster.stopAll()
        #expect(try cluster.differences() == [])
    }

    private final class Late: Sendable {
        let worker = Mutex<Worker?>(nil)
    }
}

/// What a test has done once, at a moment that a `HookedLog` tells; set when the rest is ready.
final class Hook: Sendable {
    private let body = Mutex<(@Sendable () -> Void)?>(nil)

    func set(_ body: @escaping @Sendable () -> Void) { self.body.withLock { $0 = body } }

    func run() {
        let found = body.withLock { body in
            defer { body = nil }
            return body
        }
        found?()
    }
}
