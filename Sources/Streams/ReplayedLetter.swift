package import Kafka

/// An earlier dead letter of a record that has been sent back to its input since. A replayed record
/// carries one for each of its attempts, as the header `shouwang-replay` (formats, section 9):
///
///     <n> <topic>/<partition>/<offset> <reason> <attempts> <refused>
///
/// n counts the record's replays from 1, `refused` is the dead letter's timestamp in milliseconds.
/// Should the record be refused again, its new dead letter keeps these with its other headers.
package struct ReplayedLetter: Equatable, Sendable {
    package static let header: StaticString = "shouwang-replay"

    package let number: Int
    /// Where the dead letter lies.
    package let place: PartitionOffset
    /// Why it was refused then.
    package let reason: String
    /// How often the worker had tried it then.
    package let attempts: Int
    /// The dead letter's timestamp, milliseconds.
    package let refused: Instant

    package init(
        number: Int, place: PartitionOffset, reason: String, attempts: Int, refused: Instant
    ) {
        self.number = number
        self.place = place
        self.reason = reason
        self.attempts = attempts
        self.refused = refused
    }

    /// The header's value.
    package var text: String { "\(number) \(place) \(reason) \(attempts) \(refused)" }

    /// Reads a header's value; `nil` for any other form.
    package init?(_ text: String) {
        let words = text.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 5, let number = Int(words[0]), Self.numbers.contains(number),
            let place = PartitionOffset(words[1]), place.partition.topic.hasPrefix("dead."),
            Self.isCode(place.partition.topic), let attempts = Int(words[3]), attempts > 0,
            let refused = Instant(words[4]), Self.isCode(words[2])
        else { return nil }
        self.init(
            number: number, place: place, reason: String(words[2]), attempts: attempts,
            refused: refused)
    }

    /// From a record's header; `nil` for another name or form.
    init?(_ header: HeaderView) {
        guard header.name.elementsEqual(UnsafeRawBufferPointer(Self.header)),
            let value = header.value
        else { return nil }
        self.init(String(decoding: value, as: UTF8.self))
    }

    /// More than anyone replays a record; anybody may write such a header.
    private static let numbers = 1...1_000_000

    /// A reason code, or a topic of dead letters: letters, digits and full stops.
    private static func isCode(_ word: some StringProtocol) -> Bool {
        !word.isEmpty
            && word.utf8.allSatisfy { byte in
                byte == 0x2e || (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte)
                    || (0x61...0x7a).contains(byte)
            }
    }
}

extension DeadLetter {
    /// The record in a dead letter as it goes back to its input: its partition, key, value,
    /// timestamp and headers as they came, but for
    ///
    /// - `shouwang-cause`, which names the dead letter, as its output of this number (1 for the
    ///   first time it is replayed), so that no record counts as another's output twice;
    /// - one more `shouwang-replay`, which tells of this dead letter; the newest
    ///   `Limits.replaysKept` are kept.
    package static func record(
        in letter: RecordView, _ refusal: Refusal, output number: Int
    ) -> OwnedRecord {
        let place = PartitionOffset(letter.topic, letter.partition, letter.offset)
        var headers: [OwnedRecord.Header] = []
        var toDrop = refusal.history.count + 1 - Limits.replaysKept
        for header in letter.headers[..<refusal.headerCount] {
            if header.name.elementsEqual(UnsafeRawBufferPointer(Cause.header)) { continue }
            if toDrop > 0, ReplayedLetter(header) != nil {
                toDrop -= 1
                continue
            }
            headers.append(
                OwnedRecord.Header(
                    String(decoding: header.name, as: UTF8.self), header.value.map(Array.init)))
        }
        let attempt = ReplayedLetter(
            number: refusal.replays + 1, place: place, reason: refusal.reason,
            attempts: refusal.attempts, refused: letter.timestamp)
        headers.append(OwnedRecord.Header("\(ReplayedLetter.header)", attempt.text))
        headers.append(OwnedRecord.Header("\(Cause.header)", "\(place)#\(number)"))
        return OwnedRecord(
            topic: refusal.origin.partition.topic, partition: refusal.origin.partition.partition,
            timestamp: refusal.timestamp, key: letter.key.map(Array.init),
            value: letter.value.map(Array.init), headers: headers)
    }
}
