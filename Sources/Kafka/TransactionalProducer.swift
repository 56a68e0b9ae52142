internal import CRdKafka

/// How a transactional producer writes.
package struct TransactionalProducerSettings: Sendable {
    package var client: ClientSettings
    /// `<group>-<ordinal>-<lane>` (design D4, item 9): whoever comes with the same name fences
    /// the one before.
    package var transactionalID: String
    /// The broker aborts a transaction whose producer is silent for so long. Milliseconds.
    package var transactionTimeoutMilliseconds: Int
    /// Records wait so long for others to share a request; flush and commit do not wait for it.
    package var lingerMilliseconds: Int

    package init(
        client: ClientSettings, transactionalID: String,
        transactionTimeoutMilliseconds: Int = 15_000, lingerMilliseconds: Int = 5
    ) {
        self.client = client
        self.transactionalID = transactionalID
        self.transactionTimeoutMilliseconds = transactionTimeoutMilliseconds
        self.lingerMilliseconds = lingerMilliseconds
    }
}

/// Writes records and consumed offsets in transactions. Confined to one thread. Every call that
/// talks to the coordinator blocks up to its timeout (and can ignore it: see the watchdog), and
/// answers `nil` when done, or an error whose `recovery` says how to go on.
package struct TransactionalProducer: ~Copyable {
    private let handle: ProducerHandle
    /// The transactional id.
    private let name: String

    /// Makes a producer; nothing is sent yet. Throws when a setting is refused.
    package init(_ settings: TransactionalProducerSettings) throws(KafkaError) {
        handle = try ProducerHandle(
            settings.client,
            guarantees: [
                ("transactional.id", settings.transactionalID),
                ("transaction.timeout.ms", "\(settings.transactionTimeoutMilliseconds)"),
                ("linger.ms", "\(settings.lingerMilliseconds)"),
            ])
        name = settings.transactionalID
    }

    private var rk: OpaquePointer { handle.client.rk }

    /// Opens a topic for `produce`.
    package func topic(_ name: String) throws(KafkaError) -> ProducerTopic {
        try handle.topic(name)
    }

    /// Takes the transactional id: fences whoever had it, and settles its open transaction.
    package func initialize(timeoutMilliseconds: Int32) -> KafkaError? {
        rd_kafka_init_transactions(rk, timeoutMilliseconds).map {
            KafkaError(consuming: $0, doing: "initialising transactions")
        }
    }

    /// Begins a transaction; sends nothing.
    package func begin() -> KafkaError? {
        handle.client.context.failures.removeAll(keepingCapacity: true)
        return rd_kafka_begin_transaction(rk).map {
            KafkaError(consuming: $0, doing: "beginning a transaction")
        }
    }

    /// Queues a record of the open transaction; the bytes are copied. Without a partition the key
    /// decides (murmur2), without both any. `tag` comes back in a failed delivery. An error about
    /// one record (too large) leaves the transaction open; any other is found again at commit.
    package func produce(
        to topic: ProducerTopic, partition: Int32? = nil, key: UnsafeRawBufferPointer?,
        value: UnsafeRawBufferPointer?, headers: consuming HeaderList? = nil, timestamp: Instant,
        tag: Int = 0
    ) -> KafkaError? {
        handle.produce(
            to: topic, partition: partition, key: key, value: value, headers: headers,
            timestamp: timestamp, tag: tag, queueTimeoutMilliseconds: 10_000)
    }

    /// Serves delivery reports that have come; call it now and then while producing.
    package func poll() { handle.poll() }

    /// How long after its timeout `sendOffsets` is still waited for: it looks at the clock between
    /// two requests only. Milliseconds.
    private static let graceMilliseconds = 1_000

    /// Puts the consumer's next offsets into the transaction, under the fence of its membership.
    /// With each goes, as its metadata, the transactional id: who takes the partition over learns
    /// from it whose transaction may still be open (`Admin.committedBy`).
    ///
    /// librdkafka 2.0.2 gives its own call no bound: the offsets wait for the group's coordinator
    /// in `rd_kafka_coord_req`, whose timeout is kept and never looked at, so while no broker
    /// answers the call does not come back. So it is made on a thread of its own. When it does not
    /// come back the error is `unknown`; nothing but letting go of the producer is allowed then,
    /// and its handle is freed when the call does return (the broker is there again, and the new
    /// producer of the name has fenced it), or with the process.
    package func sendOffsets(
        _ offsets: [PartitionOffset], of member: borrowing GroupMetadata,
        timeoutMilliseconds: Int32
    ) -> KafkaError? {
        // Used on one thread at a time: this one waits for the other, or never uses it again.
        nonisolated(unsafe) let handle = handle
        let owner = member.owner
        let name = name
        let limit = Int(timeoutMilliseconds) + Self.graceMilliseconds
        let answer: KafkaError?? = withinTime(milliseconds: limit) {
            let list = PartitionList(offsets, metadata: name)
            return rd_kafka_send_offsets_to_transaction(
                handle.client.rk, list.list, owner.pointer, timeoutMilliseconds
            ).map { KafkaError(consuming: $0, doing: "sending offsets to the transaction") }
        }
        return answer
            ?? KafkaError(
                code: .timedOut,
                message: "sending offsets to the transaction: no answer in \(limit) ms, "
                    + "which the call should have kept by itself")
    }

    /// Flushes and commits. Delivery reports are served meanwhile.
    package func commit(timeoutMilliseconds: Int32) -> KafkaError? {
        rd_kafka_commit_transaction(rk, timeoutMilliseconds).map {
            KafkaError(consuming: $0, doing: "committing")
        }
    }

    /// Purges what is queued and aborts.
    package func abort(timeoutMilliseconds: Int32) -> KafkaError? {
        rd_kafka_abort_transaction(rk, timeoutMilliseconds).map {
            KafkaError(consuming: $0, doing: "aborting")
        }
    }

    /// Waits until every queued record has its delivery report.
    package func flush(timeoutMilliseconds: Int32) -> KafkaError? {
        let code = rd_kafka_flush(rk, timeoutMilliseconds)
        return code.rawValue == 0 ? nil : KafkaError(code, doing: "flushing")
    }

    /// The records of this transaction that were refused, first ones first.
    package var failures: [FailedDelivery] { handle.client.context.failures }

    /// Records delivered since the producer was made.
    package var delivered: Int64 { handle.client.context.delivered }

    /// The fatal error the handle is in, if any.
    package func fatalError() -> KafkaError? { handle.client.fatalError() }
}
