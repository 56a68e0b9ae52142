import Testing
import YAML

private func parse(_ text: String) throws -> YAMLNode {
    try YAMLNode.parse(text: text, file: "a.yaml")
}

private func message(_ text: String) -> String {
    do {
        _ = try parse(text)
        return "no error"
    } catch {
        return "\(error)"
    }
}

@Suite struct YAMLParserTests {
    @Test func `values carry their place, one-based`() throws {
        let node = try parse("a: 1\nlist:\n  - x\n  - \"y\"\n")
        var fields = try node.mapping()
        #expect(try fields.required("a").int() == 1)
        let list = try fields.required("list").sequence()
        #expect(list.map(\.line) == [3, 4])
        #expect(list.map(\.column) == [5, 5])
        #expect(list[0].file == "a.yaml")
        guard case .scalar("y", isQuoted: true) = list[1].kind else {
            Issue.record("y is quoted")
            return
        }
    }

    @Test func `columns count characters, not bytes`() throws {
        let node = try parse("{名称: 县, b: 2}")
        guard case .mapping(let entries) = node.kind else {
            Issue.record("a mapping")
            return
        }
        #expect(entries[1].key.column == 9)
    }

    @Test func `plain words keep their text`() throws {
        let items = try parse("[no, 052, 1.10, ~, 'null']").sequence()
        #expect(try items[0].string() == "no")
        #expect(try items[1].string() == "052")
        #expect(try items[2].decimal() == "1.10")
        #expect(items[3].isNull)
        #expect(try items[4].string() == "null")
    }

    @Test func `a key that stands twice is refused with both places`() {
        #expect(
            message("a: 1\nb: 2\na: 3\n")
                == "a.yaml:3:1: the key 'a' stands twice, first on line 1")
    }

    @Test func `a syntax error names its place`() {
        #expect(message("a: [1, 2\nb: 3\n").hasPrefix("a.yaml:2:"))
        #expect(message("a: 1\n\tb: 2\n").hasPrefix("a.yaml:2:"))
    }

    @Test func `nothing, a second document, a tag and a list as key are refused`() {
        #expect(message("").contains("holds nothing"))
        #expect(message("# only a comment\n").contains("holds nothing"))
        #expect(message("a: 1\n---\nb: 2\n").contains("expected one document"))
        #expect(message("a: !!binary xyz\n").contains("tags are not read"))
        #expect(message("[1]: 2\n").contains("expected a word as key"))
    }

    @Test func `aliases repeat their anchor's value`() throws {
        var fields = try parse("a: &x {b: 1}\nc: *x\n").mapping()
        var copy = try fields.required("c").mapping()
        #expect(try copy.required("b").int() == 1)
        #expect(message("c: *x\n").contains("the anchor 'x' is not defined above"))
    }

    @Test func `an alias inside its own anchor is refused`() {
        #expect(message("a: &x [*x]\n").contains("is not defined above"))
    }

    @Test func `aliases that multiply are stopped`() {
        var text = "a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n"
        for level in 1...9 {
            let items = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(items)]\n"
        }
        #expect(message(text).contains("aliases expand to more than"))
    }

    @Test func `deep nesting is stopped`() throws {
        let deep = { (count: Int) in
            String(repeating: "[", count: count) + String(repeating: "]", count: count)
        }
        _ = try parse(deep(64))
        #expect(message(deep(65)).contains("nested more than 64"))
        #expect(message(deep(5000)).contains("nested more than 64"))
    }

    @Test func `a missing file says so`() {
        #expect(throws: YAMLError.self) { try YAMLNode.parse(file: "/nonexistent/x.yaml") }
    }
}
