import JSON
import Kafka
import Streams
import Workers

/// What `dead.replayed` remembers of a dead letter: a record keyed by its address, written in the
/// transaction that sends the letter's record back. So whoever reads it to its end knows, of every
/// letter, whether it has been sent (docs/FORMATS.md, section 9). Its value is a JSON object:
///
///     {"version": 1, "replays": 1, "at": <milliseconds>, "cause": "feed.medical/0/12#1"}
struct ReplayMark: Equatable {
    static let version = 1

    /// How often the letter has been replayed.
    let replays: Int
    /// When it was replayed last, by the clock of the machine that did it; milliseconds.
    let at: Int64
    /// The letter's own cause, by which it is known again.
    let cause: String

    init(replays: Int, at: Int64, cause: String) {
        self.replays = replays
        self.at = at
        self.cause = cause
    }

    /// The record's value.
    var bytes: [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.name("version")
        writer.integer(Self.version)
        writer.name("replays")
        writer.integer(replays)
        writer.name("at")
        writer.integer(at)
        writer.name("cause")
        writer.string(cause)
        writer.endObject()
        return writer.bytes
    }

    /// Reads a record's value; `nil` for what is none of this version.
    init?(_ bytes: UnsafeRawBufferPointer) {
        guard let value = try? JSONValue(parsing: bytes),
            value["version"]?.int64 == Int64(Self.version),
            let replays = value["replays"]?.int64, replays > 0, let at = value["at"]?.int64,
            let cause = value["cause"]?.stringValue
        else { return nil }
        self.init(replays: Int(replays), at: at, cause: cause)
    }

    /// The marks of all letters; those an open transaction may yet add are left out, but for
    /// `settled`: then it reads to the end that partitions have by now, and waits for what is
    /// undecided there. So must whoever sends letters, after taking the name to send under
    /// (`LetterSender`): nobody else can add to the marks then, and what another had begun is
    /// decided. An installation made before there was the topic has no marks.
    static func readAll(
        _ settings: ClientSettings, settled: Bool = false
    ) throws -> [LetterAddress: ReplayMark] {
        let admin = try Admin(settings)
        guard try admin.topics().contains(where: { $0.name == Topics.replayed }) else { return [:] }
        let places = try PublicTopics.marks(of: Topics.replayed, admin)
        var marks: [LetterAddress: ReplayMark] = [:]
        try PublicTopics.read(
            settings, from: places.map { PartitionOffset($0.partition, $0.offsets.lowerBound) },
            to: Dictionary(
                uniqueKeysWithValues: places.map {
                    ($0.partition, settled ? $0.offsets.upperBound : 0)
                }),
            stop: { $0 }
        ) { record in
            let place = PartitionOffset(record.topic, record.partition, record.offset)
            let key = record.key.map { String(decoding: $0, as: UTF8.self) } ?? ""
            guard let address = PartitionOffset(key).flatMap({ LetterAddress($0) }),
                let mark = record.value.flatMap(ReplayMark.init)
            else {
                throw CommandError.failed(
                    "\(place) is no mark of a replayed dead letter (version \(version)); another "
                        + "version of shouwang wrote it, or somebody else: use that version, or "
                        + "delete the record")
            }
            marks[address] = mark
            return true
        }
        return marks
    }
}
