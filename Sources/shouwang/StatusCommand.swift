import Kafka
import Workers

/// `status`: how far each pipeline is, and who owns its partitions.
enum StatusCommand {
    static let spec = CommandSpec(
        name: "status", about: "print each pipeline's lag and who owns its partitions",
        discussion: """
            The lag counts offsets from the group's committed one to the partition's end; the
            markers of transactions take offsets too, so an idle pipeline may show one or two.
            Exit code 1 when a pipeline that has a lag is run by nobody.
            """,
        arguments: [.init("pipeline", "only this one", .optional)],
        options: [
            .value("--servers", "HOST:PORT", "brokers", setting: "kafka.servers"),
            .flag("--partitions", "a line for each partition"),
        ],
        examples: [.init(line: "shouwang status", about: "all pipelines")],
        run: { try run($0) })

    private struct Place {
        let partition: Int32
        let committed: Int64?
        let end: Int64
        let lag: Int64
        let owner: String
    }

    private static func run(_ invocation: Invocation) throws -> Int32 {
        let admin = try Admin(try Clients.settings(invocation.configuration))
        let wanted = invocation.arguments.arguments.first
        let plans = PipelinePlan.all.filter { wanted == nil || $0.name == wanted }
        guard !plans.isEmpty else {
            throw CommandError.usage("there is no pipeline '\(wanted ?? "")'")
        }
        let isLong = invocation.arguments.has("--partitions")
        var table = Table(
            isLong
                ? ["pipeline", "#partition", "#next", "#end", "#lag", "owner"]
                : ["pipeline", "reads", "#partitions", "#lag", "group", "#members"])
        var isStuck = false
        for plan in plans {
            let (group, places) = try ask(plan, admin)
            let lag = places.reduce(0) { $0 + $1.lag }
            if lag > 2 * Int64(places.count) && group.members.isEmpty { isStuck = true }
            if isLong {
                for place in places {
                    table.add([
                        plan.name, "\(place.partition)", place.committed.map(String.init) ?? "-",
                        "\(place.end)", "\(place.lag)", place.owner,
                    ])
                }
            } else {
                table.add([
                    plan.name, plan.input, "\(places.count)", "\(lag)", group.state,
                    "\(group.members.count)",
                ])
            }
        }
        invocation.out(table.text)
        return isStuck ? 1 : 0
    }

    private static func ask(
        _ plan: PipelinePlan, _ admin: borrowing Admin
    ) throws -> (GroupDescription, [Place]) {
        let count = try admin.partitionCount(of: plan.input)
        let list = (0..<count).map { TopicPartition(plan.input, $0) }
        let group = try admin.describe(group: plan.group)
        let committed = try admin.committed(group: plan.group, list)
        var places: [Place] = []
        for (partition, offset) in zip(list, committed) {
            let marks = try admin.watermarks(partition)
            let owner = group.members.first { $0.partitions.contains(partition) }
            places.append(
                Place(
                    partition: partition.partition, committed: offset, end: marks.upperBound,
                    lag: max(0, marks.upperBound - max(offset ?? 0, marks.lowerBound)),
                    owner: owner.map { "\($0.clientID) \($0.host)" } ?? "-"))
        }
        return (group, places)
    }
}
