extension PatternParser {
    mutating func escape() throws(EvaluationError) -> PatternTree {
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
    mutating func bracket() throws(EvaluationError) -> ScalarSet {
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
