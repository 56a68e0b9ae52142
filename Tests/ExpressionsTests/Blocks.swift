/// `cel.block([a, b], e)` and `cel.index(1)`, in which the suite writes what an optimiser makes of
/// an expression (`block_ext`), as the macro `cel.bind` that they stand for. Nobody writes them by
/// hand, so the language here has no such functions.
enum Blocks {
    /// The expression without blocks; one that has none stays as it is.
    static func removed(from text: String) -> String {
        guard text.contains("cel.") else { return text }
        let plain = text.replacing(/cel\.index\((\d+)\)/) { "index\($0.1)" }
            .replacing(/cel\.(iterVar|accuVar)\((\d+), (\d+)\)/) { "\($0.1)\($0.2)x\($0.3)" }
        let opening = "cel.block(["
        guard plain.hasPrefix(opening) else { return plain }
        let pieces = pieces(of: plain.dropFirst(opening.count))
        var result = pieces.body
        for (index, held) in pieces.held.enumerated().reversed() {
            result = "cel.bind(index\(index), \(held), \(result))"
        }
        return result
    }

    /// Splits `a, b], e)` at its outermost commas and closing brackets.
    private static func pieces(of text: Substring) -> (held: [String], body: String) {
        var held: [String] = []
        var piece = ""
        var depth = 0
        var quote: Character?
        var rest = text
        while let character = rest.popFirst() {
            if let open = quote {
                if character == open { quote = nil }
            } else if character == "'" || character == "\"" {
                quote = character
            } else if "([{".contains(character) {
                depth += 1
            } else if ")]}".contains(character) {
                if depth == 0 { break }
                depth -= 1
            } else if character == ",", depth == 0 {
                held.append(piece)
                piece = ""
                continue
            }
            piece.append(character)
        }
        held.append(piece)
        return (held, String(rest.drop { $0 == "," || $0 == " " }.dropLast()))
    }
}
