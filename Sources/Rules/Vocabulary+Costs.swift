import Expressions
import Households

/// Functions about what illness, schooling and dry taps cost, and about alerts that are open.
extension Vocabulary {
    mutating func declareCosts() {
        ofHousehold("careCost") { view, days in view.careCostFen(days: days) }
        ofHousehold("schoolingCost") { view, day in view.schoolingCostFen(sinceDayOfYear: day) }
        ofHousehold("daysWithoutWater") { view, days in Int64(view.daysWithoutWater(days: days)) }
        environment.declareFunction(
            Overload(
                "usualCare", [.int, .int], .int, cost: 40,
                .binary { activation, days, months throws(EvaluationError) in
                    let view = try HouseholdActivation.of(activation).view
                    return .int(
                        view.usualCareFen(days: try days.days(), months: try months.months()))
                }))
        environment.declareFunction(
            Overload(
                "alertCauses", [.int, .int], .int, cost: 20,
                .binary { activation, level, days throws(EvaluationError) in
                    guard case .int(let level) = level else {
                        throw EvaluationError(.noMatchingOverload)
                    }
                    return .int(
                        try HouseholdActivation.of(activation)
                            .alertCauses(level: level, days: try days.days()))
                }))
        ofMember("selfPaid") { member, days in member.compliantSelfPaidFen(days: days) }
        ofMember("hospitalNights") { member, days in Int64(member.hospital(days: days).nights) }
        ofMember("hospitalStays") { member, days in Int64(member.hospital(days: days).stays) }
        ofMember("leastMonthlyCare") { member, months in
            member.monthlyCareFen(months: min(months, 12)).min() ?? 0
        }
        ofMember("mostMonthlyCare") { member, months in
            member.monthlyCareFen(months: min(months, 12)).max() ?? 0
        }
        environment.declareFunction(
            Overload(
                "subsidy", isMember: true, [.object(memberType), .string, .int], .int, cost: 20,
                .ternary { _, member, item, months throws(EvaluationError) in
                    guard case .string(let item) = item else {
                        throw EvaluationError(.noMatchingOverload)
                    }
                    return .int(
                        try member.member().subsidyFen(item, months: try months.months()))
                }))
    }

    private mutating func ofHousehold(
        _ name: String, _ answer: @escaping @Sendable (HouseholdView, Int) -> Int64
    ) {
        environment.declareFunction(
            Overload(
                name, [.int], .int, cost: 20,
                .unary { activation, number throws(EvaluationError) in
                    let view = try HouseholdActivation.of(activation).view
                    return .int(answer(view, try number.days()))
                }))
    }

    private mutating func ofMember(
        _ name: String, _ answer: @escaping @Sendable (MemberView, Int) -> Int64
    ) {
        environment.declareFunction(
            Overload(
                name, isMember: true, [.object(memberType), .int], .int, cost: 20,
                .binary { _, member, number throws(EvaluationError) in
                    .int(answer(try member.member(), try number.days()))
                }))
    }
}

extension Value {
    /// A count of months, 1 to 12.
    fileprivate func months() throws(EvaluationError) -> Int {
        guard case .int(let months) = self, (1...12).contains(months) else {
            throw EvaluationError(.invalidArgument)
        }
        return Int(months)
    }
}
