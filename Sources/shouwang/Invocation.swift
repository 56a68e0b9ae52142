import Kafka

/// One run of a command: its arguments, the settings in force, and where words go.
struct Invocation {
    let arguments: ParsedArguments
    let configuration: Configuration
    /// Standard output, and standard error for progress and complaints; a line at a time.
    let out: (String) -> Void
    let err: (String) -> Void
}

/// From words to exit code: parses, loads the configuration, runs, prints what went wrong.
enum CommandLineProgram {
    static let version = "0.1.0"

    static func run(
        _ words: [String], commands: [CommandSpec], environment: [String: String],
        out: @escaping (String) -> Void, err: @escaping (String) -> Void
    ) -> Int32 {
        var servers: String?
        do {
            switch try ArgumentParser.parse(words, commands) {
            case .help(nil):
                out(HelpText.overview(commands))
                return 0
            case .help(let command?):
                out(HelpText.command(command))
                return 0
            case .version:
                out("shouwang \(version)\n")
                return 0
            case .command(let command, let arguments):
                let configuration = try Configuration.load(
                    file: arguments.value("--config"), environment: environment,
                    options: try overrides(arguments, command))
                servers = configuration.entries["kafka.servers"]?.value
                if arguments.has("--print-config") {
                    out(configuration.printed)
                    return 0
                }
                return try command.run(
                    Invocation(
                        arguments: arguments, configuration: configuration, out: out, err: err))
            }
        } catch CommandError.usage(let text) {
            err("shouwang: \(text)\nshouwang: see 'shouwang --help'\n")
            return 2
        } catch CommandError.failed(let text) {
            err("shouwang: \(text)\n")
            return 1
        } catch let error as KafkaError where error.code.isAbsence {
            err(absent(servers ?? "", error))
            return 1
        } catch {
            err("shouwang: \(error)\n")
            return 1
        }
    }

    /// No broker answers: what that means and what to do.
    private static func absent(_ servers: String, _ error: KafkaError) -> String {
        """
        shouwang: no broker answers at \(servers) (\(error))
          Is it running, and is this its address? 'scripts/broker start' starts one on this machine;
          --servers HOST:PORT, or kafka.servers in the configuration, names another.
          \(servers) 没有消息服务器应答：请确认已启动（scripts/broker start），或用 --servers 指明地址。

        """
    }

    /// What options say about settings: `--set` first, then the options of their own.
    private static func overrides(
        _ arguments: ParsedArguments, _ command: CommandSpec
    ) throws(CommandError) -> [(key: String, value: String)] {
        var overrides: [(key: String, value: String)] = []
        for word in arguments.options["--set"] ?? [] {
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty else {
                throw .usage("--set expects KEY=VALUE, found '\(word)'")
            }
            overrides.append((String(parts[0]), String(parts[1])))
        }
        for option in command.options {
            if let setting = option.setting, let value = arguments.value(option.name) {
                overrides.append((setting, value))
            }
        }
        return overrides
    }
}

extension KafkaError.Code {
    /// No broker was reached at all.
    fileprivate var isAbsence: Bool {
        [.transport, .timedOut, .allBrokersDown, .unresolved].contains(self)
    }

    /// The broker's name is known to nobody.
    private static let unresolved = KafkaError.Code(rawValue: -193)
}
