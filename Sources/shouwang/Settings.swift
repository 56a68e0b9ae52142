import Streams

/// One setting of the configuration: the single place that names it, its environment variable,
/// its form and its default. `config/shouwang.yaml` shows all of them.
struct Setting {
    /// Dotted path in the file, such as `kafka.servers`.
    let key: String
    let kind: ValueKind
    /// `nil`: not set.
    let standard: String?
    let about: String
    var isSecret = false

    /// `kafka.servers` → `SHOUWANG_KAFKA_SERVERS`, `worker.sessionTimeoutMilliseconds` →
    /// `SHOUWANG_WORKER_SESSION_TIMEOUT_MILLISECONDS`.
    var environment: String {
        var name = "SHOUWANG_"
        for character in key {
            if character == "." {
                name += "_"
            } else {
                if character.isUppercase { name += "_" }
                name += character.uppercased()
            }
        }
        return name
    }

    static let all: [Setting] = [
        Setting(
            key: "time", kind: .choice(["wall", "records"]), standard: "wall",
            about: "who moves time: the broker's clock, or the records' own timestamps"),
        Setting(
            key: "kafka.servers", kind: .text, standard: "127.0.0.1:9092",
            about: "brokers, host:port, comma separated"),
        Setting(
            key: "kafka.replication", kind: .number(-1...9), standard: "-1",
            about: "copies of each topic; -1 leaves it to the broker"),
        Setting(
            key: "folders.pipelines", kind: .text, standard: "Pipelines",
            about: "the folder of the pipelines"),
        Setting(
            key: "folders.policy", kind: .text, standard: "config/policy",
            about: "the folder of lines, incomes, divisions, calendars, parameters"),
        Setting(
            key: "folders.state", kind: .text, standard: ".build/state",
            about: "where workers remember a record that killed them"),
        Setting(
            key: "pseudonyms.keyFile", kind: .text, standard: nil,
            about: "file whose bytes are the key of the pseudonyms"),
        Setting(
            key: "pseudonyms.key", kind: .text, standard: nil,
            about: "the key itself, where no file can be had", isSecret: true),
        Setting(
            key: "worker.lanes", kind: .number(1...64), standard: "2",
            about: "threads of a worker, each with a consumer and a producer"),
        Setting(
            key: "worker.ordinal", kind: .number(0...9_999), standard: nil,
            about: "this process's number among its like; names its transactions"),
        Setting(
            key: "worker.membership", kind: .choice(["dynamic", "static"]), standard: "dynamic",
            about: "static: a restart within the session timeout moves no partitions"),
        Setting(
            key: "worker.sessionTimeoutMilliseconds", kind: .number(1_000...300_000),
            standard: "6000", about: "the group takes a silent worker for dead after this"),
        Setting(
            key: "worker.heartbeatMilliseconds", kind: .number(100...100_000), standard: "300",
            about: "how often a worker says it lives, and hears of others coming and going"),
        Setting(
            key: "worker.transactionTimeoutMilliseconds", kind: .number(1_000...900_000),
            standard: "15000", about: "the broker ends a transaction left open after this"),
        Setting(
            key: "worker.commitMilliseconds", kind: .number(1...60_000), 
            standard: "\(Limits.commitIntervalMilliseconds)",
            about: "the longest a transaction stays open under load"),
        Setting(
            key: "worker.standby", kind: .number(0...16), standard: "0",
            about: "how many other processes keep a warm copy of each state"),
        Setting(
            key: "worker.snapshotSeconds", kind: .number(0...86_400), standard: "600",
            about: "how often a worker writes its states to folders.state; 0 for never"),
        Setting(
            key: "log.level", kind: .choice(["debug", "info", "notice", "warning", "error"]),
            standard: "notice", about: "the least grave line that is written"),
    ]

    /// Groups whose names are data: topics with their partition counts, librdkafka's settings.
    static let openGroups = ["partitions", "kafka.settings"]

    static func named(_ key: String) -> Setting? { all.first { $0.key == key } }

    /// True for a name that must not be shown with its value.
    static func isSecret(_ key: String) -> Bool {
        if let setting = named(key) { return setting.isSecret }
        let words = ["password", "secret", "key", "token", "credential", "jaas", "username"]
        return words.contains { key.lowercased().contains($0) }
    }
}
