import Households
import Kafka
import Rules
import Streams
import Workers

/// `why`: one household's facts, income arithmetic and alerts.
enum WhyCommand {
    static let spec = CommandSpec(
        name: "why", about: "explain a household: facts, income arithmetic, alerts",
        discussion: """
            Reads the monitor's state, from the broker or from the folder of a replay, and prints
            what is known and how the income reference comes about. The household is named by its
            pseudonym, as in an alert, or by its register number (then the key is needed).
            """,
        arguments: [.init("household", "pseudonym of 26 characters, or the register's number")],
        options: [
            .value("--replay", "DIR", "the output folder of a replay, instead of the broker"),
            .value("--servers", "HOST:PORT", "brokers", setting: "kafka.servers"),
            .value("--on", "DATE", "as of this day (default: the state's own)", kind: .day),
            .value(
                "--key-file", "FILE", "the key of the pseudonyms", setting: "pseudonyms.keyFile"),
        ],
        examples: [
            .init(
                line: "shouwang why 529901100201-0007 --replay .build/replay "
                    + "--key-file .build/my.key",
                about: "a household of the samples after a replay, by its register number"),
            .init(
                line: "shouwang why 6z4cwr5gt82sm1vw9drfxe8ky4 --on 2026-06-30",
                about: "by its pseudonym, as alerts name it, from the broker"),
        ],
        run: { try run($0) })

    private static func run(_ invocation: Invocation) throws -> Int32 {
        let household = try household(invocation)
        let name = Array(household.description.utf8)
        func isWanted(_ key: [UInt8]) -> Bool {
            [name, ReservedKey.tail + name, ReservedKey.shared, ReservedKey.task].contains(key)
                || key.starts(with: ReservedKey.broadcast)
        }
        let states: [[UInt8]: [UInt8]]
        if let folder = invocation.arguments.value("--replay") {
            states = try StateFile.read("\(folder)/households.jsonl", where: isWanted)
        } else {
            states = try StateTopic.read(
                try Clients.settings(invocation.configuration, clientID: "shouwang-why"),
                topic: "state.monitor", placedBy: name, where: isWanted)
        }
        guard let state = states[name] else {
            throw CommandError.failed("nothing is known of household \(household)")
        }
        let day = try day(invocation, states[ReservedKey.task])
        let area = states[ReservedKey.shared]
        let broadcasts = try broadcasts(in: states)
        let text = try state.withUnsafeBytes { state in
            try (area ?? []).withUnsafeBytes { bytes in
                guard let own = StateFold.payload(state) else {
                    throw HouseholdReport.Unreadable()
                }
                return try HouseholdReport(
                    household: household, state: own, shared: area == nil ? nil : bytes,
                    broadcasts: broadcasts, on: day, rules: { try rules($0, invocation) }
                ).text
            }
        }
        invocation.out(text)
        return 0
    }

    /// The rules of the release in force, or of the files where none was activated.
    private static func rules(_ release: Pseudonym?, _ invocation: Invocation) throws -> RuleSet {
        let configuration = invocation.configuration
        guard let release else {
            return try Release(
                ReleaseFiles.read(
                    pipelines: try configuration.required("folders.pipelines"),
                    policy: try configuration.required("folders.policy"))
            ).rules
        }
        let topic = try ReleaseTopic.read(
            try Clients.settings(configuration, clientID: "shouwang-why"))
        return try Release(try topic.find(release.description).release.files).rules
    }

    /// Broadcasts that have not met every household yet, in their order: their numbers are the
    /// ends of their keys.
    private static func broadcasts(in states: [[UInt8]: [UInt8]]) throws -> [OwnedRecord] {
        try states.filter { $0.key.starts(with: ReservedKey.broadcast) }
            .sorted { $0.key.lexicographicallyPrecedes($1.key) }
            .map { _, value in
                guard let record = value.withUnsafeBytes({ StateFold.broadcast($0) }) else {
                    throw HouseholdReport.Unreadable()
                }
                return record
            }
    }

    private static func household(_ invocation: Invocation) throws -> Pseudonym {
        let word = invocation.arguments.arguments[0]
        if let pseudonym = Pseudonym(word) { return pseudonym }
        return try Loading.key(invocation.configuration)
            .pseudonym("household:", Array(word.utf8))
    }

    /// The day asked for, or that of the task's stream time.
    private static func day(_ invocation: Invocation, _ task: [UInt8]?) throws -> Day {
        if let day = try invocation.arguments.day("--on") { return day }
        guard let task, let record = try? task.withUnsafeBytes({ try TaskRecord(decoding: $0) })
        else { throw CommandError.failed("the state does not say its day; name it with --on") }
        return Day(ofInstant: record.streamTime)
    }
}
