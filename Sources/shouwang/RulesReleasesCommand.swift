import Households
import Workers

/// `rules releases`: what was published, and what is in force.
enum RulesReleasesCommand {
    static let spec = CommandSpec(
        name: "rules releases", about: "list the published releases, and the one in force",
        discussion: """
            Reads the topic rulesets. 'in force' is the release of the last activation: from that
            order's place in the log on, wherever it has been read (shouwang status shows who is
            behind). Where none is, workers decide by the files they read at start.
            """,
        arguments: [],
        options: [.value("--servers", "HOST:PORT", "brokers", setting: "kafka.servers")],
        examples: [.init(line: "shouwang rules releases", about: "in the order published")],
        run: { try run($0) })

    private static func run(_ invocation: Invocation) throws -> Int32 {
        let topic = try ReleaseTopic.read(
            try Clients.settings(invocation.configuration, clientID: "shouwang-rules"))
        var table = Table(["release", "published", "by", "note", ""])
        for entry in topic.entries {
            var states: [String] = []
            if entry.address == topic.active, let activation = topic.activation {
                states.append(
                    "in force 生效 since \(InstantText.text(activation.at)), "
                        + "by \(activation.order.by)")
            }
            if entry.address == topic.shadowed { states.append("shadow 试运行") }
            table.add([
                entry.address.description, InstantText.text(entry.at), entry.release.by,
                entry.release.note, states.joined(separator: "; "),
            ])
        }
        invocation.out(table.isEmpty ? "no release was published / 尚未发布任何版本\n" : table.text)
        return 0
    }
}
