import Kafka
import Streams
import StreamsTesting
import Testing

/// Dead letters read back, and the records in them on their way to their input again.
@Suite struct DeadLetterTests {
    private static let failure = RecordFailure(
        reason: "identity.checkDigit", field: "idNumber", step: "Intake",
        message: "expected the check digit of GB 11643")

    private static func record(_ headers: [OwnedRecord.Header] = []) -> OwnedRecord {
        OwnedRecord(
            topic: "feed.medical", partition: 2, offset: 41, timestamp: 1_781_492_400_000,
            isLogAppendTime: true, key: Array("k".utf8), value: Array("{}".utf8), headers: headers)
    }

    private static func refusal(_ letter: OwnedRecord) throws -> Refusal {
        try #require(letter.withView { Refusal($0) })
    }

    private static func letter(_ record: OwnedRecord, offset: Int64 = 7) -> OwnedRecord {
        var letter = DeadLetter.letter(
            of: record, failure, pipeline: "medical", at: 1_781_500_000_000, attempts: 2)
        letter.offset = offset
        return letter
    }

    @Test func `a dead letter is read as it was written`() throws {
        let refusal = try Self.refusal(
            Self.letter(Self.record([.init("content-type", "application/json")])))
        #expect(refusal.reason == "identity.checkDigit")
        #expect(refusal.field == "idNumber")
        #expect(refusal.step == "Intake")
        #expect(refusal.message == "expected the check digit of GB 11643")
        #expect(refusal.attempts == 2)
        #expect(refusal.origin == PartitionOffset("feed.medical", 2, 41))
        #expect(refusal.timestamp == 1_781_492_400_000)
        #expect(refusal.isLogAppendTime)
        #expect(refusal.group == "shouwang.medical")
        #expect(refusal.cause == "feed.medical/2/41#1")
        #expect(refusal.omission == .nothing)
        #expect(refusal.history.isEmpty)
        #expect(refusal.headerCount == 1)
    }

    @Test func `a record that is no dead letter is told apart`() {
        #expect(Self.record().withView { Refusal($0) } == nil)
    }

    @Test func `the record in it comes out as it came, with its history`() throws {
        let headers: [OwnedRecord.Header] = [
            .init("ce_id", "b-1"), .init("twice", "1"), .init("twice", "2"), .init("null", nil),
        ]
        let letter = Self.letter(Self.record(headers + [.init("shouwang-cause", "feed.x/0/1#1")]))
        let again = letter.withView { view in
            Refusal(view).map { DeadLetter.record(in: view, $0, output: 1) }
        }
        let record = try #require(again)
        #expect(record.topic == "feed.medical")
        #expect(record.partition == 2)
        #expect(record.timestamp == 1_781_492_400_000)
        #expect(record.key == Array("k".utf8))
        #expect(record.value == Array("{}".utf8))
        #expect(
            record.headers == headers + [
                .init(
                    "shouwang-replay",
                    "1 dead.medical/0/7 identity.checkDigit 2 1781500000000"),
                .init("shouwang-cause", "dead.medical/0/7#1"),
            ])
    }

    @Test func `a record refused again and again keeps its history, the newest of it`() throws {
        var record = Self.record([.init("ce_id", "b-1")])
        for number in 1...20 {
            let letter = Self.letter(record, offset: Int64(number))
            let refusal = try Self.refusal(letter)
            #expect(refusal.replays == number - 1)
            let kept = refusal.history.map(\.number)
            #expect(kept == Array(max(1, number - Limits.replaysKept)..<number))
            #expect(refusal.history.last?.place.offset == (number > 1 ? Int64(number - 1) : nil))
            record = letter.withView { DeadLetter.record(in: $0, refusal, output: 1) }
        }
        #expect(record.headers.count == 1 + Limits.replaysKept + 1)
        #expect(record.headers.filter { $0.name == "shouwang-cause" }.count == 1)
    }

    @Test func `headers that look like ours and came with the record change nothing`() throws {
        let letter = Self.letter(
            Self.record([
                .init("kafka_dlt-original-topic", "feed.household"), .init("shouwang-reason", "x"),
                .init("shouwang-replay", "9223372036854775807 dead.medical/0/1 a 1 1"),
                .init("shouwang-replay", "1 somebody/0/1 a 1 1"), .init("shouwang-replay", nil),
            ]))
        let refusal = try Self.refusal(letter)
        #expect(refusal.origin.partition.topic == "feed.medical")
        #expect(refusal.reason == "identity.checkDigit")
        #expect(refusal.headerCount == 5)
        #expect(refusal.replays == 0)
        let record = letter.withView { DeadLetter.record(in: $0, refusal, output: 1) }
        #expect(record.headers.count == 7)
    }

    // The field at fault was that of a header the record had come with.
    @Test func `a field is the worker's, never the record's`() throws {
        let failure = RecordFailure(reason: "record.json", step: "Intake", message: "expected JSON")
        let letter = DeadLetter.letter(
            of: Self.record([.init("shouwang-field", "a name")]), failure, pipeline: "medical",
            at: 0)
        #expect(try Self.refusal(letter).field == nil)
    }

    @Test func `what a letter had no room for is known`() throws {
        var large = Self.record()
        large.value = [UInt8](repeating: 0x78, count: 999_000)
        #expect(try Self.refusal(Self.letter(large)).omission == .value)
        large.value = nil
        #expect(try Self.refusal(Self.letter(large)).omission == .nothing)
        large.headers = [.init("much", String(repeating: "x", count: 999_000))]
        #expect(try Self.refusal(Self.letter(large)).omission == .everything)
    }

    @Test(arguments: [
        "", "1", "0 dead.medical/0/1 a 1 1", "1 dead.medical/0 a 1 1", "1 dead.medical/0/1 a b 1 1",
        "1 dead.medical/0/1 a 0 1", "1 dead.medical/0/-1 a 1 1", "1 dead.李/0/1 a 1 1",
    ])
    func `an attempt of another form is none`(text: String) {
        #expect(ReplayedLetter(text) == nil)
    }
}
