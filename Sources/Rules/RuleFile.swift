package import Expressions
import Households
package import YAML

/// A rule or disease file that cannot be used, with the place in it.
package enum RuleError: Error, CustomStringConvertible {
    case yaml(YAMLError)
    case expression(CompileError)

    package var description: String {
        switch self {
        case .yaml(let error): error.description
        case .expression(let error): error.description
        }
    }
}

/// Reads `*.rules.yaml` (docs/RULES.md): strict keys, every expression checked and planned.
enum RuleFile {
    /// A rule with the places that other rules may be at odds with.
    struct Read {
        let rule: Rule
        let id: YAMLNode
        let supersedes: [YAMLNode]
        /// Its conditions as trees, for the checks.
        let conditions: [Condition]
    }

    /// A condition as it is written.
    struct Condition {
        enum Role: Equatable {
            case when, member
            /// Of the n-th level.
            case level(Int)
            case clear
        }

        let role: Role
        /// As it stands in the file.
        let text: String
        let examined: Examined
    }

    static func rules(in root: YAMLNode) throws(RuleError) -> [Read] {
        do {
            var file = try root.mapping()
            let nodes = try file.required("rules").sequence()
            try file.finish()
            var rules: [Read] = []
            for node in nodes { rules.append(try rule(node)) }
            return rules
        } catch let error as YAMLError {
            throw .yaml(error)
        } catch let error as CompileError {
            throw .expression(error)
        } catch {
            throw .yaml(root.error("\(error)"))
        }
    }

    /// Reads one rule. Throws `YAMLError` or `CompileError` with the place of the first mistake.
    static func rule(_ node: YAMLNode) throws -> Read {
        var fields = try node.mapping()
        let idNode = try fields.required("id")
        let id = try idNode.string()
        let cause = Cause(
            rawValue: try fields.required("cause").string(
                oneOf: Cause.allCases.map(\.rawValue)))!
        let having = try kinds(fields.optional("having"))
        let memberHaving = try kinds(fields.optional("memberHaving"))
        let parameters = try self.parameters(fields.optional("params"))
        let vocabulary = Vocabulary(parameters: parameters.map(\.name))
        let environment = vocabulary.environment
        var numbers: [Int] = []
        var written: [Condition] = []
        func condition(_ node: YAMLNode?, _ role: Condition.Role) throws -> Program? {
            guard let node else { return nil }
            _ = try node.string()
            let text = RuleFile.written(node)
            numbers += RuleFile.numbers(in: text.text)
            let program = try environment.compile(
                text.text, at: text.origin, expecting: .bool)
            let examined = try environment.examine(text.text, at: text.origin)
            if let span = Spans.computed(in: examined.root).first {
                throw CompileError(diagnostics: [
                    examined.diagnostic(Spans.refusal, at: span)
                ])
            }
            written.append(Condition(role: role, text: text.text, examined: examined))
            return program
        }
        let whenNode = fields.optional("when")
        let memberNode = fields.optional("member")
        if whenNode == nil, memberNode == nil {
            throw node.error("expected 'when' or 'member': the condition of the rule")
        }
        if memberNode == nil, !memberHaving.isEmpty {
            throw node.error("'memberHaving' is for a rule with 'member'")
        }
        let when = try condition(whenNode, .when)
        let member = try condition(memberNode, .member)
        var levels: [(level: Level, when: Program?)] = []
        let audit = try fields.optional("audit").map(self.audit)
        // A finding has no level; blue is the one that raises nothing and asks for no visit.
        let levelNodes =
            audit == nil ? try fields.required("levels").sequence() : []
        if audit != nil { levels = [(.blue, nil)] }
        for entry in levelNodes {
            var level = try entry.mapping()
            let name = try level.required("level").string(oneOf: Level.allCases.map(\.name))
            let role = Condition.Role.level(levels.count)
            levels.append((Level(name: name)!, try condition(level.optional("when"), role)))
            try level.finish()
        }
        guard let last = levels.last, last.when == nil else {
            throw node.error("the last of 'levels' must be without 'when', so that one holds")
        }
        var clear: Program?
        var clearDays = 0
        if let clearNode = fields.optional("clear") {
            var mapping = try clearNode.mapping()
            clear = try condition(mapping.optional("when"), .clear)
            clearDays = try mapping.optional("days").map { try days($0, least: 0) } ?? 0
            try mapping.finish()
        }
        let subject = try fields.optional("subject")?.string(
            oneOf: Rule.SubjectSource.allCases.map(\.rawValue))
        let evidence = try (fields.optional("evidence")?.sequence() ?? []).map(selector)
        var text = try fields.required("text").mapping()
        func template(_ node: YAMLNode) throws -> TextTemplate {
            try TextTemplate(try node.string(), at: RuleFile.written(node).origin, in: environment)
        }
        let zh = try template(try text.required("zh"))
        let en = try template(try text.required("en"))
        try text.finish()
        let supersedes = try fields.optional("supersedes")?.sequence() ?? []
        let programs = [when, member].compactMap { $0 }
        let conditions = programs + levels.compactMap(\.when) + [clear].compactMap { $0 }
        let rule = Rule(
            id: id, cause: cause, having: having, memberHaving: memberHaving, when: when, member: member, levels: levels,
            clear: clear, clearDays: clearDays,
            cooldownDays: try fields.optional("cooldown").map { try days($0, least: 0) } ?? 30,
            supersedes: try supersedes.map { try $0.string() }, parameters: parameters,
            subject: subject.map { Rule.SubjectSource(rawValue: $0)! }
                ?? (member == nil ? .none : .member),
            evidence: evidence, zh: zh, en: en,
            proposes: try strings(fields.optional("proposes")),
            source: try fields.required("source").string(),
            audit: audit,
            asksLow: programs.contains { reads(.low, $0) },
            // A rule that asks whether it can be judged does so for itself.
            asksIncome: !programs.contains { reads(.judgeable, $0) }
                && programs.contains { program in
                reads(.line, program)
                    || program.dependencies.fields.contains { field in
                        field.object == vocabulary.incomeType.index
                            && field.field <= Vocabulary.IncomeField.forecast.rawValue
                    }
            },
            asksDayOfYear: conditions.contains {
                reads(.dayOfYear, $0) || calls("schoolingCost", $0)
            },
            asksMonth: conditions.contains { reads(.month, $0) },
            asksAge: Spans.ages(in: written.map(\.examined.root)),
            asksOpenedDays: clear.map { reads(.openedDaysAgo, $0) } ?? false,
            asksAlerts: conditions.contains { calls("alertCauses", $0) },
            agingKinds: RuleKinds.aging(conditions, vocabulary.types),
            endingKinds: RuleKinds.ending(conditions, vocabulary.types),
            asksUsualCare: conditions.contains { calls("usualCare", $0) },
            asksDaysWithoutWater: conditions.contains { calls("daysWithoutWater", $0) },
            kinds: RuleKinds.deciding(programs + levels.compactMap(\.when), vocabulary.types),
            numbers: numbers,
            figures: figures.compactMap { figure, field in
                programs.contains { program in
                    program.dependencies.fields.contains {
                        $0.object == vocabulary.incomeType.index && $0.field == field.rawValue
                    }
                } ? figure : nil
            },
            telling: try RuleTelling(
                written, levels: levels.count, parameters: parameters.map(\.name),
                in: environment),
            clearKinds: clear.map { RuleKinds.deciding([$0], vocabulary.types) ?? [] } ?? [])
        try fields.finish()
        return Read(rule: rule, id: idNode, supersedes: supersedes, conditions: written)
    }

    private static func kinds(_ node: YAMLNode?) throws -> [FactKind] {
        try (node?.sequence() ?? []).map { node in
            FactKind(name: try node.string(oneOf: FactKind.allCases.map(\.name)))!
        }
    }

    private static func audit(_ node: YAMLNode) throws -> Rule.Audit {
        var fields = try node.mapping()
        let department = try fields.required("department").string(oneOf: auditDepartments)
        var text = try fields.required("correct").mapping()
        let zh = try text.required("zh").string()
        let en = try text.required("en").string()
        try text.finish()
        try fields.finish()
        return Rule.Audit(department: department, zh: zh, en: en)
    }

    /// Who may have to put a record right (dossier 7.2, column "dept").
    private static let auditDepartments = [
        "ruralAffairs", "civilAffairs", "medicalInsurance", "education", "humanResources",
        "housing", "water", "agriculture", "disabledFederation",
    ]

    private static func days(_ node: YAMLNode, least: Int) throws -> Int {
        let days = try node.int()
        guard days >= least else { throw node.error("expected days, \(least) or more") }
        return days
    }

    /// The whole numbers written in a condition: each may be a span of days.
    private static func numbers(in text: String) -> [Int] {
        text.split { !$0.isNumber || !$0.isASCII }.compactMap { Int($0) }
    }

    private static let figures: [(Rule.Figure, Vocabulary.IncomeField)] = [
        (.previous, .previous), (.forecast, .forecast), (.rigid, .rigid),
    ]

    private static func reads(_ variable: Vocabulary.Variable, _ program: Program) -> Bool {
        program.dependencies.variables.contains(variable.rawValue)
    }

    private static func calls(_ function: String, _ program: Program) -> Bool {
        program.dependencies.calls.contains { $0.name == function }
    }

    /// An expression's text as it stands in the file, and where: a line break is a space to it.
    static func written(_ node: YAMLNode) -> (text: String, origin: Origin) {
        guard let written = node.text else { preconditionFailure("no scalar") }
        return (
            written.text,
            Origin(
                file: node.file, line: written.line, column: written.column,
                nextColumn: written.nextColumn)
        )
    }

    private static func strings(_ node: YAMLNode?) throws -> [String] {
        try node?.sequence().map { try $0.string() } ?? []
    }

    private static func parameters(_ node: YAMLNode?) throws -> [Rule.Parameter] {
        guard let node else { return [] }
        return try node.mapping().entries.map { key, value in
            Rule.Parameter(name: try key.string(), value: Int64(try value.int()))
        }
    }

    private static func selector(_ node: YAMLNode) throws -> EvidenceSelector {
        var fields = try node.mapping()
        let nameNode = try fields.required("fact")
        let name = try nameNode.string(oneOf: FactKind.allCases.map(\.name))
        let span: EvidenceSelector.Span
        if let days = fields.optional("days") {
            span = .days(try RuleFile.days(days, least: 1))
        } else {
            let word = try fields.required("span").string(oneOf: ["year", "latest", "inForce"])
            span = word == "year" ? .year : word == "latest" ? .latest : .inForce
        }
        let of = try fields.optional("of")?.string(oneOf: ["subject", "household"])
        try fields.finish()
        return EvidenceSelector(
            kind: FactKind(name: name)!, span: span, ofSubject: of == "subject")
    }
}
