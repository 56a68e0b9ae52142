import Households
import JSON
import Kafka
import Workers

/// `summary`: what all alerts come to, and the two that say most in full.
enum SummaryCommand {
    static let spec = CommandSpec(
        name: "summary", about: "print alerts by cause and level, and two of them in full",
        discussion: """
            Reads the topic alerts from its start. The table counts the alerts that opened, by
            cause and by the level they opened with; superseded ones are counted apart, because
            they ask for no visit of their own. Below it, findings about records that are open,
            by the department that has to correct them.
            """,
        arguments: [],
        options: [
            .value("--servers", "HOST:PORT", "brokers", setting: "kafka.servers"),
            .value("--since", "DAY", "only alerts that opened, and records refused, from then on"),
        ],
        examples: [
            .init(line: "shouwang summary", about: "all alerts of the broker"),
            .init(line: "shouwang summary --since 2026-06-01", about: "those of June and later"),
        ],
        run: { try run($0) })

    private static func run(_ invocation: Invocation) throws -> Int32 {
        let policy = try PolicyFolder.load(try invocation.configuration.required("folders.policy"))
        let since = try invocation.arguments.day("--since")?.start ?? .min
        var opened: [JSONValue] = []
        var counted: Set<String> = []
        var ended: [String: String] = [:]
        var dead: [String: Int] = [:]
        var findings: [String: String] = [:]
        try PublicTopics.read(
            try Clients.settings(invocation.configuration, clientID: "shouwang-summary"),
            ["alerts", "findings"] + PublicTopics.deadLetters, fromStart: true, stop: { $0 }
        ) { record in
            if record.topic.hasPrefix("dead.") {
                guard record.timestamp >= since else { return }
                let reason = record.header("shouwang-reason")
                dead[reason.map { String(decoding: $0, as: UTF8.self) } ?? "", default: 0] += 1
            } else if let value = record.value.flatMap({ try? JSONValue(parsing: $0) }) {
                if let finding = value["finding"]?.stringValue {
                    let isOpen = value["state"]?.stringValue == "open"
                    findings[finding] = isOpen ? value["department"]?.stringValue : nil
                    return
                }
                let alert = value["alert"]?.stringValue ?? ""
                if value["revision"]?.int64 == 1, record.timestamp >= since {
                    opened.append(value)
                    counted.insert(alert)
                }
                let state = value["state"]?.stringValue ?? ""
                if state != "open", counted.contains(alert) { ended[alert] = state }
            }
        }
        invocation.out(table(opened))
        invocation.out(ends(ended, of: opened.count))
        let departments = Dictionary(grouping: findings.values, by: { $0 }).mapValues(\.count)
        for (department, count) in departments.sorted(by: { $0.key < $1.key }) {
            invocation.out("  数据待更正 to correct, \(department): \(count)\n")
        }
        for (reason, count) in dead.sorted(by: { $0.key < $1.key }) {
            invocation.out("  ✗ \(reason): \(count)\n")
        }
        for alert in interesting(opened) {
            invocation.out("\n" + AlertText(alert, place: NoticeLine(policy: policy).township).text)
        }
        return 0
    }

    private static let levels = ["red", "orange", "yellow", "blue"]

    private static func table(_ opened: [JSONValue]) -> String {
        var table = Table(["原因 cause", "#红 red", "#橙 orange", "#黄 yellow", "#蓝 blue", "#并入 superseded"])
        for cause in [
            "illness", "disability", "schooling", "employment", "industry", "disaster",
            "accident", "housing", "water", "income", "other",
        ] {
            let own = opened.filter { $0["cause"]?.stringValue == cause }
            guard !own.isEmpty else { continue }
            let visits = own.filter { $0["supersededBy"] == nil }
            table.add(
                [NoticeLine.cause(cause)]
                    + levels.map { level in
                        "\(visits.filter { $0["level"]?.stringValue == level }.count)"
                    } + ["\(own.count - visits.count)"])
        }
        return "\n" + table.text
    }

    private static func ends(_ ended: [String: String], of count: Int) -> String {
        func of(_ state: String) -> Int { ended.values.filter { $0 == state }.count }
        return "\n新增 opened \(count), 消除 cleared \(of("cleared")), 撤回 withdrawn "
            + "\(of("withdrawn")), 排除 dismissed \(of("dismissed"))\n"
    }

    /// The gravest alerts of two different causes, the one with most evidence first.
    private static func interesting(_ opened: [JSONValue]) -> [JSONValue] {
        func weight(_ alert: JSONValue) -> Int {
            let level = levels.firstIndex(of: alert["level"]?.stringValue ?? "") ?? 3
            let evidence = min(9, alert["evidence"]?.arrayValue?.count ?? 0)
            let items = min(9, alert["computation"]?["items"]?.arrayValue?.count ?? 0)
            return (3 - level) * 100 + evidence * 5 + items
        }
        let ranked = opened.filter { $0["supersededBy"] == nil }
            .enumerated().sorted { (weight($0.element), -$0.offset) > (weight($1.element), -$1.offset) }
            .map(\.element)
        guard let first = ranked.first else { return [] }
        let second = ranked.first { $0["cause"]?.stringValue != first["cause"]?.stringValue }
        return [first] + (second.map { [$0] } ?? [])
    }
}
