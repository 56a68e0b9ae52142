/// A line that shows how far something is, redrawn in place on a terminal, and now and then as a
/// line of its own elsewhere.
struct ProgressBar {
    let label: String
    let total: Int
    let err: (String) -> Void
    let isInteractive: Bool
    private var shownPercent = -1
    private let width = 30

    init(_ label: String, total: Int, isInteractive: Bool, err: @escaping (String) -> Void) {
        self.label = label
        self.total = total
        self.isInteractive = isInteractive
        self.err = err
    }

    /// Draws when the percentage changed (elsewhere than on a terminal: every tenth).
    mutating func show(_ done: Int, _ note: String = "") {
        let percent = total == 0 ? 100 : done * 100 / total
        guard percent != shownPercent || isInteractive else { return }
        if !isInteractive && percent / 10 == shownPercent / 10 && shownPercent >= 0 { return }
        shownPercent = percent
        let filled = percent * width / 100
        let bar =
            String(repeating: "#", count: filled)
            + String(repeating: ".", count: width - filled)
        let text = "\(label) [\(bar)] \(percent)% \(done)/\(total)\(note.isEmpty ? "" : " ")\(note)"
        err(isInteractive ? "\r\u{1b}[2K\(text)" : "\(text)\n")
    }

    /// Ends the line on a terminal.
    func end() {
        if isInteractive { err("\n") }
    }
}
