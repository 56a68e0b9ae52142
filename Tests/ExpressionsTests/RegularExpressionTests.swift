import Testing

@testable import Expressions

@Suite struct RegularExpressionTests {
    private func matches(_ pattern: String, _ text: String) throws -> Bool {
        try RegularExpression(pattern, states: 4_096).matches(text) { _ in }
    }

    @Test(arguments: [
        ("^a.c$", "abc", true), ("^a.c$", "a\nc", false), ("(?s)^a.c$", "a\nc", true),
        ("a|b|", "zzz", true), ("^(ab|cd)+$", "abcdab", true), ("^(ab|cd)+$", "abc", false),
        ("^x{2,3}$", "xx", true), ("^x{2,3}$", "xxxx", false), ("^x{2,}$", "xxxxx", true),
        ("x{,3}", "x{,3}", true), ("[[:alpha:]]+\\d", "abc4", true), ("[^a-c]", "abc", false),
        ("\\bfoo\\b", "a foo b", true), ("\\bfoo\\b", "afoo", false),
        ("(?i)STRASSE", "strasse", true),
        ("(?i:A)b", "ab", true), ("(?i:A)b", "aB", false), ("(?m)^b$", "a\nb\nc", true),
        ("^b$", "a\nb\nc", false), ("\\Qa.b\\E", "a.b", true), ("\\Qa.b\\E", "axb", false),
        ("^\\p{Han}+$", "三河县", true), ("^\\p{Han}+$", "三河x", false), ("\\pL", "1é", true),
        ("^\\PL+$", "123", true), ("[\\d\\-]+$", "12-3", true), ("\\x{4e09}", "三", true),
        ("^[]a]+$", "]a", true), ("(?P<year>\\d{4})", "in 2026", true), ("a*?b", "aaab", true),
        ("^(a?){3}$", "aa", true), ("^\\s$", "\u{0B}", false), ("[^\\n]", "\n", false),
    ])
    func `a pattern matches what RE2 matches`(
        _ pattern: String, _ text: String, _ expected: Bool
    ) throws {
        #expect(try matches(pattern, text) == expected)
    }

    @Test(arguments: [
        "(", ")", "[", "a**", "*a", "a{3,2}", "a{1001}", "\\1", "(?<n", "[z-a]", "\\", "(?=a)",
        "[[:nope:]]", "\\p{Nope}", "a|*", "(?i", "\\8", "((((((((((a{100}){100}){100}))))))))",
    ])
    func `what is no pattern is refused`(_ pattern: String) {
        #expect(throws: EvaluationError.self) { try matches(pattern, "") }
    }

    @Test func `a pattern that makes others run for ever ends at once`() throws {
        let text = String(repeating: "a", count: 2_000)
        var steps = 0
        let expression = try RegularExpression("^(a+)+(a|aa)*$", states: 4_096)
        let found = try expression.matches(text + "b") { steps += $0 }
        #expect(!found)
        #expect(steps < 100_000)
    }
}
