package import JSON
package import YAML

/// A figure that orders a list of households by how much seems to come together (CMP-02 of the
/// dossier, section 5.2; published scores reach an AUC of 0.7 [V90a], so it ranks and decides
/// nothing). Made from the alerts that are open; never on a topic.
package struct RiskScore {
    /// Points for each part, `score.yaml` beside the rules; together 100 where nothing is changed.
    package struct Weights: Sendable {
        /// For an income reference of nothing or less; in proportion down to none at the line.
        let incomeGap: Int64
        let noLabour: Int64
        let illness: Int64
        let schooling: Int64
        /// For each of up to `shocksCount` causes that came from outside.
        let shock: Int64
        let shocksCount: Int

        /// Reads `score.yaml`. Throws with file, line and column what is wrong.
        package init(_ node: YAMLNode) throws(YAMLError) {
            var fields = try node.mapping()
            func points(_ name: String) throws(YAMLError) -> Int64 {
                let field = try fields.required(name)
                let value = try field.int()
                guard (0...100).contains(value) else { throw field.error("expected 0 to 100") }
                return Int64(value)
            }
            incomeGap = try points("incomeGap")
            noLabour = try points("noLabour")
            illness = try points("illness")
            schooling = try points("schooling")
            shock = try points("shock")
            shocksCount = Int(try points("shocksCount"))
            try fields.finish()
        }
    }

    /// A household with its points, part by part.
    package struct Ranked: Equatable, Sendable {
        package let household: String
        package let division: String
        package let incomeGap: Int64
        package let labour: Int64
        package let illness: Int64
        package let schooling: Int64
        package let shocks: Int64

        package var total: Int64 { incomeGap + labour + illness + schooling + shocks }
    }

    /// Causes that come from outside (formats, section 7).
    private static let shocks: Set<String> = [
        "employment", "industry", "disaster", "accident", "housing", "water",
    ]

    private let weights: Weights
    /// The latest word of each open alert, by household and alert.
    private var open: [String: [String: JSONValue]] = [:]

    package init(_ weights: Weights) {
        self.weights = weights
    }

    /// Takes account of a record of `alerts` (formats, section 7), in the order of the topic.
    package mutating func add(_ alert: JSONValue) {
        guard let household = alert["household"]?.stringValue, let id = alert["alert"]?.stringValue
        else { return }
        open[household, default: [:]][id] = alert["state"]?.stringValue == "open" ? alert : nil
        if open[household]?.isEmpty == true { open[household] = nil }
    }

    /// The households with an open alert, the most points first; of equal ones by pseudonym.
    package var ranking: [Ranked] {
        open.map { ranked($0.key, Array($0.value.values)) }
            .sorted { ($1.total, $0.household) < ($0.total, $1.household) }
    }

    private func ranked(_ household: String, _ alerts: [JSONValue]) -> Ranked {
        // What the household's alerts say of it as a whole was never newer than in the last one.
        let latest = alerts.max {
            ($0["asOf"]?.stringValue ?? "", $0["alert"]?.stringValue ?? "")
                < ($1["asOf"]?.stringValue ?? "", $1["alert"]?.stringValue ?? "")
        }
        let causes = Set(alerts.compactMap { $0["cause"]?.stringValue })
        let reasons = latest?["levelReasons"]?.arrayValue?.compactMap(\.stringValue) ?? []
        let shocks = min(causes.intersection(RiskScore.shocks).count, weights.shocksCount)
        return Ranked(
            household: household, division: latest?["division"]?.stringValue ?? "",
            incomeGap: gap(latest?["computation"]),
            labour: reasons.contains("noLabour") ? weights.noLabour : 0,
            illness: causes.contains("illness") || causes.contains("disability")
                ? weights.illness : 0,
            schooling: causes.contains("schooling") ? weights.schooling : 0,
            shocks: Int64(shocks) * weights.shock)
    }

    private func gap(_ computation: JSONValue?) -> Int64 {
        guard computation?["judgeable"]?.boolValue == true,
            let line = computation?["lineFen"]?.int64, line > 0,
            let reference = computation?["referencePerCapitaFen"]?.int64
        else { return 0 }
        return weights.incomeGap * (line - min(line, max(0, reference))) / line
    }
}
