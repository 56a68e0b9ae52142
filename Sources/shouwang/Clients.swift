import Kafka

/// Makes Kafka clients' settings from the configuration.
enum Clients {
    static func settings(
        _ configuration: Configuration, clientID: String = "shouwang"
    ) throws(CommandError) -> ClientSettings {
        let least = level(try configuration.required("log.level"))
        return ClientSettings(
            bootstrapServers: try configuration.required("kafka.servers"), clientID: clientID,
            extra: configuration.group("kafka.settings"),
            log: { level, facility, message in
                guard level <= least else { return }
                Terminal.error("kafka: \(facility): \(message)\n")
            })
    }

    static func level(_ word: String) -> LogLevel {
        switch word {
        case "debug": .debug
        case "info": .info
        case "warning": .warning
        case "error": .error
        default: .notice
        }
    }
}
