internal import CRdKafka
internal import Glibc

/// A consumer's callback context, and the scratch memory that lends records without copying.
final class ConsumerContext: CallbackContext {
    /// Set only while a poll or close runs.
    var delegate: (any RebalanceDelegate)?
    var isClosed = false

    /// The name of the topic seen last, by librdkafka's pointer: no `String` is made per record.
    private var lastTopic: OpaquePointer?
    private var lastName = ""
    private var names: [OpaquePointer: String] = [:]
    private var headers: UnsafeMutableBufferPointer<HeaderView>

    override init(_ settings: ClientSettings) {
        headers = .allocate(capacity: 16)
        super.init(settings)
    }

    deinit { headers.deallocate() }

    /// A pointer may come to mean another topic once its partitions are no more read.
    func forgetTopics() {
        lastTopic = nil
        names.removeAll(keepingCapacity: true)
    }

    private func name(of topic: OpaquePointer) -> String {
        if topic == lastTopic { return lastName }
        lastTopic = topic
        if let known = names[topic] {
            lastName = known
        } else {
            lastName = String(cString: rd_kafka_topic_name(topic))
            names[topic] = lastName
        }
        return lastName
    }

    /// Lends a message as a record.
    func lend(
        _ pointer: UnsafeMutablePointer<rd_kafka_message_t>, _ body: (RecordView) -> Void
    ) {
        let message = pointer.pointee
        var kind = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE
        let timestamp = rd_kafka_message_timestamp(pointer, &kind)
        let count = readHeaders(pointer)
        body(
            RecordView(
                topic: name(of: message.rkt), partition: message.partition,
                offset: message.offset, timestamp: timestamp,
                isLogAppendTime: kind == RD_KAFKA_TIMESTAMP_LOG_APPEND_TIME,
                key: message.key.map { UnsafeRawBufferPointer(start: $0, count: message.key_len) },
                value: message.payload.map {
                    UnsafeRawBufferPointer(start: $0, count: message.len)
                },
                headers: UnsafeBufferPointer(rebasing: headers[0..<count])))
    }

    private func readHeaders(_ message: UnsafeMutablePointer<rd_kafka_message_t>) -> Int {
        var list: OpaquePointer?
        guard rd_kafka_message_headers(message, &list).rawValue == 0, let list else { return 0 }
        let count = rd_kafka_header_cnt(list)
        if count > headers.count {
            headers.deallocate()
            headers = .allocate(capacity: count * 2)
        }
        for index in 0..<count {
            var name: UnsafePointer<CChar>?
            var value: UnsafeRawPointer?
            var size = 0
            guard rd_kafka_header_get_all(list, index, &name, &value, &size).rawValue == 0,
                let name
            else { return index }
            headers.initializeElement(
                at: index,
                to: HeaderView(
                    name: UnsafeRawBufferPointer(start: name, count: strlen(name)),
                    value: value.map { UnsafeRawBufferPointer(start: $0, count: size) }))
        }
        return count
    }
}

/// Called inside poll and close. Answers the group at once with an assignment of nothing, so that
/// nothing is read before the delegate names offsets.
func rebalanceCallback(
    _ rk: OpaquePointer?, _ code: rd_kafka_resp_err_t,
    _ partitions: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?,
    _ opaque: UnsafeMutableRawPointer?
) {
    let context = context(opaque, as: ConsumerContext.self)
    let list = partitions.map { readPartitions($0) } ?? []
    context.forgetTopics()
    guard code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS else {
        if rd_kafka_assignment_lost(rk) != 0 {
            context.delegate?.lost(list)
        } else {
            context.delegate?.revoked(list)
        }
        rd_kafka_assign(rk, nil)
        // With that the group may end, and then it answers no question any more.
        if !context.isClosed { settleAssignment(rk) }
        return
    }
    // A name, because a temporary would be freed before the call.
    let nothing = PartitionList(capacity: 0)
    assignAndSettle(rk, nothing.list)
    context.delegate?.assigned(list)
}

/// `rd_kafka_assign`, and waits until what was read before is no more.
@discardableResult
func assignAndSettle(
    _ rk: OpaquePointer?, _ list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?
) -> rd_kafka_resp_err_t {
    let code = rd_kafka_assign(rk, list)
    settleAssignment(rk)
    return code
}

/// Waits until librdkafka has stopped reading partitions that were taken away. Taken away a second
/// time before that, it stops them twice and ends the process (its issue 5573, up to 2.15).
///
/// Its thread carries out what it is sent in order, and sends itself the stop, then that it has
/// stopped: the answer to the first question comes after the one, to the second after the other.
func settleAssignment(_ rk: OpaquePointer?) {
    for _ in 0..<2 {
        var list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?
        if rd_kafka_assignment(rk, &list).rawValue == 0, let list {
            rd_kafka_topic_partition_list_destroy(list)
        }
    }
}

/// Asks the broker for the first offset and the end of a partition.
func queryWatermarks(
    _ rk: OpaquePointer, _ partition: TopicPartition, _ timeoutMilliseconds: Int32
) throws(KafkaError) -> Range<Int64> {
    let low = try queryOffsets(rk, [partition], .first, timeoutMilliseconds)[0]
    let high = try queryOffsets(rk, [partition], .end, timeoutMilliseconds)[0]
    return low..<max(low, high)
}

/// What Kafka's ListOffsets takes in place of a time.
enum ListedOffset: Int64 {
    case first = -2
    case end = -1
}

/// Asks the brokers for the first or the end offsets of partitions, all at once, and again while
/// time is left and the answer is that a partition's leader is elsewhere or not ready.
///
/// Not with rd_kafka_query_watermark_offsets: before librdkafka 2.3.0 it waits without end for a
/// leader that is away (librdkafka issue 2588). This one keeps its timeout.
func queryOffsets(
    _ rk: OpaquePointer, _ partitions: [TopicPartition], _ which: ListedOffset,
    _ timeoutMilliseconds: Int32
) throws(KafkaError) -> [Int64] {
    let deadline = ContinuousClock.now + .milliseconds(Int(timeoutMilliseconds))
    while true {
        let list = PartitionList(partitions.map { PartitionOffset($0, which.rawValue) })
        let left = max(1, Int32((deadline - .now) / .milliseconds(1)))
        let code = rd_kafka_offsets_for_times(rk, list.list, left)
        let error =
            code.rawValue != 0
            ? KafkaError(code, doing: "asking for the ends of \(partitions)")
            : list.firstError(doing: "asking for the ends of")
        guard let error else { return list.elements.map(\.offset) }
        // It waits for the leaders it knows of, remembers for half a minute what it did not know,
        // and does not look again: now it does.
        for topic in Set(partitions.map(\.topic)) {
            _ = try? queryPartitionCount(rk, topic, timeoutMilliseconds)
        }
        guard error.code.isAboutLeader, .now < deadline else { throw error }
        usleep(20_000)
    }
}

/// Asks the broker how many partitions a topic has.
func queryPartitionCount(
    _ rk: OpaquePointer, _ topic: String, _ timeoutMilliseconds: Int32
) throws(KafkaError) -> Int32 {
    let handle = rd_kafka_topic_new(rk, topic, nil)
    defer { if let handle { rd_kafka_topic_destroy(handle) } }
    var metadata: UnsafePointer<rd_kafka_metadata_t>?
    let code = rd_kafka_metadata(rk, 0, handle, &metadata, timeoutMilliseconds)
    guard code.rawValue == 0, let metadata else {
        throw KafkaError(code, doing: "asking for topic \(topic)")
    }
    defer { rd_kafka_metadata_destroy(metadata) }
    guard metadata.pointee.topic_cnt == 1 else {
        throw KafkaError(code: .unknownTopic, message: "topic \(topic) is not there")
    }
    let found = metadata.pointee.topics[0]
    guard found.err.rawValue == 0 else {
        throw KafkaError(found.err, doing: "asking for topic \(topic)")
    }
    return found.partition_cnt
}
