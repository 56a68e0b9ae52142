import JSON
import Testing

/// Reads `text` and lends the root field, which must not outlive the call.
private func read<Result>(
    _ text: String, depth: Int = 32, _ body: (JSONField) throws -> Result
) throws -> Result {
    var reader = JSONReader(maximumDepth: depth)
    return try Array(text.utf8).withUnsafeBytes { bytes in
        try body(try reader.read(bytes))
    }
}

private func reason(_ text: String, depth: Int = 32) -> JSONError.Reason? {
    do {
        try read(text, depth: depth) { _ in }
        return nil
    } catch {
        return (error as? JSONError)?.reason
    }
}

@Suite struct JSONReaderTests {
    @Test func `fields keep order, kind and exact text`() throws {
        let text = #"""
             { "a" : 1250.50 , "b":"x\ny", "c" : [ "p", "q\u00e9" ] ,"d":{"e":[1,{"f":null}] } ,
              "g":true,"h":false,"i":null,"j":-0,"k":12345678901234567890123 }
            """#
        try read(text) { root in
            #expect(root.kind == .object)
            #expect(root.fields.map(\.nameString).joined() == "abcdghijk")
            let texts = root.fields.map(\.textString)
            #expect(texts[0] == "1250.50")
            #expect(texts[1] == "x\ny")
            #expect(texts[2] == #"[ "p", "q\u00e9" ]"#)
            #expect(texts[3] == #"{"e":[1,{"f":null}] }"#)
            #expect(texts[4...] == ["true", "false", "null", "-0", "12345678901234567890123"])
            #expect(root.field("c")?.fields.map(\.textString) == ["p", "qé"])
            #expect(root.field("c")?.field("p") == nil)
            #expect(root.field("d")?.field("e")?.fields.map(\.textString) == ["1", #"{"f":null}"#])
            #expect(root.field("zz") == nil)
        }
    }

    @Test func `names are unescaped and the last of two is found`() throws {
        try read(#"{"\u0061":1,"a":2,"\"":3,"":4}"#) { root in
            #expect(root.fields.map(\.nameString) == ["a", "a", "\"", ""])
            #expect(root.field("a")?.textString == "2")
            #expect(root.field("")?.textString == "4")
        }
    }

    @Test func `a lone value is a document`() throws {
        #expect(try read(" 12 ") { $0.textString } == "12")
        #expect(try read("\"\\ud83d\\ude00\"") { $0.textString } == "😀")
        #expect(try read("null") { $0.kind } == .null)
        #expect(try read("[]") { $0.fields.map(\.textString) } == [])
    }

    @Test(arguments: [
        ("", JSONError.Reason.empty), ("  ", .empty), ("]", .empty), ("1 2", .syntax),
        ("1,2", .trailing), ("1],[2", .trailing), ("[1]]", .trailing), ("[1", .syntax),
        ("[[1]", .syntax), ("{\"a\":1", .syntax), ("01", .number), ("1.", .number),
        ("1a", .number), ("truee", .word), ("nul", .word), ("\"a", .string),
        ("\"\\x\"", .string), ("\"\\ud800\"", .string), ("\"a\nb\"", .string), ("{\"a\"}", .syntax),
        ("{1:2}", .syntax), ("[\"a\":1]", .syntax), ("[1:2]", .syntax), ("{\"a\":1,}", .syntax),
        ("[1,]", .syntax), ("[,1]", .syntax), ("{\"a\" 1}", .syntax), ("\u{feff}{}", .syntax),
        ("[1 true]", .syntax), ("{\"a\":1 \"b\":2}", .syntax), ("[}", .syntax), ("{]", .syntax),
    ])
    func `what is not JSON is refused for a reason`(text: String, expected: JSONError.Reason) {
        #expect(reason(text) == expected, "\(text)")
    }

    @Test func `bytes that are not UTF-8 are refused`() {
        for bytes: [UInt8] in [[0x22, 0xff, 0x22], [0x22, 0xc0, 0x80, 0x22], [0x22, 0xed, 0xa0, 0x80, 0x22]] {
            #expect(throws: JSONError.self) { try JSONValue(parsing: bytes) }
        }
    }

    @Test func `nesting is bounded`() {
        let nested = { (count: Int) in
            String(repeating: "[", count: count) + String(repeating: "]", count: count)
        }
        #expect(reason(nested(8), depth: 8) == nil)
        #expect(reason(nested(9), depth: 8) == .tooDeep)
        #expect(reason(String(repeating: "{\"a\":", count: 100_000)) != nil)
        #expect(reason(String(repeating: "[", count: 100_000)) != nil)
    }

    @Test func `a reader goes on after a refusal and after a larger document`() throws {
        var reader = JSONReader()
        func read(_ text: String) -> String? {
            Array(text.utf8).withUnsafeBytes { try? reader.readObject($0).field("a")?.textString }
        }
        #expect(read(#"{"a":"1\t"}"#) == "1\t")
        #expect(read(#"{"a":"#) == nil)
        #expect(read("[1]") == nil)
        let long = String(repeating: "界", count: 50_000)
        #expect(read("{\"a\":\"\(long)\\n\"}") == long + "\n")
        #expect(read(#"{"a":"2"}"#) == "2")
    }

    @Test func `a document over the limit is refused`() {
        var reader = JSONReader(maximumBytes: 4)
        #expect(throws: JSONError(reason: .tooLarge, offset: 0)) {
            try [UInt8]("[1,2]".utf8).withUnsafeBytes { _ = try reader.read($0) }
        }
    }

    @Test func `cutting a document anywhere never makes another one`() throws {
        let text = #"{"a":[1,2.5e3,"x\u00e9é"],"b":{"c":null,"d":[true,false]}}"#
        let bytes = Array(text.utf8)
        for length in 0..<bytes.count {
            #expect(throws: JSONError.self) { try JSONValue(parsing: Array(bytes[0..<length])) }
        }
        _ = try JSONValue(parsing: bytes)
    }
}
