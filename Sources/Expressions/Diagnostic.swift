/// Where an expression's text stands in a file, so that messages name the file's own lines.
package struct Origin: Hashable, Sendable {
    /// What is shown as the file; empty when there is none.
    package var file: String
    /// The file's line the expression begins on, from 1.
    package var line: Int
    /// The column of its first character, from 1, in characters.
    package var column: Int
    /// The column at which its other lines begin: 1, or the indent + 1 in a YAML block.
    package var nextColumn: Int

    package init(file: String = "", line: Int = 1, column: Int = 1, nextColumn: Int = 1) {
        self.file = file
        self.line = line
        self.column = column
        self.nextColumn = nextColumn
    }
}

/// One thing that is wrong with an expression, with its place.
package struct Diagnostic: Hashable, Sendable {
    package let file: String
    /// The file's line, from 1.
    package let line: Int
    /// The column in characters (code points), from 1.
    package let column: Int
    package let message: String
    /// A name that may have been meant.
    package let suggestion: String?
    /// The expression's line.
    package let excerpt: String
    /// Columns on the screen before the place within `excerpt`; a wide character takes two.
    package let indent: Int

    package init(
        file: String, line: Int, column: Int, message: String, suggestion: String?,
        excerpt: String, indent: Int
    ) {
        self.file = file
        self.line = line
        self.column = column
        self.message = message
        self.suggestion = suggestion
        self.excerpt = excerpt
        self.indent = indent
    }
}

extension Diagnostic: CustomStringConvertible {
    /// `file:line:column: error: message`, the line, and a caret under the place.
    package var description: String {
        let place = file.isEmpty ? "\(line):\(column)" : "\(file):\(line):\(column)"
        let hint = suggestion.map { "; did you mean '\($0)'?" } ?? ""
        let caret = String(repeating: " ", count: indent) + "^"
        return "\(place): error: \(message)\(hint)\n | \(excerpt)\n | \(caret)"
    }
}

/// The text is no expression of this environment. Nothing was planned; show the diagnostics.
package struct CompileError: Error, Sendable, CustomStringConvertible {
    /// At least one, in the order of their places.
    package let diagnostics: [Diagnostic]

    package init(diagnostics: [Diagnostic]) {
        self.diagnostics = diagnostics
    }

    package var description: String {
        diagnostics.map(\.description).joined(separator: "\n")
    }
}
