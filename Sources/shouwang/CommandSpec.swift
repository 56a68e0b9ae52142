/// A value an option or argument takes.
enum ValueKind: Equatable, Sendable {
    case text
    /// A whole number in a range.
    case number(ClosedRange<Int>)
    case choice([String])
    /// A day such as `2026-03-05`.
    case day
}

/// One option of a command, such as `--lanes N`.
struct OptionSpec: Sendable {
    /// With its dashes.
    let name: String
    /// What stands for the value in help; `nil` for a flag, which takes none.
    let placeholder: String?
    let kind: ValueKind
    let about: String
    /// The configuration's setting it overrides, if it does.
    let setting: String?
    let isRepeatable: Bool

    static func flag(_ name: String, _ about: String) -> OptionSpec {
        OptionSpec(
            name: name, placeholder: nil, kind: .text, about: about, setting: nil,
            isRepeatable: false)
    }

    static func value(
        _ name: String, _ placeholder: String, _ about: String, kind: ValueKind = .text,
        setting: String? = nil, isRepeatable: Bool = false
    ) -> OptionSpec {
        OptionSpec(
            name: name, placeholder: placeholder, kind: kind, about: about, setting: setting,
            isRepeatable: isRepeatable)
    }
}

/// One positional argument of a command.
struct ArgumentSpec: Sendable {
    enum Count: Sendable {
        case one
        case optional
        case oneOrMore
        case any
    }

    let name: String
    let about: String
    let count: Count

    init(_ name: String, _ about: String, _ count: Count = .one) {
        self.name = name
        self.about = about
        self.count = count
    }

    /// As in the usage line: `<name>`, `[<name>]`, `<name>...`, `[<name>...]`.
    var usage: String {
        switch count {
        case .one: "<\(name)>"
        case .optional: "[<\(name)>]"
        case .oneOrMore: "<\(name)>..."
        case .any: "[<\(name)>...]"
        }
    }
}

/// One command: how it is called, what help says, and what it does.
struct CommandSpec: Sendable {
    struct Example: Sendable {
        let line: String
        let about: String
    }

    /// The words after `shouwang`, such as `topics apply`.
    let name: String
    /// One line for the list of commands.
    let about: String
    /// Further lines for its own help.
    let discussion: String
    let arguments: [ArgumentSpec]
    let options: [OptionSpec]
    let examples: [Example]
    /// True for what only other commands call: the list of commands leaves it out.
    var isInternal = false
    /// Answers the exit code: 0 done, 1 not (something was found or failed).
    let run: @Sendable (Invocation) throws -> Int32

    /// Options every command has.
    static let shared: [OptionSpec] = [
        .value("--config", "FILE", "the configuration file (default config/shouwang.yaml)"),
        .value(
            "--set", "KEY=VALUE", "override one setting of the configuration",
            isRepeatable: true),
        .flag("--print-config", "print the configuration in force, secrets masked, and end"),
        .flag("--help", "print this help and end"),
    ]
}

/// What stops a command before it is done.
enum CommandError: Error, Equatable {
    /// The command line is wrong: exit code 2, with a pointer to the help.
    case usage(String)
    /// It could not be done: exit code 1.
    case failed(String)
}
