import Foundation
import StreamsTesting
import Workers

/// The pipelines with the eighteen rules of formats, section 6, alone: what was worked out by hand
/// before the others stood must not change when one more is added.
enum EighteenRules {
    private static let ids: Set<String> = [
        "MED-01", "MED-02", "MED-04", "MED-06", "MED-07", "MED-09", "EDU-01", "EDU-02", "EMP-01",
        "EMP-08", "DSR-01", "DSR-02", "DSR-03", "HSG-01", "WTR-01", "INC-01", "INC-03", "INC-04",
    ]

    /// A copy of the pipelines' folder; the caller removes it.
    static func pipelines() throws -> String {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("shouwang-eighteen-\(UUID().uuidString)").path
        try FileManager.default.copyItem(
            atPath: "\(SourceTree.root)/Pipelines", toPath: folder)
        for name in FileBytes.names(in: "\(folder)/monitor") where name.hasSuffix(".rules.yaml") {
            let file = "\(folder)/monitor/\(name)"
            let kept = only(try String(contentsOfFile: file, encoding: .utf8))
            if kept.contains("- id:") {
                try kept.write(toFile: file, atomically: false, encoding: .utf8)
            } else {
                try FileManager.default.removeItem(atPath: file)
            }
        }
        // A delivered measure is a record of the monitor's since the self-audit; no rule of these
        // eighteen asks for it.
        try edit("\(folder)/fieldwork/events.yaml") {
            $0.replacingOccurrences(of: "    fact: fieldwork.delivered\n", with: "")
        }
        // Nor were the decisions on a case, and what is due to a monitored household, there.
        try edit("\(folder)/casework/process.yaml") {
            $0.components(separatedBy: "# From the clue to the county's decision")[0]
        }
        return folder
    }

    private static func edit(_ file: String, _ change: (String) -> String) throws {
        let text = try String(contentsOfFile: file, encoding: .utf8)
        let changed = change(text)
        precondition(changed != text, "\(file) is not what it was")
        try changed.write(toFile: file, atomically: false, encoding: .utf8)
    }

    /// A rule file's lines without those of other rules, and without them in `supersedes`.
    private static func only(_ text: String) -> String {
        var isKept = true
        var lines: [String] = []
        for line in text.components(separatedBy: "\n") {
            if line.hasPrefix("  - id: ") { isKept = ids.contains(String(line.dropFirst(8))) }
            guard isKept else { continue }
            if let list = line.wholeMatch(of: #/    supersedes: \[(.*)\]/#)?.1 {
                let known = list.split(separator: ", ").filter { ids.contains(String($0)) }
                lines.append("    supersedes: [\(known.joined(separator: ", "))]")
            } else {
                lines.append(line)
            }
        }
        return lines.joined(separator: "\n")
    }
}
