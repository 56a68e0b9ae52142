import Households
import Kafka
import Workers

/// `watch`: alerts, assignments, escalations and dead letters as they come.
enum WatchCommand {
    static let spec = CommandSpec(
        name: "watch", about: "print alerts, assignments and dead letters as they come",
        discussion: """
            Prints a line for each alert that opens or ends, each measure proposed, each deadline
            missed and each record refused, in Chinese and English. Ends with --once when all
            there is has been shown, else when interrupted.
            """,
        arguments: [],
        options: [
            .value("--servers", "HOST:PORT", "brokers", setting: "kafka.servers"),
            .flag("--from-start", "everything there is, not only what comes from now on"),
            .value("--since", "DAY", "everything there is that is stamped from this day on"),
            .flag("--once", "end when everything has been shown"),
            .value("--division", "CODE", "only this area: 2, 4, 6, 9 or 12 digits"),
        ],
        examples: [
            .init(line: "shouwang watch --division 529901100", about: "one township, from now on"),
            .init(line: "shouwang watch --from-start --once", about: "all there is"),
            .init(line: "shouwang watch --since 2026-06-01", about: "June, and what comes"),
        ],
        run: { try run($0) })

    private static func run(_ invocation: Invocation) throws -> Int32 {
        let policy = try PolicyFolder.load(try invocation.configuration.required("folders.policy"))
        let notice = NoticeLine(policy: policy)
        let area = invocation.arguments.value("--division") ?? ""
        guard area.isEmpty || Division(area) != nil else {
            throw CommandError.usage("--division takes 2, 4, 6, 9 or 12 digits")
        }
        let once = invocation.arguments.has("--once")
        let since = try invocation.arguments.day("--since")
        // A measure is told again when its deadline moves, not when it gets one reason more.
        var deadlines: [String: String] = [:]
        try PublicTopics.read(
            try Clients.settings(invocation.configuration, clientID: "shouwang-watch"),
            PublicTopics.names + PublicTopics.deadLetters,
            fromStart: invocation.arguments.has("--from-start") || since != nil,
            stop: { once && $0 }
        ) { record in
            guard area.isEmpty || NoticeLine.division(record).hasPrefix(area),
                record.timestamp >= since?.start ?? .min,
                let text = notice.text(record, &deadlines)
            else { return }
            invocation.out(text + "\n")
        }
        return 0
    }
}
