import Replay
import Workers

/// The feeds of a folder, merged by time (formats, section 10).
enum FeedFolder {
    /// Reads `<feed>.jsonl`, or `<feed>/samples/<feed>.jsonl` as the pipelines' folder has them;
    /// feeds without a file are left out. `actions` is a file of its own. Not empty.
    static func read(_ folder: String, actions: String?) throws(CommandError) -> [FeedLine] {
        var lines: [FeedLine] = []
        for (order, feed) in Topics.feeds.enumerated() {
            let places = ["\(folder)/\(feed).jsonl", "\(folder)/\(feed)/samples/\(feed).jsonl"]
            for place in places {
                guard let bytes = FileBytes.read(place) else { continue }
                lines += FeedFiles.lines(of: bytes, topic: "feed.\(feed)", order: order)
                break
            }
        }
        if let actions {
            guard let bytes = FileBytes.read(actions) else {
                throw .failed("\(actions) cannot be read")
            }
            lines += FeedFiles.lines(of: bytes, topic: "actions", order: Topics.feeds.count)
        }
        guard !lines.isEmpty else {
            throw .failed("\(folder) holds no records: expected files <feed>.jsonl")
        }
        return FeedFiles.merged(lines)
    }
}
