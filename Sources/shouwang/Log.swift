import Households
import Kafka

/// Log lines for people and machines alike: instant, level, message, then `name=value` pairs. No
/// personal data comes this way.
struct Log: Sendable {
    let least: LogLevel

    init(_ configuration: Configuration) throws(CommandError) {
        least = Clients.level(try configuration.required("log.level"))
    }

    func write(_ level: LogLevel, _ message: String, _ fields: [(String, String)]) {
        guard level <= least else { return }
        Terminal.error(Log.line(Clock.now(), level, message, fields))
    }

    static func line(
        _ now: Int64, _ level: LogLevel, _ message: String, _ fields: [(String, String)]
    ) -> String {
        var line = "\(InstantText.text(now)) \(level) \(quoted(message))"
        for (name, value) in fields { line += " \(name)=\(quoted(value))" }
        return line + "\n"
    }

    /// Quotes what holds spaces or quotes; line ends never break a line in two.
    private static func quoted(_ text: String) -> String {
        let flat = text.replacing("\n", with: "\\n")
        guard flat.contains(where: { $0 == " " || $0 == "\"" || $0 == "=" }) || flat.isEmpty else {
            return flat
        }
        return "\"" + flat.replacing("\"", with: "\\\"") + "\""
    }
}
