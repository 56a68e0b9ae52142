/// A static member of a group, seen from outside (KIP-345).
package enum StaticMember {
    /// Ends a membership whose process has been stopped for good, so that others get its partitions
    /// at once and not when its session has run out. librdkafka has no request for that; so the
    /// member's name is taken, which brings no rebalance, and the group left under it. A process
    /// that still has the name loses its partitions; it joins again, or is told that it is fenced.
    /// Blocks; throws `timedOut` when the group does not answer.
    package static func leave(
        _ instanceID: String, group: String, topic: String, client: ClientSettings,
        timeoutMilliseconds: Int
    ) throws(KafkaError) {
        var client = client
        client.clientID = instanceID
        let consumer = try Consumer(
            ConsumerSettings(client: client, group: group, instanceID: instanceID))
        let hearing = Hearing()
        try consumer.subscribe([topic])
        try wait(consumer, hearing, "taking the name \(instanceID)", timeoutMilliseconds) {
            $0.isAssigned
        }
        try consumer.unsubscribe()
        try wait(consumer, hearing, "leaving as \(instanceID)", timeoutMilliseconds) {
            $0.isRevoked
        }
        consumer.close()
    }

    private final class Hearing: RebalanceDelegate {
        var isAssigned = false
        var isRevoked = false

        func assigned(_ partitions: [TopicPartition]) { isAssigned = true }
        func revoked(_ partitions: [TopicPartition]) { isRevoked = true }
        func lost(_ partitions: [TopicPartition]) { isRevoked = true }
    }

    private static func wait(
        _ consumer: borrowing Consumer, _ hearing: Hearing, _ doing: String, _ milliseconds: Int,
        until isDone: (Hearing) -> Bool
    ) throws(KafkaError) {
        for _ in 0..<max(1, milliseconds / 50) {
            if isDone(hearing) { return }
            let result = consumer.poll(timeoutMilliseconds: 50, delegate: hearing) { _ in }
            if case .failed(let error, _) = result, error.isFatal { throw error }
        }
        guard isDone(hearing) else {
            throw KafkaError(code: .timedOut, message: "\(doing): the group does not answer")
        }
    }
}
