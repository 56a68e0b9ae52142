import Households
import Rules
import Testing
import YAML

struct AreaRuleTests {
    private static let good = """
        rules:
          - id: T-1
            cause: other
            params: {days: 30, leastCount: 2}
            when: alerted(param.days) >= param.leastCount
            level: orange
            text: {zh: "{households}户中{alerted(param.days)}户", en: "{alerted(param.days)} of {households}"}
            source: "domain 5.2"
        """

    private func rules(_ text: String, _ overrides: [Policy.ParameterOverride] = []) throws -> AreaRules {
        let policy = Policy(
            lines: [], disposable: [], divisions: [:], parameters: overrides)
        return try AreaRules(
            YAMLNode.parse(text: text, file: "village.rules.yaml"), policy: policy, digest: "d")
    }

    private func view(_ alerts: Int, of households: Int) -> VillageView {
        var share = VillageShare()
        share.alerts = [Day(iso: "2026-03-05")!]
        return VillageView(
            Division("529901100201")!, on: Day(iso: "2026-03-06")!,
            shares: (0..<households).map { $0 < alerts ? share : VillageShare() },
            prices: AreaEvents())
    }

    @Test func `a condition holds or not, and its sentence says the figures`() throws {
        let rules = try rules(Self.good)
        let rule = try #require(rules.rule("T-1"))
        #expect(rules.holds(rule, view(2, of: 5)))
        #expect(!rules.holds(rule, view(1, of: 5)))
        #expect(rules.text(of: rule, view(2, of: 5)).zh == "5户中2户")
        #expect(rules.text(of: rule, view(2, of: 5)).en == "2 of 5")
        #expect(rules.longestDays == 90)
    }

    @Test func `a county's value counts there, from its day on`() throws {
        func override(_ division: String, from: String, _ value: Int64) -> Policy.ParameterOverride {
            Policy.ParameterOverride(
                rule: "T-1", name: "leastCount", division: Division(division),
                from: Day(iso: from)!, value: value)
        }
        let rules = try rules(
            Self.good, [override("529901", from: "2026-01-01", 4), override("5301", from: "2026-01-01", 1)])
        let rule = try #require(rules.rule("T-1"))
        #expect(!rules.holds(rule, view(3, of: 5)))
        #expect(rules.holds(rule, view(4, of: 5)))
        #expect(rules.parameters(of: rule, view(1, of: 1)).map(\.value) == [30, 4])
        let later = try self.rules(Self.good, [override("529901", from: "2026-06-01", 4)])
        #expect(later.holds(rule, view(2, of: 5)))
    }

    @Test(arguments: [
        ("alerted(param.days)", "alrted(param.days)", "village.rules.yaml:5:11"),
        ("param.leastCount", "param.lestCount", "did you mean"),
        ("when: alerted(param.days) >= param.leastCount", "when: households", "village.rules.yaml:5"),
        ("level: orange", "level: purple", "village.rules.yaml:6:12"),
        ("cause: other", "cause: weather", "village.rules.yaml:3:12"),
        ("{households}户", "{housholds}户", "did you mean"),
        ("source:", "sauce:", "did you mean 'source'"),
    ])
    func `a mistake is named with its place`(right: String, wrong: String, says: String) {
        let text = Self.good.replacing(right, with: wrong, maxReplacements: 1)
        let error = #expect(throws: RuleError.self) { try self.rules(text) }
        #expect(error?.description.contains(says) ?? false, "\(error?.description ?? "")")
    }
}
