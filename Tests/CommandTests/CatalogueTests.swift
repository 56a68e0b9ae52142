import Foundation
import Rules
import Testing
import Workers

@testable import shouwang

/// The catalogue page: docs/CATALOGUE.md and docs/CATALOGUE.zh.md are what the rule files make. After
/// a change to a rule: `UPDATE_SNAPSHOTS=1 swift test --filter CatalogueTests`.
@Suite struct CatalogueTests {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private static func run(
        policy: String = root.appendingPathComponent("config/policy").path, _ more: String...
    ) -> Program {
        Program(
            [
                "rules", "catalogue", "--pipelines", root.appendingPathComponent("Pipelines").path,
                "--policy", policy, "--config",
                root.appendingPathComponent("config/shouwang.yaml").path,
            ] + more)
    }

    @Test(arguments: [("en", "CATALOGUE.md"), ("zh", "CATALOGUE.zh.md")])
    func `the page is what the rules say`(language: String, name: String) throws {
        let file = Self.root.appendingPathComponent("docs/\(name)")
        let program = Self.run("--lang", language)
        #expect(program.code == 0, "\(program.errors)")
        if ProcessInfo.processInfo.environment["UPDATE_SNAPSHOTS"] != nil {
            try program.output.write(to: file, atomically: false, encoding: .utf8)
        }
        #expect(
            program.output == (try String(contentsOf: file, encoding: .utf8)),
            "docs/\(name) is behind; the head of CatalogueTests.swift says how to write it anew")
    }

    @Test func `every rule is there, in words of each language and as it is written`() throws {
        let rules = try County.rules(
            folder: Self.root.appendingPathComponent("Pipelines/monitor").path,
            policy: try PolicyFolder.load(Self.root.appendingPathComponent("config/policy").path))
        let en = Self.run("--lang", "en").output
        let zh = Self.run("--lang", "zh").output
        for rule in rules.rules {
            #expect(en.contains("\n## \(rule.id) "), "\(rule.id)")
            #expect(zh.contains("\n## \(rule.id) "), "\(rule.id)")
            for condition in [rule.telling.when, rule.telling.member, rule.telling.clear] {
                guard let condition else { continue }
                #expect(en.contains("`\(condition.code)`"), "\(rule.id)")
                let words = condition.words.sentence(rule.parameters.map(\.value))
                #expect(!words.en.contains("…") && !words.zh.contains("…"), "\(rule.id) \(words)")
                #expect(
                    !words.en.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) },
                    "\(rule.id) \(words.en)")
            }
        }
        #expect(zh.contains("H16 "))
        for id in ["ARE-01", "EMP-07", "IND-03"] { #expect(zh.contains("\n## \(id) "), "\(id)") }
        for number in 1...7 { #expect(zh.contains("\n| PRC-0\(number)"), "PRC-0\(number)") }
        #expect(!zh.contains("「") && !en.contains("`string(year)` plus"))
    }

    @Test func `the page as HTML is whole and closed`() {
        let html = Self.run("--lang", "zh", "--format", "html").output
        #expect(html.hasPrefix("<!doctype html>\n<html lang=\"zh\">"))
        #expect(!html.contains("<script") && !html.contains("http"))
        #expect(html.contains("<code>low &amp;&amp; topSelfPaid"))
        for tag in ["table", "ul", "li", "tr", "code"] {
            #expect(
                html.components(separatedBy: "<\(tag)>").count
                    == html.components(separatedBy: "</\(tag)>").count, "\(tag)")
        }
    }

    @Test func `a number set otherwise is told with its place and day`() throws {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("shouwang-\(ProcessInfo.processInfo.globallyUniqueString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.copyItem(
            at: Self.root.appendingPathComponent("config/policy"), to: folder)
        try "- {rule: MED-04, name: otherFen, division: \"529901\", from: 2026-07-01, value: 800000}\n"
            .write(
                to: folder.appendingPathComponent("parameters.yaml"), atomically: true,
                encoding: .utf8)
        let program = Self.run(policy: folder.path)
        #expect(
            program.output.contains(
                "| `otherFen` | 10,000 yuan | 8,000 yuan (529901, from 2026-07-01) |"))
    }
}
