import Testing

@testable import Rules

/// What the checks say of rules about villages.
extension RuleCheckTests {
    static let village = """
        rules:
          - id: V-01
            cause: other
            params: {days: 30, householdsPercent: 3, leastCount: 3}
            when: >-
              alerted(param.days) >= param.leastCount
              && alerted(param.days) * 100 >= households * param.householdsPercent
            level: orange
            text: {zh: "本村{alerted(30)}户", en: "{alerted(30)} households"}
            source: test

        """

    static let villageTests =
        tests + """
              - expect: [{rule: V-01, event: opened}, {rule: V-01, event: cleared}]
                never: [V-01]
              - expect: [{rule: V-01, event: withdrawn}]

            """

    @Test func `rules about villages without a fault have no findings`() throws {
        #expect(
            try check(Self.good, area: Self.village, tests: Self.villageTests).map(\.description)
                == [])
    }

    @Test(arguments: [
        ("alerted(param.days) >=", "alrted(param.days) >=", Finding.Code.expression, "6:7"),
        ("param.leastCount", "param.householdsPercent", .unit, "6:27"),
        ("households * param.householdsPercent", "param.days * 100", .unit, "7:36"),
        ("* 100 >=", ">=", .percent, "7:30"),
        ("alerted(param.days) >= param.leastCount", "households < 0", .never, "6:18"),
        ("alerted(param.days) >= param.leastCount", "households >= 0", .always, "6:18"),
        ("days: 30", "days: 1500", .parameterValue, "4:20"),
        ("days: 30", "days: 30, moreCount: 2", .unused, "4:24"),
        ("V-01", "T-01", .duplicate, "2:9"),
        (", en: \"{alerted(30)} households\"", "", .translation, "9:11"),
        ("source: test", "sauce: test", .file, "10:5"),
    ])
    func `a fault in a rule about a village is found`(
        right: String, wrong: String, code: Finding.Code, place: String
    ) throws {
        try #require(Self.village.contains(right))
        let findings = try check(
            Self.good, area: Self.village.replacing(right, with: wrong, maxReplacements: 1),
            tests: Self.villageTests)
        #expect(
            findings.contains {
                $0.code == code && $0.place.file == "v.yaml"
                    && "\($0.place.line):\($0.place.column)" == place
            }, "\(findings.map(\.description).joined(separator: "\n"))")
    }

    @Test func `a village's rule without tests, and an override of no parameter of its, are found`()
        throws
    {
        let untested = try check(Self.good, area: Self.village)
        #expect(untested.map(\.code) == [.test])
        #expect(untested.first?.rule == "V-01")
        let findings = try check(
            Self.good, area: Self.village, tests: Self.villageTests,
            overrides: """
                - {rule: V-01, name: leastCount, division: "529901", value: 4}
                - {rule: V-01, name: lestCount, division: "529901", value: 4}
                """)
        #expect(findings.map(\.code) == [.override])
        #expect(findings.first?.remedy.en.contains("leastCount") == true)
    }
}
