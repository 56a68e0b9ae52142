import Households
import Testing
import YAML

@testable import Rules

/// What a rule file may say, and where a mistake in it is found.
struct RuleFileTests {
    private static let good = """
        rules:
          - id: T-01
            cause: illness
            params: {days: 30, sharePercent: 50}
            when: low && topSelfPaid * 100 >= disposable * param.sharePercent
            levels:
              - {level: red, when: memberCount > 5}
              - {level: orange}
            clear: {when: visited, days: 2}
            cooldown: 10
            supersedes: [T-02]
            subject: greatestSelfPaid
            evidence: [{fact: medical.selfPaid, span: year, of: subject}]
            text:
              zh: "一人自付{yuan(topSelfPaid)}元"
              en: One has paid {yuan(topSelfPaid)} yuan
            proposes: [H16]
            source: test
          - id: T-02
            cause: income
            member: m.age >= 0
            levels: [{level: yellow}]
            text: {zh: 字, en: word}
            source: test

        """

    private static let diseases = "groups:\n  - {zh: 肺癌, en: lung cancer, codes: [C34]}\n"

    private func read(_ rules: String, _ diseases: String = diseases) throws -> RuleSet {
        try RuleSet(
            ruleFiles: [try YAMLNode.parse(text: rules, file: "r.yaml")],
            diseases: try YAMLNode.parse(text: diseases, file: "d.yaml"), policy: Book.policy(),
            digest: "digest")
    }

    @Test func `a rule is read as it is written`() throws {
        let set = try read(Self.good)
        let rule = try #require(set.rule("T-01"))
        #expect(rule.cause == .illness)
        #expect(rule.clearDays == 2)
        #expect(rule.cooldownDays == 10)
        #expect(rule.supersedes == ["T-02"])
        #expect(rule.proposes == ["H16"])
        #expect(rule.asksLow)
        #expect(!rule.asksIncome)
        let other = try #require(set.rule("T-02"))
        #expect(other.cooldownDays == 30)
        #expect(other.clearDays == 0)
        #expect(!other.asksLow)
        #expect(set.rule("T-03") == nil)
        #expect(set.rules.map(\.id) == ["T-01", "T-02"])
    }

    @Test(arguments: [
        // What is no rule file.
        ("rules:", "rule:", "1:1", "did you mean 'rules'"),
        ("rules:", "rules: {}\nx:", "1:8", "expected a list"),
        ("id: T-01\n", "ids: T-01\n", "2:5", "did you mean 'id'"),
        // Words outside their list.
        ("cause: illness", "cause: ilness", "3:12", "did you mean 'illness'"),
        ("level: orange", "level: pink", "8:17", "expected one of blue, yellow, orange, red"),
        ("subject: greatestSelfPaid", "subject: greatestSelfPayed", "12:14", "did you mean"),
        ("fact: medical.selfPaid", "fact: medical.selfpaid", "13:23", "did you mean"),
        ("span: year", "span: month", "13:47", "expected one of year, latest, inForce"),
        ("of: subject", "of: person", "13:57", "expected one of subject, household"),
        // Keys.
        ("cooldown: 10", "cooldwn: 10", "10:5", "did you mean 'cooldown'"),
        ("days: 2}", "day: 2}", "9:28", "did you mean 'days'"),
        ("source: test", "", "2:5", "expected the key 'source'"),
        ("      en: One has paid {yuan(topSelfPaid)} yuan\n", "", "15:7", "expected the key 'en'"),
        // Values.
        ("cooldown: 10", "cooldown: soon", "10:15", "expected a whole number"),
        ("cooldown: 10", "cooldown: -1", "10:15", "expected days, 0 or more"),
        ("days: 2}", "days: -2}", "9:34", "expected days, 0 or more"),
        ("days: 30,", "days: 30.5,", "4:20", "expected a whole number"),
        ("span: year", "days: 0", "13:47", "expected days, 1 or more"),
        // The condition as a whole.
        (
            "when: low && topSelfPaid", "text2: low && topSelfPaid", "2:5",
            "expected 'when' or 'member'"
        ),
        ("- {level: orange}", "- {level: orange, when: low}", "2:5", "must be without 'when'"),
        ("supersedes: [T-02]", "supersedes: [T-09]", "11:18", "T-09, which is no rule"),
        ("id: T-02", "id: T-01", "19:9", "the rule T-01 stands twice"),
    ])
    func `a mistake in the form is refused with its place`(
        right: String, wrong: String, place: String, says: String
    ) throws {
        try expectRefusal(
            of: Self.good.replacing(right, with: wrong, maxReplacements: 1), place, says)
    }

    @Test(arguments: [
        ("when: low &&", "when: lwo &&", "5:11", "did you mean 'low'"),
        ("when: low &&", "when: low && &&", "5:18", "expected a value"),
        ("* param.sharePercent", "* param.sharepercent", "5:58", "did you mean 'sharePercent'"),
        (">= disposable * param.sharePercent", "+ 1", "5:36", "expected true or false"),
        (
            "when: memberCount > 5", "when: memberCount > '5'", "7:40",
            "does not take int and string"
        ),
        ("when: visited", "when: visitd", "9:19", "did you mean 'visited'"),
        ("member: m.age >= 0", "member: m.aeg >= 0", "21:15", "did you mean 'age'"),
        // In quotes, the place is that of the character.
        ("member: m.age >= 0", "member: \"m.aeg >= 0\"", "21:16", "did you mean 'age'"),
        // In a block, that of its line.
        (
            "member: m.age >= 0", "member: >-\n      m.age >= 0\n      && m.aeg < 9", "23:12",
            "did you mean 'age'"
        ),
        (
            "member: m.age >= 0", "member: |\n\n        m.age >= 0 &&\n          lwo", "24:11",
            "did you mean 'low'"
        ),
        // In a sentence, that of the word between its braces.
        ("自付{yuan(topSelfPaid)}", "自付{yuan(topSelfPad)}", "15:22", "did you mean 'topSelfPaid'"),
        ("paid {yuan(topSelfPaid)}", "paid {yuan(1 + )}", "16:34", "expected a value"),
        ("paid {yuan(topSelfPaid)}", "paid {yuan(topSelfPaid) in all", "16:24", "closing brace"),
        ("One has paid", "One } has paid", "16:15", "opening brace"),
    ])
    func `a mistake in an expression is refused with its place`(
        right: String, wrong: String, place: String, says: String
    ) throws {
        try expectRefusal(
            of: Self.good.replacing(right, with: wrong, maxReplacements: 1), place, says)
    }

    @Test(arguments: [
        ("groups:", "group:", "1:1", "did you mean 'groups'"),
        ("[C34]", "[lungs]", "2:38", "expected ICD-10 categories"),
        ("en: lung cancer, ", "", "2:5", "expected the key 'en'"),
        ("codes:", "code:", "2:31", "did you mean 'codes'"),
    ])
    func `a mistake in the list of diseases is refused with its place`(
        right: String, wrong: String, place: String, says: String
    ) throws {
        let error = #expect(throws: RuleError.self) {
            try read(Self.good, Self.diseases.replacing(right, with: wrong))
        }
        let message = "\(try #require(error))"
        #expect(message.hasPrefix("d.yaml:\(place): "), "\(message)")
        #expect(message.contains(says), "\(message)")
    }

    @Test func `a rule that stands in two files is refused where it stands again`() throws {
        let first = try YAMLNode.parse(text: Self.good, file: "a.yaml")
        let second = try YAMLNode.parse(text: Self.good, file: "b.yaml")
        let error = #expect(throws: RuleError.self) {
            try RuleSet(
                ruleFiles: [first, second],
                diseases: try YAMLNode.parse(text: Self.diseases, file: "d.yaml"),
                policy: Book.policy(), digest: "")
        }
        #expect("\(try #require(error))".hasPrefix("b.yaml:2:9: the rule T-01 stands twice"))
    }

    private func expectRefusal(
        of text: String, _ place: String, _ says: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let error = #expect(throws: RuleError.self, sourceLocation: sourceLocation) {
            try read(text)
        }
        let message = "\(try #require(error))"
        #expect(
            message.hasPrefix("r.yaml:\(place): "), "\(message)", sourceLocation: sourceLocation)
        #expect(message.contains(says), "\(message)", sourceLocation: sourceLocation)
    }
}
