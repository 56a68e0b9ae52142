/// What is wrong with a YAML file, and where. Prints as `file:line:column: message`, which editors
/// and terminals turn into a link. What to do: show it and stop; the file must be mended.
package struct YAMLError: Error, Equatable, Sendable, CustomStringConvertible {
    package let file: String
    /// 1-based; 0 when the error concerns the whole file (it cannot be read).
    package let line: Int
    /// 1-based, in characters; 0 when the error concerns the whole file.
    package let column: Int
    /// What was expected, in a sentence without a full stop.
    package let message: String

    package init(file: String, line: Int, column: Int, message: String) {
        self.file = file
        self.line = line
        self.column = column
        self.message = message
    }

    package var description: String {
        line == 0 ? "\(file): \(message)" : "\(file):\(line):\(column): \(message)"
    }
}
