/// Reads comma-separated values as RFC 4180 has them: UTF-8 with or without a byte order mark,
/// rows ended by CRLF or LF, cells in double quotes where they hold commas, quotes (doubled) or
/// line ends. Spaces around cells outside quotes are no part of them; rows without any text are
/// skipped. Reads one row after the other from bytes in memory.
package struct CSVReader {
    /// What is wrong, and on which line (1-based) of the file.
    package struct Failure: Error, Equatable, Sendable {
        package let line: Int
        /// What was expected, never what was found.
        package let message: String

        package init(line: Int, message: String) {
            self.line = line
            self.message = message
        }
    }

    /// Bounds on one row.
    package enum Limits {
        package static let cells = 1_000
        package static let rowBytes = 1 << 20
    }

    private let bytes: [UInt8]
    private var position = 0
    private var line = 1
    /// The line the latest row began on.
    package private(set) var rowLine = 0

    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
        if bytes.starts(with: [0xef, 0xbb, 0xbf]) { position = 3 }
    }

    /// How many bytes of the file are read: for a progress bar.
    package var offset: Int { position }

    /// The next row's cells; `nil` at the end.
    package mutating func next() throws(Failure) -> [String]? {
        while position < bytes.count {
            rowLine = line
            let start = position
            var cells: [String] = []
            repeat {
                cells.append(try cell())
                guard cells.count <= Limits.cells, position - start <= Limits.rowBytes else {
                    throw Failure(
                        line: rowLine,
                        message: "expected at most \(Limits.cells) cells and "
                            + "\(Limits.rowBytes) bytes a row")
                }
            } while takes(0x2c)
            endRow()
            if cells.contains(where: { !$0.isEmpty }) { return cells }
        }
        return nil
    }

    private mutating func takes(_ byte: UInt8) -> Bool {
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    private mutating func endRow() {
        if takes(0x0d) {
            _ = takes(0x0a)
            line += 1
        } else if takes(0x0a) {
            line += 1
        }
    }

    private mutating func cell() throws(Failure) -> String {
        skipSpaces()
        if takes(0x22) { return try quoted() }
        let start = position
        var end = start
        while position < bytes.count, ![0x2c, 0x0a, 0x0d].contains(bytes[position]) {
            guard bytes[position] != 0x22 else {
                throw Failure(line: line, message: "expected quotes only around a whole cell")
            }
            position += 1
            if bytes[position - 1] != 0x20, bytes[position - 1] != 0x09 { end = position }
        }
        return try text(bytes[start..<end], line)
    }

    private mutating func skipSpaces() {
        while position < bytes.count, bytes[position] == 0x20 || bytes[position] == 0x09 {
            position += 1
        }
    }

    private mutating func quoted() throws(Failure) -> String {
        var cell: [UInt8] = []
        let first = line
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if byte != 0x22 {
                if byte == 0x0a { line += 1 }
                cell.append(byte)
            } else if takes(0x22) {
                cell.append(0x22)
            } else {
                skipSpaces()
                guard position == bytes.count || [0x2c, 0x0a, 0x0d].contains(bytes[position])
                else {
                    throw Failure(
                        line: line, message: "expected a comma or the line's end after quotes")
                }
                return try text(cell[...], first)
            }
        }
        throw Failure(line: first, message: "a quote is opened and never closed")
    }

    /// Another encoding would turn every name into nonsense that looks like data.
    private func text(_ cell: ArraySlice<UInt8>, _ line: Int) throws(Failure) -> String {
        guard let text = String(validating: cell, as: UTF8.self) else {
            throw Failure(line: line, message: "expected UTF-8; save the sheet as CSV UTF-8")
        }
        return text
    }
}
