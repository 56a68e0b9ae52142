import Households
import Kafka
import Streams
import Workers

/// A dead letter, without the record in it: what lists and selections keep.
struct Letter {
    let address: LetterAddress
    /// When it was refused: the dead letter's timestamp, milliseconds.
    let refused: Int64
    let refusal: Refusal
    /// What is remembered of it, if it has been replayed.
    let mark: ReplayMark?

    /// `nil` for a record that is no dead letter of ours. `marks` are those of all letters.
    init?(_ record: RecordView, _ marks: [LetterAddress: ReplayMark]) {
        guard
            let address = LetterAddress(
                PartitionOffset(record.topic, record.partition, record.offset)),
            let refusal = Refusal(record)
        else { return nil }
        self.address = address
        self.refusal = refusal
        refused = record.timestamp
        // After the topic has been emptied another letter may lie where a replayed one lay.
        mark = marks[address].flatMap { $0.cause == refusal.cause ? $0 : nil }
    }

    /// Why the record cannot go back, or `nil` if it can.
    var obstacle: String? {
        let origin = refusal.origin
        if origin.offset < 0 || origin.partition.topic != address.pipeline.input {
            return "it is no record of \(address.pipeline.input), but what came of the passing of "
                + "time or of one there"
        }
        switch refusal.omission {
        case .nothing: return nil
        case .value, .everything:
            return "it was too large for a dead letter; it lies at \(origin), as long as that "
                + "topic keeps it: have it sent again, in parts"
        }
    }

    /// Step and field at fault: `Intake/idNumber`.
    var fault: String { refusal.step + (refusal.field.map { "/\($0)" } ?? "") }

    /// When and how often it has been replayed, for people.
    var replayed: String {
        guard let mark else { return "-" }
        return InstantText.text(mark.at).prefix(16) + (mark.replays > 1 ? " ×\(mark.replays)" : "")
    }
}
