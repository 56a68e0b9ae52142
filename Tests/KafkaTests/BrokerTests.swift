import Glibc
import Kafka
import StreamsTesting
import Testing

/// What `Kafka` promises, on a real broker.
@Suite(.enabled(if: TestBroker.isAvailable, "\(TestBroker.need)"), .serialized)
struct BrokerTests {
    private func makeTransactional(_ id: String) throws -> TransactionalProducer {
        let producer = try TransactionalProducer(
            TransactionalProducerSettings(client: TestBroker.client(id), transactionalID: id))
        if let error = producer.initialize(timeoutMilliseconds: 20_000) { throw error }
        return producer
    }

    private func makeConsumer(
        _ group: String, isolation: Isolation = .readCommitted
    ) throws -> Consumer {
        try Consumer(
            ConsumerSettings(
                client: TestBroker.client(group), group: group, isolation: isolation,
                sessionTimeoutMilliseconds: 2_000, heartbeatMilliseconds: 500,
                fetchWaitMillisecondsMax: 50))
    }

    /// Produces texts outside transactions.
    private func feed(_ topic: String, _ texts: [String], partition: Int32 = 0) throws {
        let producer = try Producer(TestBroker.client("feed"))
        let handle = try producer.topic(topic)
        for text in texts {
            let error = text.bytes { bytes in
                producer.produce(
                    to: handle, partition: partition, key: nil, value: bytes, timestamp: 1_000)
            }
            if let error { throw error }
        }
        if let error = producer.flush(timeoutMilliseconds: 20_000) { throw error }
        #expect(producer.delivered == Int64(texts.count))
        #expect(producer.failed == 0)
    }

    @Test func `a record comes out as it went in: nulls, empties, headers, timestamp`() throws {
        let topic = try TestBroker.makeTopic("roundtrip")
        let producer = try Producer(TestBroker.client())
        let handle = try producer.topic(topic)
        let first = "k".bytes { key in
            "v".bytes { value in
                let headers = HeaderList(capacity: 4)
                headers.add("a", "1")
                headers.add("a", "2")
                headers.add("empty", "")
                headers.add("null", nil)
                return producer.produce(
                    to: handle, key: key, value: value, headers: headers, timestamp: 1_234_567)
            }
        }
        #expect(first == nil)
        #expect(producer.produce(to: handle, key: nil, value: nil, timestamp: 2) == nil)
        let empty = UnsafeRawBufferPointer(start: nil, count: 0)
        #expect(producer.produce(to: handle, key: empty, value: empty, timestamp: 3) == nil)
        #expect(producer.flush(timeoutMilliseconds: 20_000) == nil)

        let records = try TestBroker.readAll(topic)
        #expect(
            records == [
                OwnedRecord(
                    topic: topic, offset: 0, timestamp: 1_234_567, key: Array("k".utf8),
                    value: Array("v".utf8),
                    headers: [
                        .init("a", "1"), .init("a", "2"), .init("empty", []), .init("null", nil),
                    ]),
                OwnedRecord(topic: topic, offset: 1, timestamp: 2),
                OwnedRecord(topic: topic, offset: 2, timestamp: 3, key: [], value: []),
            ])
    }

    @Test func `keys go where murmur2 says`() throws {
        let topic = try TestBroker.makeTopic("placed", partitions: 7)
        let producer = try Producer(TestBroker.client())
        let handle = try producer.topic(topic)
        for number in 0..<200 {
            let error = "key-\(number)".bytes { key in
                producer.produce(to: handle, key: key, value: nil, timestamp: 1)
            }
            #expect(error == nil)
        }
        #expect(producer.flush(timeoutMilliseconds: 20_000) == nil)
        let records = try TestBroker.readAll(topic)
        #expect(records.count == 200)
        for record in records {
            let place = record.key!.withUnsafeBytes { Murmur2.partition(of: $0, count: 7) }
            #expect(place == record.partition)
        }
    }

    @Test func `an aborted transaction leaves nothing for a reader of committed records`() throws {
        let topic = try TestBroker.makeTopic("aborted")
        let producer = try makeTransactional(TestBroker.unique("tx"))
        let handle = try producer.topic(topic)
        for (text, commit) in [("lost", false), ("kept", true)] {
            #expect(producer.begin() == nil)
            let error = text.bytes {
                producer.produce(to: handle, key: nil, value: $0, timestamp: 1)
            }
            #expect(error == nil)
            #expect(producer.flush(timeoutMilliseconds: 20_000) == nil)
            if commit {
                #expect(producer.commit(timeoutMilliseconds: 20_000) == nil)
            } else {
                #expect(producer.abort(timeoutMilliseconds: 20_000) == nil)
            }
        }
        let committed = try TestBroker.readAll(topic)
        #expect(committed.map(\.text) == ["kept"])
        let all = try TestBroker.readAll(topic, isolation: .readUncommitted)
        #expect(all.map(\.text) == ["lost", "kept"])
    }

    @Test func `an open transaction ends the partition for read_committed, not for Admin`() throws {
        let topic = try TestBroker.makeTopic("open")
        let producer = try makeTransactional(TestBroker.unique("tx"))
        let handle = try producer.topic(topic)
        #expect(producer.begin() == nil)
        let error = "open".bytes {
            producer.produce(to: handle, key: nil, value: $0, timestamp: 1)
        }
        #expect(error == nil)
        #expect(producer.flush(timeoutMilliseconds: 20_000) == nil)
        let place = TopicPartition(topic, 0)
        let admin = try Admin(TestBroker.client())
        #expect(try admin.watermarks(place) == 0..<1)
        let consumer = try makeConsumer("none")
        #expect(try consumer.watermarks(place, timeoutMilliseconds: 10_000) == 0..<0)
        #expect(producer.commit(timeoutMilliseconds: 20_000) == nil)
        // The broker writes the marker after it has answered the commit.
        var ends: Range<Int64> = 0..<0
        for _ in 0..<1_000 where ends != 0..<2 {
            ends = try consumer.watermarks(place, timeoutMilliseconds: 10_000)
        }
        #expect(ends == 0..<2)
    }

    @Test func `a second producer of the same name fences the first`() throws {
        let topic = try TestBroker.makeTopic("fenced")
        let name = TestBroker.unique("tx")
        let first = try makeTransactional(name)
        let handle = try first.topic(topic)
        #expect(first.begin() == nil)
        let error = "x".bytes { first.produce(to: handle, key: nil, value: $0, timestamp: 1) }
        #expect(error == nil)
        #expect(first.flush(timeoutMilliseconds: 20_000) == nil)
        let second = try makeTransactional(name)
        #expect(first.commit(timeoutMilliseconds: 20_000)?.recovery == .fenced)
        #expect(second.begin() == nil)
        #expect(second.abort(timeoutMilliseconds: 20_000) == nil)
        #expect(try TestBroker.readAll(topic).isEmpty)
    }

    @Test func `a record over the limit is refused at once and the transaction lives on`() throws {
        let topic = try TestBroker.makeTopic("large")
        let producer = try makeTransactional(TestBroker.unique("tx"))
        let handle = try producer.topic(topic)
        #expect(producer.begin() == nil)
        let large = [UInt8](repeating: 1, count: 1_000_001)
        let error = large.withUnsafeBytes {
            producer.produce(to: handle, key: nil, value: $0, timestamp: 1)
        }
        #expect(error?.code == .messageTooLarge)
        #expect(error?.code.isAboutOneRecord == true)
        let after = "fits".bytes {
            producer.produce(to: handle, key: nil, value: $0, timestamp: 1)
        }
        #expect(after == nil)
        #expect(producer.commit(timeoutMilliseconds: 20_000) == nil)
        #expect(try TestBroker.readAll(topic).map(\.text) == ["fits"])
    }

    @Test func `a refused timestamp is reported with the record's tag, and asks for an abort`()
        throws
    {
        let topic = try TestBroker.makeTopic(
            "stamped", settings: [("message.timestamp.after.max.ms", "3600000")])
        let producer = try makeTransactional(TestBroker.unique("tx"))
        let handle = try producer.topic(topic)
        #expect(producer.begin() == nil)
        let farFuture: Instant = 32_503_680_000_000  // year 3000
        let error = "x".bytes {
            producer.produce(to: handle, key: nil, value: $0, timestamp: farFuture, tag: 42)
        }
        #expect(error == nil)
        #expect(producer.commit(timeoutMilliseconds: 20_000)?.recovery == .abortable)
        #expect(producer.failures == [FailedDelivery(tag: 42, code: .invalidTimestamp)])
        #expect(producer.abort(timeoutMilliseconds: 20_000) == nil)
    }

    @Test func `committed offsets travel with the transaction, under the member's fence`() throws {
        let topic = try TestBroker.makeTopic("offsets")
        try feed(topic, ["a", "b", "c"])
        let group = TestBroker.unique("group")
        let member = Member(try makeConsumer(group))
        try member.consumer.subscribe([topic])
        member.poll(until: { !member.assigned.isEmpty })
        let place = TopicPartition(topic, 0)
        guard let old = member.consumer.groupMetadata() else {
            Issue.record("a member without metadata")
            return
        }
        let isMember = old.isMember
        #expect(isMember)

        let producer = try makeTransactional(TestBroker.unique("tx"))
        #expect(producer.begin() == nil)
        #expect(
            producer.sendOffsets(
                [PartitionOffset(place, 2)], of: old, timeoutMilliseconds: 20_000) == nil)
        #expect(producer.commit(timeoutMilliseconds: 20_000) == nil)
        let offsets = try member.consumer.committed([place], timeoutMilliseconds: 10_000)
        #expect(offsets == [2])
        let admin = try Admin(TestBroker.client())
        #expect(try admin.committed(group: group, [place]) == [2])
        #expect(try admin.groups().contains(group))
        let description = try admin.describe(group: group)
        #expect(description.members.map(\.partitions) == [[place]])
        #expect(try admin.members(of: group) == description.members)
        #expect(try admin.members(of: "not there") == [])
        #expect(try admin.committed(group: "not there", [place]) == [nil])

        // The group goes on without the member: what it holds of the group is stale.
        member.consumer.close(delegate: member)
        #expect(member.events == ["assigned", "revoked"])
        #expect(producer.begin() == nil)
        let stale = producer.sendOffsets(
            [PartitionOffset(place, 3)], of: old, timeoutMilliseconds: 20_000)
        #expect(stale?.recovery == .abortable)
        #expect(producer.abort(timeoutMilliseconds: 20_000) == nil)
        #expect(try admin.committed(group: group, [place]) == [2])
    }

    /// Found by prove: the answer to a question given up was taken for the next one's, of another
    /// kind, and ended the process.
    @Test func `an answer that comes too late is not the next question's`() throws {
        let topic = try TestBroker.makeTopic("late")
        // Does not wait: it waits two seconds more than the broker is given.
        let hasty = try Admin(TestBroker.client(), timeoutMilliseconds: -2_000)
        var givenUp = 0
        // On a busy machine an answer may be there at once.
        for _ in 0..<50 where givenUp < 3 {
            if (try? hasty.groups()) == nil { givenUp += 1 }
            // The answer is there by then.
            usleep(300_000)
            if let settings = try? hasty.settings(ofTopic: topic) {
                #expect(settings.contains { $0.name == "cleanup.policy" })
            }
            usleep(300_000)
        }
        #expect(givenUp == 3)
    }

    @Test func `reading starts where it is told, seeks back, and ends at the end`() throws {
        let topic = try TestBroker.makeTopic("reading")
        try feed(topic, ["a", "b", "c", "d"])
        let consumer = try makeConsumer("none")
        let place = TopicPartition(topic, 0)
        try consumer.start([PartitionOffset(place, 1)])
        func readToEnd() -> [String] {
            var texts: [String] = []
            while true {
                let result = consumer.poll(timeoutMilliseconds: 10_000) {
                    texts.append(OwnedRecord(copying: $0).text)
                }
                if case .record = result { continue }
                #expect(result == .endOfPartition(PartitionOffset(place, 4)))
                return texts
            }
        }
        #expect(readToEnd() == ["b", "c", "d"])
        for _ in 0..<20 {
            try consumer.seek([PartitionOffset(place, 2)])
            #expect(readToEnd() == ["c", "d"])
        }
        #expect(consumer.knownWatermarks(place) == 0..<4)
        try consumer.pause([place])
        try consumer.seek([PartitionOffset(place, 0)])
        #expect(consumer.poll(timeoutMilliseconds: 200) { _ in } == .nothing)
        try consumer.resume([place])
        #expect(readToEnd() == ["a", "b", "c", "d"])
        try consumer.stop([place])
        #expect(consumer.reading().isEmpty)
    }

    @Test func `an offset that retention has taken is an error, never a guess`() throws {
        let topic = try TestBroker.makeTopic("retained")
        try feed(topic, ["a", "b", "c"])
        let admin = try Admin(TestBroker.client())
        let place = TopicPartition(topic, 0)
        try admin.deleteRecords(before: [PartitionOffset(place, 2)])
        #expect(try admin.watermarks(place) == 2..<3)
        let consumer = try makeConsumer("none")
        try consumer.start([PartitionOffset(place, 0)])
        var found: KafkaError.Code?
        for _ in 0..<20 where found == nil {
            if case .failed(let error, _) = consumer.poll(timeoutMilliseconds: 1_000, { _ in }) {
                found = error.code
            }
        }
        #expect(found == .offsetReset)
    }

    @Test func `two members share the partitions, and the first is asked to give them back`()
        throws
    {
        let topic = try TestBroker.makeTopic("shared", partitions: 4)
        for partition in 0..<4 { try feed(topic, ["p\(partition)"], partition: Int32(partition)) }
        let group = TestBroker.unique("group")
        let first = Member(try makeConsumer(group))
        try first.consumer.subscribe([topic])
        first.poll(until: { first.seen.count == 4 })
        #expect(first.assigned.count == 4)
        let second = Member(try makeConsumer(group))
        try second.consumer.subscribe([topic])
        for _ in 0..<400 where second.assigned.count != 2 || first.assigned.count != 2 {
            first.poll(milliseconds: 25)
            second.poll(milliseconds: 25)
        }
        #expect(first.events.prefix(3) == ["assigned", "revoked", "assigned"])
        #expect(first.assigned.count == 2)
        #expect(Set(first.assigned).isDisjoint(with: second.assigned))
        // Reading goes on in the new generation, at offsets named there.
        for _ in 0..<400 where first.seen.count + second.seen.count < 4 {
            first.poll(milliseconds: 25)
            second.poll(milliseconds: 25)
        }
        #expect((first.seen + second.seen).sorted() == ["p0", "p1", "p2", "p3"])
        first.consumer.close(delegate: first)
        second.poll(until: { second.assigned.count == 4 })
        second.consumer.close(delegate: second)
    }

    @Test func `topics are made once, with their settings`() throws {
        let admin = try Admin(TestBroker.client())
        let name = TestBroker.unique("made")
        let wanted = NewTopic(
            name, partitions: 3, settings: [("cleanup.policy", "compact")])
        #expect(try admin.createTopics([wanted]) == [nil])
        #expect(try admin.createTopics([wanted])[0]?.code == .topicExists)
        #expect(try admin.partitionCount(of: name) == 3)
        #expect(try admin.topics().contains { $0.name == name && $0.partitions == 3 })
        let policy = try admin.settings(ofTopic: name).first { $0.name == "cleanup.policy" }
        #expect(policy == TopicSetting(name: "cleanup.policy", value: "compact", isDefault: false))
        // What scripts/broker sets for the whole broker is nothing set for the topic; taken for it,
        // it would be written down as the topic's own.
        let replicas = try admin.settings(ofTopic: name).first { $0.name == "min.insync.replicas" }
        #expect(replicas?.isDefault == true)
        #expect(try admin.deleteTopics([name]) == [nil])
    }

    // The controller has them; the broker that answers hears of it a moment later. Whoever looked
    // in between saw the old ones, and `topics apply` took a change back for done.
    @Test func `settings just replaced are those read next`() throws {
        let admin = try Admin(TestBroker.client())
        let name = try TestBroker.makeTopic("settings")
        for round in 1...60 {
            let wanted = [("retention.ms", "\(round)000000"), ("segment.ms", "\(round)00000")]
            try admin.replaceSettings(ofTopic: name, with: wanted)
            let found = try admin.settings(ofTopic: name)
            for (name, value) in wanted {
                #expect(found.first { $0.name == name }?.value == value, "round \(round)")
            }
        }
        // Settings left out are the broker's own again.
        try admin.replaceSettings(ofTopic: name, with: [("retention.ms", "-1")])
        let segment = try admin.settings(ofTopic: name).first { $0.name == "segment.ms" }
        #expect(segment?.isDefault == true)
        #expect(throws: KafkaError.self) {
            try admin.replaceSettings(ofTopic: name, with: [("retention.ms", "soon")])
        }
    }
}

/// A member of a group that reads what it is given from the start.
private final class Member: RebalanceDelegate {
    let consumer: Consumer
    var events: [String] = []
    var assigned: [TopicPartition] = []
    var seen: [String] = []

    init(_ consumer: consuming Consumer) { self.consumer = consumer }

    func assigned(_ partitions: [TopicPartition]) {
        events.append("assigned")
        assigned = partitions
        seen = []
        try! consumer.read(partitions.map { PartitionOffset($0, 0) })
    }

    func revoked(_ partitions: [TopicPartition]) {
        events.append("revoked")
        assigned = []
    }

    func lost(_ partitions: [TopicPartition]) {
        events.append("lost")
        assigned = []
    }

    func poll(milliseconds: Int32) {
        _ = consumer.poll(timeoutMilliseconds: milliseconds, delegate: self) {
            seen.append(OwnedRecord(copying: $0).text)
        }
    }

    /// Polls until the condition holds, at most 40 s.
    func poll(until condition: () -> Bool) {
        for _ in 0..<400 where !condition() { poll(milliseconds: 100) }
    }
}

extension OwnedRecord {
    var text: String { String(decoding: value ?? [], as: UTF8.self) }
}

extension String {
    func bytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        var copy = self
        return copy.withUTF8 { body(UnsafeRawBufferPointer($0)) }
    }
}
