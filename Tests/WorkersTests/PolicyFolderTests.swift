import Households
import Testing
import Workers
import YAML

struct PolicyFolderTests {
    static let good = [
        "lines.yaml": """
            - {division: 52, year: 2025, yuan: 8500}
            - {division: 52, year: 2026, yuan: 8700.50, provisional: true}
            - {division: 529901100, year: 2026, yuan: 9000}
            """,
        "disposable.yaml": "- {division: 52, year: 2025, yuan: 15000}\n",
        "divisions.yaml": """
            - {code: 529901100201, name: {zh: 石板村, en: Shiban Village}}
            - {code: 529901101, name: {zh: 清水镇, en: Qingshui Town}}
            """,
        "calendars.yaml": """
            - {date: 2026-10-01, off: true}
            - {date: 2026-10-10, off: false}
            - {division: 5299, date: 2026-03-03, off: true}
            """,
        "parameters.yaml": """
            - {rule: MED-04, name: selfPaidFen, value: 800000}
            - {rule: MED-04, name: selfPaidFen, division: 529901, from: 2026-01-01, value: 700000}
            """,
    ]

    @Test func `a folder becomes the policy it states`() throws {
        let policy = try TemporaryFolder.with(Self.good) { try PolicyFolder.load($0) }
        let village = try #require(Division("529901100201"))
        let other = try #require(Division("529901101001"))
        #expect(policy.line(village, year: 2026)?.fen == 900_000)
        #expect(policy.line(other, year: 2026)?.fen == 870_050)
        #expect(policy.line(other, year: 2026)?.isProvisional == true)
        #expect(policy.line(other, year: 2025)?.isProvisional == false)
        #expect(policy.line(other, year: 2024) == nil)
        #expect(policy.disposableIncome(village, year: 2025)?.fen == 1_500_000)
        #expect(policy.divisions[village] == .init(zh: "石板村", en: "Shiban Village"))
        #expect(policy.knows(village))
        #expect(policy.knows(try #require(Division("5299"))))
        #expect(!policy.knows(other))
        #expect(!policy.isWorkingDay(try #require(Day(iso: "2026-10-01")), in: village))
        #expect(policy.isWorkingDay(try #require(Day(iso: "2026-10-10")), in: village))
        #expect(!policy.isWorkingDay(try #require(Day(iso: "2026-03-03")), in: village))
        #expect(policy.parameters.count == 2)
        #expect(policy.parameters[1].division == Division("529901"))
        #expect(policy.parameters[1].from == Day(iso: "2026-01-01"))
        #expect(policy.parameters[1].value == 700_000)
    }

    @Test func `calendars and parameters may be missing, the rest may not`() throws {
        for name in ["calendars.yaml", "parameters.yaml"] {
            var files = Self.good
            files[name] = nil
            _ = try TemporaryFolder.with(files) { try PolicyFolder.load($0) }
        }
        for name in ["lines.yaml", "disposable.yaml", "divisions.yaml"] {
            var files = Self.good
            files[name] = nil
            #expect(throws: YAMLError.self) {
                try TemporaryFolder.with(files) { try PolicyFolder.load($0) }
            }
        }
    }

    @Test func `the digest changes with every byte of every file, and with nothing else`() throws {
        func digest(_ files: [String: String]) throws -> String {
            try TemporaryFolder.with(files) { try PolicyFolder.load($0) }.digest
        }
        let digest0 = try digest(Self.good)
        #expect(try digest(Self.good) == digest0)
        #expect(digest0.utf8.count == 26)
        var seen: Set<String> = [digest0]
        for name in Self.good.keys.sorted() {
            var files = Self.good
            files[name]? += "\n# a comment\n"
            #expect(seen.insert(try digest(files)).inserted, "\(name)")
        }
    }

    @Test(arguments: [
        ("lines.yaml", "- {division: 52, year: 2026, yuan: 87.005}", "1:36", "yuan"),
        ("lines.yaml", "- {division: 52, year: 2026, yuan: -1}", "1:36", "yuan"),
        ("lines.yaml", "- {division: 52, year: 2026, yuan: much}", "1:36", "decimal number"),
        ("lines.yaml", "- {division: 521, year: 2026, yuan: 1}", "1:14", "2, 4, 6, 9 or 12"),
        ("lines.yaml", "- {division: 52, year: 26, yuan: 1}", "1:24", "year from 1990"),
        ("lines.yaml", "- {division: 52, year: 2026, yuan: 1, provisonal: true}", "1:39", "provis"),
        ("lines.yaml", "- {division: 52, year: 2026}", "1:3", "yuan"),
        (
            "lines.yaml",
            "- {division: 52, year: 2026, yuan: 1}\n- {division: 52, year: 2026, yuan: 2}",
            "2:3", "twice"
        ),
        ("lines.yaml", "division: 52", "1:1", "list"),
        ("disposable.yaml", "- {division: 52, year: 2026, yuan: 10000000.01}", "1:36", "yuan"),
        ("divisions.yaml", "- {code: 52990, name: {zh: 一, en: One}}", "1:10", "division code"),
        ("divisions.yaml", "- {code: 5299, name: {zh: 一}}", "1:22", "en"),
        (
            "divisions.yaml",
            "- {code: 52, name: {zh: 一, en: A}}\n- {code: 52, name: {zh: 一, en: A}}", "2:3",
            "twice"
        ),
        ("calendars.yaml", "- {date: 2026-02-30, off: true}", "1:10", "day such as"),
        ("calendars.yaml", "- {date: 2026-02-03, off: maybe}", "1:27", "true or false"),
        ("parameters.yaml", "- {rule: MED-04, name: x, value: 0.5}", "1:34", "whole number"),
        ("parameters.yaml", "- {rule: MED-04, value: 5}", "1:3", "name"),
    ])
    func `a wrong file is refused with its place`(
        name: String, text: String, place: String, says: String
    ) throws {
        var files = Self.good
        files[name] = text
        let error = #expect(throws: YAMLError.self) {
            try TemporaryFolder.with(files) { try PolicyFolder.load($0) }
        }
        let message = try #require(error).description
        #expect(message.contains("/\(name):\(place): "), "\(message)")
        #expect(message.contains(says), "\(message)")
    }
}
