package import Households
import JSON
package import YAML

/// One history with the alerts it must and must not raise, from a `*.tests.yaml` beside the rules
/// (docs/RULES.md). People and households are names of one's choice; the numbers behind them are
/// made up.
package struct RuleTest: Sendable {
    /// What an alert must have done on a day.
    struct Expectation: Sendable, Equatable, CustomStringConvertible {
        let day: Day
        /// A name; of an area alert the village's 12 digits.
        let household: String
        let rule: String
        /// `opened`, `updated`, `cleared`, `withdrawn`, `dismissed`.
        let event: String
        let level: String?
        /// A person's name.
        let subject: String?

        var description: String {
            "\(day) \(household) \(rule) \(event)" + (level.map { " \($0)" } ?? "")
                + (subject.map { " \($0)" } ?? "")
        }
    }

    /// An event to feed; or an officer's action.
    struct Event: Sendable {
        let topic: String
        let order: Int
        let time: Int64
        let line: [UInt8]
    }

    package let name: String
    package let file: String
    package let line: Int
    let policy: Policy
    let events: [Event]
    let until: Day
    let expected: [Expectation]
    /// Rules that must stay silent.
    let never: [String]

    /// Reads a test file. Throws with the place of what is wrong.
    package static func load(file: String, key: PseudonymKey) throws(YAMLError) -> [RuleTest] {
        var root = try YAMLNode.parse(file: file).mapping()
        let policy = try RuleTest.policy(try root.required("policy"))
        let nodes = try root.required("tests").sequence()
        try root.finish()
        var tests: [RuleTest] = []
        for node in nodes { tests.append(try RuleTest(node, policy: policy, key: key)) }
        return tests
    }

    private init(_ node: YAMLNode, policy: Policy, key: PseudonymKey) throws(YAMLError) {
        var fields = try node.mapping()
        name = try fields.required("name").string()
        file = node.file
        line = node.line
        self.policy = policy
        var events: [Event] = []
        for entry in try fields.required("given").sequence() {
            for (type, body) in try entry.mapping().entries {
                events.append(try RuleTestEvent.read(type, body, number: events.count, key: key))
            }
        }
        self.events = events
        until = try RuleTest.day(try fields.required("until"))
        var expected: [Expectation] = []
        for entry in try fields.optional("expect")?.sequence() ?? [] {
            var item = try entry.mapping()
            let village = try item.optional("village")?.string()
            expected.append(
                Expectation(
                    day: try RuleTest.day(try item.required("on")),
                    household: try item.optional("household")?.string() ?? village ?? "H1",
                    rule: try item.required("rule").string(),
                    event: try item.required("event").string(oneOf: [
                        "opened", "updated", "cleared", "withdrawn", "dismissed",
                    ]),
                    level: try item.optional("level")?.string(),
                    subject: try item.optional("subject")?.string()))
            try item.finish()
        }
        self.expected = expected
        var never: [String] = []
        for entry in try fields.optional("never")?.sequence() ?? [] {
            never.append(try entry.string())
        }
        self.never = never
        try fields.finish()
        guard !expected.isEmpty || !never.isEmpty else {
            throw node.error("expected 'expect' or 'never': a test that cannot fail is none")
        }
    }

    static func day(_ node: YAMLNode) throws(YAMLError) -> Day {
        guard let day = Day(iso: try node.string()) else {
            throw node.error("expected a day such as 2026-03-05")
        }
        return day
    }

    /// `{line, disposable}` in yuan: the same for every division and year of the tests.
    private static func policy(_ node: YAMLNode) throws(YAMLError) -> Policy {
        var fields = try node.mapping()
        let line = Int64(try fields.required("line").int()) * 100
        let disposable = Int64(try fields.required("disposable").int()) * 100
        try fields.finish()
        let place = Division("52")!
        func figures(_ fen: Int64) -> [Policy.YearFigure] {
            (2015...2035).map {
                Policy.YearFigure(division: place, year: $0, fen: fen, isProvisional: false)
            }
        }
        let villages = ["529901100201", "529901100202", "529901101201", "529901102201"]
        var divisions: [Division: Policy.DivisionName] = [:]
        for village in villages {
            divisions[Division(village)!] = Policy.DivisionName(zh: village, en: village)
        }
        return Policy(lines: figures(line), disposable: figures(disposable), divisions: divisions)
    }
}
