import Foundation
import Kafka
import Streams
import StreamsTesting
import Testing
import Workers

@testable import shouwang

/// `dead list`, `dead show` and `dead replay` as far as they need no broker.
@Suite struct DeadLetterCommandTests {
    /// Made up; its check digit is wrong.
    private static let id = "529901198102020225"

    private static let record = OwnedRecord(
        topic: "feed.medical", partition: 1, offset: 12, timestamp: 1_781_492_400_000,
        key: Array(id.utf8), value: Array("{\"idNumber\":\"\(id)\"}".utf8),
        headers: [.init("ce_subject", id)])

    /// A letter at `dead.medical/0/17` as a reader gets it.
    private static func withLetter<Result>(
        reason: String = "identity.checkDigit", of record: OwnedRecord = record,
        marks: [LetterAddress: ReplayMark] = [:], _ body: (Letter, RecordView) throws -> Result
    ) throws -> Result {
        var letter = DeadLetter.letter(
            of: record,
            RecordFailure(
                reason: reason, field: "idNumber", step: "Intake",
                message: "expected the check digit of GB 11643"),
            pipeline: "medical", at: 1_781_500_000_000)
        letter.offset = 17
        return try letter.withView { view in
            try body(try #require(Letter(view, marks)), view)
        }
    }

    // MARK: Places

    @Test func `a place is read with and without its prefix`() throws {
        let address = try LetterAddress(word: "dead.medical/0/17")
        #expect(address == (try LetterAddress(word: "medical/0/17")))
        #expect(address.description == "dead.medical/0/17")
        #expect(address.pipeline.name == "medical")
    }

    @Test(arguments: ["medical", "medical/0", "medical/x/1", "medical/0/-1", "medical/0/1/2", ""])
    func `a word that is no place is refused with an example`(word: String) {
        let program = Program("dead", "show", word, "--config", Self.configuration)
        #expect(program.code == 2)
        #expect(program.errors.contains("dead.medical/0/17"))
    }

    @Test func `places stand in the order of the path`() throws {
        let words = ["monitor/0/1", "household/1/0", "household/0/10", "household/0/9"]
        let sorted = try words.map { try LetterAddress(word: $0) }.sorted()
        #expect(
            sorted.map(\.description) == [
                "dead.household/0/9", "dead.household/0/10", "dead.household/1/0",
                "dead.monitor/0/1",
            ])
    }

    // MARK: Filters

    private static func filter(_ words: String...) throws -> LetterFilter {
        guard
            case .command(_, let arguments) = try ArgumentParser.parse(
                ["dead", "list"] + words, Commands.all)
        else { throw CommandError.usage("no command") }
        return try LetterFilter(arguments)
    }

    private static func isTaken(_ words: String...) throws -> Bool {
        guard
            case .command(_, let arguments) = try ArgumentParser.parse(
                ["dead", "list"] + words, Commands.all)
        else { throw CommandError.usage("no command") }
        let filter = try LetterFilter(arguments)
        return try withLetter { filter.matches($0, key: $1.key) }
    }

    @Test func `a reason is a code or the first part of one`() throws {
        #expect(try Self.isTaken())
        #expect(try Self.isTaken("--reason", "identity.checkDigit"))
        #expect(try Self.isTaken("--reason", "identity"))
        #expect(try Self.isTaken("--reason", "amount", "--reason", "identity"))
        #expect(try !Self.isTaken("--reason", "identity.format"))
    }

    @Test func `times are days or instants, from inclusive, to a day's end or before an instant`()
        throws
    {
        // Refused at 2026-06-15T13:06:40+08:00.
        #expect(try Self.isTaken("--from", "2026-06-15", "--to", "2026-06-15"))
        #expect(try !Self.isTaken("--from", "2026-06-16"))
        #expect(try !Self.isTaken("--to", "2026-06-14"))
        #expect(try Self.isTaken("--from", "2026-06-15T13:06:40+08:00"))
        #expect(try !Self.isTaken("--to", "2026-06-15T13:06:40+08:00"))
        #expect(try Self.isTaken("--to", "2026-06-15T05:06:41Z"))
    }

    @Test func `a key is compared whole`() throws {
        #expect(try Self.isTaken("--key", Self.id))
        #expect(try !Self.isTaken("--key", String(Self.id.dropLast())))
    }

    @Test func `pipelines are read in the order of the path`() throws {
        let filter = try Self.filter("--pipeline", "monitor", "--pipeline", "medical")
        #expect(filter.pipelines.map(\.name) == ["medical", "monitor"])
    }

    @Test(arguments: [
        (["--pipeline", "medcal"], "did you mean 'medical'?"),
        (["--reason", "identity.checkdigit"], "did you mean 'identity.checkDigit'?"),
        (["--from", "yesterday"], "expects a day such as"),
        (["--from", "2026-06-02", "--to", "2026-06-01"], "--from must lie before --to"),
    ])
    func `a filter nobody can mean is refused`(words: [String], says: String) {
        let program = Program(["dead", "list", "--config", Self.configuration] + words)
        #expect(program.code == 2)
        #expect(program.errors.contains(says), "\(program.errors)")
    }

    @Test func `a replay says what it is about`() {
        for words in [[], ["--rate", "5"], ["--all", "medical/0/1"], ["--all", "--key", "k"]] {
            let program = Program(["dead", "replay", "--config", Self.configuration] + words)
            #expect(program.code == 2)
            #expect(program.errors.contains("or --all"))
        }
    }

    // MARK: What is shown

    @Test func `a list shows nothing of the record`() throws {
        let text = try Self.withLetter { letter, _ in DeadListCommand.table([letter]) }
        #expect(!text.contains(Self.id))
        for word in [
            "dead.medical/0/17", "identity.checkDigit", "Intake/idNumber",
            "feed.medical/1/12", "2026-06-15T13:06",
        ] {
            #expect(text.contains(word), "\(word)")
        }
    }

    // The field that watch told was that of a header the record had come with.
    @Test func `watch tells a letter's place and reason, and nothing that came with it`() throws {
        var letter = DeadLetter.letter(
            of: OwnedRecord(
                topic: "feed.medical", headers: [.init("shouwang-field", Self.id)]),
            RecordFailure(reason: "record.json", step: "Intake", message: "expected JSON"),
            pipeline: "medical", at: 1_781_500_000_000)
        letter.offset = 17
        var told: [String: String] = [:]
        let notice = NoticeLine(policy: try PolicyFolder.load(Self.root + "/config/policy"))
        let line = letter.withView { notice.text($0, &told) }
        #expect(line == "2026-06-15T13:06    ✗ dead.medical/0/17: record.json")
    }

    @Test func `a letter is shown without what came with the record, unless that is asked for`()
        throws
    {
        let closed = try Self.withLetter { DeadShowCommand.text($0, $1, isOpen: false) }
        #expect(!closed.contains(Self.id))
        #expect(closed.contains("ce_subject (18 bytes, not shown)"))
        #expect(closed.contains("下一步：") && closed.contains("Next: "))
        let open = try Self.withLetter { DeadShowCommand.text($0, $1, isOpen: true) }
        #expect(open.contains("{\"idNumber\":\"\(Self.id)\"}"))
        #expect(open.contains("ce_subject: \(Self.id)"))
    }

    @Test func `a pseudonym is shown, another key is not`() throws {
        var record = Self.record
        record.key = Array("2v2ad1kj9vg3qt91scr798zz0w".utf8)
        let text = try Self.withLetter(of: record) { DeadShowCommand.text($0, $1, isOpen: false) }
        #expect(text.contains("2v2ad1kj9vg3qt91scr798zz0w"))
    }

    @Test func `bytes that a terminal would obey are written out`() {
        func visible(_ bytes: [UInt8]) -> String { bytes.withUnsafeBytes { VisibleText.of($0) } }
        #expect(visible(Array("村\u{1b}[2J\n".utf8)) == "村\\u{1b}[2J\n")
        #expect(visible([0x41, 0xff, 0x00]) == "A\\xff\\x00")
        #expect(visible([]).isEmpty)
    }

    // MARK: What is sent

    @Test func `a mark counts only for the letter it was made of`() throws {
        let address = try LetterAddress(word: "medical/0/17")
        let own = ReplayMark(replays: 1, at: 5, cause: "feed.medical/1/12#1")
        let other = ReplayMark(replays: 1, at: 5, cause: "feed.medical/1/13#1")
        #expect(try Self.withLetter(marks: [address: own]) { letter, _ in letter.mark } == own)
        #expect(try Self.withLetter(marks: [address: other]) { letter, _ in letter.mark } == nil)
    }

    @Test func `a mark is read as it was written, and no other version is`() {
        let mark = ReplayMark(replays: 3, at: 1_781_500_000_000, cause: "feed.medical/1/12#1")
        #expect(mark.bytes.withUnsafeBytes(ReplayMark.init) == mark)
        let later = String(decoding: mark.bytes, as: UTF8.self)
            .replacingOccurrences(of: "\"version\":1", with: "\"version\":2")
        #expect(Array(later.utf8).withUnsafeBytes(ReplayMark.init) == nil)
    }

    @Test func `what is no record of the input, or not whole, cannot go back`() throws {
        #expect(try Self.withLetter { letter, _ in letter.obstacle } == nil)
        var foreign = Self.record
        foreign.topic = "alerts"
        #expect(try Self.withLetter(of: foreign) { letter, _ in letter.obstacle } != nil)
        var outcome = Self.record
        outcome.offset = -1
        #expect(try Self.withLetter(of: outcome) { letter, _ in letter.obstacle } != nil)
        var large = Self.record
        large.value = [UInt8](repeating: 0x78, count: 999_000)
        let obstacle = try Self.withLetter(of: large) { letter, _ in letter.obstacle }
        #expect(obstacle?.contains("feed.medical/1/12") == true)
    }

    @Test func `a pace keeps to its rate in every second, without bursts after a pause`() {
        var pace = Pace(rate: 40, batch: 500)
        #expect(pace.batch == 10)
        var now: Int64 = 1_000_000
        var sent: [Int64] = []
        for turn in 0..<50 {
            now += pace.wait(at: now)
            pace.sent(pace.batch, at: now)
            sent += Array(repeating: now, count: pace.batch)
            now += turn == 20 ? 5_000 : 3
        }
        for start in sent {
            #expect(sent.count { (start..<start + 1_000).contains($0) } <= 40)
        }
        #expect(Pace(rate: nil, batch: 500).wait(at: 0) == 0)
        #expect(Pace(rate: 1, batch: 500).batch == 1)
    }

    @Test func `a timestamp is the record's own unless its topic would forget it`() {
        let day: Int64 = 86_400_000
        #expect(LetterSender.timestamp(5 * day, kept: nil, now: 400 * day) == 5 * day)
        #expect(LetterSender.timestamp(390 * day, kept: 30 * day, now: 400 * day) == 390 * day)
        #expect(LetterSender.timestamp(5 * day, kept: 30 * day, now: 400 * day) == 385 * day)
    }

    /// A cluster with the topics of a medical letter, and that letter on its way.
    private static func mock() throws -> (MockCluster, LetterSender.Parcel) {
        let mock = MockCluster()
        mock.makeTopic("feed.medical", partitions: 3)
        mock.makeTopic(Topics.replayed)
        let parcel = try withLetter { letter, view in
            LetterSender.Parcel(
                letter: letter, record: DeadLetter.record(in: view, letter.refusal, output: 1))
        }
        return (mock, parcel)
    }

    // A late commit could publish half of the next transaction: a record without its mark.
    @Test func `after a call that had to be repeated nothing more is sent`() throws {
        let (mock, parcel) = try Self.mock()
        let sender = try LetterSender(
            mock.client(), callMilliseconds: 300, keeping: { _ in nil })
        try sender.send([parcel], now: 1)
        mock.delay(.endTxn, milliseconds: 900)
        try sender.send([parcel], now: 2)
        #expect(sender.sent == 2)
        mock.forget()
        #expect {
            try sender.send([parcel], now: 3)
        } throws: { "\($0)".contains("Run the same command again") }
        #expect(sender.sent == 2)
        #expect(!mock.requests.contains { [.produce, .endTxn].contains($0) })
    }

    @Test func `a sender that is fenced says so`() throws {
        let (mock, parcel) = try Self.mock()
        let sender = try LetterSender(mock.client(), keeping: { _ in nil })
        mock.fail(.endTxn, .producerFenced)
        #expect {
            try sender.send([parcel], now: 1)
        } throws: { "\($0)".contains("has begun and goes on alone") }
        #expect(sender.sent == 0)
    }

    @Test func `a record the broker refuses is named by its letter`() throws {
        let (mock, parcel) = try Self.mock()
        let sender = try LetterSender(mock.client(), keeping: { _ in nil })
        mock.fail(.produce, .invalidTimestamp)
        #expect {
            try sender.send([parcel], now: 1)
        } throws: { "\($0)".contains("the broker refused dead.medical/0/17: INVALID_TIMESTAMP") }
    }

    // MARK: Reasons

    @Test func `every reason of the formats has its advice, in both languages`() throws {
        let formats = try String(
            contentsOfFile: Self.root + "/docs/FORMATS.md", encoding: .utf8)
        let paragraph = try #require(
            formats.split(separator: "\n").first { $0.hasPrefix("Reason codes: ") })
        let named = paragraph.split(separator: "`").map(String.init)
            .filter { $0.wholeMatch(of: /[a-z]+\.[a-zA-Z]+/) != nil && $0 != "divisions.yaml" }
        #expect(Set(named) == Set(LetterAdvice.codes))
        #expect(named.count > 25)
        for code in LetterAdvice.codes {
            try Self.withLetter(reason: code) { letter, _ in
                let advice = LetterAdvice.of(letter.refusal)
                #expect(!advice.zh.isEmpty && !advice.en.isEmpty)
            }
        }
    }

    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
    private static let configuration = root + "/config/shouwang.yaml"
}
