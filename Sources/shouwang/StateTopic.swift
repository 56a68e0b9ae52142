import Kafka
import Streams

/// The last values of a few keys of a state topic.
enum StateTopic {
    /// Reads the whole partition that holds `key` and keeps the last value of each key wanted
    /// there. Reading is read_committed; a state being written is seen once it is committed.
    static func read(
        _ settings: ClientSettings, topic: String, placedBy key: [UInt8],
        where isWanted: ([UInt8]) -> Bool
    ) throws -> [[UInt8]: [UInt8]] {
        let admin = try Admin(settings)
        let count = try admin.partitionCount(of: topic)
        let partition = TopicPartition(
            topic, key.withUnsafeBytes { Murmur2.partition(of: $0, count: count) })
        let consumer = try Consumer(
            ConsumerSettings(client: settings, group: "shouwang.why"))
        let start = try admin.watermarks(partition).lowerBound
        try consumer.start([PartitionOffset(partition, start)])
        let found = StateFold()
        let deadline = Clock.now() + 60_000
        while true {
            var isReadable = true
            let result = consumer.poll(timeoutMilliseconds: 200) { record in
                guard let key = record.key.map(Array.init), isWanted(key) else { return }
                do {
                    try found.take(key: record.key, value: record.value)
                } catch {
                    isReadable = false
                }
            }
            guard isReadable else {
                throw CommandError.failed(
                    "\(partition) was written by another version of shouwang; read it with that one")
            }
            if case .endOfPartition = result { return found.states }
            guard Clock.now() < deadline else {
                throw CommandError.failed("\(partition) cannot be read to its end within 60 s")
            }
        }
    }
}
