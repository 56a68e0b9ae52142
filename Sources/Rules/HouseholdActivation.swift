import Expressions
import Households

/// Answers rules' questions about one household as of one day. Made once per asking and day, used
/// by every rule; values are worked out on first use. Confined to one thread.
final class HouseholdActivation: Activation {
    let view: HouseholdView
    /// Whose diseases and types are used: one reference, because an activation is made for each asking.
    private let ruleSet: RuleSet
    var diseases: MajorDiseases { ruleSet.diseases }
    private var types: Vocabulary.ObjectTypes { ruleSet.types }
    /// The parameters of the rule being asked.
    var parameters: [Int64] = []
    /// The member being asked about.
    var member: MemberView?
    /// The day the open alert was opened on, when its end is asked for.
    var openedOn: Day?
    /// The alerts that rules about alerts look at.
    var alerts: [KnownAlert] = []

    init(_ view: HouseholdView, _ ruleSet: RuleSet) {
        self.view = view
        self.ruleSet = ruleSet
    }

    static func of(_ activation: any Activation) throws(EvaluationError) -> HouseholdActivation {
        guard let activation = activation as? HouseholdActivation else {
            throw EvaluationError(.unknownVariable)
        }
        return activation
    }

    /// A person of the household, member or not.
    func person(_ id: Pseudonym) -> MemberView? {
        view.members.first { $0.id == id } ?? view.person(id)
    }

    private lazy var memberValues: Value = .list(view.members.map { .object(object(of: $0)) })

    /// Members as expressions see them, made when one asks for them.
    private var objects: [MemberObject] = []

    private func object(of member: MemberView) -> MemberObject {
        for object in objects where object.view === member { return object }
        let made = MemberObject(member, types.member, facts: types.fact)
        objects.append(made)
        return made
    }
    private lazy var income: Value = .object(IncomeObject(view, types.income))
    private lazy var parameterValues: Value = .object(ParameterObject(self, types.parameters))
    private lazy var houses: Value = .list(
        view.houses.map { .object(HouseObject($0, on: view.day, types.house)) })

    func variable(_ slot: Int) throws(EvaluationError) -> Value {
        if let word = FactWord.variable(slot) {
            return .list(word.facts(view).map { .object(FactObject($0, view, types.fact)) })
        }
        switch Vocabulary.Variable(rawValue: slot) {
        case .low, .hasLabour, .judgeable, .inDisaster, .visited, .monitored, .exPoor,
            .riskRemarked:
            return .bool(try bool(slot))
        case .members: return memberValues
        case .m: return .object(object(of: try asked()))
        case .income: return income
        case .houses: return houses
        case .topProduce: return .string(view.topProduce?.item ?? "")
        case .risk: return .string(view.risk)
        case .eliminatedBy: return .string(view.eliminatedBy)
        case .param: return parameterValues
        default: return .int(try int(slot))
        }
    }

    func int(_ slot: Int) throws(EvaluationError) -> Int64 {
        switch Vocabulary.Variable(rawValue: slot) {
        case .line: return try judged(view.line?.fen)
        case .disposable: return try judged(view.disposableIncome?.fen)
        case .year: return Int64(view.day.year)
        case .month: return Int64(view.day.civil.month)
        case .dayOfYear:
            let first = Day.first(ofMonth: view.day.year * 12)
            return Int64(view.day - first + 1)
        case .memberCount: return Int64(view.memberIDs.count)
        case .topSelfPaid: return view.greatestSelfPaidOfYear.fen
        case .waterDays:
            return view.interruptions.first.map { Int64(view.day - $0.occurred) } ?? -1
        case .openedDaysAgo: return openedOn.map { Int64(view.day - $0) } ?? -1
        case .claimDaysAgo: return claimDaysAgo
        case .eliminatedDays: return Int64(view.daysSinceEliminated)
        case .topProducePercent: return view.topProduce?.percent ?? 0
        case .identifiedDays: return Int64(view.daysSinceIdentified)
        case nil: throw EvaluationError(.unknownVariable)
        default: throw EvaluationError(.noMatchingOverload)
        }
    }

    func bool(_ slot: Int) throws(EvaluationError) -> Bool {
        switch Vocabulary.Variable(rawValue: slot) {
        case .low: return view.isLow
        case .hasLabour: return view.hasLabour
        case .judgeable: return view.isJudgeable
        case .inDisaster: return !view.disasters.isEmpty
        case .visited: return visitedSinceOpening
        case .monitored: return view.isMonitored
        case .exPoor: return view.householdClass?.flag(.exPoor) ?? false
        case .riskRemarked: return view.isRiskRemarked
        case nil: throw EvaluationError(.unknownVariable)
        default: throw EvaluationError(.noMatchingOverload)
        }
    }

    func int(_ slot: Int, field: Int) throws(EvaluationError) -> Int64 {
        switch Vocabulary.Variable(rawValue: slot) {
        case .income: return try IncomeObject.figure(field, view)
        case .param: return try parameter(field)
        case .m: return try MemberObject.int(field, try asked())
        default: throw EvaluationError(.noSuchField)
        }
    }

    func bool(_ slot: Int, field: Int) throws(EvaluationError) -> Bool {
        guard case .m = Vocabulary.Variable(rawValue: slot) else {
            throw EvaluationError(.noSuchField)
        }
        return try MemberObject.bool(field, try asked())
    }

    /// A parameter of the rule being asked, by its place.
    func parameter(_ index: Int) throws(EvaluationError) -> Int64 {
        guard parameters.indices.contains(index) else { throw EvaluationError(.noSuchField) }
        return parameters[index]
    }

    /// The member being asked about.
    private func asked() throws(EvaluationError) -> MemberView {
        guard let member else { throw EvaluationError(.unknownVariable) }
        return member
    }

    func losses(days: Int) -> Value {
        .list(view.losses(days: days).map { .object(LossObject($0, on: view.day, types.loss)) })
    }

    /// How many causes the alerts have that opened in `W(days)` with a base level of at least
    /// `level`, 0 (blue) to 3 (red).
    func alertCauses(level: Int64, days: Int) -> Int64 {
        let window = Window(days, endingOn: view.day)
        return Int64(
            Set(
                alerts.filter {
                    Int64($0.level.rawValue) >= level && window.contains($0.openedOn)
                }.map(\.cause)
            ).count)
    }

    private func judged(_ fen: Int64?) throws(EvaluationError) -> Int64 {
        guard let fen else {
            throw EvaluationError(.host(Vocabulary.HostCode.cannotJudge))
        }
        return fen
    }

    /// An officer visited on or after the day the alert opened.
    private var visitedSinceOpening: Bool {
        guard let openedOn else { return false }
        var found = false
        view.facts.forEach(.visited, asOf: view.day) { found = found || $0.occurred >= openedOn }
        return found
    }

    private var claimDaysAgo: Int64 {
        var latest: Day?
        view.facts.forEach(.claimPaid, asOf: view.day) { fact in
            latest = latest.map { max($0, fact.occurred) } ?? fact.occurred
        }
        return latest.map { Int64(view.day - $0) } ?? -1
    }
}
