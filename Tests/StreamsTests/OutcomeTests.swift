import Kafka
import Streams
import StreamsTesting
import Testing

/// What a lane's output makes of each error at each request of a transaction, on mock brokers, and
/// which requests it sends next (design D4.4). What a broker makes of those: `LateRequestTests`.
@Suite(.serialized)
struct OutcomeTests {
    typealias Request = MockCluster.Request

    /// One error at one request, and how it must end.
    struct Case: Sendable, CustomTestStringConvertible {
        let request: Request
        let code: KafkaError.Code
        let step: TransactionState.Step?

        var testDescription: String { "\(request) \(code.name)" }
    }

    private static func code(_ number: Int32) -> KafkaError.Code { .init(rawValue: number) }
    private static let notCoordinator = code(16)
    private static let loading = code(14)
    private static let concurrent = code(51)
    private static let invalidState = code(48)
    private static let unknownServerError = code(-1)

    static let cases: [Case] = {
        var cases: [Case] = []
        func add(
            _ requests: [Request], _ codes: [KafkaError.Code], _ step: TransactionState.Step?
        ) {
            for request in requests {
                cases += codes.map { Case(request: request, code: $0, step: step) }
            }
        }
        let coordinated: [Request] = [
            .addPartitionsToTxn, .addOffsetsToTxn, .txnOffsetCommit, .endTxn,
        ]
        // Not now, or not here: the same call again, inside librdkafka.
        add(coordinated, [notCoordinator, loading, concurrent], nil)
        // The connection is lost: asked again on another, with the same id and epoch.
        add([.addPartitionsToTxn, .addOffsetsToTxn, .txnOffsetCommit, .endTxn], [.transport], nil)
        // The name has another owner.
        let fencing: [KafkaError.Code] = [.invalidProducerEpoch, .producerFenced]
        add(coordinated + [.produce], fencing, .renew(restoring: true))
        // The broker has another idea of the transaction.
        add(coordinated, [invalidState], .renew(restoring: true))
        add([.produce], [invalidState], .abort)
        // The group has another idea of who is a member.
        add(
            [.txnOffsetCommit], [.illegalGeneration, .unknownMember, .rebalanceInProgress],
            .abort)
        // One record is at fault.
        add([.produce], [.messageTooLarge, .invalidTimestamp, .invalidRecord], .abort)
        // It may have happened.
        add([.endTxn], [unknownServerError], .renew(restoring: true))
        return cases
    }()

    @Test(arguments: cases)
    func `each error at each request has its path`(given: Case) throws {
        let mock = MockCluster()
        mock.makeTopic("out")
        let lone = try LoneOutput(mock.client(), transactionalID: "lone", topic: "out")
        try lone.connect()
        mock.fail(given.request, given.code)
        lone.write("a")
        let trouble = lone.commit()
        #expect(trouble?.step == given.step)
        guard let trouble else {
            #expect(mock.requests.filter { $0 == .initProducerID }.count == 1)
            return
        }
        if case .renew = trouble.step {
            // No decision is sent in its name any more.
            #expect(!mock.requests.contains(.endTxn) || given.request == .endTxn)
        }
        mock.forget()
        try lone.follow(trouble.step)
        lone.write("b")
        #expect(lone.commit() == nil)
        let next = mock.requests.filter { $0 != .findCoordinator }
        switch trouble.step {
        case .abort where given.request == .produce:
            // Sequence numbers are out of step: aborted, then renewed.
            #expect(next.contains(.initProducerID))
            #expect(next.last == .endTxn)
        case .abort:
            #expect(next.first == .endTxn)
            #expect(!next.contains(.initProducerID))
        default:
            // A request may have been under way; no decision follows it.
            let before = next.prefix { $0 != .initProducerID }
            #expect(before.count < next.count)
            #expect(!before.contains(.endTxn))
        }
    }

    @Test(arguments: [notCoordinator, loading, concurrent])
    func `taking the name waits for a coordinator that is not ready`(code: KafkaError.Code) throws
    {
        let mock = MockCluster()
        mock.makeTopic("out")
        mock.fail(.initProducerID, code, code)
        let lone = try LoneOutput(mock.client(), transactionalID: "lone", topic: "out")
        try lone.connect()
        lone.write("a")
        #expect(lone.commit() == nil)
    }

    @Test func `coordinators that move in the middle of a commit are followed`() throws {
        let mock = MockCluster(brokers: 3)
        mock.makeTopic("out")
        mock.moveTransactions(of: "lone", to: 1)
        mock.moveGroup("group.out", to: 2)
        let lone = try LoneOutput(mock.client(), transactionalID: "lone", topic: "out")
        try lone.connect()
        lone.write("a")
        mock.moveTransactions(of: "lone", to: 3)
        mock.moveGroup("group.out", to: 1)
        #expect(lone.commit() == nil)
        #expect(mock.requests.filter { $0 == .initProducerID }.count == 1)
        lone.write("b")
        #expect(lone.commit() == nil)
    }

    // The answer to a commit does not come: nobody knows whether it has happened, and the request
    // may still lie somewhere on the way (KIP-890: "a late commit lands on the next transaction").
    @Test func `after a commit without an answer nothing is sent before the name is taken anew`()
        throws
    {
        let mock = MockCluster()
        mock.makeTopic("out")
        let lone = try LoneOutput(
            mock.client(), transactionalID: "lone", topic: "out", isPatient: false)
        try lone.connect()
        mock.delay(.endTxn, milliseconds: 20_000)
        lone.write("a")
        let trouble = try #require(lone.commit())
        #expect(trouble.step == .renew(restoring: true))
        #expect(trouble.error.code == .timedOut)
        let before = lone.producerID
        mock.forget()
        try lone.follow(trouble.step)
        #expect(mock.requests.filter { $0 != .findCoordinator } == [.initProducerID])
        #expect(lone.producerID != before)
        lone.write("b")
        #expect(lone.commit() == nil)
    }

    // The first request may come after the second, which was answered.
    @Test func `a commit that had to be asked for twice is the last of its producer`() throws {
        let mock = MockCluster()
        mock.makeTopic("out")
        let lone = try LoneOutput(mock.client(), transactionalID: "lone", topic: "out")
        try lone.connect()
        mock.delay(.endTxn, milliseconds: 6_000)
        lone.write("a")
        let trouble = try #require(lone.commit())
        #expect(trouble.step == .renew(restoring: false))
        mock.forget()
        try lone.follow(trouble.step)
        lone.write("b")
        #expect(lone.commit() == nil)
        #expect(mock.requests.first { $0 != .findCoordinator } == .initProducerID)
    }

    // librdkafka says "abortable" here; sent with the old epoch after an abort, the offsets would
    // belong to the next transaction.
    @Test func `after offsets without an answer the name is taken anew, not only aborted`() throws {
        let mock = MockCluster()
        mock.makeTopic("out")
        let lone = try LoneOutput(mock.client(), transactionalID: "lone", topic: "out")
        try lone.connect()
        mock.fail(.txnOffsetCommit, Array(repeating: .requestTimedOut, count: 30))
        lone.write("a")
        let trouble = try #require(lone.commit())
        #expect(trouble.step == .renew(restoring: true))
        #expect(!mock.requests.contains(.endTxn))
    }

    // Without the bound this call of librdkafka 2.0.2 never returned; the watchdog ended the
    // process after a minute.
    @Test(arguments: [false, true])
    func `sending offsets comes back though no coordinator is there`(onlyTheGroups: Bool) throws {
        let mock = MockCluster(brokers: 2)
        mock.makeTopic("out")
        mock.moveTransactions(of: "lone", to: 1)
        mock.moveGroup("group.out", to: 2)
        let lone = try LoneOutput(
            mock.client(), transactionalID: "lone", topic: "out",
            transactionTimeoutMilliseconds: 1_000)
        try lone.connect()
        lone.write("a")
        mock.setDown(onlyTheGroups ? 2 : -1)
        let began = WorkerClock.system.monotonic()
        let trouble = try #require(lone.commit())
        // All tries together may take the transaction timeout and one call, the last one 6 s more.
        #expect(WorkerClock.system.monotonic() - began < 13_000)
        #expect(trouble.step == .renew(restoring: true))
        mock.setUp()
        try lone.follow(trouble.step)
        lone.write("b")
        #expect(lone.commit() == nil)
    }
}
