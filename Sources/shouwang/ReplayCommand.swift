import Households
import Replay
import Streams
import StreamsTesting
import Workers

/// `replay`: all pipelines over files, without a broker (formats, section 10).
enum ReplayCommand {
    static let spec = CommandSpec(
        name: "replay", about: "run all pipelines over files, without a broker",
        discussion: """
            DIR holds <feed>.jsonl files of structured CloudEvents, one a line (or
            <feed>/samples/<feed>.jsonl). Records are merged by time and go through all hops one
            after the other; time passes at every 00:00. Written are alerts.jsonl,
            findings.jsonl, area.alerts.jsonl, assignments.jsonl, cases.jsonl,
            escalations.jsonl and dead.jsonl, and households.jsonl with every household's state, for
            `why`. What intakes noted, such as items no list knows, is printed as counts.
            """,
        arguments: [],
        options: [
            .value("--feeds", "DIR", "the folder of the feeds (needed)"),
            .value("--out", "DIR", "where the outputs go (needed)"),
            .value("--actions", "FILE", "officers' actions, merged with the feeds"),
            .value(
                "--pipelines", "DIR", "the pipelines' folder", setting: "folders.pipelines"),
            .value("--policy", "DIR", "lines, incomes, divisions...", setting: "folders.policy"),
            .value(
                "--key-file", "FILE", "the key of the pseudonyms", setting: "pseudonyms.keyFile"),
            .value("--until", "DATE", "let time pass to this day", kind: .day),
        ],
        examples: [
            .init(
                line: "shouwang replay --feeds Pipelines --out .build/replay "
                    + "--key-file .build/my.key",
                about: "the samples of all pipelines; the key is a file of 16 bytes or more")
        ],
        run: { try run($0) })

    private static func run(_ invocation: Invocation) throws -> Int32 {
        let arguments = invocation.arguments
        guard let feeds = arguments.value("--feeds"), let out = arguments.value("--out") else {
            throw CommandError.usage("'replay' needs --feeds DIR and --out DIR")
        }
        let until = try arguments.day("--until")
        let county = try Loading.county(invocation.configuration)
        var lines = try FeedFolder.read(feeds, actions: arguments.value("--actions"))
        // `--until` names the last 00:00: records of later days are not taken.
        if let until { lines.removeAll { Day(ofInstant: $0.timestamp) > until } }
        let replay = Replay(county)
        let files = try OutputFiles(folder: out, replay)
        var bar = ProgressBar(
            "replay", total: lines.count, isInteractive: Terminal.isInteractive,
            err: invocation.err)
        try replay.feed(lines) { bar.show($0) }
        bar.show(lines.count)
        bar.end()
        if let until { try replay.pass(to: until) }
        let counts = files.counts
        try files.close()
        try StateFile.write(replay, to: "\(out)/households.jsonl")
        var table = Table(["file", "#records"])
        for (name, count) in counts { table.add([name, "\(count)"]) }
        invocation.out(table.text)
        var notes = Table(["noted by", "what", "#times"])
        for topology in county.topologies {
            for (name, times) in (replay.driver.counters(of: topology.name)?.notes ?? [:])
                .sorted(by: { $0.key < $1.key })
            {
                notes.add([topology.name, name, "\(times)"])
            }
        }
        if !notes.isEmpty { invocation.out("\n" + notes.text) }
        return 0
    }
}
