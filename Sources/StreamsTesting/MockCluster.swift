internal import CRdKafka
package import Kafka
internal import Synchronization

/// librdkafka's mock brokers, inside this process: for faults that a real broker shows too seldom.
/// Each kind of request can be answered with an error, late, or by closing the connection;
/// brokers can go and come back, coordinators move.
///
/// What version 2.0.2 does with transactions: it checks producer id and epoch, but each
/// `InitProducerId` makes another id and fences nobody; it keeps no state of transactions, so
/// `EndTxn` is always right; it shows aborted records and keeps no offsets of transactions. So it
/// shows which requests a client sends, in which order, and what it makes of answers. What a
/// broker makes of the requests, only a real one shows. Thread-safe.
package final class MockCluster: @unchecked Sendable {
    /// The requests that transactions consist of; Kafka's numbers.
    package enum Request: Int16, CaseIterable, Sendable {
        case produce = 0
        case findCoordinator = 10
        case initProducerID = 22
        case addPartitionsToTxn = 24
        case addOffsetsToTxn = 25
        case endTxn = 26
        case txnOffsetCommit = 28

        /// As librdkafka's log lines have it.
        fileprivate var name: String {
            switch self {
            case .produce: "Produce"
            case .findCoordinator: "FindCoordinator"
            case .initProducerID: "InitProducerId"
            case .addPartitionsToTxn: "AddPartitionsToTxn"
            case .addOffsetsToTxn: "AddOffsetsToTxn"
            case .endTxn: "EndTxn"
            case .txnOffsetCommit: "TxnOffsetCommit"
            }
        }
    }

    // The mock locks for itself; these are set once.
    private let rk: OpaquePointer
    private let cluster: OpaquePointer
    private let received = ReceivedRequests()
    /// `host:port` of every broker.
    package let bootstrapServers: String

    /// Starts brokers 1, 2... on free ports.
    package init(brokers: Int32 = 1) {
        let conf = rd_kafka_conf_new()!
        // Debug lines of the mock are the one way to see what its brokers receive.
        rd_kafka_conf_set(conf, "debug", "mock", nil, 0)
        rd_kafka_conf_set_opaque(conf, Unmanaged.passUnretained(received).toOpaque())
        rd_kafka_conf_set_log_cb(conf) { rk, _, _, text in
            guard let rk, let opaque = rd_kafka_opaque(rk), let text else { return }
            Unmanaged<ReceivedRequests>.fromOpaque(opaque).takeUnretainedValue().take(
                String(cString: text))
        }
        rk = rd_kafka_new(RD_KAFKA_PRODUCER, conf, nil, 0)!
        cluster = rd_kafka_mock_cluster_new(rk, brokers)!
        bootstrapServers = String(cString: rd_kafka_mock_cluster_bootstraps(cluster)!)
    }

    deinit {
        rd_kafka_mock_cluster_destroy(cluster)
        rd_kafka_destroy(rk)
    }

    /// Settings of a client of these brokers.
    package func client(_ name: String = "test") -> ClientSettings {
        ClientSettings(bootstrapServers: bootstrapServers, clientID: name)
    }

    /// Makes a topic, led by the brokers in turn.
    package func makeTopic(_ name: String, partitions: Int32 = 1) {
        check(rd_kafka_mock_topic_create(cluster, name, partitions, 1))
    }

    /// The next requests of this kind are answered with these errors; `transport` closes the
    /// connection instead.
    package func fail(_ request: Request, _ codes: KafkaError.Code...) { fail(request, codes) }

    /// As above, with as many errors as there are.
    package func fail(_ request: Request, _ codes: [KafkaError.Code]) {
        let errors = codes.map { rd_kafka_resp_err_t($0.rawValue) }
        rd_kafka_mock_push_request_errors_array(cluster, request.rawValue, errors.count, errors)
    }

    /// The next request for a group's offsets is answered with this error.
    package func failOffsetFetch(_ code: KafkaError.Code) {
        let offsetFetch: Int16 = 9
        var error = rd_kafka_resp_err_t(code.rawValue)
        rd_kafka_mock_push_request_errors_array(cluster, offsetFetch, 1, &error)
    }

    /// The next request of this kind is carried out at once and answered so much later.
    package func delay(_ request: Request, broker: Int32 = 1, milliseconds: Int32) {
        check(
            shouwang_mock_delay(
                cluster, broker, request.rawValue, rd_kafka_resp_err_t(0), milliseconds))
    }

    /// One broker, or all, closes its connections and takes no more.
    package func setDown(_ broker: Int32 = -1) {
        check(rd_kafka_mock_broker_set_down(cluster, broker))
    }

    /// It takes connections again.
    package func setUp(_ broker: Int32 = -1) { check(rd_kafka_mock_broker_set_up(cluster, broker)) }

    /// Another broker coordinates these transactions from now on.
    package func moveTransactions(of transactionalID: String, to broker: Int32) {
        check(rd_kafka_mock_coordinator_set(cluster, "transaction", transactionalID, broker))
    }

    /// Another broker coordinates this group from now on.
    package func moveGroup(_ group: String, to broker: Int32) {
        check(rd_kafka_mock_coordinator_set(cluster, "group", group, broker))
    }

    /// The requests of transactions that the brokers have received, in their order.
    package var requests: [Request] { received.all }

    /// Forgets what was received.
    package func forget() { received.forget() }

    private func check(_ code: rd_kafka_resp_err_t) {
        precondition(code.rawValue == 0, "mock cluster: \(String(cString: rd_kafka_err2str(code)))")
    }

    /// Collects the mock's log lines "Broker 1: Received EndTxnRequestV1 from 127.0.0.1:4711".
    private final class ReceivedRequests: Sendable {
        private let requests = Mutex<[Request]>([])

        var all: [Request] { requests.withLock { $0 } }
        func forget() { requests.withLock { $0 = [] } }

        func take(_ line: String) {
            for request in Request.allCases
            where line.contains(": Received \(request.name)RequestV") {
                requests.withLock { $0.append(request) }
            }
        }
    }
}
