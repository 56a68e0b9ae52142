/// A table of text for a terminal: columns as wide as their widest cell. Chinese characters take
/// two places.
package struct Table {
    private var rows: [[String]]
    private let isNumeric: [Bool]

    /// Headings that start with `#` make numeric columns, aligned to the right.
    package init(_ headings: [String]) {
        isNumeric = headings.map { $0.hasPrefix("#") }
        rows = [headings.map { $0.hasPrefix("#") ? String($0.dropFirst()) : $0 }]
    }

    /// Adds a row, a cell for each heading.
    package mutating func add(_ cells: [String]) {
        rows.append(cells)
    }

    /// True while it has no rows but its headings.
    package var isEmpty: Bool { rows.count == 1 }

    /// The rows, a line each.
    package var text: String {
        let widths = isNumeric.indices.map { column in
            rows.map { Table.width($0[column]) }.max() ?? 0
        }
        return rows.map { row in
            var line = ""
            for (column, cell) in row.enumerated() {
                let padding = String(repeating: " ", count: widths[column] - Table.width(cell))
                line += isNumeric[column] ? padding + cell : cell + padding
                line += "  "
            }
            while line.last == " " { line.removeLast() }
            return line + "\n"
        }.joined()
    }

    /// Places a text takes in a terminal.
    package static func width(_ text: String) -> Int {
        text.unicodeScalars.reduce(0) { width, scalar in
            let isWide =
                (0x1100...0x115f).contains(scalar.value) || (0x2e80...0xa4cf).contains(scalar.value)
                || (0xac00...0xd7a3).contains(scalar.value)
                || (0xf900...0xfaff).contains(scalar.value)
                || (0xfe30...0xfe6f).contains(scalar.value)
                || (0xff00...0xff60).contains(scalar.value)
                || (0x20000...0x3fffd).contains(scalar.value)
            return width + (isWide ? 2 : 1)
        }
    }
}
