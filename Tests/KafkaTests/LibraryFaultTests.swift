import Glibc
import StreamsTesting
import Testing

@testable import Kafka

/// Faults of librdkafka 2.0.2 that end the process, and that are walked around. Without that these
/// tests end with a signal.
@Suite struct LibraryFaultTests {
    /// librdkafka issue 5040: the answer NOT_COORDINATOR makes it tell the group of a handle that
    /// has none. Met when the node that coordinates a group goes.
    @Test func `a coordinator that has moved is an error, not the end of the process`() throws {
        let mock = MockCluster()
        mock.makeTopic("topic")
        let admin = try Admin(mock.client(), timeoutMilliseconds: 5_000)
        let places = [TopicPartition("topic", 0)]
        #expect(try admin.committed(group: "group", places) == [nil])
        mock.failOffsetFetch(.init(rawValue: 16))
        #expect(throws: KafkaError.self) { try admin.committed(group: "group", places) }
        #expect(try admin.committed(group: "group", places) == [nil])
    }

    /// librdkafka pull request 5397: a question to a coordinator that it looks for longer than the
    /// question's time. Met when a node goes, or a worker is cut off.
    @Test func `a coordinator found too late is an error, not the end of the process`() throws {
        let mock = MockCluster()
        mock.makeTopic("topic")
        let admin = try Admin(mock.client(), timeoutMilliseconds: 200)
        let places = [TopicPartition("topic", 0)]
        var late = 0
        // The delay may meet a request that librdkafka makes by itself.
        for round in 0..<12 where late < 3 {
            mock.delay(.findCoordinator, milliseconds: 600)
            if (try? admin.committed(group: "late-\(round)", places)) == nil { late += 1 }
            usleep(800_000)
            #expect(try admin.committed(group: "late-\(round)", places) == [nil])
        }
        #expect(late == 3)
    }

    /// A producer is let go of while brokers refuse one request of its after another: the text of
    /// the fatal error was freed twice. Met by `prove`, in workers cut off from one node of three.
    @Test func `a fenced producer is let go of while refusals come in`() throws {
        let mock = MockCluster(brokers: 3)
        mock.makeTopic("topic", partitions: 24)
        for round in 0..<150 {
            let producer = try TransactionalProducer(
                TransactionalProducerSettings(
                    client: mock.client(), transactionalID: "fenced-\(round)",
                    transactionTimeoutMilliseconds: 60_000))
            try #require(producer.initialize(timeoutMilliseconds: 20_000) == nil)
            try #require(producer.begin() == nil)
            let topic = try producer.topic("topic")
            mock.fail(.produce, Array(repeating: .init(rawValue: 47), count: 24))
            for partition in 0..<Int32(24) {
                _ = [1, 2, 3].withUnsafeBytes { bytes in
                    producer.produce(
                        to: topic, partition: partition, key: nil, value: bytes, timestamp: 1)
                }
            }
            let deadline = ContinuousClock.now + .seconds(10)
            while producer.fatalError() == nil, .now < deadline { usleep(200) }
            #expect(producer.fatalError() != nil)
            usleep(UInt32(round % 10) * 100)
        }
    }

    @Test func `an assignment is read as the leader wrote it`() {
        func read(_ bytes: [UInt8]) -> [TopicPartition] { bytes.withUnsafeBytes(Admin.assignment) }
        let bytes: [UInt8] = [0, 3, 0, 0, 0, 2, 0, 1, 97, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 1, 0]
        let whole = bytes + [0, 2, 98, 99, 0, 0, 0, 1, 0, 0, 0, 7, 255, 255, 255, 255]
        #expect(
            read(whole) == [TopicPartition("a", 1), TopicPartition("a", 256), TopicPartition("bc", 7)])
        for size in 0..<(whole.count - 4) { #expect(read(Array(whole.prefix(size))) == []) }
    }

    /// librdkafka issue 5573: partitions taken away a second time while it still stops reading
    /// them. Met when several tasks are restored in the same moment, on a busy machine.
    @Test func `what is read may change many times in a row`() throws {
        let mock = MockCluster()
        mock.makeTopic("topic", partitions: 3)
        let consumer = try Consumer(ConsumerSettings(client: mock.client(), group: "group"))
        let starts = (0..<3).map { PartitionOffset("topic", $0, 0) }
        for round in 0..<3_000 {
            try consumer.read(Array(starts.prefix(1 + round % 3)))
            if round % 50 == 0 { _ = consumer.poll(timeoutMilliseconds: 5) { _ in } }
        }
        for round in 0..<3_000 {
            try consumer.read([])
            try consumer.start(Array(starts.prefix(1 + round % 3)))
            try consumer.stop(starts.prefix(1 + round % 3).map(\.partition))
        }
        consumer.close()
    }
}
