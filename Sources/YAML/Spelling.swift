/// Finds what somebody who mistyped a name most likely meant.
package enum Spelling {
    /// The candidate with the fewest edits (insert, remove, replace, swap neighbours) from `word`,
    /// the first among equals; `nil` when even that one differs in more than a third of its
    /// letters (at least two edits are forgiven from four letters on, one below).
    package static func closest(to word: String, in candidates: [String]) -> String? {
        var best: (name: String, edits: Int)?
        for candidate in candidates {
            let edits = distance(Array(word), Array(candidate))
            let length = max(word.count, candidate.count)
            let allowed = max(length < 4 ? 1 : 2, length / 3)
            if edits <= allowed, edits < length, edits < best?.edits ?? Int.max {
                best = (candidate, edits)
            }
        }
        return best?.name
    }

    private static func distance(_ left: [Character], _ right: [Character]) -> Int {
        var before: [Int] = []
        var previous = Array(0...right.count)
        for i in 0..<left.count {
            var row = [i + 1]
            for j in 0..<right.count {
                var least = min(
                    previous[j + 1] + 1, row[j] + 1, previous[j] + (left[i] == right[j] ? 0 : 1))
                if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
                    least = min(least, before[j - 1] + 1)
                }
                row.append(least)
            }
            before = previous
            previous = row
        }
        return previous[right.count]
    }
}
