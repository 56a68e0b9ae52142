import Households
import Testing

@testable import Rules

/// Sentences for officers.
struct TextTemplateTests {
    @Test(
        arguments: [
            (0, "0"), (5, "0.05"), (50, "0.50"), (99, "0.99"), (100, "1"), (815_050, "8,150.50"),
            (99_999, "999.99"), (100_000, "1,000"), (99_999_999, "999,999.99"),
            (100_000_000, "1,000,000"), (123_456_789_012, "1,234,567,890.12"), (-1, "-0.01"),
            (-100_000, "-1,000"), (Int64.max, "92,233,720,368,547,758.07"),
            (Int64.min, "-92,233,720,368,547,758.08"),
        ] as [(Int64, String)])
    func `fen are said in yuan, with commas and without idle zeros`(fen: Int64, text: String) {
        #expect(TextTemplate.yuan(fen) == text)
    }

    private func text(_ zh: String, of home: Home, on day: String = "2026-03-10") throws -> String {
        let book = try Book(
            """
              - id: T-01
                cause: other
                when: judgeable
                levels: [{level: yellow}]
                text: {zh: "\(zh)", en: "{memberCount} of {line}"}
                source: test

            """)
        return book.asking(home, on: day).text(of: book.rule, subject: nil).zh
    }

    @Test func `words, numbers and texts stand where their braces stood`() throws {
        #expect(try text("无", of: .ofOne) == "无")
        #expect(try text("{memberCount}人{year}年", of: .ofOne) == "1人2026年")
        #expect(try text("线{yuan(line)}元。", of: .ofOne) == "线8,700元。")
        #expect(try text("{members[0].sex}{memberCount}", of: .ofOne) == "1")
    }

    @Test func `what cannot be said becomes a dash, and the rest is said`() throws {
        // No declaration, so there is no figure.
        #expect(try text("人均{yuan(income.perPerson)}元，共{memberCount}人", of: .ofOne) == "人均—元，共1人")
        #expect(try text("{memberCount / 0}人", of: .ofOne) == "—人")
        #expect(try text("{low}", of: .ofOne) == "—")
    }
}
