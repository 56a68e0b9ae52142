import Testing
import YAML

private func parse(_ text: String) throws -> YAMLNode {
    try YAMLNode.parse(text: text, file: "a.yaml")
}

private func message(_ body: () throws -> Void) -> String {
    do {
        try body()
        return "no error"
    } catch {
        return "\(error)"
    }
}

@Suite struct YAMLMappingTests {
    @Test func `an unknown key is refused with the closest known name`() {
        let text = message {
            var fields = try parse("name: x\nlevle: red\n").mapping()
            _ = try fields.required("name")
            _ = fields.optional("level")
            try fields.finish()
        }
        #expect(text == "a.yaml:2:1: unknown key 'levle'; did you mean 'level'?")
    }

    @Test func `an unknown key far from any lists what is known`() {
        let text = message {
            var fields = try parse("name: x\nsurprise: red\n").mapping()
            _ = try fields.required("name")
            _ = fields.optional("cause")
            try fields.finish()
        }
        #expect(text == "a.yaml:2:1: unknown key 'surprise'; known are cause, name")
    }

    @Test func `a missing key is named at the mapping's place`() {
        let text = message {
            let items = try parse("- a: 1\n- b: 2\n").sequence()
            var fields = try items[1].mapping()
            _ = try fields.required("household")
        }
        #expect(text == "a.yaml:2:3: expected the key 'household'")
    }

    @Test func `a misspelt required key is named at the misspelling`() {
        let text = message {
            var fields = try parse("x: 1\nhousehodl: 2\n").mapping()
            _ = try fields.required("household")
        }
        #expect(text == "a.yaml:2:1: unknown key 'househodl'; did you mean 'household'?")
    }

    @Test(arguments: [
        ("[1]", "expected a whole number, found a list"),
        ("'1'", "expected a whole number, found text in quotes"),
        ("1.5", "expected a whole number, found '1.5'"),
        ("+1", "expected a whole number, found '+1'"),
        ("1_000", "expected a whole number, found '1_000'"),
        ("99999999999999999999", "expected a whole number, found '99999999999999999999'"),
        ("~", "expected a whole number, found nothing"),
    ])
    func `whole numbers are read strictly`(text: String, expected: String) {
        #expect(message { _ = try parse(text).int() } == "a.yaml:1:1: \(expected)")
    }

    @Test(arguments: ["1e5", ".5", "5.", "-", "", "1.2.3", "'1'", "{}", "0x10"])
    func `decimals outside the plain form are refused`(text: String) {
        #expect(message { _ = try parse("[\(text.isEmpty ? "~" : text)]").sequence()[0].decimal() }
            .contains("expected a decimal number"))
    }

    @Test func `conversions name what they expected`() {
        #expect(message { _ = try parse("yes").bool() }.contains("expected true or false"))
        #expect(message { _ = try parse("{a: 1}").string() }.contains("expected text, found a m"))
        #expect(message { _ = try parse("a").sequence() }.contains("expected a list"))
        #expect(message { _ = try parse("a").mapping() }.contains("expected a mapping"))
        #expect(
            message { _ = try parse("yelow").string(oneOf: ["red", "yellow"]) }
                .contains("did you mean 'yellow'?"))
    }

    @Test func `the closest name forgives few edits only`() {
        #expect(Spelling.closest(to: "montior", in: ["medical", "monitor"]) == "monitor")
        #expect(Spelling.closest(to: "xyz", in: ["medical", "monitor"]) == nil)
        #expect(Spelling.closest(to: "a", in: ["b"]) == nil)
        #expect(Spelling.closest(to: "lane", in: ["line", "lanes"]) == "line")
    }
}
