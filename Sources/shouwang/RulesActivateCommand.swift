import Households
import Kafka
import Workers

/// `rules activate` and `rules rollback`: another release from here on, everywhere at once.
enum RulesActivateCommand {
    static let activate = CommandSpec(
        name: "rules activate", about: "put a published release in force, everywhere at once",
        discussion: """
            Writes the order to every partition of household.facts, area.events and case.events in
            one transaction: all or nothing. Each worker decides by the release from that place in the
            log on, and by the one before up to there; a worker that does not have the release yet
            waits. What becomes of open alerts: docs/RULES.md, "Releases".
            """,
        arguments: [.init("release", "its address, or enough of its beginning")],
        options: options,
        examples: [
            .init(
                line: "shouwang rules activate 4k7qz --by li.wei --note \"line of 2027\"",
                about: "the release whose address begins so")
        ],
        run: { invocation in
            let by = try author(invocation, "rules activate")
            let settings = try clientSettings(invocation)
            let topic = try ReleaseTopic.read(settings)
            let entry = try topic.find(invocation.arguments.arguments[0])
            return try put(entry, topic, by, invocation, settings)
        })

    static let rollback = CommandSpec(
        name: "rules rollback", about: "put the release in force again that was so before",
        discussion: """
            As 'rules activate' with the release that the last activation took over from. Nothing
            that was published is taken back: alerts that opened under the later release go on or end
            under the earlier one, as at any activation.
            """,
        arguments: [],
        options: options,
        examples: [
            .init(
                line: "shouwang rules rollback --by li.wei --note \"too many visits\"",
                about: "back to the one before")
        ],
        run: { invocation in
            let by = try author(invocation, "rules rollback")
            let settings = try clientSettings(invocation)
            let topic = try ReleaseTopic.read(settings)
            guard let before = topic.activation?.order.before else {
                throw CommandError.failed(
                    "no release was in force before the present one; name one: shouwang rules "
                        + "activate")
            }
            return try put(try topic.find(before.description), topic, by, invocation, settings)
        })

    private static let options: [OptionSpec] = [
        .value("--by", "NAME", "who orders it (needed)"),
        .value("--note", "TEXT", "why, for those who come later"),
        .value("--servers", "HOST:PORT", "brokers", setting: "kafka.servers"),
        .value(
            "--time", "MODE", "who moves time", kind: .choice(["wall", "records"]),
            setting: "time"),
    ]

    private static func author(_ invocation: Invocation, _ name: String) throws(CommandError) -> String {
        guard let by = invocation.arguments.value("--by") else {
            throw .usage("'\(name)' needs --by NAME")
        }
        return by
    }

    private static func clientSettings(_ invocation: Invocation) throws -> ClientSettings {
        try Clients.settings(invocation.configuration, clientID: "shouwang-rules")
    }

    private static func put(
        _ entry: ReleaseTopic.Entry, _ topic: ReleaseTopic, _ by: String,
        _ invocation: Invocation, _ settings: ClientSettings
    ) throws -> Int32 {
        let before = topic.active == entry.address ? topic.activation?.order.before : topic.active
        try ReleaseSender(settings).broadcast(
            StandingOrder(
                .activate(entry.address), by: by,
                note: invocation.arguments.value("--note") ?? "", before: before),
            to: Topics.deciding.map(\.1), cause: entry.place,
            time: TimeMode(rawValue: try invocation.configuration.required("time")) ?? .wall,
            settings)
        invocation.out("release \(entry.address) is in force from here on / 该版本自此生效\n")
        return 0
    }
}
