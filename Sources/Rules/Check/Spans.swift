import Expressions
import Households

/// Spans of days in conditions. A household is asked again on the days the numbers and parameters
/// of its rules name (`Horizon`), so a span must be written as one of them: a sum of two is on no
/// list, and the day on which it runs out would be missed. A span since a day that stands, such as
/// `eliminatedDays + 1`, runs out on none, and two ages keep their distance: both may be computed.
enum Spans {
    /// The longest span that may be asked for, in days: facts that carry amounts are kept for 48
    /// months (formats, section 2), which are 1,460 days or one more.
    static let longest = 1_460

    /// What is said of a computed span.
    static let refusal = "a span of days must be a number or a parameter, not computed"

    /// Terms that compute a span of days where a number or parameter must stand.
    static func computed(in root: Term) -> [Term] {
        root.all.flatMap { term -> [Term] in
            if let (_, left, right) = term.comparison {
                let isOfDays = [left, right].contains { measuresDays($0) }
                if let growth = growth(of: left), growth == self.growth(of: right) { return [] }
                return isOfDays ? [left, right].filter { !isPlain($0) } : []
            }
            return arguments(of: term).filter { !isPlain($0) && growth(of: $0) != 1 }
        }
    }

    /// The spans of days a condition asks for: arguments of functions and what days are compared
    /// with.
    static func spans(in root: Term) -> [Term] {
        root.all.flatMap { term -> [Term] in
            if let (_, left, right) = term.comparison {
                if unit(left) == .days { return choices(right) }
                return unit(right) == .days ? choices(left) : []
            }
            return arguments(of: term).flatMap(choices)
        }
    }

    /// How conditions ask for ages: whoever compares them with numbers and parameters turns on the
    /// birthdays these name, whoever does anything else with them may turn on any.
    static func ages(in roots: [Term]) -> Rule.AgeUse {
        var use = Rule.AgeUse.no
        for root in roots {
            let asked = root.all.count { isAge($0) }
            if asked == 0 { continue }
            let compared = root.all.count { term in
                guard let (_, left, right) = term.comparison else { return false }
                return isAge(left) && isWritten(right) || isAge(right) && isWritten(left)
            }
            if compared < asked { return .reckoned }
            use = .compared
        }
        return use
    }

    private static func isAge(_ term: Term) -> Bool {
        guard case .field = term.kind, term.parameterName == nil else { return false }
        return unit(term) == .years
    }

    /// A number or a parameter, or a choice of such.
    private static func isWritten(_ term: Term) -> Bool {
        choices(term).allSatisfy { $0.wholeNumber != nil || $0.parameterName != nil }
    }

    /// The arguments of a call that are spans of days.
    private static func arguments(of term: Term) -> [Term] {
        guard case .call(let name, let arguments) = term.kind,
            let function = FunctionWord.named(name)
        else { return [] }
        // The receiver has no unit.
        let receivers = arguments.count - function.parameters.count
        return zip(arguments.dropFirst(receivers), function.parameters).filter { $1 == .days }
            .map(\.0)
    }

    private static func unit(_ term: Term) -> Measure.Unit? { Measure.of(term)?.unit }

    /// Whether days, or the day of the year, are somewhere in what is compared.
    private static func measuresDays(_ term: Term) -> Bool {
        switch term.kind {
        case .name, .field:
            guard term.parameterName == nil else { return false }
            return unit(term) == .days || unit(term) == .dayOfYear
        case .call(let name, let arguments):
            if FunctionWord.named(name) != nil { return unit(term) == .days }
            return arguments.contains(where: measuresDays)
        case .conditional(_, let then, let otherwise):
            return measuresDays(then) || measuresDays(otherwise)
        default: return false
        }
    }

    /// A number, a word or parameter, or a choice of such.
    private static func isPlain(_ term: Term) -> Bool {
        switch term.kind {
        case .constant, .name, .local, .field: true
        case .call(let name, _): FunctionWord.named(name) != nil
        case .conditional(_, let then, let otherwise): isPlain(then) && isPlain(otherwise)
        default: false
        }
    }

    /// By how much a number of days grows in a day: 1 for the age of a fact, 0 for what is written
    /// down; `nil` for what is not known to grow evenly.
    private static func growth(of term: Term) -> Int64? {
        if term.wholeNumber != nil || term.parameterName != nil { return 0 }
        switch term.kind {
        case .name, .field:
            guard let measure = Measure.of(term), measure.unit == .days,
                measure.range.lowerBound >= -1
            else { return nil }
            return 1
        case .call("_+_", let arguments), .call("_-_", let arguments):
            guard case .call(let name, _) = term.kind, let left = growth(of: arguments[0]),
                let right = growth(of: arguments[1])
            else { return nil }
            return name == "_+_" ? left + right : left - right
        default: return nil
        }
    }

    private static func choices(_ term: Term) -> [Term] {
        guard case .conditional(_, let then, let otherwise) = term.kind else { return [term] }
        return choices(then) + choices(otherwise)
    }
}
