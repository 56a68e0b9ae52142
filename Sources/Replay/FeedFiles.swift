import Households
import JSON
import Kafka
package import Streams
import Workers

/// One line of a feed file, with its place in the order of the replay.
package struct FeedLine: Sendable {
    /// `feed.<name>` or `actions`.
    package let topic: String
    package let bytes: [UInt8]
    /// The record's timestamp, milliseconds. A line that has none of its own stands with the one
    /// before it.
    package let timestamp: Int64
    /// Why it is refused before any pipeline sees it.
    package let failure: RecordFailure?
    /// Position of the feed among feeds; then the line's number.
    let order: Int
    /// Position among the lines of its file that hold anything, from 0.
    package let number: Int
}

/// Reads `<feed>.jsonl` of a folder, and merges all records by `time`, then feed, then line
/// (formats, section 10).
package enum FeedFiles {
    /// The lines of a whole folder, in the order they are fed: `<feed>.jsonl`, or
    /// `<feed>/samples/<feed>.jsonl` as the pipelines' folder has them. Missing feeds are fine.
    package static func read(folder: String, actions: String? = nil) -> [FeedLine] {
        var lines: [FeedLine] = []
        for (order, feed) in Topics.feeds.enumerated() {
            let places = ["\(folder)/\(feed).jsonl", "\(folder)/\(feed)/samples/\(feed).jsonl"]
            guard let bytes = places.lazy.compactMap({ FileBytes.read($0) }).first else { continue }
            lines += FeedFiles.lines(of: bytes, topic: "feed.\(feed)", order: order)
        }
        if let actions, let bytes = FileBytes.read(actions) {
            lines += FeedFiles.lines(of: bytes, topic: "actions", order: Topics.feeds.count)
        }
        return merged(lines)
    }

    /// Orders lines by time, feed and line.
    package static func merged(_ lines: [FeedLine]) -> [FeedLine] {
        lines.sorted {
            ($0.timestamp, $0.order, $0.number) < ($1.timestamp, $1.order, $1.number)
        }
    }

    /// Lines that say no `time` of their own: those a replay refuses.
    package static func withoutTime(_ lines: [FeedLine]) -> [FeedLine] {
        lines.filter { $0.failure?.field == "time" }
    }

    /// The lines of one file. `topic` is where they go, `order` the feed's position.
    package static func lines(of bytes: [UInt8], topic: String, order: Int) -> [FeedLine] {
        var reader = JSONReader()
        var found: [(bytes: [UInt8], time: Int64?, failure: RecordFailure?)] = []
        for line in bytes.split(separator: 0x0a, omittingEmptySubsequences: true) {
            var line = Array(line)
            if line.last == 0x0d { line.removeLast() }
            guard line.contains(where: { $0 != 0x20 && $0 != 0x09 }) else { continue }
            let (time, failure) = time(of: line, &reader)
            found.append((line, time, failure))
        }
        // What has no time stands where it stands in its file.
        var last = found.lazy.compactMap(\.time).first ?? 0
        return found.enumerated().map { number, entry in
            last = entry.time ?? last
            return FeedLine(
                topic: topic, bytes: entry.bytes, timestamp: last, failure: entry.failure,
                order: order, number: number)
        }
    }

    /// A record without `time` is refused here; one that is no JSON, or whose `time` is none, is
    /// refused by its intake, which knows better what to say.
    private static func time(
        of line: [UInt8], _ reader: inout JSONReader
    ) -> (time: Int64?, failure: RecordFailure?) {
        line.withUnsafeBytes { bytes in
            guard let root = try? reader.readObject(bytes) else { return (nil, nil) }
            guard let field = root.field("time"), field.kind != .null else {
                return (
                    nil,
                    RecordFailure(
                        reason: "envelope.missing", field: "time", step: "FeedFiles",
                        message: "a replayed record needs a time: it orders the records")
                )
            }
            guard field.kind == .string else { return (nil, nil) }
            return (InstantText.milliseconds(utf8: field.text), nil)
        }
    }
}
