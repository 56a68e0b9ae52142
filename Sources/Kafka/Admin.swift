internal import CRdKafka

/// Asks and changes what the brokers hold: topics, groups, offsets. Every call blocks up to the
/// timeout given at `init` and throws what the broker said. Confined to one thread. It never
/// joins a group and reads no records.
package struct Admin: ~Copyable {
    let handle: ClientHandle<CallbackContext>
    let timeoutMilliseconds: Int32
    /// For questions about a group's offsets.
    let groupHandles: GroupHandles

    /// Makes a client; nothing is sent yet. Throws when a setting is refused.
    package init(
        _ settings: ClientSettings, timeoutMilliseconds: Int32 = 15_000
    ) throws(KafkaError) {
        // A consumer's handle, because only that one can look past open transactions: on a
        // read_committed handle the end of a partition is its last stable offset.
        handle = try Admin.open(settings, group: "shouwang.admin")
        groupHandles = GroupHandles(settings)
        self.timeoutMilliseconds = timeoutMilliseconds
    }

    /// A handle that joins no group. But without the name of one librdkafka (up to 2.15) ends the
    /// process when the coordinator of any group it asks about has moved (its issue 5040).
    fileprivate static func open(
        _ settings: ClientSettings, group: String
    ) throws(KafkaError) -> ClientHandle<CallbackContext> {
        let context = CallbackContext(settings)
        // There is no membership to leave, and leaving waits for a broker.
        context.isAbandoned = true
        return try ClientHandle(
            RD_KAFKA_CONSUMER, settings, context: context,
            guarantees: [
                ("group.id", group),
                ("isolation.level", "read_uncommitted"),
                ("allow.auto.create.topics", "false"),
                ("reconnect.backoff.max.ms", "1000"),
            ])
    }

    /// First offset and end of a partition, records of open and aborted transactions included.
    package func watermarks(_ partition: TopicPartition) throws(KafkaError) -> Range<Int64> {
        try queryWatermarks(handle.rk, partition, timeoutMilliseconds)
    }

    /// The ends of partitions, records of open and aborted transactions included: one request to
    /// each of their leaders.
    package func ends(_ partitions: [TopicPartition]) throws(KafkaError) -> [Int64] {
        try queryOffsets(handle.rk, partitions, .end, timeoutMilliseconds)
    }

    /// Sends one request and reads its answer while it is alive.
    func ask<Answer>(
        _ operation: rd_kafka_admin_op_t, doing: String,
        configure: (OpaquePointer) -> Void = { _ in },
        send: (OpaquePointer?, OpaquePointer?) -> Void,
        read: (OpaquePointer) throws(KafkaError) -> Answer
    ) throws(KafkaError) -> Answer {
        // One for each question: an answer that comes too late must not be taken for the next one's.
        let queue = rd_kafka_queue_new(handle.rk)
        defer { rd_kafka_queue_destroy(queue) }
        let options = rd_kafka_AdminOptions_new(handle.rk, operation)
        defer { rd_kafka_AdminOptions_destroy(options) }
        var text = [CChar](repeating: 0, count: 256)
        rd_kafka_AdminOptions_set_request_timeout(
            options, timeoutMilliseconds, &text, text.count)
        if let options { configure(options) }
        send(options, queue)
        // The request has a timeout of its own; a little more, so that its answer is the one.
        guard let event = rd_kafka_queue_poll(queue, timeoutMilliseconds + 2_000) else {
            throw KafkaError(code: .timedOut, message: "\(doing): no answer")
        }
        defer { rd_kafka_event_destroy(event) }
        let code = rd_kafka_event_error(event)
        guard code.rawValue == 0 else {
            let words = rd_kafka_event_error_string(event).map { String(cString: $0) } ?? ""
            throw KafkaError(code: .init(rawValue: code.rawValue), message: "\(doing): \(words)")
        }
        return try read(event)
    }
}

/// Handles by the group they may ask about, made when first asked for. Confined to one thread.
final class GroupHandles {
    final class GroupHandle {
        let handle: ClientHandle<CallbackContext>

        init(_ settings: ClientSettings, _ group: String) throws(KafkaError) {
            handle = try Admin.open(settings, group: group)
        }
    }

    private let settings: ClientSettings
    private var handles: [String: GroupHandle] = [:]

    init(_ settings: ClientSettings) { self.settings = settings }

    func of(_ group: String) throws(KafkaError) -> GroupHandle {
        if let handle = handles[group] { return handle }
        let handle = try GroupHandle(settings, group)
        handles[group] = handle
        return handle
    }
}
