import Kafka
import Workers
import YAML

/// Where a dead letter lies: `dead.medical/0/17`, topic, partition and offset. People may leave
/// `dead.` out.
struct LetterAddress: Hashable, Comparable, CustomStringConvertible {
    let place: PartitionOffset
    /// The place of its pipeline on the path: the order that letters are shown and replayed in.
    private let rank: Int

    /// `nil` for a place that is in no pipeline's dead letters.
    init?(_ place: PartitionOffset) {
        let topic = place.partition.topic
        guard let rank = PipelinePlan.all.firstIndex(where: { $0.deadLetters == topic }),
            place.partition.partition >= 0, place.offset >= 0
        else { return nil }
        self.place = place
        self.rank = rank
    }

    /// From the command line.
    init(word: String) throws(CommandError) {
        let text = word.hasPrefix("dead.") ? word : "dead.\(word)"
        guard let place = PartitionOffset(text) else {
            throw .usage(
                "a dead letter is named by its place, such as dead.medical/0/17 "
                    + "(see 'shouwang dead list'), found '\(word)'")
        }
        guard let address = LetterAddress(place) else {
            throw LetterAddress.unknown(String(place.partition.topic.dropFirst("dead.".count)))
        }
        self = address
    }

    var pipeline: PipelinePlan { PipelinePlan.all[rank] }

    var description: String { place.description }

    static func < (left: LetterAddress, right: LetterAddress) -> Bool {
        (left.rank, left.place.partition.partition, left.place.offset)
            < (right.rank, right.place.partition.partition, right.place.offset)
    }

    /// There is no such pipeline.
    static func unknown(_ pipeline: String) -> CommandError {
        let closest = Spelling.closest(to: pipeline, in: Topics.pipelines)
        return .usage(
            "there is no pipeline '\(pipeline)'"
                + (closest.map { "; did you mean '\($0)'?" } ?? ""))
    }
}
