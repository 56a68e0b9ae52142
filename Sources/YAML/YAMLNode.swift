/// One value of a YAML file, with the place it stands at. Plain words keep their text: `no`, `052`
/// and `1.10` are what the author wrote until a conversion asks for a type, so nothing is guessed.
package struct YAMLNode: Sendable {
    package enum Kind: Sendable {
        /// The text as read. `isQuoted` is true for quoted and block scalars, which are never
        /// numbers, booleans or nothing.
        case scalar(String, isQuoted: Bool)
        case sequence([YAMLNode])
        /// In the order of the file; no key stands twice.
        case mapping([(key: YAMLNode, value: YAMLNode)])
    }

    package let kind: Kind
    package let file: String
    /// 1-based.
    package let line: Int
    /// 1-based, in characters.
    package let column: Int
    /// Where the text of a scalar is written; `nil` for lists and mappings.
    package let text: Written?

    /// The text of a scalar as it stands in the file, so that a place in it is a place there.
    package struct Written: Sendable {
        /// The lines of a block (`|`, `>`) without their indent, unfolded; else the text as read.
        package let text: String
        /// Of its first character: past an opening quote, or in the line below a block's sign.
        package let line: Int
        package let column: Int
        /// The column at which its other lines begin.
        package let nextColumn: Int
    }

    package init(
        kind: Kind, file: String, line: Int, column: Int, text: Written? = nil
    ) {
        self.kind = kind
        self.file = file
        self.line = line
        self.column = column
        self.text = text
    }

    /// An error at this node's place.
    package func error(_ message: String) -> YAMLError {
        YAMLError(file: file, line: line, column: column, message: message)
    }

    /// True for nothing at all (`key:`), `~` and `null`.
    package var isNull: Bool {
        guard case .scalar(let text, isQuoted: false) = kind else { return false }
        return text.isEmpty || text == "~" || text == "null"
    }

    /// What a person would call it, for messages; never its content.
    var describedKind: String {
        switch kind {
        case .scalar(_, isQuoted: true): "text in quotes"
        case .scalar(_, isQuoted: false): isNull ? "nothing" : "a plain word"
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }
}
