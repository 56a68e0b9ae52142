extension YAMLNode {
    /// The text of a scalar, plain or quoted. Throws on a list, a mapping and on nothing.
    package func string() throws(YAMLError) -> String {
        guard case .scalar(let text, _) = kind, !isNull else {
            throw error("expected text, found \(describedKind)")
        }
        return text
    }

    /// A whole number written plainly in decimal, such as `12` or `-3`.
    package func int() throws(YAMLError) -> Int {
        guard case .scalar(let text, isQuoted: false) = kind, !isNull else {
            throw error("expected a whole number, found \(describedKind)")
        }
        guard YAMLNode.isDecimal(text, allowsFraction: false), let value = Int(text) else {
            throw error("expected a whole number, found '\(text)'")
        }
        return value
    }

    /// `true` or `false`, written plainly.
    package func bool() throws(YAMLError) -> Bool {
        guard case .scalar(let text, isQuoted: false) = kind, !isNull else {
            throw error("expected true or false, found \(describedKind)")
        }
        switch text {
        case "true": return true
        case "false": return false
        default: throw error("expected true or false, found '\(text)'")
        }
    }

    /// The exact text of a decimal number such as `0.7` or `-1250.50`, never through floating
    /// point. No exponent, no leading `+`.
    package func decimal() throws(YAMLError) -> String {
        guard case .scalar(let text, isQuoted: false) = kind, !isNull else {
            throw error("expected a decimal number, found \(describedKind)")
        }
        guard YAMLNode.isDecimal(text, allowsFraction: true) else {
            throw error("expected a decimal number, found '\(text)'")
        }
        return text
    }

    /// The items of a list.
    package func sequence() throws(YAMLError) -> [YAMLNode] {
        guard case .sequence(let items) = kind else {
            throw error("expected a list, found \(describedKind)")
        }
        return items
    }

    /// The mapping, to be read field by field and closed with `finish()`.
    package func mapping() throws(YAMLError) -> YAMLMapping {
        guard case .mapping(let entries) = kind else {
            throw error("expected a mapping, found \(describedKind)")
        }
        return YAMLMapping(entries: entries, node: self)
    }

    /// A scalar that must be one of `values`; another one is refused with the closest named.
    package func string(oneOf values: [String]) throws(YAMLError) -> String {
        let text = try string()
        if values.contains(text) { return text }
        let hint = Spelling.closest(to: text, in: values).map { "; did you mean '\($0)'?" } ?? ""
        throw error(
            "expected one of \(values.joined(separator: ", ")), found '\(text)'\(hint)")
    }

    private static func isDecimal(_ text: String, allowsFraction: Bool) -> Bool {
        var rest = text.utf8[...]
        if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
        let parts = rest.split(
            separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 1 || allowsFraction else { return false }
        return parts.allSatisfy { part in
            !part.isEmpty
                && part.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
        }
    }
}
