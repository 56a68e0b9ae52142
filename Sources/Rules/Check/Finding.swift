import Expressions
import YAML

/// A sentence in both languages.
package struct Sentence: Sendable, Hashable {
    /// Chinese.
    package let zh: String
    /// English.
    package let en: String

    package init(zh: String, en: String) {
        self.zh = zh
        self.en = en
    }
}

/// Something a check found in the rules, their tests or the policy they use: where, what, and what
/// to do about it, in words for who writes rules.
package struct Finding: Sendable {
    /// How bad it is.
    package enum Weight: String, Sendable {
        /// The rule would be wrong, blind, or not load: it must be mended before it is used.
        case error
        /// Worth a look; may be meant.
        case warning
    }

    /// What kind of fault it is (docs/RULES.md, "The check", has them all).
    package enum Code: String, Sendable, CaseIterable {
        case file = "rule.file"
        case expression = "rule.expression"
        case duplicate = "rule.duplicate"
        case translation = "text.translation"
        case unit = "unit.mixed"
        case percent = "unit.percent"
        case yuan = "unit.yuan"
        case span = "span.computed"
        case window = "span.tooLong"
        case misplaced = "word.misplaced"
        case value = "word.value"
        case never = "condition.never"
        case always = "condition.always"
        case level = "level.unreachable"
        case shadowed = "rule.shadowed"
        case unused = "parameter.unused"
        case unnamed = "parameter.unit"
        case parameterValue = "parameter.value"
        case override = "parameter.override"
        case undefined = "policy.undefined"
        case cost = "rule.cost"
        case test = "test.missing"
    }

    /// Where it is.
    package struct Place: Sendable {
        /// The path as it was given to the check.
        package let file: String
        /// From 1; 0 for the file as a whole.
        package let line: Int
        /// In characters, from 1; 0 for the file as a whole.
        package let column: Int
        /// The line, with the columns of a screen before the place, where an expression is meant.
        package var excerpt: (line: String, indent: Int)?

        package init(file: String, line: Int, column: Int) {
            self.file = file
            self.line = line
            self.column = column
        }

        init(_ node: YAMLNode) {
            self.init(file: node.file, line: node.line, column: node.column)
        }

        init(_ diagnostic: Diagnostic) {
            self.init(
                file: diagnostic.file, line: diagnostic.line, column: diagnostic.column)
            excerpt = (diagnostic.excerpt, diagnostic.indent)
        }
    }

    /// Whether it must be mended.
    package let weight: Weight
    /// The kind of fault.
    package let code: Code
    /// The rule's id; `nil` for a fault of no rule.
    package let rule: String?
    /// Where it is.
    package let place: Place
    /// What is wrong.
    package let what: Sentence
    /// What to do about it.
    package let remedy: Sentence
}

extension Finding: CustomStringConvertible {
    /// `file:line:column: weight [code] rule`, the line with a caret, and both languages.
    package var description: String {
        let position =
            place.line == 0 ? place.file : "\(place.file):\(place.line):\(place.column)"
        var text = "\(position): \(weight.rawValue) [\(code.rawValue)]"
        if let rule { text += " \(rule)" }
        if let excerpt = place.excerpt {
            let caret = String(repeating: " ", count: excerpt.indent) + "^"
            text += "\n | \(excerpt.line)\n | \(caret)"
        }
        text += "\n  \(what.zh)\n    → \(remedy.zh)"
        text += "\n  \(what.en)\n    → \(remedy.en)"
        return text
    }
}
