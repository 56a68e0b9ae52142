import Testing

@testable import shouwang

@Suite struct ArgumentParserTests {
    private static let commands = [
        CommandSpec(
            name: "run", about: "", discussion: "",
            arguments: [.init("pipeline", "", .oneOrMore)],
            options: [
                .value("--lanes", "N", "", kind: .number(1...64)),
                .value("--mode", "M", "", kind: .choice(["wall", "records"])),
                .value("--until", "DATE", "", kind: .day),
                .value("--tag", "T", "", isRepeatable: true), .flag("--quiet", ""),
            ], examples: [], run: { _ in 0 }),
        CommandSpec(
            name: "topics apply", about: "", discussion: "", arguments: [], options: [],
            examples: [], run: { _ in 0 }),
    ]

    private func parse(_ line: String) throws -> (String, ParsedArguments) {
        let words = line.split(separator: " ").map(String.init)
        switch try ArgumentParser.parse(words, Self.commands) {
        case .command(let command, let arguments): return (command.name, arguments)
        case .help: return ("help", ParsedArguments())
        case .version: return ("version", ParsedArguments())
        }
    }

    private func refusal(_ line: String) -> String {
        do {
            _ = try parse(line)
            return "accepted"
        } catch CommandError.usage(let text) {
            return text
        } catch {
            return "\(error)"
        }
    }

    @Test func `options take values after a space or an equals sign`() throws {
        for line in ["run a --lanes 3 b", "run --lanes=3 a b", "run a b --lanes 3"] {
            let (name, arguments) = try parse(line)
            #expect(name == "run")
            #expect(arguments.number("--lanes") == 3)
            #expect(arguments.arguments == ["a", "b"])
        }
    }

    @Test func `two dashes end the options`() throws {
        let (_, arguments) = try parse("run --quiet -- --lanes x")
        #expect(arguments.arguments == ["--lanes", "x"])
        #expect(arguments.has("--quiet"))
    }

    @Test func `a repeatable option keeps all its values in order`() throws {
        let (_, arguments) = try parse("run a --tag x --tag=y=z")
        #expect(arguments.options["--tag"] == ["x", "y=z"])
        #expect(refusal("run a --lanes 1 --lanes 2") == "--lanes stands twice")
    }

    @Test func `commands may have two words`() throws {
        #expect(try parse("topics apply").0 == "topics apply")
        #expect(refusal("topics").contains("needs one of: apply"))
        #expect(refusal("topics aply").contains("did you mean 'apply'?"))
    }

    @Test(arguments: [
        ("run a --lane 3", "unknown option '--lane'; did you mean '--lanes'?"),
        ("rum a", "unknown command 'rum'; did you mean 'run'?"),
        ("run", "'run' needs <pipeline>..."),
        ("run a --lanes", "--lanes needs a value: N"),
        ("run a --lanes 0", "--lanes expects a whole number from 1 to 64, found '0'"),
        ("run a --lanes many", "--lanes expects a whole number from 1 to 64, found 'many'"),
        (
            "run a --mode recrods",
            "--mode expects one of wall, records, found 'recrods'; did you mean 'records'?"
        ),
        ("run a --until 5.3.2026", "--until expects a day such as 2026-03-05, found '5.3.2026'"),
        ("run a --quiet=yes", "--quiet takes no value"),
        ("topics apply x", "'topics apply' takes at most 0 argument(s)"),
    ])
    func `a wrong line is refused with what was expected`(line: String, expected: String) {
        #expect(refusal(line) == expected)
    }
}
