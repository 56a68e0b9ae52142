import Testing

@testable import Expressions

@Suite struct EvaluationTests {
    let world = TestWorld()

    @Test(arguments: [
        "[1, 2, 3].exists(i, v, i == 2 && v == 3)",
        "{'a': 1}.all(k, v, k == 'a' && v == 1)",
        "[3, 4].transformList(i, v, i + v) == [3, 5]",
        "{'a': 1, 'b': 2}.transformMap(k, v, v > 1, v * 10) == {'b': 20}",
        "[1, 2].transformMapEntry(i, v, {v: i}) == {1: 0, 2: 1}",
        "[1, 2, 3, 4].map(x, x % 2 == 0, x * 10) == [20, 40]",
        "cel.bind(x, line * 2, x + x) == line * 4",
        "optional.of(1).hasValue() && !optional.none().hasValue()",
        "{'a': 1}[?'b'].orValue(7) == 7 && {'a': 1}.?a.value() == 1",
        "[?optional.none(), 2] == [2]",
        "optional.of(3).optMap(x, x + 1).value() == 4",
        "[1, 2][?5].or(optional.of(9)).value() == 9",
    ])
    func `macros and optionals`(_ text: String) throws {
        #expect(try world.bool(text))
    }

    @Test(arguments: [
        "math.greatest(1, 2.5, 2u) == 2.5 && math.least([3, 1, 2]) == 1",
        "math.round(-1.5) == -2.0 && math.abs(-3) == 3 && math.sqrt(9) == 3.0",
        "math.bitShiftRight(-1024, 3) == 2305843009213693824",
        "'三河县'.substring(1) == '河县' && '三河县'.indexOf('县') == 2",
        "'aaaa'.lastIndexOf('aa') == 2 && 'aaaa'.lastIndexOf('aa', 1) == 1",
        "'ab'.replace('', '-') == '-a-b-' && 'a,b,c'.split(',', 2) == ['a', 'b,c']",
        "['x', 'y'].join('-') == 'x-y' && ' x '.trim() == 'x' && 'ab'.reverse() == 'ba'",
        "'%s %d %.2f %x'.format([['a', 1.5], 2, 2.0, 255]) == '[a, 1.5] 2 2.00 ff'",
        "base64.encode(b'\\xff\\x00a') == '/wBh' && base64.encode(b'') == ''",
        "base64.decode('/wBh') == b'\\xff\\x00a' && base64.decode('aGk') == b'hi'",
    ])
    func `the extensions for numbers and texts`(_ text: String) throws {
        #expect(try world.bool(text))
    }

    @Test(arguments: [
        ("9223372036854775807 + line", EvaluationError.Kind.overflow),
        ("line / (line - line)", .divisionByZero),
        ("line % (line - line)", .modulusByZero),
        ("members[2]", .indexOutOfRange),
        ("members[-1]", .indexOutOfRange),
        ("{'a': line}['b']", .noSuchKey),
        ("{'a': line, 'a': 2}", .duplicateKey),
        ("{1: line, 1u: 2}", .duplicateKey),
        ("{[1]: line}", .unsupportedKey),
        ("int('x' + string(line))", .invalidConversion),
        ("timestamp(line).getHours('Nowhere/Here')", .unknownTimeZone),
        ("dyn(line) + 'x'", .noMatchingOverload),
        ("[line].map(x, x / 0)", .divisionByZero),
        ("line > 0 ? optional.none().value() : 1", .emptyOptional),
        ("'a'.matches('(' + string(line))", .invalidPattern),
        ("'abc'.substring(line)", .indexOutOfRange), ("'%d'.format([low])", .invalidArgument),
        ("base64.decode('a')", .invalidConversion), ("base64.decode('*:*=')", .invalidConversion),
        ("math.greatest([])", .invalidArgument), ("math.abs(-9223372036854775808)", .overflow),
    ])
    func `an error has its kind`(_ text: String, _ kind: EvaluationError.Kind) throws {
        #expect(try world.failure(text) == kind)
    }

    @Test func `an error knows its place`() throws {
        let program = try world.environment.compile("line > 3 && line / (line - line) > 1")
        do {
            _ = try program.evaluate(world.context)
            Issue.record("evaluated")
        } catch {
            #expect(error.offset == 17)
        }
    }

    @Test(arguments: [
        ("1e21", "1e+21"), ("123456789.0", "123456789"), ("0.1", "0.1"), ("1.0", "1"),
        ("-4.5e-3", "-0.0045"), ("1e-7", "1e-07"), ("1.5e300", "1.5e+300"), ("0.0", "0"),
        ("100.0 / 3.0", "33.333333333333336"), ("1e20", "100000000000000000000"),
    ])
    func `a double's text gives the double back`(_ text: String, _ shown: String) throws {
        #expect(try world.bool("string(\(text)) == '\(shown)'"))
        #expect(try world.bool("double(string(\(text))) == \(text)"))
    }

    @Test(arguments: [
        "duration('1h30m') == duration('5400s')", "duration('-1.5h') == duration('-90m')",
        "duration('1h34us') == duration('3600.000034s')", "string(duration('1m1ms')) == '60.001s'",
        "string(duration('-0.5s')) == '-0.5s'", "duration('0') == duration('0s')",
        "timestamp('2024-02-29T00:00:00+08:00') == timestamp('2024-02-28T16:00:00Z')",
        "timestamp('2026-06-15T16:30:00Z').getDate('Asia/Shanghai') == 16",
        "timestamp('2024-12-31T00:00:00Z').getDayOfYear() == 365",
        "string(timestamp('0001-01-01T00:00:00.5Z')) == '0001-01-01T00:00:00.5Z'",
        "timestamp('1600-02-29T12:00:00Z') < timestamp('1600-03-01T00:00:00Z')",
        "duration('1.234s').getMilliseconds() == 234",
    ])
    func `times`(_ text: String) throws {
        #expect(try world.bool(text))
    }

    @Test(arguments: [
        "timestamp('2023-02-29T00:00:00Z')", "timestamp('2023-01-01')",
        "timestamp('2023-01-01T24:00:00Z')", "timestamp('2023-01-01T00:00:00')",
        "duration('1')", "duration('1d')", "duration('')", "duration('-')", "duration('1h-1m')",
    ])
    func `texts that are no times are refused`(_ text: String) throws {
        #expect(try world.failure(text) == .invalidConversion)
    }
}
