import Expressions
import Households

/// The words of rules about a village (docs/RULES.md, "Area rules").
struct AreaVocabulary {
    enum Variable: Int, CaseIterable {
        case households, migrants, produce, param
    }

    enum ProduceField: Int, CaseIterable {
        case item, sharePercent, pricePercent
    }

    var environment = Environment()
    let produceType: ObjectType
    let parameterType: ObjectType

    init(parameters: [String]) {
        environment.limits.cost = Vocabulary.costLimit
        produceType = environment.declareObject("Produce")
        parameterType = environment.declareObject("Parameters")
        for field in ProduceField.allCases {
            environment.declareField("\(field)", of: produceType, field == .item ? .string : .int)
        }
        for name in parameters { environment.declareField(name, of: parameterType, .int) }
        for variable in Variable.allCases {
            let type: ValueType =
                switch variable {
                case .households, .migrants: .int
                case .produce: .list(.object(produceType))
                case .param: .object(parameterType)
                }
            environment.declareVariable("\(variable)", type, elements: 12)
        }
        declare("alerted") { view, days in view.alerted(days: days) }
        declare("jobLosses") { view, days in view.jobLosses(days: days) }
        declare("migrantLosses") { view, days in view.jobLosses(days: days, migrantsOnly: true) }
    }

    private mutating func declare(
        _ name: String, _ count: @escaping @Sendable (VillageView, Int) -> Int
    ) {
        environment.declareFunction(
            Overload(
                name, [.int], .int, cost: 500,
                .unary { activation, days throws(EvaluationError) in
                    guard let activation = activation as? VillageActivation else {
                        throw EvaluationError(.unknownVariable)
                    }
                    return .int(Int64(count(activation.view, try days.days())))
                }))
    }
}

/// Answers area rules' questions about one village as of one day. Confined to one thread.
final class VillageActivation: Activation {
    let view: VillageView
    private let vocabulary: AreaVocabulary
    private let parameters: [Int64]

    init(_ view: VillageView, _ vocabulary: AreaVocabulary, parameters: [Int64]) {
        self.view = view
        self.vocabulary = vocabulary
        self.parameters = parameters
    }

    func variable(_ slot: Int) throws(EvaluationError) -> Value {
        switch AreaVocabulary.Variable(rawValue: slot) {
        case .households: return .int(Int64(view.households))
        case .migrants: return .int(Int64(view.migrants))
        case .produce:
            return .list(view.produce.map { .object(ProduceObject($0, vocabulary.produceType)) })
        case .param: return .object(Parameters(parameters, vocabulary.parameterType))
        case nil: throw EvaluationError(.unknownVariable)
        }
    }

    private final class ProduceObject: HostObject {
        let objectType: ObjectType
        private let produce: VillageView.Produce

        init(_ produce: VillageView.Produce, _ type: ObjectType) {
            self.produce = produce
            objectType = type
        }

        func field(_ index: Int) throws(EvaluationError) -> Value {
            switch AreaVocabulary.ProduceField(rawValue: index) {
            case .item: .string(produce.item)
            case .sharePercent: .int(produce.sharePercent)
            case .pricePercent: .int(produce.pricePercent)
            case nil: throw EvaluationError(.noSuchField)
            }
        }
    }

    private final class Parameters: HostObject {
        let objectType: ObjectType
        private let values: [Int64]

        init(_ values: [Int64], _ type: ObjectType) {
            self.values = values
            objectType = type
        }

        func field(_ index: Int) throws(EvaluationError) -> Value {
            guard values.indices.contains(index) else { throw EvaluationError(.noSuchField) }
            return .int(values[index])
        }
    }
}
