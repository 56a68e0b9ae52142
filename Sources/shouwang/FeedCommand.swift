import Households
import Kafka
import Replay
import Workers
import YAML

/// `feed`: files of events to their topics.
enum FeedCommand {
    static let spec = CommandSpec(
        name: "feed",
        about: "send a file of events to its topic, or a folder of them merged by time",
        discussion: """
            JSON lines are sent as they are (CloudEvents in structured mode, one a line). CSV
            files are read by the column names of the pipeline's events.yaml, Chinese ones
            included; --type and --source stand in where the file has no columns for them.

            With --feeds, the files <feed>.jsonl of a folder (or <feed>/samples/<feed>.jsonl) are
            merged by time and sent at a pace: after each day, week or month it waits until every
            worker has caught up, then lets time pass by a tick. This needs `time: records`.

            Under `time: records` every record needs a `time`, which becomes its timestamp.

            A line counts as sent only when the broker has it. Sending a file again is harmless:
            the same key replaces.
            """,
        arguments: [
            .init("pipeline", "household, medical, ..., or fieldwork for actions", .optional),
            .init("file", "a .jsonl or .csv file", .optional),
        ],
        options: [
            .value("--servers", "HOST:PORT", "brokers", setting: "kafka.servers"),
            .value("--type", "TYPE", "for CSV: the event type of rows that name none"),
            .value(
                "--source", "URN", "for CSV: who sends it, urn:gov:<area>:<department>:<system>"),
            .value("--batch", "ID", "for CSV: the batch the rows belong to"),
            .value(
                "--from-record", "N", "begin at this record of the file",
                kind: .number(1...1_000_000_000)),
            .value("--feeds", "DIR", "merge the feeds of a folder instead of one file"),
            .value("--actions", "FILE", "with --feeds: officers' actions, merged too"),
            .value(
                "--pace", "PACE", "with --feeds: how often to wait for the workers",
                kind: .choice(["day", "week", "month"])),
            .value(
                "--history", "PACE", "with --last: the pace before the last days",
                kind: .choice(["day", "week", "month"])),
            .value("--last", "DAYS", "only the last days go at --pace", kind: .number(1...100_000)),
            .value("--until", "DATE", "with --feeds: let time pass to this day", kind: .day),
        ],
        examples: [
            .init(
                line: "shouwang feed medical settlements.jsonl",
                about: "one file of structured CloudEvents"),
            .init(
                line: "shouwang feed employment wages.csv --type hr.wage.paid.v1 "
                    + "--source urn:gov:529901:labour:payroll",
                about: "a spreadsheet's export"),
            .init(
                line: "shouwang feed --feeds Pipelines --pace day --history week --last 60",
                about: "the samples, merged; 60 days slowly, what lies before month by month"),
        ],
        run: { try run($0) })

    /// Lines that are in flight before the broker is asked whether it has them.
    private static let batch = 5_000

    private static func run(_ invocation: Invocation) throws -> Int32 {
        if invocation.arguments.has("--feeds") { return try PacedFeed.run(invocation) }
        for option in ["--actions", "--pace", "--history", "--last", "--until"]
        where invocation.arguments.has(option) {
            throw CommandError.usage("\(option) goes with --feeds")
        }
        guard invocation.arguments.arguments.count == 2 else {
            throw CommandError.usage("'feed' needs <pipeline> and <file>, or --feeds DIR")
        }
        let (pipeline, file) = (
            invocation.arguments.arguments[0], invocation.arguments.arguments[1]
        )
        let topic = try topic(of: pipeline)
        let bytes: [UInt8]
        if file.hasSuffix(".csv") {
            bytes = try CSVFile.events(file: file, pipeline: pipeline, invocation)
        } else {
            guard let read = FileBytes.read(file) else {
                throw CommandError.failed("\(file) cannot be read")
            }
            bytes = read
        }
        return try send(
            FeedFiles.lines(of: bytes, topic: topic, order: 0), file: file, topic, invocation)
    }

    private static func topic(of pipeline: String) throws(CommandError) -> String {
        if pipeline == "fieldwork" { return "actions" }
        guard Topics.feeds.contains(pipeline) else {
            let names = Topics.feeds + ["fieldwork"]
            let closest = Spelling.closest(to: pipeline, in: names)
            throw .usage(
                "no feed goes to '\(pipeline)'; expected one of \(names.joined(separator: ", "))"
                    + (closest.map { "; did you mean '\($0)'?" } ?? ""))
        }
        return "feed.\(pipeline)"
    }

    private static func send(
        _ lines: [FeedLine], file: String, _ topic: String, _ invocation: Invocation
    ) throws -> Int32 {
        let isWall = try invocation.configuration.required("time") == "wall"
        if !isWall { try FeedSender.refuseUntimed(lines) }
        let now = Clock.now()
        let first = (invocation.arguments.number("--from-record") ?? 1) - 1
        var sender = try FeedSender.open(
            try Clients.settings(invocation.configuration, clientID: "shouwang-feed"),
            topics: [topic])
        var bar = ProgressBar(
            file, total: lines.count, isInteractive: Terminal.isInteractive, err: invocation.err)
        var sure = min(first, lines.count)
        do {
            for index in sure..<lines.count {
                let line = lines[index]
                try sender.send(
                    line, timestamp: isWall ? now : line.timestamp, number: index + 1)
                if (index + 1) % batch == 0 || index + 1 == lines.count {
                    try sender.settle()
                    sure = index + 1
                    bar.show(sure)
                }
            }
        } catch {
            bar.end()
            throw CommandError.failed(
                "\(error)\nshouwang: the broker has the first \(sure) of \(lines.count) records "
                    + "for sure; go on with --from-record \(sure + 1)")
        }
        bar.end()
        invocation.out("feed: \(sender.acknowledged) records of \(file) are in \(topic)\n")
        return 0
    }
}
