internal import CRdKafka

/// Reads records from partitions, either those a group gives it (`subscribe`) or those it is
/// told to (`start` alone). Confined to one thread; every callback runs inside `poll`, `close` or
/// the call it belongs to, on that thread. Methods do not mutate the value, so a delegate may use
/// the consumer that calls it.
package struct Consumer: ~Copyable {
    let handle: ClientHandle<ConsumerContext>

    /// Makes a consumer; nothing is sent yet. Throws when a setting is refused.
    package init(_ settings: ConsumerSettings) throws(KafkaError) {
        handle = try ClientHandle(
            RD_KAFKA_CONSUMER, settings.client, context: ConsumerContext(settings.client),
            guarantees: settings.guarantees
        ) { conf in
            rd_kafka_conf_set_rebalance_cb(conf, rebalanceCallback)
        }
        // Everything, log lines aside, then comes out of the one poll.
        rd_kafka_poll_set_consumer(handle.rk)
    }

    private var rk: OpaquePointer { handle.rk }

    // MARK: Membership

    /// Joins the group for these topics. The delegate of the next polls is told what it got.
    package func subscribe(_ topics: [String]) throws(KafkaError) {
        let list = PartitionList(topics.map { TopicPartition($0, -1) })
        let code = rd_kafka_subscribe(rk, list.list)
        if code.rawValue != 0 { throw KafkaError(code, doing: "subscribing") }
    }

    /// Leaves the group for good, and at once: also as a static member, whose place `close` keeps
    /// until its session has run out. It is done within the polls that follow, in which the
    /// delegate is told to give everything back.
    package func unsubscribe() throws(KafkaError) {
        let code = rd_kafka_unsubscribe(rk)
        if code.rawValue != 0 { throw KafkaError(code, doing: "unsubscribing") }
    }

    /// Leaves the group, unless it is a static member, after the delegate has been told to give
    /// everything back. Blocks until the coordinator has answered. The consumer reads nothing any more.
    package func close(delegate: (any RebalanceDelegate)? = nil) {
        guard !handle.context.isClosed else { return }
        handle.context.isClosed = true
        handle.context.delegate = delegate
        rd_kafka_consumer_close(rk)
        handle.context.delegate = nil
    }

    /// Ends without leaving the group, which will miss it after the session timeout: for when no
    /// broker answers, because librdkafka 2.0.2 then waits in `close` for one to come back. The
    /// delegate is told nothing.
    package func abandon() {
        handle.context.isClosed = true
        handle.context.isAbandoned = true
    }

    /// The member's fencing token: what the transaction must carry with its offsets.
    package func groupMetadata() -> GroupMetadata? {
        rd_kafka_consumer_group_metadata(rk).map { GroupMetadata(owning: $0) }
    }

    // MARK: What is read

    /// Reads these partitions at exactly these offsets, and no others: what was read before is
    /// dropped or begins again. In a group, only partitions it has been given, and the only way:
    /// under the eager protocol librdkafka refuses `start` and `stop`.
    package func read(_ offsets: [PartitionOffset]) throws(KafkaError) {
        let list = PartitionList(offsets)
        let code = assignAndSettle(rk, list.list)
        if code.rawValue != 0 { throw KafkaError(code, doing: "reading \(offsets)") }
        handle.context.forgetTopics()
    }

    /// Starts reading these partitions at exactly these offsets, beside those already read. For
    /// consumers outside a group.
    package func start(_ offsets: [PartitionOffset]) throws(KafkaError) {
        let list = PartitionList(offsets)
        if let error = rd_kafka_incremental_assign(rk, list.list) {
            throw KafkaError(consuming: error, doing: "starting to read \(offsets)")
        }
        handle.context.forgetTopics()
    }

    /// Stops reading these partitions. For consumers outside a group.
    package func stop(_ partitions: [TopicPartition]) throws(KafkaError) {
        let list = PartitionList(partitions)
        if let error = rd_kafka_incremental_unassign(rk, list.list) {
            throw KafkaError(consuming: error, doing: "ceasing to read \(partitions)")
        }
        settleAssignment(rk)
        handle.context.forgetTopics()
    }

    /// The partitions being read.
    package func reading() -> [TopicPartition] {
        var list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?
        guard rd_kafka_assignment(rk, &list).rawValue == 0, let list else { return [] }
        return PartitionList(owning: list).partitions
    }

    /// Goes on at these offsets. Records fetched before are not delivered any more. The seek is
    /// under way when this returns (librdkafka waits a thousandth of the timeout), and comes
    /// before anything polled later.
    package func seek(_ offsets: [PartitionOffset]) throws(KafkaError) {
        let list = PartitionList(offsets)
        if let error = rd_kafka_seek_partitions(rk, list.list, 5_000) {
            let found = KafkaError(consuming: error, doing: "seeking")
            if found.code != .timedOut { throw found }
            return
        }
        if let error = list.firstError(doing: "seeking") { throw error }
    }

    /// Ceases to deliver records of these partitions, which stay assigned.
    package func pause(_ partitions: [TopicPartition]) throws(KafkaError) {
        let list = PartitionList(partitions)
        let code = rd_kafka_pause_partitions(rk, list.list)
        if code.rawValue != 0 { throw KafkaError(code, doing: "pausing") }
    }

    /// Delivers them again. Only what is paused may be resumed (librdkafka issue 4636).
    package func resume(_ partitions: [TopicPartition]) throws(KafkaError) {
        let list = PartitionList(partitions)
        let code = rd_kafka_resume_partitions(rk, list.list)
        if code.rawValue != 0 { throw KafkaError(code, doing: "resuming") }
    }

    // MARK: Polling

    /// Waits for one record and lends it to `body`; also answers rebalances, through `delegate`.
    /// A timeout of 0 takes what is there.
    package func poll(
        timeoutMilliseconds: Int32, delegate: (any RebalanceDelegate)? = nil,
        _ body: (RecordView) -> Void
    ) -> PollResult {
        let context = handle.context
        context.delegate = delegate
        let polled = rd_kafka_consumer_poll(rk, timeoutMilliseconds)
        context.delegate = nil
        guard let message = polled else {
            // What came with a message waits for the next poll: the message must not be lost.
            guard let error = context.lastError else { return .nothing }
            context.lastError = nil
            // Of a fatal error librdkafka tells only that; the reason is asked for.
            return .failed(error.isFatal ? handle.fatalError() ?? error : error, partition: nil)
        }
        defer { rd_kafka_message_destroy(message) }
        guard message.pointee.err.rawValue == 0 else { return failure(message) }
        context.lend(message, body)
        return .record
    }

    private func failure(_ message: UnsafeMutablePointer<rd_kafka_message_t>) -> PollResult {
        let partition = message.pointee.rkt.map { topic in
            TopicPartition(String(cString: rd_kafka_topic_name(topic)), message.pointee.partition)
        }
        let code = message.pointee.err
        if code == RD_KAFKA_RESP_ERR__PARTITION_EOF, let partition {
            return .endOfPartition(PartitionOffset(partition, message.pointee.offset))
        }
        if code == RD_KAFKA_RESP_ERR__FATAL, let reason = handle.fatalError() {
            return .failed(reason, partition: partition)
        }
        let words = rd_kafka_message_errstr(message).map { String(cString: $0) } ?? ""
        return .failed(
            KafkaError(
                code: .init(rawValue: code.rawValue), message: words,
                isFatal: code == RD_KAFKA_RESP_ERR__FATAL),
            partition: partition)
    }

    // MARK: Questions

    /// The group's committed offsets of these partitions; `nil` where there is none. A
    /// read_committed consumer is answered only when no transaction is pending on them: a
    /// `timedOut` or `unstableOffsets` error means ask again.
    package func committed(
        _ partitions: [TopicPartition], timeoutMilliseconds: Int32
    ) throws(KafkaError) -> [Int64?] {
        let list = PartitionList(partitions)
        let code = rd_kafka_committed(rk, list.list, timeoutMilliseconds)
        if code.rawValue != 0 { throw KafkaError(code, doing: "asking for committed offsets") }
        if let error = list.firstError(doing: "asking for committed offsets") { throw error }
        return list.elements.map { $0.offset < 0 ? nil : $0.offset }
    }

    /// First offset and end of a partition, asked of the broker. A read_committed consumer is
    /// told the last stable offset as the end.
    package func watermarks(
        _ partition: TopicPartition, timeoutMilliseconds: Int32
    ) throws(KafkaError) -> Range<Int64> {
        try queryWatermarks(rk, partition, timeoutMilliseconds)
    }

    /// The ends of partitions, asked of the brokers. A read_committed consumer is told the last
    /// stable offsets.
    package func ends(
        _ partitions: [TopicPartition], timeoutMilliseconds: Int32
    ) throws(KafkaError) -> [Int64] {
        try queryOffsets(rk, partitions, .end, timeoutMilliseconds)
    }

    /// First offset and end as the last fetch told them, without asking; `nil` before the first.
    package func knownWatermarks(_ partition: TopicPartition) -> Range<Int64>? {
        var low: Int64 = -1
        var high: Int64 = -1
        let code = rd_kafka_get_watermark_offsets(
            rk, partition.topic, partition.partition, &low, &high)
        guard code.rawValue == 0, low >= 0, high >= low else { return nil }
        return low..<high
    }

    /// The next offsets to be delivered; `nil` before the first record.
    package func positions(_ partitions: [TopicPartition]) throws(KafkaError) -> [Int64?] {
        let list = PartitionList(partitions)
        let code = rd_kafka_position(rk, list.list)
        if code.rawValue != 0 { throw KafkaError(code, doing: "asking for positions") }
        return list.elements.map { $0.offset < 0 ? nil : $0.offset }
    }

    /// How many partitions a topic has, asked of the broker.
    package func partitionCount(
        of topic: String, timeoutMilliseconds: Int32
    ) throws(KafkaError) -> Int32 {
        try queryPartitionCount(rk, topic, timeoutMilliseconds)
    }
}
