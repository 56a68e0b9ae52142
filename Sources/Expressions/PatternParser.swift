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
    private struct Flags {
        var ignoresCase = false
        var manyLines = false
        var dotIsAll = false
    }

    private let scalars: [Unicode.Scalar]
    private var position = 0
    private var flags = Flags()
    private var depth = 0
    /// As in RE2.
    private static let repeatLimit = 1_000
    private static let depthLimit = 64

    init(_ pattern: String) {
        scalars = Array(pattern.unicodeScalars)
    }

    private static var invalid: EvaluationError { EvaluationError(.invalidPattern) }

    mutating func parse() throws(EvaluationError) -> PatternTree {
        let tree = try choice()
        guard position == scalars.count else { throw PatternParser.invalid }
        return tree
    }

    private var current: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

    private mutating func accept(_ scalar: Unicode.Scalar) -> Bool {
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

    private func literal(_ scalar: Unicode.Scalar) -> PatternTree {
        .scalars(cased(ScalarSet([scalar.value...scalar.value])))
    }

    private func cased(_ set: ScalarSet) -> ScalarSet {
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

extension PatternParser {
    private mutating func escape() throws(EvaluationError) -> PatternTree {
        guard let scalar = current else { throw PatternParser.invalid }
        switch scalar {
        case "A", "z", "b", "B":
            position += 1
            switch scalar {
            case "A": return .assert(.textStart)
            case "z": return .assert(.textEnd)
            case "b": return .assert(.wordBoundary)
            default: return .assert(.noWordBoundary)
            }
        default:
            if let set = try classEscape() { return .scalars(cased(set)) }
            return literal(try scalarEscape())
        }
    }

    /// `\d`, `\pL` and the like, after the backslash.
    private mutating func classEscape() throws(EvaluationError) -> ScalarSet? {
        guard let scalar = current else { throw PatternParser.invalid }
        let digits = ScalarSet([48...57])
        let spaces = ScalarSet([9...10, 12...13, 32...32])
        let words = ScalarSet([48...57, 65...90, 95...95, 97...122])
        let set: ScalarSet
        switch scalar {
        case "d": set = digits
        case "D": set = digits.complement
        case "s": set = spaces
        case "S": set = spaces.complement
        case "w": set = words
        case "W": set = words.complement
        case "p", "P":
            position += 1
            return try category(isNegated: scalar == "P")
        default: return nil
        }
        position += 1
        return set
    }

    private mutating func category(isNegated: Bool) throws(EvaluationError) -> ScalarSet {
        guard let first = current else { throw PatternParser.invalid }
        position += 1
        var name = String(first)
        var isNegated = isNegated
        if first == "{" {
            name = ""
            if accept("^") { isNegated.toggle() }
            while let scalar = current, scalar != "}", name.utf8.count < 32 {
                name.unicodeScalars.append(scalar)
                position += 1
            }
            guard accept("}") else { throw PatternParser.invalid }
        }
        if name == "Any" { return isNegated ? ScalarSet() : .all }
        if let script = PatternParser.scripts[name] {
            let set = ScalarSet(script)
            return isNegated ? set.complement : set
        }
        guard let categories = PatternParser.categories[name] else { throw PatternParser.invalid }
        var set = ScalarSet()
        set.insert(ScalarSet.CategoryTest(categories: categories, isNegated: isNegated))
        return set
    }

    /// One character written as an escape, after the backslash.
    private mutating func scalarEscape() throws(EvaluationError) -> Unicode.Scalar {
        guard let scalar = current else { throw PatternParser.invalid }
        position += 1
        switch scalar {
        case "a": return "\u{07}"
        case "f": return "\u{0C}"
        case "t": return "\t"
        case "n": return "\n"
        case "r": return "\r"
        case "v": return "\u{0B}"
        case "x": return try hexadecimal()
        case "0"..."7": return try octal(scalar)
        default:
            let isPunctuation =
                scalar.isASCII && scalar.value > 32 && !UInt8(scalar.value).isNamePart
            guard isPunctuation || scalar == "_" || scalar == " " else {
                throw PatternParser.invalid
            }
            return scalar
        }
    }

    private mutating func octal(_ first: Unicode.Scalar) throws(EvaluationError) -> Unicode.Scalar {
        var value = first.value - 48
        var count = 1
        while count < 3, let scalar = current, ("0"..."7").contains(scalar) {
            value = value * 8 + scalar.value - 48
            count += 1
            position += 1
        }
        // `\1` alone would be a reference back, which this kind of expression does not have.
        guard count > 1 || first == "0", let scalar = Unicode.Scalar(value) else {
            throw PatternParser.invalid
        }
        return scalar
    }

    private mutating func hexadecimal() throws(EvaluationError) -> Unicode.Scalar {
        let isBraced = accept("{")
        var value: UInt32 = 0
        var count = 0
        while count < (isBraced ? 8 : 2), let scalar = current, scalar.isASCII,
            let digit = UInt8(scalar.value).hexValue
        {
            value = value &* 16 &+ digit
            count += 1
            position += 1
        }
        guard isBraced ? count > 0 && accept("}") : count == 2,
            let scalar = Unicode.Scalar(value)
        else { throw PatternParser.invalid }
        return scalar
    }

    /// `[...]`, after the opening bracket.
    private mutating func bracket() throws(EvaluationError) -> ScalarSet {
        var set = ScalarSet()
        let isNegated = accept("^")
        var isFirst = true
        while isFirst || current != "]" {
            isFirst = false
            guard current != nil else { throw PatternParser.invalid }
            if let named = try namedClass() {
                set.insert(named)
                continue
            }
            if current == "\\" {
                position += 1
                if let escaped = try classEscape() {
                    set.insert(escaped)
                    continue
                }
                position -= 1
            }
            let low = try bracketScalar()
            var high = low
            if current == "-", position + 1 < scalars.count, scalars[position + 1] != "]" {
                position += 1
                high = try bracketScalar()
            }
            guard low.value <= high.value else { throw PatternParser.invalid }
            set.insert(low.value...high.value)
        }
        position += 1
        set.seal()
        set = cased(set)
        if isNegated { set.negate() }
        return set
    }

    private mutating func bracketScalar() throws(EvaluationError) -> Unicode.Scalar {
        guard let scalar = current else { throw PatternParser.invalid }
        position += 1
        return scalar == "\\" ? try scalarEscape() : scalar
    }

    /// `[:alpha:]` within brackets.
    private mutating func namedClass() throws(EvaluationError) -> ScalarSet? {
        guard current == "[", position + 1 < scalars.count, scalars[position + 1] == ":" else {
            return nil
        }
        position += 2
        let isNegated = accept("^")
        var name = ""
        while let scalar = current, scalar != ":", name.utf8.count < 16 {
            name.unicodeScalars.append(scalar)
            position += 1
        }
        guard accept(":"), accept("]"), let ranges = PatternParser.named[name] else {
            throw PatternParser.invalid
        }
        let set = ScalarSet(ranges)
        return isNegated ? set.complement : set
    }

    private static let named: [String: [ClosedRange<UInt32>]] = [
        "alnum": [48...57, 65...90, 97...122], "alpha": [65...90, 97...122], "ascii": [0...127],
        "blank": [9...9, 32...32], "cntrl": [0...31, 127...127], "digit": [48...57],
        "graph": [33...126], "lower": [97...122], "print": [32...126],
        "punct": [33...47, 58...64, 91...96, 123...126], "space": [9...13, 32...32],
        "upper": [65...90], "word": [48...57, 65...90, 95...95, 97...122],
        "xdigit": [48...57, 65...70, 97...102],
    ]

    /// Scripts by their main blocks; others are refused.
    private static let scripts: [String: [ClosedRange<UInt32>]] = [
        "Han": [
            0x2E80...0x2FD5, 0x3005...0x3005, 0x3007...0x3007, 0x3021...0x3029, 0x3038...0x303B,
            0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAD9, 0x20000...0x3FFFD,
        ]
    ]

    private static let categories: [String: Set<Unicode.GeneralCategory>] = {
        var single: [String: Set<Unicode.GeneralCategory>] = [
            "Lu": [.uppercaseLetter], "Ll": [.lowercaseLetter], "Lt": [.titlecaseLetter],
            "Lm": [.modifierLetter], "Lo": [.otherLetter], "Mn": [.nonspacingMark],
            "Mc": [.spacingMark], "Me": [.enclosingMark], "Nd": [.decimalNumber],
            "Nl": [.letterNumber], "No": [.otherNumber], "Pc": [.connectorPunctuation],
            "Pd": [.dashPunctuation], "Ps": [.openPunctuation], "Pe": [.closePunctuation],
            "Pi": [.initialPunctuation], "Pf": [.finalPunctuation], "Po": [.otherPunctuation],
            "Sm": [.mathSymbol], "Sc": [.currencySymbol], "Sk": [.modifierSymbol],
            "So": [.otherSymbol], "Zs": [.spaceSeparator], "Zl": [.lineSeparator],
            "Zp": [.paragraphSeparator], "Cc": [.control], "Cf": [.format],
            "Co": [.privateUse], "Cs": [.surrogate],
        ]
        for (name, categories) in single {
            single[String(name.prefix(1)), default: []].formUnion(categories)
        }
        return single
    }()
}
