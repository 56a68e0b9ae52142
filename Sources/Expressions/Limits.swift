/// What one expression may ask for. Hostile text ends in an error at one of these, never in a
/// crash or a long wait.
package struct Limits: Sendable {
    /// Bytes of text. A rule of the catalogue has a few hundred.
    package var length = 16_384
    /// How deep an expression may nest, operators in a row included (`&&` and `||` in a row do
    /// not nest). The parser, checker, planner and evaluator recurse this far, at about 10 KB of
    /// stack a level in a debug build and a tenth of it in release. The language definition asks
    /// for 12 levels and 24 operators in a row.
    package var depth = 64
    /// Parts of an expression: literals, names, calls.
    package var nodes = 4_096
    /// Errors reported for one expression; the rest would be noise.
    package var diagnostics = 20
    /// Steps one evaluation may take: a turn of a macro counts 1, and so do 16 bytes or elements
    /// of a text or list that is made or compared. Ends exponential growth.
    package var steps = 1_000_000
    /// Steps spent on a constant part when planning; a part that needs more is left to run time.
    package var foldingSteps = 10_000
    /// States of a regular expression after `{n,m}` is written out.
    package var patternStates = 4_096
    /// Elements assumed of a list or map whose size is not declared, and bytes of a text, for the
    /// static cost.
    package var assumedElements = 100
    /// The most a program may cost by its static bound (`Program.cost`); above it does not compile.
    package var cost = 1_000_000_000

    package init() {}

    package static let standard = Limits()
}
