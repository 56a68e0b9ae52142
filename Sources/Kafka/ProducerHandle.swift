internal import CRdKafka

/// A topic that a producer writes to; made once by `topic(_:)`, so that producing looks nothing
/// up by name. Belongs to the producer that made it.
package struct ProducerTopic: Sendable {
    /// Its number among those of its producer.
    package let index: Int

    /// For whoever stands in for a producer.
    package init(index: Int) { self.index = index }
}

/// A record that the broker or librdkafka refused, as its delivery report says.
package struct FailedDelivery: Equatable, Sendable {
    /// What `produce` was given.
    package let tag: Int
    package let code: KafkaError.Code

    package init(tag: Int, code: KafkaError.Code) {
        self.tag = tag
        self.code = code
    }
}

/// A producer's callback context: counts what was delivered.
final class ProducerContext: CallbackContext {
    /// Kept of the failures of one transaction: the first ones tell the cause, the rest follow.
    static let failuresMax = 64

    var topics: [OpaquePointer] = []
    var names: [String: Int] = [:]
    var delivered: Int64 = 0
    var failed: Int64 = 0
    var failures: [FailedDelivery] = []
}

/// What both kinds of producers share. Confined to one thread. A class, because a call that does
/// not come back must keep it alive (see `withinTime`).
final class ProducerHandle {
    let client: ClientHandle<ProducerContext>

    init(_ settings: ClientSettings, guarantees: [(String, String)]) throws(KafkaError) {
        let common: [(String, String)] = [
            ("enable.idempotence", "true"),
            // As Java clients place records, so that feeds written by others fit ours.
            ("partitioner", "murmur2_random"),
            ("allow.auto.create.topics", "false"),
            // The next transaction waits for the markers of the last one; with the default of
            // 100 ms nearly every small transaction would take that long (conventions 3).
            ("retry.backoff.ms", "1"),
            ("reconnect.backoff.max.ms", "1000"),
            ("queue.buffering.max.messages", "500000"),
        ]
        client = try ClientHandle(
            RD_KAFKA_PRODUCER, settings, context: ProducerContext(settings),
            guarantees: common + guarantees
        ) { conf in
            // Also needed for speed: without one, flush sleeps in steps of 10 ms.
            rd_kafka_conf_set_dr_msg_cb(conf, deliveryCallback)
        }
    }

    /// What is still queued or under way is given up first: nobody waits for it, and when a
    /// transactional producer ends while the answer "fenced" to one request after another comes in,
    /// librdkafka (2.0.2 to 2.15) frees the text of its fatal error twice. Its main thread frees it
    /// in `rd_kafka_txns_term` while the brokers' threads still set it.
    deinit {
        if rd_kafka_outq_len(client.rk) > 0 {
            rd_kafka_purge(client.rk, Int32(RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT))
        }
        for topic in client.context.topics { rd_kafka_topic_destroy(topic) }
    }

    func topic(_ name: String) throws(KafkaError) -> ProducerTopic {
        if let index = client.context.names[name] { return ProducerTopic(index: index) }
        guard let topic = rd_kafka_topic_new(client.rk, name, nil) else {
            throw KafkaError(rd_kafka_last_error(), doing: "opening topic \(name)")
        }
        let index = client.context.topics.count
        client.context.topics.append(topic)
        client.context.names[name] = index
        return ProducerTopic(index: index)
    }

    /// Queues a record; bytes are copied. A full queue is waited for, serving delivery reports.
    func produce(
        to topic: ProducerTopic, partition: Int32?, key: UnsafeRawBufferPointer?,
        value: UnsafeRawBufferPointer?, headers: consuming HeaderList?, timestamp: Instant,
        tag: Int, queueTimeoutMilliseconds: Int
    ) -> KafkaError? {
        let list: OpaquePointer?
        switch consume headers {
        case .some(let given): list = given.take()
        case .none: list = nil
        }
        var waited = 0
        while true {
            let problem = shouwang_produce(
                client.rk, client.context.topics[topic.index], partition ?? -1,
                key.map { $0.baseAddress ?? anAddress }, key?.count ?? 0,
                value.map { $0.baseAddress ?? anAddress }, value?.count ?? 0, timestamp, list, tag)
            guard let problem else { return nil }
            if rd_kafka_error_code(problem) == RD_KAFKA_RESP_ERR__QUEUE_FULL,
                waited < queueTimeoutMilliseconds
            {
                rd_kafka_error_destroy(problem)
                rd_kafka_poll(client.rk, 10)
                waited += 10
                continue
            }
            if let list { rd_kafka_headers_destroy(list) }
            let error = KafkaError(consuming: problem, doing: "producing")
            // That the handle is lost says nothing yet; why it is says whether it was fenced.
            return error.code == .fatal ? client.fatalError() ?? error : error
        }
    }

    /// Serves delivery reports that have come.
    func poll() { rd_kafka_poll(client.rk, 0) }
}

private func deliveryCallback(
    _ rk: OpaquePointer?, _ message: UnsafePointer<rd_kafka_message_t>?,
    _ opaque: UnsafeMutableRawPointer?
) {
    guard let message = message?.pointee else { return }
    let context = context(opaque, as: ProducerContext.self)
    guard message.err.rawValue != 0 else {
        context.delivered += 1
        return
    }
    context.failed += 1
    if context.failures.count < ProducerContext.failuresMax {
        context.failures.append(
            FailedDelivery(
                tag: Int(bitPattern: message._private),
                code: .init(rawValue: message.err.rawValue)))
    }
}
