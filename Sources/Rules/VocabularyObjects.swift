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
        .int(try int(index))
    }

    func int(_ index: Int) throws(EvaluationError) -> Int64 {
        try IncomeObject.figure(index, view)
    }

    /// The figure that a field stands for.
    static func figure(_ index: Int, _ view: HouseholdView) throws(EvaluationError) -> Int64 {
        switch Vocabulary.IncomeField(rawValue: index) {
        case .perPerson: return try judged(view).perCapitaFen
        case .withoutSelfPaid: return try judged(view).withoutSelfPaidPerCapitaFen
        case .positiveNet: return max(0, try judged(view).netFen)
        case .previous:
            _ = try judged(view)
            return view.previousPerCapitaFen ?? 0
        case .forecast:
            _ = try judged(view)
            return view.forecastPerCapitaFen ?? 0
        case .earnings:
            return view.income?.earningsFen ?? 0
        case .wages: return view.income?.wageFen ?? 0
        case .transfers: return view.income?.transferFen ?? 0
        case .lastThreeWages: return view.threeMonthWagesFen.last
        case .sameThreeWages: return view.threeMonthWagesFen.yearBefore
        case .rigid: return view.rigidFen
        case nil: throw EvaluationError(.noSuchField)
        }
    }

    private static func judged(_ view: HouseholdView) throws(EvaluationError) -> IncomeReference {
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
    private let facts: ObjectType

    /// `type` of the member, `facts` of what stands in its lists.
    init(_ view: MemberView, _ type: ObjectType, facts: ObjectType) {
        self.view = view
        objectType = type
        self.facts = facts
    }

    func field(_ index: Int) throws(EvaluationError) -> Value {
        if let word = FactWord.field(index) {
            let household = view.household
            return .list(
                word.facts(household, of: view.id).map {
                    .object(FactObject($0, household, facts))
                })
        }
        return switch Vocabulary.MemberField(rawValue: index) {
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
        case .stage: .string(view.stage)
        case .workedMonths: .int(Int64(view.workedMonths))
        case .isAway: .bool(view.isAway)
        case nil: throw EvaluationError(.noSuchField)
        }
    }

    func int(_ index: Int) throws(EvaluationError) -> Int64 {
        try MemberObject.int(index, view)
    }

    func bool(_ index: Int) throws(EvaluationError) -> Bool {
        try MemberObject.bool(index, view)
    }

    static func int(_ index: Int, _ member: MemberView) throws(EvaluationError) -> Int64 {
        switch Vocabulary.MemberField(rawValue: index) {
        case .age: Int64(member.age)
        case .leftSchoolDays: Int64(member.daysSinceLeftSchool)
        case .jobDays: Int64(member.daysSinceJobStarted)
        case .jobEndedDays: Int64(member.daysSinceJobEnded)
        case .wage: member.wageFen
        case .workedMonths: Int64(member.workedMonths)
        default: throw EvaluationError(.noMatchingOverload)
        }
    }

    static func bool(_ index: Int, _ member: MemberView) throws(EvaluationError) -> Bool {
        switch Vocabulary.MemberField(rawValue: index) {
        case .hasJob: member.hasJob
        case .isAway: member.isAway
        default: throw EvaluationError(.noMatchingOverload)
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
        .int(try activation.parameter(index))
    }
}
