import Kafka
import Streams
import Workers

/// `leave`: ends the static memberships of a process that does not come back.
enum LeaveCommand {
    /// How long a group may take to answer, each time. Milliseconds.
    private static let patienceMilliseconds = 15_000

    static let spec = CommandSpec(
        name: "leave", about: "hand over what a stopped process with static membership had",
        discussion: """
            Under worker.membership: static, a process that is stopped keeps its partitions until
            its session has run out, because it may come back. After scaling down, this gives them
            to the others at once. Stop the process first: one that still runs joins again, or ends
            with exit code 10. Without static membership a stop hands over by itself.
            """,
        arguments: [.init("pipeline", "its name, such as monitor", .oneOrMore)],
        options: [
            .value("--servers", "HOST:PORT", "brokers", setting: "kafka.servers"),
            .value(
                "--ordinal", "N", "number of the process", kind: .number(0...9_999),
                setting: "worker.ordinal"),
        ],
        examples: [
            .init(
                line: "shouwang leave monitor --ordinal 3", about: "process 3 does not come back")
        ],
        run: { try run($0) })

    private static func run(_ invocation: Invocation) throws -> Int32 {
        guard let ordinal = invocation.configuration.text("worker.ordinal") else {
            throw CommandError.usage("leave needs --ordinal")
        }
        let names = invocation.arguments.arguments
        let client = try Clients.settings(invocation.configuration)
        let admin = try Admin(client)
        for name in names {
            guard let plan = PipelinePlan.all.first(where: { $0.name == name }) else {
                throw CommandError.usage("there is no pipeline '\(name)'")
            }
            let process = "\(plan.group)-\(ordinal)"
            let members = try admin.describe(group: plan.group).members.compactMap(\.instanceID)
                .filter { WorkerSettings.processID(ofTransactionalID: $0) == process }
            for member in members {
                try StaticMember.leave(
                    member, group: plan.group, topic: plan.input, client: client,
                    timeoutMilliseconds: patienceMilliseconds)
                invocation.out("\(name): \(member) has left\n")
            }
            if members.isEmpty {
                invocation.out("\(name): no static member has ordinal \(ordinal)\n")
            }
        }
        return 0
    }
}
