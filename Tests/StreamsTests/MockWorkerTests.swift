import Glibc
import Kafka
import Streams
import StreamsTesting
import Testing

/// A whole worker on mock brokers: what a lane does with its tasks after an outcome it does not
/// know. Without state, because the mock keeps no offsets of transactions: what is restored begins
/// at the log's start again, and that shows that it was.
@Suite(.serialized)
struct MockWorkerTests {
    /// Writes what it reads.
    private struct Copying: Processor {
        typealias State = NoState
        typealias Shared = NoState
        let outputs = ["copy.out"]

        func route(_ record: RecordView) -> Route { .stateless }

        func process(
            _ record: RecordView, key: Key, state: inout NoState, shared: NoState,
            at time: Instant, _ effects: inout Effects
        ) {
            effects.emit(to: 0, key: nil) { $0.append(1) }
        }
    }

    private let mock: MockCluster
    private let worker: Worker
    private let partitions: Int32 = 2

    init() throws {
        mock = MockCluster()
        mock.makeTopic("copy.in", partitions: partitions)
        mock.makeTopic("copy.out")
        mock.makeTopic("dead.copy")
        var settings = WorkerSettings(client: mock.client("worker"), group: "copy", ordinal: "0")
        settings.transactionTimeoutMilliseconds = 1_000
        settings.sessionTimeoutMilliseconds = 20_000
        if getenv("SHOUWANG_TEST_LOG") != nil {
            settings.log = { level, message, fields in print("\(level) \(message) \(fields)") }
        }
        worker = Worker(
            Topology(name: "copy", input: "copy.in", processor: Copying()), settings)
    }

    private func wait(_ what: String, until condition: () -> Bool) throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while !condition() {
            if ContinuousClock.now > deadline {
                Issue.record("waited in vain for: \(what); \(worker.status)")
                worker.requestStop()
                _ = worker.wait()
                throw ToyCluster.Vain()
            }
            pause(milliseconds: 10)
        }
    }

    private func feed(_ count: Int) throws {
        let producer = try Producer(mock.client("feed"))
        let topic = try producer.topic("copy.in")
        for number in 0..<count {
            _ = producer.produce(
                to: topic, partition: Int32(number) % partitions, key: nil, value: nil,
                timestamp: 1_000)
        }
        _ = producer.flush(timeoutMilliseconds: 10_000)
        try #require(producer.delivered == Int64(count))
    }

    /// Runs until ten records are committed, does harm to the commit of one more, and waits until
    /// all is done. Answers the requests from the harm on.
    private func run(harm: () -> Void) throws -> [MockCluster.Request] {
        worker.start()
        try wait("ready") { worker.status.isReady }
        try feed(10)
        try wait("ten records") {
            worker.status.counters.records == 10 && worker.status.lanes[0].commits > 0
        }
        try wait("everything committed") {
            mock.requests.last { $0 != .findCoordinator } == .endTxn
        }
        mock.forget()
        harm()
        try feed(1)
        try wait("a new producer") { worker.status.lanes[0].producersRenewed > 0 }
        try wait("all of it anew") {
            worker.status.isReady && worker.status.counters.records >= 11 + 11
                && mock.requests.last { $0 != .findCoordinator } == .endTxn
        }
        worker.requestStop()
        #expect(worker.wait().exit == .stopped)
        // The feed takes a producer id too, before the worker has anything to do.
        return Array(
            mock.requests.filter { $0 != .findCoordinator }.drop { $0 != .addPartitionsToTxn })
    }

    /// What follows the first request of a kind.
    private func following(
        _ request: MockCluster.Request, in requests: [MockCluster.Request]
    ) -> MockCluster.Request? {
        let after = requests.drop { $0 != request }.drop { $0 == request }
        return after.first
    }

    @Test func `after a commit without an answer every task is restored under a new epoch`() throws
    {
        // librdkafka asks again about every second; the deadline is at six, looked at after ten.
        let requests = try run {
            for _ in 0..<12 { mock.delay(.endTxn, milliseconds: 30_000) }
        }
        #expect(following(.endTxn, in: requests) == .initProducerID)
    }

    @Test func `after a fenced commit every task is restored under a new epoch`() throws {
        let requests = try run { mock.fail(.endTxn, .producerFenced) }
        #expect(following(.endTxn, in: requests) == .initProducerID)
    }

    @Test func `after offsets that the group's coordinator never takes, too`() throws {
        let requests = try run {
            mock.fail(.txnOffsetCommit, Array(repeating: .requestTimedOut, count: 4))
        }
        // The first transaction gets no further than that.
        let first = requests.prefix { $0 != .initProducerID }
        #expect(first.contains(.txnOffsetCommit))
        #expect(!first.contains(.endTxn))
    }
}
