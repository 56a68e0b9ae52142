import Households
import Kafka
import Workers

/// `rules shadow`: a release that is counted beside the one in force.
enum RulesShadowCommand {
    static let spec = CommandSpec(
        name: "rules shadow", about: "count what a published release would raise, beside the live one",
        discussion: """
            From this order's place in the log on, workers put the shadow release to each household
            too, beginning with the alerts that are open, and count what would open: nobody is
            alerted by it. 'rules shadow-report' shows the counts. --off ends it. While it lasts, the
            monitor does about twice the work.
            """,
        arguments: [.init("release", "its address, or enough of its beginning", .optional)],
        options: [
            .flag("--off", "no release is counted any more"),
            .value("--by", "NAME", "who orders it (needed)"),
            .value("--note", "TEXT", "why, for those who come later"),
            .value("--servers", "HOST:PORT", "brokers", setting: "kafka.servers"),
            .value(
                "--time", "MODE", "who moves time", kind: .choice(["wall", "records"]),
                setting: "time"),
        ],
        examples: [
            .init(line: "shouwang rules shadow 4k7qz --by li.wei", about: "begin, or begin anew"),
            .init(line: "shouwang rules shadow --off --by li.wei", about: "end it"),
        ],
        run: { try run($0) })

    private static func run(_ invocation: Invocation) throws -> Int32 {
        let arguments = invocation.arguments
        guard let by = arguments.value("--by") else {
            throw CommandError.usage("'rules shadow' needs --by NAME")
        }
        guard arguments.has("--off") != (arguments.arguments.first != nil) else {
            throw CommandError.usage("'rules shadow' needs either a release or --off")
        }
        let settings = try Clients.settings(invocation.configuration, clientID: "shouwang-rules")
        let topic = try ReleaseTopic.read(settings)
        if arguments.has("--off"), topic.shadowed == nil {
            throw CommandError.failed("no release is a shadow")
        }
        let entry = try arguments.arguments.first.map { try topic.find($0) }
        try ReleaseSender(settings).broadcast(
            StandingOrder(
                .shadow(entry?.address), by: by, note: arguments.value("--note") ?? "",
                before: topic.latestShadow),
            to: ["household.facts"],
            cause: entry?.place ?? topic.entries.first { $0.address == topic.latestShadow }?.place,
            time: TimeMode(rawValue: try invocation.configuration.required("time")) ?? .wall,
            settings)
        invocation.out(
            entry.map { "release \($0.address) is counted from here on / 该版本自此试运行\n" }
                ?? "no release is counted any more / 试运行已结束\n")
        return 0
    }
}

/// `rules shadow-report`: what the shadow release would have raised.
enum RulesShadowReportCommand {
    static let spec = CommandSpec(
        name: "rules shadow-report", about: "show what a shadow release would have raised",
        discussion: """
            Reads the topic shadow.counts: alerts that opened, by rule, division and day. 'both': the
            other release's alert of the rule was open too; 'only live': it was not under the shadow;
            'only shadow': the release in force did not raise it. Counts are exact, as alerts are.
            """,
        arguments: [
            .init("release", "the shadow's address, or its beginning (default: the latest)", .optional)
        ],
        options: [
            .value(
                "--per", "COLUMN", "count by this; may stand more than once (default: rule)",
                kind: .choice(["rule", "division", "day"]), isRepeatable: true),
            .value("--format", "FORMAT", "how to print", kind: .choice(["table", "json"])),
            .value("--servers", "HOST:PORT", "brokers", setting: "kafka.servers"),
        ],
        examples: [
            .init(line: "shouwang rules shadow-report", about: "one line a rule"),
            .init(
                line: "shouwang rules shadow-report --per rule --per division --format json",
                about: "one a rule and village, for a program"),
        ],
        run: { try run($0) })

    private static func run(_ invocation: Invocation) throws -> Int32 {
        let arguments = invocation.arguments
        let settings = try Clients.settings(invocation.configuration, clientID: "shouwang-rules")
        let shadow: Pseudonym
        let topic = try ReleaseTopic.read(settings)
        if let word = arguments.arguments.first {
            shadow = try topic.find(word).address
        } else if let latest = topic.latestShadow {
            shadow = latest
        } else {
            throw CommandError.failed("no release was ever a shadow: shouwang rules shadow")
        }
        let report = ShadowReport(
            shadow: shadow, columns: arguments.options["--per"] ?? ["rule"])
        try PublicTopics.readAll(settings, Topics.shadowCounts) { record in
            if let value = record.value { report.take(value) }
        }
        invocation.out(arguments.value("--format") == "json" ? report.json : report.table)
        return 0
    }
}
