import Households
import YAML

/// A command line, taken apart and checked against a command's specification.
struct ParsedArguments {
    /// Option name with dashes → its values in order; a flag has one empty value.
    var options: [String: [String]] = [:]
    var arguments: [String] = []

    func has(_ option: String) -> Bool { options[option] != nil }

    /// The last value given, as later words override earlier ones.
    func value(_ option: String) -> String? { options[option]?.last }

    /// A value checked to be a whole number when it was parsed.
    func number(_ option: String) -> Int? { value(option).flatMap(Int.init) }

    /// A value that must be a day, such as `2026-06-01`.
    func day(_ option: String) throws(CommandError) -> Day? {
        guard let text = value(option) else { return nil }
        guard let day = Day(iso: text) else {
            throw .usage("\(option): there is no day '\(text)'")
        }
        return day
    }

    /// An instant in milliseconds, from a value that is a day (its 00:00, or the next day's for
    /// `isEnd`) or an instant such as `2026-06-01T09:30:00+08:00`.
    func instant(_ option: String, isEnd: Bool = false) throws(CommandError) -> Int64? {
        guard let text = value(option) else { return nil }
        if let day = Day(iso: text) { return (isEnd ? day + 1 : day).start }
        guard let instant = InstantText.milliseconds(text) else {
            throw .usage(
                "\(option) expects a day such as 2026-03-05 or an instant such as "
                    + "2026-03-05T09:30:00+08:00, found '\(text)'")
        }
        return instant
    }
}

/// Takes command lines apart: `--name value`, `--name=value`, flags, positional arguments, `--`
/// to end the options. Unknown names are refused with the closest known one.
enum ArgumentParser {
    /// What a command line asks for.
    enum Request {
        case command(CommandSpec, ParsedArguments)
        /// Help on a command, or on a group or all of them when `nil`.
        case help(CommandSpec?)
        case version
    }

    static func parse(
        _ words: [String], _ commands: [CommandSpec]
    ) throws(CommandError) -> Request {
        guard let first = words.first, first != "--help", first != "-h" else { return .help(nil) }
        if first == "--version" { return .version }
        if first == "help" {
            let rest = Array(words.dropFirst())
            if rest.isEmpty { return .help(nil) }
            return .help(try find(rest, commands).command)
        }
        let (command, used) = try find(words, commands)
        let parsed = try parse(options: Array(words.dropFirst(used)), of: command)
        if parsed.has("--help") { return .help(command) }
        if !parsed.has("--print-config") {
            try check(count: parsed.arguments.count, of: command)
        }
        return .command(command, parsed)
    }

    /// The command the first words name, and how many words that took.
    private static func find(
        _ words: [String], _ commands: [CommandSpec]
    ) throws(CommandError) -> (command: CommandSpec, used: Int) {
        for command in commands {
            let name = command.name.split(separator: " ").map(String.init)
            if words.starts(with: name) { return (command, name.count) }
        }
        let group = commands.map(\.name).filter { $0.hasPrefix(words[0] + " ") }
        if !group.isEmpty {
            let known = group.map { String($0.dropFirst(words[0].count + 1)) }
            let list = known.joined(separator: ", ")
            guard words.count > 1, !words[1].hasPrefix("-") else {
                throw .usage("'\(words[0])' needs one of: \(list)")
            }
            throw .usage(
                "unknown command '\(words[0]) \(words[1])'\(hint(words[1], known)); "
                    + "known are \(list)")
        }
        let known = commands.filter { !$0.isInternal }.map { String($0.name.prefix { $0 != " " }) }
        throw .usage("unknown command '\(words[0])'\(hint(words[0], known))")
    }

    private static func parse(
        options words: [String], of command: CommandSpec
    ) throws(CommandError) -> ParsedArguments {
        let known = command.options + CommandSpec.shared
        var parsed = ParsedArguments()
        var rest = words[...]
        while let word = rest.popFirst() {
            if word == "--" {
                parsed.arguments += rest
                break
            }
            guard word.hasPrefix("-"), word != "-" else {
                parsed.arguments.append(word)
                continue
            }
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = parts[0] == "-h" ? "--help" : String(parts[0])
            guard let option = known.first(where: { $0.name == name }) else {
                throw .usage("unknown option '\(name)'\(hint(name, known.map(\.name)))")
            }
            guard option.placeholder != nil else {
                guard parts.count == 1 else { throw .usage("\(name) takes no value") }
                parsed.options[name] = [""]
                continue
            }
            guard let value = parts.count == 2 ? String(parts[1]) : rest.popFirst() else {
                throw .usage("\(name) needs a value: \(option.placeholder ?? "")")
            }
            try check(value, option.kind, name)
            if parsed.options[name] != nil && !option.isRepeatable {
                throw .usage("\(name) stands twice")
            }
            parsed.options[name, default: []].append(value)
        }
        return parsed
    }

    static func check(_ value: String, _ kind: ValueKind, _ name: String) throws(CommandError) {
        switch kind {
        case .text:
            break
        case .number(let range):
            guard let number = Int(value), range.contains(number) else {
                throw .usage(
                    "\(name) expects a whole number from \(range.lowerBound) to "
                        + "\(range.upperBound), found '\(value)'")
            }
        case .choice(let values):
            guard values.contains(value) else {
                throw .usage(
                    "\(name) expects one of \(values.joined(separator: ", ")), found '\(value)'"
                        + hint(value, values))
            }
        case .day:
            let parts = value.split(separator: "-", omittingEmptySubsequences: false)
            guard parts.map(\.count) == [4, 2, 2], parts.allSatisfy({ Int($0) != nil }) else {
                throw .usage("\(name) expects a day such as 2026-03-05, found '\(value)'")
            }
        }
    }

    private static func check(count: Int, of command: CommandSpec) throws(CommandError) {
        let least = command.arguments.count { $0.count == .one || $0.count == .oneOrMore }
        if count < least {
            throw .usage("'\(command.name)' needs \(command.arguments[count].usage)")
        }
        let isOpen = command.arguments.contains { $0.count == .oneOrMore || $0.count == .any }
        if count > command.arguments.count && !isOpen {
            throw .usage("'\(command.name)' takes at most \(command.arguments.count) argument(s)")
        }
    }

    private static func hint(_ word: String, _ known: [String]) -> String {
        Spelling.closest(to: word, in: known).map { "; did you mean '\($0)'?" } ?? ""
    }
}
