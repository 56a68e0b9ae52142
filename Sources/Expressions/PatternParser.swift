/// A regular expression's syntax.
indirect enum PatternTree {
    case empty
    case scalars(ScalarSet)
    case assert(RegularExpression.Assertion)
    case sequence([PatternTree])
    case choice([PatternTree])
    case repeated(PatternTree, from: Int, to: Int?)
}

/// The text of a regular expression to its syntax (RE2: "Syntax"). Greedy and lazy, capturing
/// and not are the same here, as only whether it matches is asked.
struct PatternParser {
    struct Flags {
        var ignoresCase = false
        var manyLines = false
        var dotIsAll = false
    }

    let scalars: [Unicode.Scalar]
    var position = 0
    var flags = Flags()
    var depth = 0
    /// As in RE2.
    private static let repeatLimit = 1_000
    private static let depthLimit = 64

    init(_ pattern: String) {
        scalars = Array(pattern.unicodeScalars)
    }

    static var invalid: EvaluationError { EvaluationError(.invalidPattern) }

    mutating func parse() throws(EvaluationError) -> PatternTree {
        let tree = try choice()
        guard position == scalars.count else { throw PatternParser.invalid }
        return tree
    }

    var current: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

    mutating func accept(_ scalar: Unicode.Scalar) -> Bool {
        guard current == scalar else { return false }
        position += 1
        return true
    }

    private mutating func choice() throws(EvaluationError) -> PatternTree {
        depth += 1
        defer { depth -= 1 }
        guard depth <= PatternParser.depthLimit else { throw PatternParser.invalid }
        var branches = [try sequence()]
        while accept("|") { branches.append(try sequence()) }
        return branches.count == 1 ? branches[0] : .choice(branches)
    }

    private mutating func sequence() throws(EvaluationError) -> PatternTree {
        var items: [PatternTree] = []
        while let scalar = current, scalar != "|", scalar != ")" {
            if let quoted = quotedRun() {
                for scalar in quoted { items.append(literal(scalar)) }
                continue
            }
            guard let item = try atom() else { continue }
            items.append(try repetitions(of: item))
        }
        return items.count == 1 ? items[0] : .sequence(items)
    }

    /// `\Q...\E`.
    private mutating func quotedRun() -> [Unicode.Scalar]? {
        guard current == "\\", position + 1 < scalars.count, scalars[position + 1] == "Q" else {
            return nil
        }
        position += 2
        var run: [Unicode.Scalar] = []
        while let scalar = current {
            if scalar == "\\", position + 1 < scalars.count, scalars[position + 1] == "E" {
                position += 2
                break
            }
            run.append(scalar)
            position += 1
        }
        return run
    }

    private mutating func repetitions(of item: PatternTree) throws(EvaluationError) -> PatternTree {
        guard let (from, to) = try quantifier() else { return item }
        _ = accept("?")
        // Neither `a**` nor `a*{2}`.
        let before = position
        if try quantifier() != nil { throw PatternParser.invalid }
        position = before
        return .repeated(item, from: from, to: to)
    }

    private mutating func quantifier() throws(EvaluationError) -> (Int, Int?)? {
        if accept("*") { return (0, nil) }
        if accept("+") { return (1, nil) }
        if accept("?") { return (0, 1) }
        let start = position
        guard accept("{"), let from = number() else {
            position = start
            return nil
        }
        var to: Int? = from
        if accept(",") { to = number() }
        guard accept("}") else {
            position = start
            return nil
        }
        guard from <= PatternParser.repeatLimit, to ?? 0 <= PatternParser.repeatLimit,
            from <= to ?? from
        else { throw PatternParser.invalid }
        return (from, to)
    }

    private mutating func number() -> Int? {
        var value: Int?
        while let scalar = current, scalar.isASCII, UInt8(scalar.value).isDigit {
            value = min((value ?? 0) * 10 + Int(scalar.value - 48), 1_000_000)
            position += 1
        }
        return value
    }

    func literal(_ scalar: Unicode.Scalar) -> PatternTree {
        .scalars(cased(ScalarSet([scalar.value...scalar.value])))
    }

    func cased(_ set: ScalarSet) -> ScalarSet {
        guard flags.ignoresCase else { return set }
        var copy = set
        copy.addCases()
        copy.seal()
        return copy
    }

    /// One thing that can be repeated; `nil` for flags, which stand for nothing.
    private mutating func atom() throws(EvaluationError) -> PatternTree? {
        guard let scalar = current else { throw PatternParser.invalid }
        position += 1
        switch scalar {
        case ".": return .scalars(flags.dotIsAll ? .all : .allButNewline)
        case "^": return .assert(flags.manyLines ? .lineStart : .textStart)
        case "$": return .assert(flags.manyLines ? .lineEnd : .textEnd)
        case "(": return try group()
        case "[": return .scalars(try bracket())
        case "\\": return try escape()
        case "*", "+", "?": throw PatternParser.invalid
        default: return literal(scalar)
        }
    }

    private mutating func group() throws(EvaluationError) -> PatternTree? {
        let outer = flags
        if accept("?") {
            if accept("P") {
                guard accept("<") else { throw PatternParser.invalid }
                try groupName()
            } else if accept("<") {
                try groupName()
            } else if try setFlags() {
                return nil
            }
        }
        let inner = try choice()
        guard accept(")") else { throw PatternParser.invalid }
        flags = outer
        return inner
    }

    private mutating func groupName() throws(EvaluationError) {
        var count = 0
        while let scalar = current, scalar != ">" {
            guard scalar == "_" || scalar.properties.isAlphabetic
                || scalar.properties.numericType != nil
            else { throw PatternParser.invalid }
            count += 1
            position += 1
        }
        guard count > 0, accept(">") else { throw PatternParser.invalid }
    }

    /// `(?i)` for the rest of the group, which is true, or `(?i:` for what follows.
    private mutating func setFlags() throws(EvaluationError) -> Bool {
        var value = true
        var any = false
        while let scalar = current {
            position += 1
            switch scalar {
            case "i": flags.ignoresCase = value
            case "m": flags.manyLines = value
            case "s": flags.dotIsAll = value
            case "U": break
            case "-" where value:
                value = false
                any = false
                continue
            case ":" where any || value: return false
            case ")" where any: return true
            default: throw PatternParser.invalid
            }
            any = true
        }
        throw PatternParser.invalid
    }
}
