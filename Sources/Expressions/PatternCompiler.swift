/// A regular expression's syntax to the steps that run.
struct PatternCompiler {
    private(set) var limit: Int
    var steps: [RegularExpression.Step] = []

    init(limit: Int) {
        self.limit = limit
    }

    private mutating func append(_ step: RegularExpression.Step) throws(EvaluationError) {
        guard steps.count < limit else { throw EvaluationError(.invalidPattern) }
        steps.append(step)
    }

    /// Appends the steps of a tree; falling off their end means it matched.
    mutating func add(_ tree: PatternTree) throws(EvaluationError) {
        switch tree {
        case .empty: break
        case .scalars(let set): try append(.scalars(set))
        case .assert(let assertion): try append(.assert(assertion))
        case .sequence(let items): for item in items { try add(item) }
        case .choice(let branches): try addChoice(branches)
        case .repeated(let item, let from, let to): try addRepeated(item, from, to)
        }
    }

    private mutating func addChoice(_ branches: [PatternTree]) throws(EvaluationError) {
        var ends: [Int] = []
        for (index, branch) in branches.enumerated() {
            guard index < branches.count - 1 else {
                try add(branch)
                break
            }
            let split = steps.count
            try append(.split(split + 1, 0))
            try add(branch)
            ends.append(steps.count)
            try append(.jump(0))
            steps[split] = .split(split + 1, steps.count)
        }
        for end in ends { steps[end] = .jump(steps.count) }
    }

    private mutating func addRepeated(
        _ item: PatternTree, _ from: Int, _ to: Int?
    ) throws(EvaluationError) {
        var written = 0
        for _ in 0..<from {
            let before = steps.count
            try add(item)
            written += 1
            // What needs no step need not be written a thousand times.
            if steps.count == before { break }
        }
        guard let to else {
            let split = steps.count
            try append(.split(split + 1, 0))
            try add(item)
            try append(.jump(split))
            steps[split] = .split(split + 1, steps.count)
            return
        }
        guard to > from else { return }
        var splits: [Int] = []
        for _ in from..<to {
            splits.append(steps.count)
            try append(.split(steps.count + 1, 0))
            try add(item)
        }
        for split in splits { steps[split] = .split(split + 1, steps.count) }
    }
}
