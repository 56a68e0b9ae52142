import Expressions
import Households

/// `income`: the income reference of the day. Figures that judge throw when the household cannot
/// be judged on income.
final class IncomeObject: HostObject {
    let objectType: ObjectType
    private let view: HouseholdView

    init(_ view: HouseholdView, _ type: ObjectType) {
        self.view = view
        objectType = type
    }

    func field(_ index: Int) throws(EvaluationError) -> Value {
        switch Vocabulary.IncomeField(rawValue: index) {
        case .perPerson: return .int(try judged().perCapitaFen)
        case .withoutSelfPaid: return .int(try judged().withoutSelfPaidPerCapitaFen)
        case .positiveNet: return .int(max(0, try judged().netFen))
        case .previous:
            _ = try judged()
            return .int(view.previousPerCapitaFen ?? 0)
        case .forecast:
            _ = try judged()
            return .int(view.forecastPerCapitaFen ?? 0)
        case .earnings:
            guard let income = view.income else { return .int(0) }
            return .int(
                income.wageFen + income.businessFen + income.propertyFen + income.transferFen)
        case .lastThreeWages: return .int(view.threeMonthWagesFen.last)
        case .sameThreeWages: return .int(view.threeMonthWagesFen.yearBefore)
        case .rigid: return .int(view.rigidFen)
        case nil: throw EvaluationError(.noSuchField)
        }
    }

    private func judged() throws(EvaluationError) -> IncomeReference {
        guard view.isJudgeable, let income = view.income else {
            throw EvaluationError(.host(Vocabulary.HostCode.cannotJudge))
        }
        return income
    }
}

/// A member, as `m` or an element of `members`.
final class MemberObject: HostObject {
    let objectType: ObjectType
    let view: MemberView

    init(_ view: MemberView, _ type: ObjectType) {
        self.view = view
        objectType = type
    }

    func field(_ index: Int) throws(EvaluationError) -> Value {
        switch Vocabulary.MemberField(rawValue: index) {
        case .id: .string(view.id.description)
        case .age: .int(Int64(view.age))
        case .sex: .string(view.sex)
        case .labour: .string(view.labour)
        case .dropout: .string(view.dropout?.text(.event) ?? "")
        case .dropoutReason: .string(view.dropout?.text(.reason) ?? "")
        case .leftSchoolDays: .int(Int64(view.daysSinceLeftSchool))
        case .hasJob: .bool(view.hasJob)
        case .jobDays: .int(Int64(view.daysSinceJobStarted))
        case .jobEndedDays: .int(Int64(view.daysSinceJobEnded))
        case .wage: .int(view.wageFen)
        case nil: throw EvaluationError(.noSuchField)
        }
    }
}

/// A disaster loss of the household.
final class LossObject: HostObject {
    let objectType: ObjectType
    private let fact: Fact
    private let day: Day

    init(_ fact: Fact, on day: Day, _ type: ObjectType) {
        self.fact = fact
        self.day = day
        objectType = type
    }

    func field(_ index: Int) throws(EvaluationError) -> Value {
        switch Vocabulary.LossField(rawValue: index) {
        case .roomsCollapsed: .int(fact.integer(.roomsCollapsed) ?? 0)
        case .roomsSeverelyDamaged: .int(fact.integer(.roomsSeverelyDamaged) ?? 0)
        case .unfitToLive: .bool(fact.flag(.unfitToLive))
        case .cropLossPercent: .int(fact.integer(.cropLossPercent) ?? 0)
        case .insured: .bool(fact.flag(.insured))
        case .daysAgo: .int(Int64(day - fact.occurred))
        case nil: throw EvaluationError(.noSuchField)
        }
    }
}

/// The latest appraisal of a house.
final class HouseObject: HostObject {
    let objectType: ObjectType
    private let fact: Fact
    private let day: Day

    init(_ fact: Fact, on day: Day, _ type: ObjectType) {
        self.fact = fact
        self.day = day
        objectType = type
    }

    func field(_ index: Int) throws(EvaluationError) -> Value {
        switch Vocabulary.HouseField(rawValue: index) {
        case .grade: .string(fact.text(.grade) ?? "")
        case .inhabited: .bool(fact.flag(.inhabited))
        case .onlyDwelling: .bool(fact.flag(.onlyDwelling))
        case .daysAgo: .int(Int64(day - fact.occurred))
        case nil: throw EvaluationError(.noSuchField)
        }
    }
}

/// `param`: the parameters of the rule being asked, in the order it declares them.
final class ParameterObject: HostObject {
    let objectType: ObjectType
    private unowned let activation: HouseholdActivation

    init(_ activation: HouseholdActivation, _ type: ObjectType) {
        self.activation = activation
        objectType = type
    }

    func field(_ index: Int) throws(EvaluationError) -> Value {
        guard activation.parameters.indices.contains(index) else {
            throw EvaluationError(.noSuchField)
        }
        return .int(activation.parameters[index].value)
    }
}
