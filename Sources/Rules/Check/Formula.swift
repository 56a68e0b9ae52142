/// A condition as logic over whole numbers, words and questions that are true or false.
indirect enum Formula {
    case constant(Bool)
    /// Something that is true or false, by its text.
    case question(String, Bool)
    /// A text that is, or is not, one of some; known by the text of its term.
    case word(String, Set<String>, isOneOf: Bool)
    /// The sum is at most 0.
    case atMostZero(Linear)
    case and([Formula])
    case or([Formula])

    /// What must hold for it not to hold.
    var negated: Formula {
        switch self {
        case .constant(let flag): return .constant(!flag)
        case .question(let text, let flag): return .question(text, !flag)
        case .word(let text, let words, let isOneOf):
            return .word(text, words, isOneOf: !isOneOf)
        case .atMostZero(let sum):
            // Over whole numbers: not (sum <= 0) is -sum + 1 <= 0.
            guard let negative = Linear(1).adding(sum, times: -1) else {
                return .question("not \(sum)", true)
            }
            return .atMostZero(negative)
        case .and(let parts): return .or(parts.map(\.negated))
        case .or(let parts): return .and(parts.map(\.negated))
        }
    }
}

/// What is known of the quantities and words of a formula, whatever else holds.
struct Facts {
    /// The least and the most of a quantity, by its text.
    var ranges: [String: ClosedRange<Int64>] = [:]
    /// What a text can be.
    var words: [String: Set<String>] = [:]
}

/// Whether a formula can hold at all. Sound: "impossible" is certain.
struct Satisfaction {
    let facts: Facts
    /// Alternatives looked at; above it the answer is "perhaps".
    private static let limit = 4_096

    func isImpossible(_ formula: Formula) -> Bool {
        var alternatives = 0
        return close(Branch(), with: [formula], &alternatives)
    }

    /// What one alternative has gathered.
    private struct Branch {
        var questions: [String: Bool] = [:]
        var words: [String: Set<String>] = [:]
        var excluded: [String: Set<String>] = [:]
        var sums: [Linear] = []
    }

    /// True when every way to meet all of `open` ends in a contradiction.
    private func close(_ branch: Branch, with open: [Formula], _ alternatives: inout Int) -> Bool {
        var branch = branch
        var open = open
        var choices: [[Formula]] = []
        while let formula = open.popLast() {
            switch formula {
            case .constant(true): break
            case .constant(false): return true
            case .question(let text, let flag):
                if branch.questions.updateValue(flag, forKey: text) == !flag { return true }
            case .word(let text, let words, isOneOf: true):
                let possible = branch.words[text] ?? facts.words[text] ?? words
                branch.words[text] = possible.intersection(words)
            case .word(let text, let words, isOneOf: false):
                branch.excluded[text, default: []].formUnion(words)
            case .atMostZero(let sum): branch.sums.append(sum)
            case .and(let parts): open += parts
            case .or(let parts): choices.append(parts)
            }
        }
        if isContradictory(branch) { return true }
        guard let choice = choices.first else { return false }
        let others = choices.dropFirst().map { Formula.or($0) }
        for alternative in choice {
            alternatives += 1
            guard alternatives <= Self.limit else { return false }
            if !close(branch, with: others + [alternative], &alternatives) { return false }
        }
        return true
    }

    private func isContradictory(_ branch: Branch) -> Bool {
        for text in Set(branch.words.keys).union(branch.excluded.keys) {
            guard let possible = branch.words[text] ?? facts.words[text] else { continue }
            if possible.isSubset(of: branch.excluded[text] ?? []) { return true }
        }
        var sums = branch.sums
        for quantity in Set(branch.sums.flatMap(\.factors.keys)) {
            guard let range = facts.ranges[quantity] else { continue }
            let itself = Linear(quantity: quantity)
            if range.lowerBound > .min {
                sums += Linear(range.lowerBound).adding(itself, times: -1).map { [$0] } ?? []
            }
            if range.upperBound < .max {
                sums += itself.adding(Linear(range.upperBound), times: -1).map { [$0] } ?? []
            }
        }
        return LinearSystem.isImpossible(sums)
    }
}
