/// Writes help from the commands' specifications; nothing about options is written twice.
enum HelpText {
    /// The list of commands.
    static func overview(_ commands: [CommandSpec]) -> String {
        var text = """
            shouwang (守望): watches over rural households so that none falls back into poverty \
            unseen.

            usage: shouwang <command> [options]

            commands:

            """
        let listed = commands.filter { !$0.isInternal }
        let width = listed.map(\.name.count).max() ?? 0
        for command in listed {
            text += "  \(pad(command.name, width))  \(command.about)\n"
        }
        text += """

            Settings come from config/shouwang.yaml, then environment variables (SHOUWANG_...),
            then options; `shouwang check --print-config` shows those in force and their origin.
            Exit codes: 0 done, 1 failed or found something, 2 wrong command line.
            `shouwang help <command>` says more.

            """
        return text
    }

    /// Help on one command.
    static func command(_ command: CommandSpec) -> String {
        let arguments = command.arguments.map { " " + $0.usage }.joined()
        var text = "\(command.about)\n\nusage: shouwang \(command.name)\(arguments) [options]\n"
        if !command.discussion.isEmpty { text += "\n\(command.discussion)\n" }
        if !command.arguments.isEmpty {
            text += "\narguments:\n"
            text += table(command.arguments.map { ("<\($0.name)>", $0.about) })
        }
        text += "\noptions:\n"
        text += table(
            (command.options + CommandSpec.shared).map { option in
                let name = option.placeholder.map { "\(option.name) \($0)" } ?? option.name
                var about = option.about
                if case .choice(let values) = option.kind {
                    about += ": " + values.joined(separator: ", ")
                }
                if let setting = option.setting { about += " (setting \(setting))" }
                return (name, about)
            })
        if !command.examples.isEmpty {
            text += "\nexamples:\n"
            for example in command.examples {
                text += "  \(example.line)\n      \(example.about)\n"
            }
        }
        return text
    }

    private static func table(_ rows: [(String, String)]) -> String {
        let width = min(28, rows.map(\.0.count).max() ?? 0)
        var text = ""
        for (name, about) in rows {
            let lines = wrap(about, 96 - width - 4)
            if name.count > width {
                text += "  \(name)\n"
                for line in lines { text += "  \(pad("", width))  \(line)\n" }
            } else {
                for (index, line) in lines.enumerated() {
                    text += "  \(pad(index == 0 ? name : "", width))  \(line)\n"
                }
            }
        }
        return text
    }

    private static func wrap(_ text: String, _ width: Int) -> [String] {
        var lines = [""]
        for word in text.split(separator: " ") {
            let last = lines[lines.count - 1]
            if !last.isEmpty && last.count + 1 + word.count > width {
                lines.append(String(word))
            } else {
                lines[lines.count - 1] = last.isEmpty ? String(word) : "\(last) \(word)"
            }
        }
        return lines
    }

    static func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
