import Households
import JSON
import Kafka
import Workers
import YAML

/// `rank`: households with open alerts in the order of the figure of CMP-02.
enum RankCommand {
    static let spec = CommandSpec(
        name: "rank", about: "list households with open alerts, the heaviest first",
        discussion: """
            Reads the topic alerts from its start, or a file of a replay, and gives each household
            with an open alert points for its income gap, labour, illness, schooling and shocks
            (Pipelines/monitor/score.yaml). The figure orders a list; it decides nothing and is
            on no topic.
            """,
        arguments: [],
        options: [
            .value("--alerts", "FILE", "alerts.jsonl of a replay, instead of the broker"),
            .value("--servers", "HOST:PORT", "brokers", setting: "kafka.servers"),
            .value("--division", "CODE", "only this area: 2, 4, 6, 9 or 12 digits"),
            .value("--limit", "N", "so many households (default: 20)"),
        ],
        examples: [
            .init(line: "shouwang rank --division 529901100", about: "one township"),
            .init(
                line: "shouwang rank --alerts .build/replay/alerts.jsonl --limit 5",
                about: "the first five after a replay"),
        ],
        run: { try run($0) })

    private static func run(_ invocation: Invocation) throws -> Int32 {
        let policy = try PolicyFolder.load(try invocation.configuration.required("folders.policy"))
        let folder = try invocation.configuration.required("folders.pipelines")
        let weights: RiskScore.Weights
        do throws(YAMLError) {
            weights = try RiskScore.Weights(YAMLNode.parse(file: "\(folder)/monitor/score.yaml"))
        } catch {
            throw CommandError.failed("\(error)")
        }
        let area = invocation.arguments.value("--division") ?? ""
        guard area.isEmpty || Division(area) != nil else {
            throw CommandError.usage("--division takes 2, 4, 6, 9 or 12 digits")
        }
        let text = invocation.arguments.value("--limit") ?? "20"
        guard let limit = Int(text), limit > 0 else {
            throw CommandError.usage("--limit takes a whole number from 1")
        }
        var score = RiskScore(weights)
        if let file = invocation.arguments.value("--alerts") {
            guard let bytes = FileBytes.read(file) else {
                throw CommandError.failed("\(file) cannot be read")
            }
            for line in bytes.split(separator: 0x0a) {
                guard let alert = (try? JSONValue(parsing: Array(line)))?["value"] else {
                    throw CommandError.failed("\(file) is no alerts.jsonl of a replay")
                }
                score.add(alert)
            }
        } else {
            try PublicTopics.read(
                try Clients.settings(invocation.configuration, clientID: "shouwang-rank"),
                ["alerts"], fromStart: true, stop: { $0 }
            ) { record in
                if let alert = record.value.flatMap({ try? JSONValue(parsing: $0) }) {
                    score.add(alert)
                }
            }
        }
        let ranking = score.ranking.filter { $0.division.hasPrefix(area) }
        invocation.out(table(Array(ranking.prefix(limit)), NoticeLine(policy: policy)))
        return 0
    }

    private static func table(_ ranking: [RiskScore.Ranked], _ names: NoticeLine) -> String {
        var table = Table([
            "#名次 place", "#分 points", "农户 household", "乡镇 township", "#收入 income", "#劳力 labour",
            "#病残 illness", "#就学 schooling", "#冲击 shocks",
        ])
        for (index, ranked) in ranking.enumerated() {
            table.add([
                "\(index + 1)", "\(ranked.total)", ranked.household,
                names.township(ranked.division), "\(ranked.incomeGap)", "\(ranked.labour)",
                "\(ranked.illness)", "\(ranked.schooling)", "\(ranked.shocks)",
            ])
        }
        return table.isEmpty ? "没有未结预警。no alert is open.\n" : table.text
    }
}
