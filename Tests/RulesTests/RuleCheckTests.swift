import Foundation
import Households
import Testing
import YAML

@testable import Rules

/// Each fault that `shouwang rules check` knows, in a rule file that has it.
struct RuleCheckTests {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// A rule without a fault; the tests put one in.
    static let good = """
        rules:
          - id: T-01
            cause: illness
            params: {days: 90, lowFen: 600000, sharePercent: 50}
            when: >-
              low && greatestStay(param.days) >= param.lowFen
              && topSelfPaid * 100 >= disposable * param.sharePercent
            levels:
              - {level: red, when: memberCount > 5}
              - {level: orange}
            clear: {when: visited && openedDaysAgo >= 30}
            evidence: [{fact: medical.selfPaid, days: 90}]
            text:
              zh: "一次住院自付{yuan(greatestStay(90))}元"
              en: "One stay cost {yuan(greatestStay(90))} yuan"
            source: test
          - id: T-02
            cause: schooling
            params: {fromAge: 6, toAge: 16, absentDays: 5}
            member: >-
              m.age >= param.fromAge && m.age <= param.toAge
              && (m.dropout in ["suspected", "confirmed"] || m.absentDays(30) >= param.absentDays)
            levels: [{level: orange}]
            text: {zh: 孩子缺课, en: A child misses school}
            source: test

        """

    static let tests = """
        tests:
          - expect: [{rule: T-01, event: opened}, {rule: T-01, event: cleared}]
          - expect: [{rule: T-01, event: withdrawn}, {rule: T-02, event: withdrawn}]
          - expect: [{rule: T-02, event: opened}, {rule: T-02, event: cleared}]
            never: [T-01, T-02]

        """

    func check(
        _ rules: String, area: String? = nil, tests: String = Self.tests,
        overrides: String = "[]", policy: Policy? = nil
    ) throws -> [Finding] {
        let parameters = try YAMLNode.parse(text: overrides, file: "p.yaml")
        var entries: [Policy.ParameterOverride] = []
        for node in try parameters.sequence() {
            var fields = try node.mapping()
            entries.append(
                Policy.ParameterOverride(
                    rule: try fields.required("rule").string(),
                    name: try fields.required("name").string(),
                    division: try fields.optional("division").flatMap { Division(try $0.string()) },
                    from: try fields.optional("from").flatMap { Day(iso: try $0.string()) },
                    value: Int64(try fields.required("value").int())))
        }
        let place = Division("529901")!
        let figures = (2024...2026).map {
            Policy.YearFigure(division: place, year: $0, fen: 870_000, isProvisional: false)
        }
        let village = Division("529901100201")!
        return RuleCheck.findings(
            in: RuleCheck.Files(
                rules: [try YAMLNode.parse(text: rules, file: "r.yaml")],
                tests: [try YAMLNode.parse(text: tests, file: "t.yaml")],
                policy: policy
                    ?? Policy(
                        lines: figures, disposable: figures,
                        divisions: [village: Policy.DivisionName(zh: "上河村", en: "Shanghe")],
                        parameters: entries),
                parameters: parameters, lines: "lines.yaml", disposable: "disposable.yaml",
                area: try area.map { try YAMLNode.parse(text: $0, file: "v.yaml") }))
    }

    @Test func `rules without a fault have no findings`() throws {
        #expect(try check(Self.good).map(\.description) == [])
    }

    /// One fault put into the good rules, and what is said of it.
    struct Fault: Sendable, CustomTestStringConvertible {
        let right: String
        let wrong: String
        let code: Finding.Code
        let place: String
        let zh: String
        let en: String
        var weight = Finding.Weight.error

        var testDescription: String { "\(code.rawValue): \(wrong)" }
    }

    /// Puts the fault into the good rules and looks for what must be said of it.
    private func expect(
        _ fault: Fault, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        try #require(Self.good.contains(fault.right), sourceLocation: sourceLocation)
        let findings = try check(
            Self.good.replacing(fault.right, with: fault.wrong, maxReplacements: 1))
        let found = findings.first {
            $0.code == fault.code && "\($0.place.line):\($0.place.column)" == fault.place
        }
        let isSaid =
            found?.weight == fault.weight && found?.what.zh.contains(fault.zh) == true
            && found?.what.en.contains(fault.en) == true && found?.remedy.zh.isEmpty == false
            && found?.remedy.en.isEmpty == false
        #expect(
            isSaid, "\(findings.map(\.description).joined(separator: "\n"))",
            sourceLocation: sourceLocation)
    }

    @Test(arguments: [
        Fault(
            right: "cause: illness", wrong: "cause: ilness", code: .file, place: "3:12",
            zh: "是否想写“illness”", en: "did you mean 'illness'"),
        Fault(
            right: "    source: test\n", wrong: "", code: .file, place: "2:5",
            zh: "缺少“source”", en: "Expected the key 'source'"),
        Fault(
            right: "low &&", wrong: "lwo &&", code: .expression, place: "6:7",
            zh: "没有“lwo”这个词", en: "Unknown name 'lwo'"),
        Fault(
            right: "m.dropout in", wrong: "m.dropuot in", code: .expression, place: "22:13",
            zh: "成员没有“dropuot”", en: "'Member' has no field 'dropuot'"),
        Fault(
            right: "param.lowFen", wrong: "param.lowfen", code: .expression, place: "6:48",
            zh: "params 中没有参数“lowfen”", en: "has no field 'lowfen'"),
        Fault(
            right: "low &&", wrong: "low and", code: .expression, place: "6:11",
            zh: "缺少运算符", en: "Expected an operator"),
        Fault(
            right: "    evidence:", wrong: "    supersedes: [T-09]\n    evidence:",
            code: .expression, place: "12:18",
            zh: "T-09 不是规则", en: "T-09 under 'supersedes' is no rule"),
        Fault(
            right: "id: T-02", wrong: "id: T-01", code: .duplicate, place: "17:9",
            zh: "出现了两次", en: "stands twice"),
    ])
    func `what cannot be read is said in both languages`(fault: Fault) throws {
        try expect(fault)
    }

    /// Messages of the YAML reader and of the expression compiler, as rules bring them about.
    @Test(arguments: [
        ("rules:", "rule:"), ("rules:", "rules: {}\nx:"), ("level: orange", "level: pink"),
        ("fact: medical.selfPaid", "fact: medical.selfpaid"), ("cooldown: 10", "cooldwn: 10"),
        ("days: 90}]", "days: 0}]"), ("days: 90,", "days: 90.5,"), ("params: {days: 90, lowFen: 600000, sharePercent: 50}", "params: [1]"),
        ("member: >-", "members: >-"), ("low &&", "low && &&"), ("low &&", "lwo &&"),
        ("low &&", "lo(3) &&"), ("low &&", "income.perPreson > 0 &&"), ("low &&", "memberCount &&"),
        ("low &&", "memberCount > '5' &&"), ("low &&", "!memberCount &&"), ("low &&", "low 3 &&"),
        ("low &&", "greatestStay > 3 &&"), ("low &&", "greatestStay('x') > 3 &&"),
        ("low &&", "absentDays(3) > 3 &&"), ("low &&", "memberCount = 3 &&"),
        ("low &&", "（low） &&"), ("low &&", "m.dropout == 'x &&"), ("low &&", "let > 3 &&"),
        ("low &&", "memberCount.exists(x, x > 3) &&"), ("low &&", "(low ? 1 : 'x') == 1 &&"),
        ("low &&", "(low &&"), ("low &&", "99999999999999999999 > 3 &&"),
        ("when: memberCount > 5", "when: memberCount + 5"),
        ("{level: orange}", "{level: red, when: low}"),
        ("{yuan(greatestStay(90))}元", "{yuan(greatestStay(90))元"),
    ])
    func `a message has its translation`(right: String, wrong: String) throws {
        let good = Self.good.replacing("    source:", with: "    cooldown: 10\n    source:")
        try #require(good.contains(right))
        let findings = try check(good.replacing(right, with: wrong, maxReplacements: 1))
        let read = findings.filter { $0.code == .file || $0.code == .expression }
        #expect(!read.isEmpty)
        for finding in read {
            #expect(finding.what.zh != Chinese.untranslated, "\(finding.what.en)")
        }
    }

    @Test(arguments: [
        Fault(
            right: "      en: \"One stay cost {yuan(greatestStay(90))} yuan\"\n", wrong: "",
            code: .translation, place: "14:7", zh: "text 缺少 en", en: "'text' has no en"),
        Fault(
            right: "    text: {zh: 孩子缺课, en: A child misses school}\n", wrong: "",
            code: .translation, place: "17:5", zh: "缺少 zh、en", en: "no zh and en"),
        Fault(
            right: "zh: 孩子缺课", wrong: "zh: A child misses school", code: .translation,
            place: "24:16", zh: "不是中文", en: "is not Chinese"),
        Fault(
            right: "en: A child misses school", wrong: "en: 孩子缺课", code: .translation,
            place: "24:26", zh: "有汉字", en: "has Chinese characters"),
        Fault(
            right: "One stay cost {yuan(greatestStay(90))} yuan", wrong: "One stay cost much",
            code: .translation, place: "15:11", zh: "{yuan(greatestStay(90))}",
            en: "leaves out '{yuan(greatestStay(90))}'", weight: .warning),
    ])
    func `a missing translation is found`(fault: Fault) throws {
        try expect(fault)
    }

    @Test(arguments: [
        Fault(
            right: ">= param.lowFen", wrong: ">= param.days", code: .unit, place: "6:39",
            zh: "“greatestStay(param.days)”是金额（分），“param.days”是天数",
            en: "'greatestStay(param.days)' is an amount in fen and 'param.days' is days"),
        Fault(
            right: "greatestStay(param.days)", wrong: "greatestStay(param.lowFen)", code: .unit,
            place: "6:33", zh: "要的是天数", en: "asks for days"),
        Fault(
            right: "m.age >= param.fromAge", wrong: "m.age >= param.absentDays", code: .unit,
            place: "21:13", zh: "周岁", en: "years of age"),
        Fault(
            right: "m.absentDays(30) >= param.absentDays", wrong: "m.wage + m.age > 0",
            code: .unit, place: "22:61", zh: "不能相比或相加减", en: "cannot be compared or added"),
        Fault(
            right: "topSelfPaid * 100 >=", wrong: "topSelfPaid >=", code: .percent, place: "7:22",
            zh: "没有乘100", en: "not by 100"),
        Fault(
            right: "自付{yuan(greatestStay(90))}元", wrong: "自付{greatestStay(90)}元", code: .unit,
            place: "14:19", zh: "以分计，写进句子会被读成元的一百倍", en: "is in fen; in a sentence"),
        Fault(
            right: ">= param.lowFen", wrong: ">= 6000", code: .yuan, place: "6:39",
            zh: "6000分只是60元", en: "6000 fen are only 60 yuan", weight: .warning),
    ])
    func `wrong units are found`(fault: Fault) throws {
        try expect(fault)
    }

    @Test func `a parameter in yuan is told to be one in fen`() throws {
        let text = Self.good.replacing("lowFen: 600000", with: "lowYuan: 6000")
            .replacing("param.lowFen", with: "param.lowYuan")
        let findings = try check(text)
        let found = try #require(findings.first { $0.place.line == 4 })
        #expect(found.code == .unit && found.weight == .error)
        #expect(found.remedy.zh == "改名为 lowFen，数值写成600000。")
        #expect(found.remedy.en == "Call it lowFen and write 600000.")
        #expect(findings.contains { $0.place.line == 6 && $0.what.en.contains("in yuan") })
    }

    @Test(arguments: [
        Fault(
            right: "greatestStay(param.days) >=", wrong: "greatestStay(2 * param.days) >=",
            code: .span, place: "6:29", zh: "不能是算出来的", en: "not computed"),
        Fault(
            right: "openedDaysAgo >= 30", wrong: "openedDaysAgo >= 2 * 30", code: .span,
            place: "11:49", zh: "不能是算出来的", en: "not computed"),
        Fault(
            right: "openedDaysAgo >= 30", wrong: "openedDaysAgo - 30 >= 0", code: .span,
            place: "11:44", zh: "不能是算出来的", en: "not computed"),
        Fault(
            right: "m.absentDays(30)", wrong: "m.absentDays(1461)", code: .window,
            place: "22:67", zh: "1461天比数据保存期还长", en: "1461 days are longer"),
        Fault(
            right: "days: 90, lowFen", wrong: "days: 2000, lowFen", code: .window, place: "6:33",
            zh: "2000天", en: "2000 days"),
        Fault(
            right: "medical.selfPaid, days: 90", wrong: "medical.selfPaid, days: 1461",
            code: .window, place: "12:47", zh: "1461天", en: "1461 days"),
    ])
    func `spans that are computed or too long are found`(fault: Fault) throws {
        try expect(fault)
    }

    @Test(arguments: [
        "losses(waterDays + 1).size() > 3", "losses(30).exists(l, l.daysAgo + 7 < waterDays)",
        "m.jobDays - m.jobEndedDays > m.leftSchoolDays - m.jobDays",
        "losses(low ? 30 : param.absentDays).size() > 0",
    ])
    func `a span since a day that stands, and the distance of two ages, may be computed`(
        text: String
    ) throws {
        let rules = Self.good.replacing(
            "(m.dropout in", with: "(\(text)) && (m.dropout in", maxReplacements: 1)
        #expect(try check(rules).map(\.description) == [])
    }

    @Test(arguments: [
        Fault(
            right: "low &&", wrong: "visited &&", code: .misplaced, place: "6:7", zh: "clear",
            en: "only under 'clear'"),
        Fault(
            right: "low &&", wrong: "m.hasJob &&", code: .misplaced, place: "6:7",
            zh: "不指任何成员", en: "stands for no member"),
        Fault(
            right: "red, when: memberCount > 5", wrong: "red, when: m.age > 5", code: .misplaced,
            place: "9:28", zh: "不指任何成员", en: "stands for no member"),
        Fault(
            right: "when: visited &&", wrong: "when: m.hasJob &&", code: .misplaced, place: "11:19",
            zh: "不指任何成员", en: "stands for no member"),
        Fault(
            right: "One stay cost", wrong: "At {m.age} one stay cost", code: .misplaced,
            place: "15:18", zh: "不指任何成员", en: "stands for no member"),
        Fault(
            right: "\"suspected\"", wrong: "\"suspectd\"", code: .value, place: "22:25",
            zh: "不会是“suspectd”", en: "is never \"suspectd\""),
    ])
    func `words that mean nothing where they stand are found`(fault: Fault) throws {
        try expect(fault)
    }

    @Test(arguments: [
        // A word outside its range, alone or as a part.
        Fault(
            right: "low &&", wrong: "dayOfYear > 366 &&", code: .never, place: "6:17",
            zh: "“dayOfYear > 366”这一部分永远不成立", en: "'dayOfYear > 366' can never hold"),
        Fault(
            right: "m.age >= param.fromAge", wrong: "m.age >= -1", code: .always, place: "21:13",
            zh: "永远成立", en: "always holds"),
        // Two that contradict each other, or leave nothing out.
        Fault(
            right: "m.age <= param.toAge", wrong: "m.age < param.fromAge", code: .never,
            place: "21:30", zh: "永远不成立", en: "can never hold"),
        Fault(
            right: "low &&", wrong: "(low || !low) &&", code: .always, place: "6:12", zh: "永远成立",
            en: "always holds"),
        Fault(
            right: "low &&", wrong: "low && income.perPerson < line && income.perPerson > line &&",
            code: .never, place: "6:38", zh: "永远不成立", en: "can never hold"),
        Fault(
            right: "low &&", wrong: "members.exists(p, p.age > 200) &&", code: .never,
            place: "6:31", zh: "“p.age > 200”", en: "'p.age > 200' can never hold"),
        Fault(
            right: "low &&", wrong: "(low ? memberCount : 0) > 0 && !low &&", code: .never,
            place: "6:35", zh: "永远不成立", en: "can never hold"),
        Fault(
            right: "m.dropout in [\"suspected\", \"confirmed\"] ||",
            wrong: "m.dropout == \"confirmed\" && m.dropout == \"returned\" ||", code: .never,
            place: "22:36", zh: "永远不成立", en: "can never hold"),
        // Conditions together.
        Fault(
            right: "member: >-", wrong: "when: dayOfYear < 9\n    member: >-\n      dayOfYear > 8 &&",
            code: .never, place: "17:9", zh: "when 与 member", en: "never hold together"),
        Fault(
            right: "clear: {when: visited && openedDaysAgo >= 30}",
            wrong: "clear: {when: low && greatestStay(param.days) >= param.lowFen && "
                + "topSelfPaid * 100 >= disposable * param.sharePercent}",
            code: .never, place: "11:67", zh: "永远不会解除", en: "would never clear"),
        Fault(
            right: "      - {level: orange}",
            wrong: "      - {level: yellow, when: memberCount > 9}\n      - {level: orange}",
            code: .level, place: "10:43", zh: "级别 yellow 永远用不到", en: "yellow is never reached",
            weight: .warning),
        Fault(
            right: "      - {level: orange}",
            wrong: "      - {level: yellow, when: memberCount <= 5}\n      - {level: orange}",
            code: .level, place: "11:9", zh: "级别 orange 永远用不到", en: "orange is never reached",
            weight: .warning),
    ])
    func `conditions that cannot be otherwise are found`(fault: Fault) throws {
        try expect(fault)
    }

    @Test(arguments: [
        "m.age >= 0", "dayOfYear <= 365", "m.jobEndedDays >= 0", "income.perPerson < 0",
        "low || hasLabour", "memberCount * 2 == 4", "m.age * 2 < memberCount * 3",
        "(low ? 1 : 2) < memberCount", "members.exists(p, p.age > 3) && !members.all(q, q.age > 3)",
        "m.dropout != \"\"", "income.perPerson * memberCount != income.earnings",
        "m.wage / memberCount > 1", "[1, 2].exists(x, x == memberCount)", "param.fromAge > 3 || low",
    ])
    func `a condition that may be true or false is not complained about`(text: String) throws {
        let rules = Self.good.replacing(
            "(m.dropout in", with: "(\(text)) && (m.dropout in", maxReplacements: 1)
        let findings = try check(rules).filter { [.never, .always, .level].contains($0.code) }
        #expect(findings.map(\.description) == [])
    }

    @Test func `a condition that an override makes impossible names the place`() throws {
        let findings = try check(
            Self.good,
            overrides: """
                - {rule: T-02, name: toAge, division: "529901", from: 2026-01-01, value: 3}
                """)
        let found = try #require(findings.first)
        #expect(findings.count == 1)
        #expect(found.code == .never)
        #expect(found.what.zh.contains("parameters.yaml 对529901自2026-01-01起的取值"))
        #expect(found.what.en.contains("parameters.yaml sets for 529901 from 2026-01-01"))
    }

    // MARK: Rules beside one another

    private func beside(_ rule: String) throws -> [Finding] {
        let text = """
            rules:
              - id: T-01
                cause: income
                when: income.perPerson < line
                levels: [{level: orange}]
                text: {zh: 字, en: word}
                source: test
            \(rule)
                text: {zh: 字, en: word}
                source: test

            """
        return try check(text, tests: "tests: []\n").filter { $0.code == .shadowed }
    }

    @Test func `a rule that another one covers is found`() throws {
        let narrower = """
              - id: T-02
                cause: income
                params: {severePercent: 70}
                when: low && income.perPerson * 100 < line * param.severePercent
                levels: [{level: yellow}]
            """
        let found = try beside(narrower)
        #expect(found.map(\.rule) == ["T-02"])
        #expect(found.first?.place.line == 8)
        #expect(found.first?.what.zh.contains("凡 T-02 成立之处，T-01 也成立") == true)
        #expect(found.first?.what.en.contains("Wherever T-02 holds, T-01 holds too") == true)
        // Not at a higher level, of another cause, where 'supersedes' says so, or the other way.
        for (right, wrong) in [
            ("yellow", "red"), ("cause: income", "cause: illness"),
            ("levels:", "supersedes: [T-01]\n    levels:"),
            ("severePercent: 70", "severePercent: 170"),
        ] {
            #expect(try beside(narrower.replacing(right, with: wrong)).isEmpty, "\(wrong)")
        }
    }

    @Test func `two rules that say the same are found once`() throws {
        let found = try beside(
            """
              - id: T-02
                cause: income
                when: line > income.perPerson
                levels: [{level: orange}]
            """)
        #expect(found.map(\.rule) == ["T-02"])
        #expect(found.first?.what.en.contains("has the same condition as T-01") == true)
    }

    @Test func `a rule that can judge where the other cannot is not covered by it`() throws {
        #expect(
            try beside(
                """
                  - id: T-02
                    cause: income
                    when: low && memberCount > 3 && topSelfPaid > 1000000
                    levels: [{level: yellow}]
                """
            ).isEmpty)
    }

    // A rule that is asked only of households with a kind of fact was said to cover others.
    @Test func `a rule that few are asked covers only one that asks no more`() throws {
        let same = """
              - id: T-02
                cause: income
                having: [employment.ended, voice.call]
                when: income.perPerson < line
                levels: [{level: yellow}]
            """
        // T-01, asked of everybody, covers it whatever it asks.
        #expect(try beside(same).map(\.rule) == ["T-02"])
        // It does not cover T-01: who has no such fact is not asked by it.
        let graver = same.replacing("yellow", with: "red")
        #expect(try beside(graver).isEmpty)
        let third = """
              - id: T-03
                cause: income
                having: [voice.call]
                when: income.perPerson < line
                supersedes: [T-01]
                levels: [{level: yellow}]
            """
        let both = graver + "\n    text: {zh: 字, en: word}\n    source: test\n"
        #expect(try beside(both + third).map(\.rule) == ["T-03"])
        let others = third.replacing("[voice.call]", with: "[voice.selfReport]")
        #expect(try beside(both + others).isEmpty)
    }

    // MARK: Parameters, policy, tests

    @Test(arguments: [
        Fault(
            right: "{fromAge: 6,", wrong: "{spareDays: 3, fromAge: 6,", code: .unused,
            place: "19:14", zh: "参数“spareDays”没有用到", en: "'spareDays' is never used",
            weight: .warning),
        Fault(
            right: "absentDays: 5}", wrong: "absentDays: 5, limit: 3}", code: .unused,
            place: "19:52", zh: "没有用到", en: "never used", weight: .warning),
        Fault(
            right: "toAge: 16", wrong: "toAge: 160", code: .parameterValue, place: "19:33",
            zh: "160不在0至150之间", en: "160 is not from 0 to 150"),
    ])
    func `parameters that make no sense are found`(fault: Fault) throws {
        try expect(fault)
    }

    @Test func `a parameter whose name does not say its unit is found`() throws {
        let findings = try check(
            Self.good.replacing("absentDays: 5", with: "atLeast: 5")
                .replacing("param.absentDays", with: "param.atLeast"))
        #expect(findings.map(\.code) == [.unnamed])
        #expect(findings.first?.place.column == 37)
        #expect(findings.first?.weight == .warning)
    }

    @Test(arguments: [
        ("- {rule: T-03, name: days, value: 3}", "1:10", "“T-03”不是规则", "'T-03' is no rule"),
        ("- {rule: T-01, name: dyas, value: 3}", "1:22", "“dyas”不是规则 T-01 的参数", "no parameter of T-01"),
        (
            "- {rule: T-01, name: days, division: \"530000\", value: 3}", "1:38", "“530000”不是",
            "no division"
        ),
        ("- {rule: T-01, name: sharePercent, value: 5000}", "1:43", "5000不在0至1000", "5000 is not"),
    ])
    func `overrides of what is not there are found`(
        text: String, place: String, zh: String, en: String
    ) throws {
        let findings = try check(Self.good, overrides: text)
        let found = try #require(findings.first { $0.place.file == "p.yaml" })
        #expect(found.weight == .error)
        #expect("\(found.place.line):\(found.place.column)" == place)
        #expect(found.what.zh.contains(zh), "\(found)")
        #expect(found.what.en.contains(en), "\(found)")
    }

    @Test func `a year and place without a figure the rules read is found`() throws {
        let county = Division("529901")!
        func figure(_ year: Int) -> Policy.YearFigure {
            Policy.YearFigure(division: county, year: year, fen: 1, isProvisional: false)
        }
        let elsewhere = [2026, 2027].map {
            Policy.YearFigure(
                division: Division("529902")!, year: $0, fen: 1, isProvisional: false)
        }
        let village = Division("529901100201")!
        let policy = Policy(
            lines: [figure(2025)] + elsewhere, disposable: [figure(2024)] + elsewhere,
            divisions: [village: Policy.DivisionName(zh: "上河村", en: "Shanghe Village")])
        let findings = try check(Self.good, policy: policy)
        // No rule here reads the line.
        #expect(findings.map(\.code) == [.undefined])
        #expect(findings.first?.place.file == "disposable.yaml")
        let said = try #require(findings.first?.what)
        #expect(said.zh.contains("2026、2027年的人均可支配收入有1个村没有，例如上河村"))
        #expect(said.en.contains("Shanghe Village (529901100201)"))
    }

    @Test func `a condition that costs too much is found`() throws {
        let deep = "members.all(a, members.all(b, members.all(c, members.all(d, "
            + "houses.exists(h, h.daysAgo < 3 && d.age > c.age && b.age > a.age)))))"
        let findings = try check(Self.good.replacing("low &&", with: "low && \(deep) &&"))
        let found = try #require(findings.first)
        #expect(found.code == .cost)
        #expect(found.what.zh.contains("条件太费时"))
        #expect(found.what.en.contains("steps; 100000 are allowed"))
    }

    @Test func `tests that are missing are named`() throws {
        let findings = try check(
            Self.good,
            tests: """
                tests:
                  - expect: [{rule: T-01, event: opened}, {rule: T-01, event: cleared}]
                  - expect: [{rule: T-01, event: withdrawn}, {rule: T-02, event: opened}]
                    never: [T-01, T-03]

                """)
        #expect(findings.map(\.code) == [.test, .test])
        let missing = try #require(findings.first { $0.rule == "T-02" })
        #expect("\(missing.place.line):\(missing.place.column)" == "17:9")
        #expect(missing.weight == .error)
        #expect(missing.what.zh.contains("不得发出（never）、应当解除（cleared）、更正后应当撤回"))
        #expect(missing.what.en.contains("must not fire (never), must clear"))
        let stray = try #require(findings.first { $0.place.file == "t.yaml" })
        #expect(stray.what.en.contains("T-03, which is no rule"))
    }

    @Test func `a mistake in one rule leaves the others to be checked`() throws {
        let findings = try check(
            Self.good.replacing("low &&", with: "lwo &&").replacing(
                "m.age <= param.toAge", with: "m.age <= 200"))
        #expect(findings.contains { $0.code == .expression && $0.rule == "T-01" })
        #expect(findings.contains { $0.code == .always && $0.rule == "T-02" })
    }

    @Test func `a finding is shown with its place, line and caret, in both languages`() throws {
        let findings = try check(Self.good.replacing("low &&", with: "dayOfYear > 366 &&"))
        #expect(
            findings.first?.description == """
                r.yaml:6:17: error [condition.never] T-01
                 | dayOfYear > 366 && greatestStay(param.days) >= param.lowFen
                 |           ^
                  “dayOfYear > 366”这一部分永远不成立。
                    → 看看比较的方向、数字和参数的值是否写反或写错。
                  The part 'dayOfYear > 366' can never hold.
                    → See whether a comparison is the wrong way round or a number is wrong.
                """)
    }
}
