/// A sum of whole multiples of quantities and a number: `2a - 3b + 5`. Quantities are known by
/// their text.
struct Linear {
    private(set) var factors: [String: Int64] = [:]
    private(set) var number: Int64 = 0

    init(_ number: Int64) {
        self.number = number
    }

    init(quantity: String) {
        factors = [quantity: 1]
    }

    /// This and a multiple of another; `nil` when a number leaves its range.
    func adding(_ other: Linear, times factor: Int64) -> Linear? {
        var result = self
        guard let number = Linear.sum(number, other.number, factor) else { return nil }
        result.number = number
        for (quantity, multiple) in other.factors {
            guard let sum = Linear.sum(result.factors[quantity] ?? 0, multiple, factor) else {
                return nil
            }
            result.factors[quantity] = sum == 0 ? nil : sum
        }
        return result
    }

    /// The sum divided by what all factors have in common, the number rounded up: for whole
    /// quantities `sum <= 0` says the same.
    var tightened: Linear {
        let common = factors.values.reduce(0) { Linear.commonDivisor($0, abs($1)) }
        guard common > 1 else { return self }
        var result = self
        result.factors = factors.mapValues { $0 / common }
        let quotient = number / common
        result.number = number % common > 0 ? quotient + 1 : quotient
        return result
    }

    private static func sum(_ a: Int64, _ b: Int64, _ factor: Int64) -> Int64? {
        let (product, overflow) = b.multipliedReportingOverflow(by: factor)
        guard !overflow else { return nil }
        let (sum, overflown) = a.addingReportingOverflow(product)
        // The least integer has no magnitude in the range.
        return overflown || sum == .min ? nil : sum
    }

    private static func commonDivisor(_ a: Int64, _ b: Int64) -> Int64 {
        b == 0 ? a : commonDivisor(b, a % b)
    }
}

/// Whether whole numbers can meet conditions `sum <= 0` all at once (elimination of one quantity
/// after the other, Fourier and Motzkin). Sound: a "no" is certain; what would take too much work
/// or leaves the range of numbers is answered "perhaps".
enum LinearSystem {
    /// Conditions at one time; a rule has a handful of quantities.
    private static let limit = 400

    static func isImpossible(_ conditions: [Linear]) -> Bool {
        var rest = conditions.map(\.tightened)
        while true {
            for condition in rest where condition.factors.isEmpty && condition.number > 0 {
                return true
            }
            rest.removeAll { $0.factors.isEmpty }
            guard let quantity = rest.flatMap(\.factors.keys).min() else { return false }
            var next: [Linear] = []
            var upper: [(condition: Linear, factor: Int64)] = []
            var lower: [(condition: Linear, factor: Int64)] = []
            for condition in rest {
                switch condition.factors[quantity] {
                case nil: next.append(condition)
                case let factor? where factor > 0: upper.append((condition, factor))
                case let factor?: lower.append((condition, -factor))
                }
            }
            guard upper.count * lower.count + next.count <= limit else { return false }
            for one in upper {
                for other in lower {
                    // other.factor × one + one.factor × other has none of the quantity.
                    guard
                        let scaled = Linear(0).adding(one.condition, times: other.factor),
                        let sum = scaled.adding(other.condition, times: one.factor)
                    else { continue }
                    next.append(sum.tightened)
                }
            }
            rest = next
        }
    }
}
