import JSON
import Testing

@Suite struct JSONValueTests {
    @Test func `a value is read and asked by name`() throws {
        let value = try JSONValue(
            parsing: #"{"n": 1250.50, "i": -7, "s": "x", "t": true, "a": [1, "b"], "z": null}"#)
        #expect(value["n"]?.numberText == "1250.50")
        #expect(value["n"]?.int64 == nil)
        #expect(value["i"]?.int64 == -7)
        #expect(value["s"]?.stringValue == "x")
        #expect(value["t"]?.boolValue == true)
        #expect(value["a"]?[1] == .string("b"))
        #expect(value["a"]?[2] == nil)
        #expect(value["z"]?.isNull == true)
        #expect(value["absent"] == nil)
        #expect(value["a"]?.arrayValue?.count == 2)
        #expect(value.objectValue?.map(\.name) == ["n", "i", "s", "t", "a", "z"])
    }

    @Test func `whole numbers are exact to 64 bits and refused beyond`() throws {
        #expect(try JSONValue(parsing: "9223372036854775807").int64 == .max)
        #expect(try JSONValue(parsing: "9223372036854775808").int64 == nil)
        #expect(try JSONValue(parsing: "9007199254740993").int64 == 9_007_199_254_740_993)
        #expect(try JSONValue(parsing: "1e2").int64 == nil)
    }

    @Test func `what is written is what was read`() throws {
        for text in [
            #"{"a":[1,2.50,-0,1E+2],"b":{"c":null},"d":"\"\\\n\t\u0001é😀","e":[],"f":{}}"#,
            "\"\"", "true", "[[],[[]]]",
        ] {
            let value = try JSONValue(parsing: text)
            #expect(value.description == text)
            #expect(try JSONValue(parsing: value.bytes) == value)
        }
    }

    @Test func `order and number text count when comparing`() throws {
        #expect(try JSONValue(parsing: "[1]") != JSONValue(parsing: "[1.0]"))
        #expect(
            try JSONValue(parsing: #"{"a":1,"b":2}"#) != JSONValue(parsing: #"{"b":2,"a":1}"#))
        // Two spellings of é are one Character and two texts.
        #expect(try JSONValue(parsing: "\"\u{e9}\"") != JSONValue(parsing: "\"e\u{301}\""))
    }

    @Test func `every control character is escaped and read back`() throws {
        let text = String(String.UnicodeScalarView((0..<0x80).compactMap(Unicode.Scalar.init)))
        var writer = JSONWriter()
        writer.string(text)
        #expect(try JSONValue(parsing: writer.bytes) == .string(text))
    }

    @Test func `the writer sets commas at every level`() throws {
        var bytes: [UInt8] = Array("prefix ".utf8)
        JSONWriter.write(into: &bytes) { writer in
            writer.beginObject()
            writer.field("a", 1)
            writer.field("b", zh: "户", en: "household")
            writer.name("c")
            writer.beginArray()
            writer.integer(Int64.min)
            writer.bool(false)
            writer.null()
            writer.beginArray()
            writer.endArray()
            writer.raw("1.50".utf8)
            writer.endArray()
            writer.field("d", true)
            writer.endObject()
        }
        let expected = #"prefix {"a":1,"b":{"zh":"户","en":"household"},"#
            + #""c":[-9223372036854775808,false,null,[],1.50],"d":true}"#
        #expect(String(decoding: bytes, as: UTF8.self) == expected)
    }
}
