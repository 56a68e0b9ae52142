/// How grave a log line is; syslog's numbers.
package enum LogLevel: Int32, Comparable, Sendable {
    case emergency = 0
    case alert, critical, error, warning, notice, info, debug

    package static func < (left: LogLevel, right: LogLevel) -> Bool {
        left.rawValue < right.rawValue
    }
}

/// Receives librdkafka's log lines: level, facility (such as `FAIL`), message. Called from
/// librdkafka's threads, so it must be quick and thread-safe.
package typealias KafkaLog = @Sendable (LogLevel, String, String) -> Void

/// What every client needs to know: where the brokers are, how to reach them, whom to tell.
package struct ClientSettings: Sendable {
    /// `host:port`, comma separated.
    package var bootstrapServers: String
    /// Appears in the broker's logs and quotas.
    package var clientID: String
    /// librdkafka settings of the operator (security, sockets...). They come before the ones the
    /// guarantees rest on, which therefore cannot be undone by them.
    package var extra: [(name: String, value: String)]
    package var log: KafkaLog
    /// Where every connection goes instead of to the broker; `nil` for the broker itself. A
    /// proof's way to cut one process off.
    package var relay: Relay?
    /// Called within the caller's poll about once an interval; `nil` for no statistics.
    package var statistics: (@Sendable (Statistics) -> Void)?
    /// Milliseconds between two statistics.
    package var statisticsIntervalMilliseconds: Int

    package init(
        bootstrapServers: String, clientID: String = "shouwang",
        extra: [(name: String, value: String)] = [], log: @escaping KafkaLog = { _, _, _ in },
        statistics: (@Sendable (Statistics) -> Void)? = nil,
        statisticsIntervalMilliseconds: Int = 5_000
    ) {
        self.bootstrapServers = bootstrapServers
        self.clientID = clientID
        self.extra = extra
        self.log = log
        self.statistics = statistics
        self.statisticsIntervalMilliseconds = statisticsIntervalMilliseconds
    }
}

/// A TCP relay on this machine that connections to brokers go through. The client first tells it,
/// on each connection, who it is and whom it wants (`Relay.Preamble`); what follows is the
/// connection's own bytes, encrypted or not, so brokers need no other listeners.
package struct Relay: Equatable, Sendable {
    /// On 127.0.0.1.
    package var port: UInt16
    /// Who connects, at most 255 bytes of UTF-8.
    package var client: String

    package init(port: UInt16, client: String) {
        self.port = port
        self.client = client
    }
}

/// A partition of a topic.
package struct TopicPartition: Hashable, Comparable, Sendable, CustomStringConvertible {
    package var topic: String
    package var partition: Int32

    package init(_ topic: String, _ partition: Int32) {
        self.topic = topic
        self.partition = partition
    }

    package var description: String { "\(topic)/\(partition)" }

    package static func < (left: TopicPartition, right: TopicPartition) -> Bool {
        (left.topic, left.partition) < (right.topic, right.partition)
    }
}

/// A place in a partition: the offset of the next record.
package struct PartitionOffset: Hashable, Sendable, CustomStringConvertible {
    package var partition: TopicPartition
    package var offset: Int64

    package init(_ partition: TopicPartition, _ offset: Int64) {
        self.partition = partition
        self.offset = offset
    }

    package init(_ topic: String, _ partition: Int32, _ offset: Int64) {
        self.init(TopicPartition(topic, partition), offset)
    }

    package var description: String { "\(partition)/\(offset)" }

    /// Reads what `description` writes, `topic/partition/offset`; `nil` for any other text.
    package init?(_ text: some StringProtocol) {
        let words = text.split(separator: "/", omittingEmptySubsequences: false)
        guard words.count == 3, !words[0].isEmpty, let partition = Int32(words[1]),
            let offset = Int64(words[2]), partition >= 0, offset >= 0
        else { return nil }
        self.init(String(words[0]), partition, offset)
    }
}
