/// A regular expression in the syntax of RE2, without captures: it only tells whether a part of
/// a text matches. All ways to match are followed at once, so that the time is bounded by text ×
/// pattern whatever the pattern. Immutable and shared between threads.
final class RegularExpression: Sendable {
    /// A step of the plan; numbers are positions in it.
    enum Step {
        case scalars(ScalarSet)
        case split(Int, Int)
        case jump(Int)
        case assert(Assertion)
        case accept
    }

    /// What must hold between two characters.
    enum Assertion {
        case textStart, textEnd, lineStart, lineEnd, wordBoundary, noWordBoundary
    }

    private let steps: [Step]

    /// States, which bound what one character of a text costs.
    var size: Int { steps.count }

    /// Throws `.invalidPattern` for what is no pattern or needs more than `states` steps.
    init(_ pattern: String, states: Int) throws(EvaluationError) {
        var parser = PatternParser(pattern)
        let tree = try parser.parse()
        var compiler = PatternCompiler(limit: states)
        try compiler.add(tree)
        compiler.steps.append(.accept)
        steps = compiler.steps
    }

    /// Whether a part of the text matches. `charge` is told the work done and may end it.
    func matches(
        _ text: String, charge: (Int) throws(EvaluationError) -> Void
    ) throws(EvaluationError) -> Bool {
        var current = StateList(capacity: steps.count)
        var next = StateList(capacity: steps.count)
        var stack: [Int] = []
        var previous: Unicode.Scalar?
        var scalars = text.unicodeScalars.makeIterator()
        var scalar = scalars.next()
        while true {
            // A match may begin here too.
            if follow(0, into: &current, &stack, previous, scalar) { return true }
            guard let here = scalar else { return false }
            scalar = scalars.next()
            next.removeAll()
            for state in current.members {
                guard case .scalars(let set) = steps[state], set.contains(here) else { continue }
                if follow(state + 1, into: &next, &stack, here, scalar) { return true }
            }
            try charge(1 + current.members.count / 8)
            swap(&current, &next)
            previous = here
        }
    }

    /// Adds a step and all that follow without reading a character; true once the pattern is
    /// matched.
    private func follow(
        _ start: Int, into list: inout StateList, _ stack: inout [Int],
        _ before: Unicode.Scalar?, _ after: Unicode.Scalar?
    ) -> Bool {
        stack.append(start)
        while let position = stack.popLast() {
            guard list.insert(position) else { continue }
            switch steps[position] {
            case .accept:
                stack.removeAll(keepingCapacity: true)
                return true
            case .scalars: break
            case .jump(let target): stack.append(target)
            case .split(let first, let second):
                stack.append(second)
                stack.append(first)
            case .assert(let assertion):
                if RegularExpression.holds(assertion, before, after) { stack.append(position + 1) }
            }
        }
        return false
    }

    private static func holds(
        _ assertion: Assertion, _ before: Unicode.Scalar?, _ after: Unicode.Scalar?
    ) -> Bool {
        switch assertion {
        case .textStart: before == nil
        case .textEnd: after == nil
        case .lineStart: before == nil || before == "\n"
        case .lineEnd: after == nil || after == "\n"
        case .wordBoundary: isWord(before) != isWord(after)
        case .noWordBoundary: isWord(before) == isWord(after)
        }
    }

    private static func isWord(_ scalar: Unicode.Scalar?) -> Bool {
        guard let scalar, scalar.isASCII else { return false }
        return UInt8(scalar.value).isNamePart
    }
}

/// A set of plan positions that keeps its order and is emptied at once.
private struct StateList {
    private(set) var members: [Int] = []
    private var marks: [Int]

    init(capacity: Int) {
        marks = Array(repeating: -1, count: capacity)
        members.reserveCapacity(capacity)
    }

    /// False if it is in already.
    mutating func insert(_ state: Int) -> Bool {
        let mark = marks[state]
        if mark >= 0, mark < members.count, members[mark] == state { return false }
        marks[state] = members.count
        members.append(state)
        return true
    }

    mutating func removeAll() {
        members.removeAll(keepingCapacity: true)
    }
}
