import Kafka
import Streams
import StreamsTesting
import Testing

/// Static membership (KIP-345) on a real broker.
@Suite(.enabled(if: TestBroker.isAvailable, "\(TestBroker.need)"), .serialized)
struct StaticMemberTests {
    private func make(_ session: Int) -> (inout WorkerSettings) -> Void {
        {
            $0.isStatic = true
            $0.sessionTimeoutMilliseconds = session
        }
    }

    @Test func `a restart within the session takes nothing from anybody`() throws {
        let cluster = try ToyCluster("static", partitions: 4)
        let records = ToyCluster.mixture(3_000, seed: ToyCluster.seed)
        try cluster.feed(Array(records[..<1_000]))
        let first = cluster.start("1", make(20_000))
        let second = cluster.start("2", make(20_000))
        try cluster.wait("two with partitions") {
            first.status.running.count == 2 && second.status.running.count == 2
        }
        try cluster.waitUntilCaughtUp()
        let own = first.status.running
        let rebalances = second.status.lanes[0].rebalances
        #expect(cluster.stop(first).exit == .stopped)
        // Its partitions wait for it.
        try cluster.feed(Array(records[1_000..<2_000]))
        let again = cluster.start("1", make(20_000))
        try cluster.wait("the first is back") { again.status.running == own }
        try cluster.feed(Array(records[2_000...]))
        try cluster.waitUntilCaughtUp()
        #expect(second.status.lanes[0].rebalances == rebalances)
        #expect(again.status.lanes[0].rebalances == 1)
        cluster.stopAll()
        #expect(try cluster.differences() == [])
    }

    @Test func `a stopped member that does not come back is made to leave`() throws {
        let cluster = try ToyCluster("leaving", partitions: 4)
        let records = ToyCluster.mixture(2_000, seed: ToyCluster.seed)
        try cluster.feed(Array(records[..<1_000]))
        let first = cluster.start("1", make(60_000))
        let second = cluster.start("2", make(60_000))
        try cluster.wait("two with partitions") {
            first.status.running.count == 2 && second.status.running.count == 2
        }
        try cluster.waitUntilCaughtUp()
        cluster.stop(first)
        let members = try Admin(TestBroker.client()).describe(group: cluster.group).members
        #expect(
            Set(members.compactMap(\.instanceID)) == ["\(cluster.group)-1-0", "\(cluster.group)-2-0"])
        let began = ContinuousClock.now
        try StaticMember.leave(
            "\(cluster.group)-1-0", group: cluster.group, topic: cluster.topology.input,
            client: TestBroker.client(), timeoutMilliseconds: 15_000)
        try cluster.wait("the second has all", seconds: 20) {
            second.status.running.count == 4
        }
        print("handed over after \(ContinuousClock.now - began)")
        try cluster.feed(Array(records[1_000...]))
        try cluster.waitUntilCaughtUp()
        cluster.stopAll()
        #expect(try cluster.differences() == [])
    }

    @Test func `two processes with one name end with the exit code that says so`() throws {
        let cluster = try ToyCluster("statictwins", partitions: 2)
        let first = cluster.start("7", make(20_000))
        try cluster.wait("the first is ready") { first.status.isReady }
        let second = cluster.start("7", make(20_000))
        try cluster.wait("one of them gives up") {
            first.status.exit != nil || second.status.exit != nil
        }
        let ended = [first, second].filter { $0.status.exit != nil }
        #expect(ended.allSatisfy { $0.status.exit == .fenced }, "\(ended.map(\.status))")
        #expect(ended[0].status.message?.contains("another process has my name") == true)
        try cluster.feed(ToyCluster.mixture(200, seed: ToyCluster.seed))
        try cluster.waitUntilCaughtUp()
        cluster.stopAll()
        #expect(try cluster.differences() == [])
    }
}
