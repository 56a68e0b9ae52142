import Workers
import YAML

/// The settings in force: defaults < file < environment < options, each with where it came from.
struct Configuration {
    struct Entry: Equatable {
        var value: String
        /// Such as `config/shouwang.yaml:4` or `environment`, for people.
        var origin: String
    }

    private(set) var entries: [String: Entry] = [:]

    /// Reads all sources. `file` is the one asked for; without it the standard file is read where
    /// it is there. Nothing that looks like ours is ignored silently: unknown keys, unknown
    /// `SHOUWANG_` variables and values of another form are errors.
    static func load(
        file: String?, environment: [String: String], options: [(key: String, value: String)]
    ) throws(CommandError) -> Configuration {
        var configuration = Configuration()
        for setting in Setting.all {
            if let standard = setting.standard {
                configuration.entries[setting.key] = Entry(value: standard, origin: "default")
            }
        }
        let asked = file ?? environment["SHOUWANG_CONFIG"]
        let path = asked ?? "config/shouwang.yaml"
        if asked != nil || FileBytes.read(path) != nil {
            do throws(YAMLError) {
                try configuration.read(try YAMLNode.parse(file: path), prefix: "")
            } catch {
                throw .failed("\(error)")
            }
        }
        try configuration.read(environment)
        for option in options {
            try configuration.set(option.key, option.value, origin: "option")
        }
        return configuration
    }

    private mutating func read(_ node: YAMLNode, prefix: String) throws(YAMLError) {
        for entry in try node.mapping().entries {
            let name = try entry.key.string()
            let key = prefix + name
            let isOpen = Setting.openGroups.contains(prefix.dropLast().description)
            if Setting.named(key) != nil || isOpen {
                let value = try entry.value.string()
                do throws(CommandError) {
                    try set(key, value, origin: "\(entry.key.file):\(entry.key.line)")
                } catch {
                    guard case .usage(let text) = error else { continue }
                    throw entry.value.error(text)
                }
            } else if Configuration.groups.contains(key) {
                if !entry.value.isNull { try read(entry.value, prefix: key + ".") }
            } else {
                let known = Configuration.groups + Setting.all.map(\.key)
                let closest = Spelling.closest(to: key, in: known)
                throw entry.key.error(
                    "unknown setting '\(key)'" + (closest.map { "; did you mean '\($0)'?" } ?? ""))
            }
        }
    }

    /// Every dotted prefix of a setting.
    private static let groups: [String] = {
        var groups = Setting.openGroups
        for setting in Setting.all {
            let parts = setting.key.split(separator: ".")
            for count in 1..<max(1, parts.count) {
                let group = parts.prefix(count).joined(separator: ".")
                if !groups.contains(group) { groups.append(group) }
            }
        }
        return groups
    }()

    private mutating func read(_ environment: [String: String]) throws(CommandError) {
        for (name, value) in environment.sorted(by: { $0.key < $1.key })
        where name.hasPrefix("SHOUWANG_") && name != "SHOUWANG_CONFIG" {
            guard let setting = Setting.all.first(where: { $0.environment == name }) else {
                let known = Setting.all.map(\.environment) + ["SHOUWANG_CONFIG"]
                let closest = Spelling.closest(to: name, in: known)
                throw .failed(
                    "unknown environment variable \(name)"
                        + (closest.map { "; did you mean \($0)?" } ?? ""))
            }
            try set(setting.key, value, origin: name)
        }
    }

    private mutating func set(
        _ key: String, _ value: String, origin: String
    ) throws(CommandError) {
        if let setting = Setting.named(key) {
            do throws(CommandError) {
                try ArgumentParser.check(value, setting.kind, key)
            } catch {
                // The value of a secret stays out of messages.
                throw setting.isSecret ? .usage("\(key) has another form than expected") : error
            }
        } else if key.hasPrefix("partitions.") {
            try ArgumentParser.check(value, .number(1...10_000), key)
        } else if !key.hasPrefix("kafka.settings.") {
            let known = Setting.all.map(\.key)
            let closest = Spelling.closest(to: key, in: known)
            throw .usage(
                "unknown setting '\(key)'" + (closest.map { "; did you mean '\($0)'?" } ?? ""))
        }
        entries[key] = Entry(value: value, origin: origin)
    }

    /// The value of a setting; `nil` when it has none.
    func text(_ key: String) -> String? { entries[key]?.value }

    /// The value of a setting that has a default.
    func required(_ key: String) throws(CommandError) -> String {
        guard let value = text(key) else { throw .failed("the setting \(key) is missing") }
        return value
    }

    /// The value of a numeric setting, checked when it was read.
    func number(_ key: String) -> Int? { text(key).flatMap(Int.init) }

    /// The settings below an open group, by name.
    func group(_ name: String) -> [(name: String, value: String)] {
        entries.filter { $0.key.hasPrefix(name + ".") }.sorted { $0.key < $1.key }
            .map { (String($0.key.dropFirst(name.count + 1)), $0.value.value) }
    }

    /// All settings, one a line, secrets masked, with where each came from.
    var printed: String {
        let open = entries.keys.filter { Setting.named($0) == nil }.sorted()
        let keys = Setting.all.map(\.key) + open
        let rows = keys.map { key -> (String, String) in
            guard let entry = entries[key] else { return ("\(key):", "# not set") }
            let value = Setting.isSecret(key) ? "********" : entry.value
            return ("\(key): \(value)", "# \(entry.origin)")
        }
        let width = rows.map(\.0.count).max() ?? 0
        return rows.map { "\(HelpText.pad($0.0, width))  \($0.1)\n" }.joined()
    }
}
