/// What a transaction's records look like to a reader.
package enum Isolation: String, Sendable {
    /// Only records of committed transactions, up to the first open one (the last stable offset).
    case readCommitted = "read_committed"
    /// Every record there is, aborted ones too.
    case readUncommitted = "read_uncommitted"
}

/// How a consumer reads.
package struct ConsumerSettings: Sendable {
    package var client: ClientSettings
    /// The group it joins when it subscribes, and whose committed offsets it can ask for.
    package var group: String
    package var isolation: Isolation
    /// `group.instance.id` (KIP-345): as a static member it may be away for up to the session
    /// timeout, and finds its partitions as they were; `close` does not leave the group. `nil` for
    /// a dynamic one.
    package var instanceID: String?
    /// The broker takes a member for dead when it hears nothing for so long (design D4, item 9:
    /// 6 s, tests 2 s). Milliseconds.
    package var sessionTimeoutMilliseconds: Int
    /// Milliseconds between heartbeats, at most a third of the session timeout. Only in the answer to
    /// one does a member hear that partitions are to be shared out anew, so what a process that
    /// stops gives back stands still at least until the others' next.
    package var heartbeatMilliseconds: Int
    /// A member that does not poll for so long leaves the group by itself. Milliseconds.
    package var pollTimeoutMillisecondsMax: Int
    /// How long the broker may hold a fetch when it has nothing, and so how long it takes to
    /// learn that a partition has ended: librdkafka tells of an end only with a fetch that brought
    /// nothing. Records come at once in any case. 20 ms suit whoever reads to an end; a worker
    /// that idles for hours takes longer ones. Milliseconds.
    package var fetchWaitMillisecondsMax: Int

    package init(
        client: ClientSettings, group: String, isolation: Isolation = .readCommitted,
        instanceID: String? = nil, sessionTimeoutMilliseconds: Int = 6_000, heartbeatMilliseconds: Int = 300,
        pollTimeoutMillisecondsMax: Int = 60_000, fetchWaitMillisecondsMax: Int = 20
    ) {
        self.client = client
        self.group = group
        self.isolation = isolation
        self.instanceID = instanceID
        self.sessionTimeoutMilliseconds = sessionTimeoutMilliseconds
        self.heartbeatMilliseconds = heartbeatMilliseconds
        self.pollTimeoutMillisecondsMax = pollTimeoutMillisecondsMax
        self.fetchWaitMillisecondsMax = fetchWaitMillisecondsMax
    }

    /// The settings everything else rests on, in librdkafka's names.
    var guarantees: [(String, String)] {
        (instanceID.map { [("group.instance.id", $0)] } ?? []) + [
            ("group.id", group),
            ("isolation.level", isolation.rawValue),
            // Offsets go with the producer's transaction, never from here.
            ("enable.auto.commit", "false"),
            ("enable.auto.offset.store", "false"),
            // A reader always says where to start; to guess would be to lose or repeat records.
            ("auto.offset.reset", "error"),
            ("enable.partition.eof", "true"),
            ("allow.auto.create.topics", "false"),
            // The eager protocol with range is librdkafka 2.0.2's sound one (design D4, end).
            ("partition.assignment.strategy", "range"),
            ("session.timeout.ms", "\(sessionTimeoutMilliseconds)"),
            ("heartbeat.interval.ms", "\(heartbeatMilliseconds)"),
            (
                "max.poll.interval.ms",
                "\(max(pollTimeoutMillisecondsMax, sessionTimeoutMilliseconds))"
            ),
            ("fetch.wait.max.ms", "\(fetchWaitMillisecondsMax)"),
            // A full queue is looked at again after this long; the default of 500 starves a fast
            // reader.
            ("fetch.error.backoff.ms", "20"),
            ("reconnect.backoff.max.ms", "1000"),
            // An upper bound only; some stand-in brokers ignore the fetch limits.
            ("receive.message.max.bytes", "2000000000"),
        ]
    }
}

/// Is told about rebalances inside `poll` and `close`, on the caller's thread.
package protocol RebalanceDelegate: AnyObject {
    /// The group has given these partitions; they are all it has now. Nothing is read until
    /// `Consumer.read` names their offsets, now or later.
    func assigned(_ partitions: [TopicPartition])
    /// The group takes these partitions (all there are, under the eager protocol), and waits:
    /// commit or abort what is in hand. They are no more read when this returns.
    func revoked(_ partitions: [TopicPartition])
    /// The group has taken these partitions long ago; what is in hand can only be aborted.
    func lost(_ partitions: [TopicPartition])
}

/// What a poll brought.
package enum PollResult: Equatable, Sendable {
    /// Nothing within the time given, or only events such as a rebalance.
    case nothing
    /// A record; the closure has seen it.
    case record
    /// The partition holds no more records (for its isolation) at present; `offset` is the next.
    case endOfPartition(PartitionOffset)
    /// Something is wrong; `partition` where it concerns one. Transport errors pass by themselves.
    case failed(KafkaError, partition: TopicPartition?)
}
