import Expressions
import Households

/// The words rules are written in, each with a type; amounts are fen, spans are days. Every rule
/// has an environment of its own, because its parameters are fields of `param`.
struct Vocabulary {
    /// Slots of the variables, in the order of declaration.
    enum Variable: Int, CaseIterable {
        case low, hasLabour, judgeable, line, disposable
        case year, month, dayOfYear
        case members, m, memberCount, income
        case topSelfPaid, houses, inDisaster, waterDays
        case openedDaysAgo, visited, claimDaysAgo, param
        case eliminatedDays, topProduce, topProducePercent
        case monitored, exPoor, identifiedDays, risk, riskRemarked, eliminatedBy
    }

    enum IncomeField: Int, CaseIterable {
        case perPerson, withoutSelfPaid, positiveNet, previous, forecast
        case earnings, lastThreeWages, sameThreeWages, rigid, wages, transfers
    }

    enum MemberField: Int, CaseIterable {
        case id, age, sex, labour, dropout, dropoutReason, leftSchoolDays
        case hasJob, jobDays, jobEndedDays, wage, stage, workedMonths, isAway
    }

    enum LossField: Int, CaseIterable {
        case roomsCollapsed, roomsSeverelyDamaged, unfitToLive, cropLossPercent, insured, daysAgo
    }

    enum HouseField: Int, CaseIterable {
        case grade, inhabited, onlyDwelling, daysAgo
    }

    /// Codes of `EvaluationError.Kind.host`.
    enum HostCode {
        static let cannotJudge = 1
    }

    /// The most one condition may cost by its static bound, where a comparison is 1: about a
    /// millisecond. The dearest shipped costs a few thousand.
    static let costLimit = 100_000

    var environment = Environment()
    let incomeType: ObjectType
    let memberType: ObjectType
    let lossType: ObjectType
    let houseType: ObjectType
    let factType: ObjectType
    let parameterType: ObjectType
    let types: ObjectTypes

    /// Handles that objects carry; the same for every rule, because they are declared in the same
    /// order.
    struct ObjectTypes: Sendable {
        let income: ObjectType
        let member: ObjectType
        let loss: ObjectType
        let house: ObjectType
        let fact: ObjectType
        let parameters: ObjectType
    }

    init(parameters: [String]) {
        environment.limits.cost = Vocabulary.costLimit
        incomeType = environment.declareObject("Income")
        memberType = environment.declareObject("Member")
        lossType = environment.declareObject("Loss")
        houseType = environment.declareObject("House")
        factType = environment.declareObject("Fact")
        parameterType = environment.declareObject("Parameters")
        types = ObjectTypes(
            income: incomeType, member: memberType, loss: lossType, house: houseType,
            fact: factType, parameters: parameterType)
        declareFields(parameters)
        for variable in Variable.allCases {
            environment.declareVariable("\(variable)", type(of: variable), elements: 12)
        }
        for word in FactWord.ofHousehold {
            environment.declareVariable(word.rawValue, .list(.object(factType)), elements: 12)
        }
        declareFunctions()
    }

    private mutating func declareFields(_ parameters: [String]) {
        for field in IncomeField.allCases {
            // The year before takes an income reference of its own.
            environment.declareField(
                "\(field)", of: incomeType, .int, cost: field == .previous ? 200 : 1)
        }
        for field in MemberField.allCases {
            let type: ValueType =
                switch field {
                case .id, .sex, .labour, .dropout, .dropoutReason, .stage: .string
                case .hasJob, .isAway: .bool
                default: .int
                }
            environment.declareField("\(field)", of: memberType, type)
        }
        for word in FactWord.ofMember {
            environment.declareField(
                word.rawValue, of: memberType, .list(.object(factType)), elements: 12, cost: 20)
        }
        for field in FactField.allCases {
            // What a person earned is worked out as of the day before.
            environment.declareField(
                "\(field)", of: factType, field.type, cost: field == .wagePercent ? 200 : 1)
        }
        for field in LossField.allCases {
            let type: ValueType = field == .unfitToLive || field == .insured ? .bool : .int
            environment.declareField("\(field)", of: lossType, type)
        }
        for field in HouseField.allCases {
            let type: ValueType =
                switch field {
                case .grade: .string
                case .inhabited, .onlyDwelling: .bool
                case .daysAgo: .int
                }
            environment.declareField("\(field)", of: houseType, type)
        }
        for name in parameters { environment.declareField(name, of: parameterType, .int) }
    }

    private func type(of variable: Variable) -> ValueType {
        switch variable {
        case .low, .hasLabour, .judgeable, .inDisaster, .visited, .monitored, .exPoor,
            .riskRemarked:
            .bool
        case .members: .list(.object(memberType))
        case .m: .object(memberType)
        case .income: .object(incomeType)
        case .houses: .list(.object(houseType))
        case .topProduce, .risk, .eliminatedBy: .string
        case .param: .object(parameterType)
        default: .int
        }
    }

    private mutating func declareFunctions() {
        declareCosts()
        environment.declareFunction(
            Overload(
                "losses", [.int], .list(.object(lossType)), cost: 20, elements: 12,
                .unary { activation, days throws(EvaluationError) in
                    try HouseholdActivation.of(activation).losses(days: days.days())
                }))
        environment.declareFunction(
            Overload(
                "greatestStay", [.int], .int, cost: 20,
                .unary { activation, days throws(EvaluationError) in
                    let view = try HouseholdActivation.of(activation).view
                    let stay = view.greatestStay(days: try days.days())
                    return .int(stay?.integer(.selfPaidFen) ?? 0)
                }))
        environment.declareFunction(
            Overload(
                "absentDays", isMember: true, [.object(memberType), .int], .int, cost: 20,
                .binary { _, member, days throws(EvaluationError) in
                    .int(try member.member().unexcusedAbsence(days: try days.days()))
                }))
        environment.declareFunction(
            Overload(
                "majorDiagnosis", isMember: true, [.object(memberType), .int], .bool, cost: 20,
                .binary { activation, member, days throws(EvaluationError) in
                    let diseases = try HouseholdActivation.of(activation).diseases
                    let fact = try member.member().majorDiagnosis(
                        days: try days.days(), in: diseases)
                    return .bool(fact != nil)
                }))
        environment.declareFunction(
            Overload(
                "enrolled", isMember: true, [.object(memberType), .int], .string, cost: 20,
                .binary { _, member, year throws(EvaluationError) in
                    switch try member.member().isEnrolled(year: try year.days()) {
                    case true?: .string("yes")
                    case false?: .string("no")
                    case nil: .string("unknown")
                    }
                }))
        environment.declareFunction(
            Overload(
                "yuan", [.int], .string, cost: 5, isConstant: true,
                .unary { _, fen throws(EvaluationError) in
                    guard case .int(let fen) = fen else { throw .init(.noMatchingOverload) }
                    return .string(TextTemplate.yuan(fen))
                }))
    }
}

extension Value {
    /// A count of days or a year, in a sane range.
    func days() throws(EvaluationError) -> Int {
        guard case .int(let days) = self, (0...100_000).contains(days) else {
            throw EvaluationError(.invalidArgument)
        }
        return Int(days)
    }

    func member() throws(EvaluationError) -> MemberView {
        guard case .object(let object) = self, let member = object as? MemberObject else {
            throw EvaluationError(.noMatchingOverload)
        }
        return member.view
    }
}
