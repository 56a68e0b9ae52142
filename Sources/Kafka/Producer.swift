internal import CRdKafka

/// An idempotent producer outside transactions: for ticks and for feeding files. Confined to one
/// thread.
package struct Producer: ~Copyable {
    private let handle: ProducerHandle

    /// Makes a producer; nothing is sent yet. Throws when a setting is refused.
    package init(_ settings: ClientSettings, lingerMilliseconds: Int = 5) throws(KafkaError) {
        handle = try ProducerHandle(
            settings,
            guarantees: [
                ("linger.ms", "\(lingerMilliseconds)"),
                // librdkafka's own: nothing waits for a retry here, and while a partition has no
                // leader one every millisecond takes a core.
                ("retry.backoff.ms", "100"),
                // With more under way librdkafka 2.0.2 loses count of its sequence numbers when a
                // partition changes its leader, which is fatal to the producer ("rewound sequence
                // number"). Requests carry whatever has come meanwhile, so one is enough.
                ("max.in.flight.requests.per.connection", "1"),
            ])
    }

    /// Opens a topic for `produce`.
    package func topic(_ name: String) throws(KafkaError) -> ProducerTopic {
        try handle.topic(name)
    }

    /// Queues a record; the bytes are copied. It is safe on the broker only when `delivered` has
    /// counted it.
    package func produce(
        to topic: ProducerTopic, partition: Int32? = nil, key: UnsafeRawBufferPointer?,
        value: UnsafeRawBufferPointer?, headers: consuming HeaderList? = nil, timestamp: Instant,
        tag: Int = 0
    ) -> KafkaError? {
        handle.produce(
            to: topic, partition: partition, key: key, value: value, headers: headers,
            timestamp: timestamp, tag: tag, queueTimeoutMilliseconds: 30_000)
    }

    /// Serves delivery reports that have come.
    package func poll() { handle.poll() }

    /// Sends everything and waits for the reports. A `timedOut` error means some are still open.
    package func flush(timeoutMilliseconds: Int32) -> KafkaError? {
        let code = rd_kafka_flush(handle.client.rk, timeoutMilliseconds)
        return code.rawValue == 0 ? nil : KafkaError(code, doing: "flushing")
    }

    /// Records the broker has acknowledged, and records refused, since the producer was made.
    package var delivered: Int64 { handle.client.context.delivered }
    package var failed: Int64 { handle.client.context.failed }

    /// The first records refused, and forgets them.
    package func takeFailures() -> [FailedDelivery] {
        let failures = handle.client.context.failures
        handle.client.context.failures.removeAll(keepingCapacity: true)
        return failures
    }
}
