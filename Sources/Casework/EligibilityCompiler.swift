import Expressions
import YAML

/// Plans conditions of eligibility, CEL over the names of docs/CASES.md. Used at start.
struct EligibilityCompiler {
    private let environment: Environment

    /// The names a condition may use, each with its slot.
    private enum Name: Int, CaseIterable {
        case cause, rule, level, causes, rules, levelReasons, members, judgeable, lineFen
        case referencePerCapitaFen, selfPaidFen
    }

    init() {
        var environment = Environment()
        for name in Name.allCases {
            let slot = environment.declareVariable("\(name)", EligibilityCompiler.type(name))
            precondition(slot == name.rawValue)
        }
        self.environment = environment
    }

    private static func type(_ name: Name) -> ValueType {
        switch name {
        case .cause, .rule, .level: .string
        case .causes, .rules, .levelReasons: .list(.string)
        case .judgeable: .bool
        case .members, .lineFen, .referencePerCapitaFen, .selfPaidFen: .int
        }
    }

    /// Compiles the scalar at `node`; errors name its file and the place within it.
    func compile(_ node: YAMLNode) throws(YAMLError) -> Eligibility {
        _ = try node.string()
        guard let written = node.text else { throw node.error("expected text") }
        let text = written.text
        let program: Program
        do {
            program = try environment.compile(
                text,
                at: Origin(
                    file: node.file, line: written.line, column: written.column,
                    nextColumn: written.nextColumn),
                expecting: .bool)
        } catch {
            guard let first = error.diagnostics.first else { throw node.error("\(error)") }
            let hint = first.suggestion.map { "; did you mean '\($0)'?" } ?? ""
            throw YAMLError(
                file: node.file, line: first.line, column: first.column,
                message: first.message + hint)
        }
        return Eligibility(source: text) { facts in
            (try? program.evaluateBool(Facts(facts))) ?? false
        }
    }

    /// Answers for the names.
    private final class Facts: Activation {
        private let facts: EligibilityFacts

        init(_ facts: EligibilityFacts) {
            self.facts = facts
        }

        func variable(_ slot: Int) throws(EvaluationError) -> Value {
            func list(_ words: [String]) -> Value { .list(words.map { .string($0) }) }
            guard let name = Name(rawValue: slot) else { throw EvaluationError(.unknownVariable) }
            switch name {
            case .cause: return .string(facts.cause)
            case .rule: return .string(facts.rule)
            case .level: return .string(facts.level.name)
            case .causes: return list(facts.causes)
            case .rules: return list(facts.rules)
            case .levelReasons: return list(facts.alert.levelReasons)
            case .members: return .int(facts.alert.members)
            case .judgeable: return .bool(facts.alert.isJudgeable)
            // Without a line nothing can be judged; 0 compares as "not below".
            case .lineFen: return .int(facts.alert.lineFen ?? 0)
            case .referencePerCapitaFen: return .int(facts.alert.referencePerCapitaFen)
            case .selfPaidFen: return .int(facts.alert.selfPaidFen)
            }
        }
    }
}
