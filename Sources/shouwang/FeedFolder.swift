import Replay
import Workers

/// The feeds of a folder, merged by time, for commands: says what is missing.
enum FeedFolder {
    /// As `FeedFiles.read`, but never empty, and `actions` must be there when it is named.
    static func read(_ folder: String, actions: String?) throws(CommandError) -> [FeedLine] {
        if let actions, FileBytes.read(actions) == nil {
            throw .failed("\(actions) cannot be read")
        }
        let lines = FeedFiles.read(folder: folder, actions: actions)
        guard !lines.isEmpty else {
            throw .failed("\(folder) holds no records: expected files <feed>.jsonl")
        }
        return lines
    }
}
