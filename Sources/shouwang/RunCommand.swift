import Foundation
import Kafka
import Streams
import Workers
import YAML

/// `run`: workers of one or more pipelines, until told to stop.
enum RunCommand {
    static let spec = CommandSpec(
        name: "run", about: "run the workers of one or more pipelines",
        discussion: """
            Work is shared with all other processes that run the same pipeline; start more to go
            faster, as far as there are partitions. SIGTERM or SIGINT ends it in order: everything
            committed, the group left; a second one at once.

            Give each process of a pipeline its own --ordinal, the same after a restart: then a
            crash inside a transaction costs others seconds less.

            Exit codes: 0 stopped, 10 another process has this ordinal, 11 state and log disagree,
            12 a record kills the process (look at it, then --skip it), 13 records were deleted
            unread, 14 a topic is missing or the broker refuses, 15 a call hung.
            """,
        arguments: [.init("pipeline", "its name, such as monitor", .oneOrMore)],
        options: [
            .value("--servers", "HOST:PORT", "brokers", setting: "kafka.servers"),
            .value(
                "--lanes", "N", "threads of each pipeline", kind: .number(1...64),
                setting: "worker.lanes"),
            .value(
                "--ordinal", "N", "number of this process among its like",
                kind: .number(0...9_999), setting: "worker.ordinal"),
            .value(
                "--standby", "N", "how many other processes keep a warm copy of each state",
                kind: .number(0...16), setting: "worker.standby"),
            .value(
                "--time", "MODE", "who moves time", kind: .choice(["wall", "records"]),
                setting: "time"),
            .value(
                "--key-file", "FILE", "the key of the pseudonyms", setting: "pseudonyms.keyFile"),
            .value(
                "--skip", "TOPIC/PARTITION/OFFSET", "make this record a dead letter unread",
                isRepeatable: true),
        ],
        examples: [
            .init(
                line: "shouwang run monitor --lanes 2 --ordinal 0",
                about: "one worker of the monitor"),
            .init(
                line: "shouwang run household medical education employment hazard livelihood",
                about: "all department intakes in one process"),
        ],
        run: { try run($0) })

    private static func run(_ invocation: Invocation) throws -> Int32 {
        let names = invocation.arguments.arguments
        let known = PipelinePlan.all.map(\.name)
        for name in names where !known.contains(name) {
            let closest = Spelling.closest(to: name, in: known)
            throw CommandError.usage(
                "there is no pipeline '\(name)'" + (closest.map { "; did you mean '\($0)'?" } ?? "")
            )
        }
        guard Set(names).count == names.count else {
            throw CommandError.usage("a pipeline stands twice")
        }
        let configuration = invocation.configuration
        let county = try Loading.county(configuration)
        let skipping = try Set((invocation.arguments.options["--skip"] ?? []).map(place))
        let ordinal = configuration.text("worker.ordinal") ?? randomOrdinal()
        var workers: [(name: String, worker: Worker)] = []
        for plan in PipelinePlan.all where names.contains(plan.name) {
            guard let topology = county.topology(plan.name) else {
                throw CommandError.failed("\(plan.name) is not built")
            }
            var settings = try settings(plan, ordinal, configuration)
            settings.skipping = skipping.filter { $0.partition.topic == plan.input }
            workers.append((plan.name, Worker(topology, settings)))
        }
        let log = try Log(configuration)
        log.write(
            .notice, "starting",
            [
                ("pipelines", names.joined(separator: ",")), ("ordinal", ordinal),
                ("lanes", configuration.text("worker.lanes") ?? ""),
                ("time", configuration.text("time") ?? ""), (
                    "protocol",
                    "classic, eager range, \(configuration.text("worker.membership") ?? "") members"
                ),
            ])
        // The others decide nothing by rules.
        let decides = workers.contains { worker in
            Topics.deciding.contains { $0.0 == worker.name }
        }
        let tail = try decides
            ? ReleaseTail(Clients.settings(configuration, clientID: "shouwang-rulesets"), county.releases, log)
            : nil
        return Supervisor(workers, log, releases: tail).run()
    }

    private static func settings(
        _ plan: PipelinePlan, _ ordinal: String, _ configuration: Configuration
    ) throws -> WorkerSettings {
        var settings = try WorkerSettings(
            configuration, pipeline: plan.name, group: plan.group, ordinal: ordinal)
        // Casework's clocks run to the minute, everything else by the day (design, section 4,
        // item 10). Pipelines without state have no time to move.
        if configuration.text("time") == "wall", plan.isStateful {
            settings.tickIntervalMilliseconds = plan.name == "casework" ? 60_000 : 3_600_000
        }
        return settings
    }

    /// Names this process's transactions when nobody numbered it.
    private static func randomOrdinal() -> String {
        "r" + String(UInt32.random(in: 0...UInt32.max), radix: 36)
    }

    /// `person.facts/3/1234`.
    private static func place(_ text: String) throws(CommandError) -> PartitionOffset {
        let parts = text.split(separator: "/")
        guard parts.count == 3, let partition = Int32(parts[1]), let offset = Int64(parts[2]) else {
            throw .usage("--skip expects TOPIC/PARTITION/OFFSET, found '\(text)'")
        }
        return PartitionOffset(String(parts[0]), partition, offset)
    }
}
