/// Reads comma-separated values (RFC 4180): quotes around cells with commas, quotes or line ends,
/// any line ending, an optional byte order mark. Cells are trimmed of spaces outside quotes.
enum CSVReader {
    struct Row: Equatable {
        /// 1-based line of the file it begins on.
        let line: Int
        let cells: [String]
    }

    /// All rows with anything in them. Throws on a quote that is not closed.
    static func rows(of text: String, file: String) throws(CommandError) -> [Row] {
        var rows: [Row] = []
        var cells: [String] = []
        var cell = ""
        var isQuoted = false
        var wasQuoted = false
        var line = 1
        var rowLine = 1
        func endCell() {
            cells.append(wasQuoted ? cell : trimmed(cell))
            cell = ""
            wasQuoted = false
        }
        func endRow() {
            endCell()
            if cells.contains(where: { !$0.isEmpty }) {
                rows.append(Row(line: rowLine, cells: cells))
            }
            cells = []
        }
        var characters = Array(text.unicodeScalars)[...]
        if characters.first == "\u{feff}" { characters.removeFirst() }
        while let character = characters.popFirst() {
            if isQuoted {
                if character == "\"" {
                    if characters.first == "\"" {
                        cell.unicodeScalars.append(character)
                        characters.removeFirst()
                    } else {
                        isQuoted = false
                    }
                } else {
                    if character == "\n" { line += 1 }
                    cell.unicodeScalars.append(character)
                }
                continue
            }
            switch character {
            case "\"" where trimmed(cell).isEmpty && !wasQuoted:
                cell = ""
                isQuoted = true
                wasQuoted = true
            case ",":
                endCell()
            case "\r", "\n":
                if character == "\r", characters.first == "\n" { characters.removeFirst() }
                endRow()
                line += 1
                rowLine = line
            default:
                if !(wasQuoted && character == " ") { cell.unicodeScalars.append(character) }
            }
        }
        guard !isQuoted else {
            throw .failed("\(file):\(rowLine): a quote is opened and never closed")
        }
        if !cell.isEmpty || !cells.isEmpty || wasQuoted { endRow() }
        return rows
    }

    private static func trimmed(_ text: String) -> String {
        var rest = text[...]
        while let first = rest.first, first == " " || first == "\t" { rest.removeFirst() }
        while let last = rest.last, last == " " || last == "\t" { rest.removeLast() }
        return String(rest)
    }
}
