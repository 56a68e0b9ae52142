/// Why bytes are not one JSON document (RFC 8259). What to do: refuse the record or file; the same
/// bytes fail again. Carries no part of the document.
package struct JSONError: Error, Equatable, Sendable, CustomStringConvertible {
    package enum Reason: String, Sendable {
        case tooLarge = "is too large"
        case tooDeep = "is nested too deeply"
        case utf8 = "is not UTF-8"
        case number = "has a number in no JSON form"
        case string = "has a string that is not closed or holds a forbidden character"
        case word = "has a word other than true, false and null"
        case syntax = "is not JSON"
        case empty = "is empty"
        case trailing = "goes on after its end"
        case memory = "needs more memory than there is"
        case notObject = "is not an object"
    }

    package let reason: Reason
    /// About where it went wrong, in bytes from the start.
    package let offset: Int

    package init(reason: Reason, offset: Int) {
        self.reason = reason
        self.offset = offset
    }

    package var description: String {
        "\(reason.rawValue) (byte \(offset))"
    }
}
