/// Collects what is wrong with one text and turns offsets into the file's lines and columns.
struct Reporter {
    private let bytes: [UInt8]
    private let origin: Origin
    private let limit: Int
    private var found: [(offset: Int, diagnostic: Diagnostic)] = []

    init(text: String, origin: Origin, limit: Int) {
        bytes = Array(text.utf8)
        self.origin = origin
        self.limit = limit
    }

    var hasErrors: Bool { !found.isEmpty }

    /// Everything reported, in the order of the text.
    func error() -> CompileError {
        let ordered = found.enumerated().sorted {
            ($0.element.offset, $0.offset) < ($1.element.offset, $1.offset)
        }
        return CompileError(diagnostics: ordered.map(\.element.diagnostic))
    }

    /// Reports an error at a UTF-8 offset; dropped once there are as many as the limit allows.
    mutating func report(_ message: String, at offset: Int, suggestion: String? = nil) {
        guard found.count < limit else { return }
        let place = min(max(offset, 0), bytes.count)
        var line = 0
        var start = 0
        for position in 0..<place where bytes[position] == UInt8(ascii: "\n") {
            line += 1
            start = position + 1
        }
        let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
        let before = String(decoding: bytes[start..<place], as: UTF8.self)
        // A very long line is cut around the place, so that a message stays readable.
        var excerpt = before.unicodeScalars.suffix(Reporter.excerptBefore)
        let indent = excerpt.reduce(0) { $0 + ScreenWidth.of($1) }
        let after = String(decoding: bytes[place..<end], as: UTF8.self)
        excerpt.append(contentsOf: after.unicodeScalars.prefix(Reporter.excerptAfter))
        let first = line == 0 ? origin.column : origin.nextColumn
        let diagnostic = Diagnostic(
            file: origin.file, line: origin.line + line,
            column: first + before.unicodeScalars.count, message: message,
            suggestion: suggestion, excerpt: Reporter.printable(excerpt), indent: indent)
        found.append((place, diagnostic))
    }

    private static let excerptBefore = 120
    private static let excerptAfter = 80

    /// Control characters would move the caret or the terminal; each is shown as one character.
    private static func printable(_ text: Substring.UnicodeScalarView) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text {
            result.append(scalar.value < 0x20 || scalar.value == 0x7F ? " " : scalar)
        }
        return String(result)
    }
}

/// How many columns a character takes on a screen.
enum ScreenWidth {
    /// 2 for wide East Asian characters and emoji, 0 for combining marks and joiners, else 1
    /// (Unicode Standard Annex 11).
    static func of(_ scalar: Unicode.Scalar) -> Int {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: break
        }
        let value = scalar.value
        for range in wide where range.contains(value) { return 2 }
        return 1
    }

    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x231A...0x231B, 0x2329...0x232A, 0x23E9...0x23EC, 0x2E80...0x303E,
        0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF, 0xA960...0xA97C,
        0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F, 0xFF00...0xFF60,
        0xFFE0...0xFFE6, 0x1B000...0x1B2FF, 0x1F300...0x1F64F, 0x1F680...0x1F6FF,
        0x1F900...0x1F9FF, 0x1FA70...0x1FAFF, 0x20000...0x3FFFD,
    ]
}

/// Finds the name that may have been meant.
enum Suggestion {
    /// The candidate nearest to `name`, at most a third of its length away (at least one edit);
    /// the first in order among equals. `nil` when none is near.
    static func nearest(to name: String, among candidates: some Sequence<String>) -> String? {
        let wanted = Array(name.unicodeScalars.prefix(64))
        let allowed = max(1, wanted.count / 3)
        var best: (distance: Int, name: String)?
        for candidate in candidates.sorted() where candidate != name {
            let other = Array(candidate.unicodeScalars.prefix(64))
            guard abs(other.count - wanted.count) <= allowed else { continue }
            let distance = edits(wanted, other)
            if distance <= allowed, best.map({ distance < $0.distance }) ?? true {
                best = (distance, candidate)
            }
        }
        return best?.name
    }

    /// Insertions, deletions, replacements and swaps of neighbours, ignoring case.
    private static func edits(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
        func same(_ x: Unicode.Scalar, _ y: Unicode.Scalar) -> Bool {
            x == y || x.properties.lowercaseMapping == y.properties.lowercaseMapping
        }
        var beforeLast = [Int](repeating: 0, count: b.count + 1)
        var last = Array(0...b.count)
        for i in a.indices {
            var row = [i + 1] + [Int](repeating: 0, count: b.count)
            for j in b.indices {
                let replace = last[j] + (same(a[i], b[j]) ? 0 : 1)
                row[j + 1] = min(replace, last[j + 1] + 1, row[j] + 1)
                if i > 0, j > 0, same(a[i], b[j - 1]), same(a[i - 1], b[j]) {
                    row[j + 1] = min(row[j + 1], beforeLast[j - 1] + 1)
                }
            }
            beforeLast = last
            last = row
        }
        return last[b.count]
    }
}
