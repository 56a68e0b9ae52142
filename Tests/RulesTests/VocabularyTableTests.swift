import Foundation
import Testing

@testable import Expressions
@testable import Rules

/// The words rules are written in, as the checks and docs/RULES.md know them.
struct VocabularyTableTests {
    @Test func `the tables in docs/RULES.md are what the code says`() throws {
        try expect(VocabularyTable.markdown, between: "words")
        try expect(VocabularyTable.areaMarkdown, between: "area words")
    }

    /// Compares a table with what stands between its marks, or writes it there.
    private func expect(_ markdown: String, between name: String) throws {
        let file = RuleCheckTests.root.appendingPathComponent("docs/RULES.md")
        var text = try String(contentsOf: file, encoding: .utf8)
        let mark = try #require(text.range(of: "<!-- \(name), "))
        let start = try #require(text[mark.upperBound...].range(of: "VocabularyTableTests writes it. -->\n"))
        let end = try #require(text.range(of: "<!-- \(name) end -->"))
        let table = "\n\(markdown)\n"
        if ProcessInfo.processInfo.environment["UPDATE_SNAPSHOTS"] != nil {
            text.replaceSubrange(start.upperBound..<end.lowerBound, with: table)
            try text.write(to: file, atomically: false, encoding: .utf8)
            return
        }
        #expect(
            text[start.upperBound..<end.lowerBound] == table,
            "docs/RULES.md differs; the comment above its table says how to write it anew")
    }

    /// A word's measure against the type it is declared with.
    private func agrees(_ measure: Measure, with type: ValueType) -> Bool {
        switch type {
        case .bool: measure.isTruth
        case .int: measure.unit != nil
        case .string: measure.unit == nil && !measure.isTruth
        default: measure.unit == nil && measure.words == nil && !measure.isTruth
        }
    }

    @Test func `each word has a measure that fits its type`() throws {
        let environment = Vocabulary(parameters: []).environment
        for variable in environment.variables {
            let word = try #require(
                Vocabulary.Variable.allCases.first { "\($0)" == variable.name }?.word
                    ?? FactWord(rawValue: variable.name)?.word)
            #expect(agrees(word.measure, with: variable.type), "\(variable.name)")
        }
        for object in environment.objects where object.type.name != "Parameters" {
            for field in object.fields {
                let range = try environment.examine(
                    object.type.name == "Income"
                        ? "income.\(field.name)"
                        : "\(Self.lists[object.type.name] ?? "")[0].\(field.name)")
                let measure = try #require(
                    Measure.of(range.root), "\(object.type.name).\(field.name)")
                #expect(agrees(measure, with: field.type), "\(object.type.name).\(field.name)")
            }
        }
    }

    private static let lists = [
        "Member": "members", "Loss": "losses(1)", "House": "houses", "Fact": "loans",
    ]

    @Test func `each function says what its arguments are counted in`() throws {
        try expectFunctions(
            FunctionWord.all, of: Vocabulary(parameters: []).environment)
        try expectFunctions(
            FunctionWord.ofVillage, of: AreaVocabulary(parameters: []).environment)
    }

    private func expectFunctions(_ words: [FunctionWord], of environment: Environment) throws {
        let declared = environment.overloads[environment.standardCount...]
        for overload in declared {
            let word = try #require(FunctionWord.named(overload.name), "\(overload.name)")
            #expect(
                word.parameters.count == overload.parameters.count - (overload.isMember ? 1 : 0),
                "\(overload.name)")
            #expect(agrees(word.word.measure, with: overload.result), "\(overload.name)")
        }
        #expect(Set(words.map(\.name)) == Set(declared.map(\.name)))
    }
}
