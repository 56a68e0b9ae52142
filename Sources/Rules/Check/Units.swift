import Expressions

/// Finds numbers of different units added to or compared with one another. A product keeps the
/// unit of the factor that has one, and counts how often it was multiplied by hundredths, so that
/// `a >= b * param.sharePercent` is missed its `* 100`.
struct Units {
    /// What is known of a number.
    private struct Quantity {
        /// `nil`: any. Numbers as written go with every unit.
        var unit: Measure.Unit?
        /// A number as written: its hundredths are not told apart from its value.
        var isPlainNumber = false
        /// Factors of a hundred in it.
        var hundreds: ClosedRange<Int>?

        static let unknown = Quantity()
    }

    /// A fault at a term.
    struct Fault {
        let code: Finding.Code
        let weight: Finding.Weight
        let term: Term
        let what: Sentence
        let remedy: Sentence
    }

    private(set) var faults: [Fault] = []

    /// Everything wrong with the units of one expression.
    static func faults(in root: Term) -> [Fault] {
        var units = Units()
        _ = units.quantity(root)
        return units.faults
    }

    private mutating func quantity(_ term: Term) -> Quantity {
        if let number = term.wholeNumber {
            let hundreds = number % 10_000 == 0 ? 2 : number % 100 == 0 ? 1 : 0
            return Quantity(isPlainNumber: true, hundreds: 0...hundreds)
        }
        if let (_, left, right) = term.comparison { return compare(left, right, at: term) }
        switch term.kind {
        case .call("_+_", let arguments), .call("_-_", let arguments):
            return compare(arguments[0], arguments[1], at: term)
        case .call("_*_", let arguments): return multiply(arguments[0], arguments[1])
        case .call("_/_", let arguments):
            return divide(quantity(arguments[0]), quantity(arguments[1]))
        case .call("-_", let arguments): return quantity(arguments[0])
        case .call("@in", let arguments):
            if case .call("[]", let elements) = arguments[1].kind {
                for element in elements { _ = compare(arguments[0], element, at: term) }
            }
            return .unknown
        case .conditional(let condition, let then, let otherwise):
            _ = quantity(condition)
            return compare(then, otherwise, at: term)
        case .call(let name, let arguments): checkArguments(name, arguments)
        default: for part in term.parts { _ = quantity(part) }
        }
        guard let unit = Measure.of(term)?.unit, unit != .plain else { return .unknown }
        return Quantity(unit: unit, hundreds: unit == .percent ? 1...1 : 0...0)
    }

    private mutating func checkArguments(_ name: String, _ arguments: [Term]) {
        let given = arguments.map { quantity($0) }
        guard let function = FunctionWord.named(name) else { return }
        let receivers = arguments.count - function.parameters.count
        for (index, wanted) in function.parameters.enumerated() {
            let argument = arguments[receivers + index]
            guard let wanted, let unit = given[receivers + index].unit, unit != wanted else {
                continue
            }
            faults.append(
                Fault(
                    code: .unit, weight: .error, term: argument,
                    what: Sentence(
                        zh: "函数“\(name)”要的是\(wanted.zh)，“\(argument)”却是\(unit.zh)。",
                        en: "'\(name)' asks for \(wanted.en), but '\(argument)' is \(unit.en)."),
                    remedy: Sentence(
                        zh: "换成\(wanted.zh)的数字或参数。",
                        en: "Give a number or parameter that is \(wanted.en).")))
        }
    }

    /// Two numbers that must be of one unit; what both are.
    private mutating func compare(_ left: Term, _ right: Term, at term: Term) -> Quantity {
        let first = quantity(left)
        let second = quantity(right)
        if let one = first.unit, let other = second.unit, one != other {
            faults.append(mixed(left, one, right, other, at: term))
            return .unknown
        }
        if first.isPlainNumber || second.isPlainNumber {
            warnOfYuan(left, first, right, second, at: term)
            return first.isPlainNumber ? second : first
        }
        guard let one = first.hundreds, let other = second.hundreds else {
            return first.unit == nil ? second : first
        }
        guard one.overlaps(other) else {
            faults.append(percent(one.upperBound < other.lowerBound ? left : right, at: term))
            return .unknown
        }
        var both = first.unit == nil ? second : first
        both.hundreds = one.clamped(to: other)
        return both
    }

    private func mixed(
        _ left: Term, _ one: Measure.Unit, _ right: Term, _ other: Measure.Unit, at term: Term
    ) -> Fault {
        let isOfMoney = [one, other].allSatisfy { $0 == .fen || $0 == .yuan }
        return Fault(
            code: .unit, weight: .error, term: term,
            what: Sentence(
                zh: "“\(left)”是\(one.zh)，“\(right)”是\(other.zh)，两者不能相比或相加减。",
                en: "'\(left)' is \(one.en) and '\(right)' is \(other.en); "
                    + "they cannot be compared or added."),
            remedy: isOfMoney
                ? Sentence(
                    zh: "金额一律以分计：参数名改以 Fen 结尾，数值乘以100。",
                    en: "Amounts are fen: let the parameter's name end in Fen and write a hundred "
                        + "times the value.")
                : Sentence(
                    zh: "两边换成同一单位。参数名的结尾说明单位：Fen 分，Days 天，Percent 百分比，Age 周岁。",
                    en: "Use one unit on both sides. The end of a parameter's name says its unit: "
                        + "Fen, Days, Percent, Age."))
    }

    private func percent(_ term: Term, at place: Term) -> Fault {
        Fault(
            code: .percent, weight: .error, term: place,
            what: Sentence(
                zh: "一边乘了百分比，另一边“\(term)”没有乘100。",
                en: "One side is multiplied by percent, the other, '\(term)', not by 100."),
            remedy: Sentence(
                zh: "写成“\(term) * 100”。", en: "Write '\(term) * 100'."))
    }

    /// Amounts in fen below this (1,000 yuan) are probably meant in yuan: no threshold of the
    /// dossier is so low (domain dossier, section 5.2).
    private static let leastAmountFen: Int64 = 100_000

    private mutating func warnOfYuan(
        _ left: Term, _ first: Quantity, _ right: Term, _ second: Quantity, at term: Term
    ) {
        guard term.comparison != nil,
            let number = first.isPlainNumber ? left.wholeNumber : right.wholeNumber,
            (first.unit ?? second.unit) == .fen, number != 0,
            number.magnitude <= Self.leastAmountFen
        else { return }
        let amount = first.isPlainNumber ? right : left
        guard Measure.of(amount)?.unit == .fen else { return }
        faults.append(
            Fault(
                code: .yuan, weight: .warning, term: term,
                what: Sentence(
                    zh: "“\(amount)”以分计，\(number)分只是\(TextTemplate.yuan(number))元。",
                    en: "'\(amount)' is in fen; \(number) fen are only "
                        + "\(TextTemplate.yuan(number)) yuan."),
                remedy: Sentence(
                    zh: "若指\(number)元，写成\(number)00。",
                    en: "If \(number) yuan are meant, write \(number)00.")))
    }

    private mutating func multiply(_ left: Term, _ right: Term) -> Quantity {
        let first = quantity(left)
        let second = quantity(right)
        // Shares and counts leave the other's unit as it is; two real units make neither.
        let real = [first.unit, second.unit].compactMap { $0 }
            .filter { $0 != .percent && $0 != .count }
        guard real.count < 2, let one = first.hundreds, let other = second.hundreds else {
            return .unknown
        }
        let isPlainNumber = first.isPlainNumber && second.isPlainNumber
        return Quantity(
            unit: real.first ?? first.unit ?? second.unit, isPlainNumber: isPlainNumber,
            hundreds: (one.lowerBound + other.lowerBound)...(one.upperBound + other.upperBound))
    }

    private func divide(_ first: Quantity, _ second: Quantity) -> Quantity {
        guard second.isPlainNumber || second.unit == .percent || second.unit == .count,
            let one = first.hundreds, let other = second.hundreds
        else { return .unknown }
        return Quantity(
            unit: first.unit, isPlainNumber: first.isPlainNumber && second.isPlainNumber,
            hundreds: (one.lowerBound - other.upperBound)...(one.upperBound - other.lowerBound))
    }
}
