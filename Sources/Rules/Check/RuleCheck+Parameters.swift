import Expressions
import Households
import YAML

extension RuleCheck {
    /// Parameters with the numbers they have somewhere.
    struct Valuation {
        let parameters: [String: Int64]
        /// What to call it; `nil` for the defaults.
        let place: Sentence?
    }

    /// The defaults, and what the overrides of `parameters.yaml` make of them, in each place they
    /// name on each day from which one of them counts.
    func valuations(of rule: some CheckedRule) -> [Valuation] {
        func values(_ division: Division?, _ day: Day) -> [String: Int64] {
            let used = files.policy.used(
                rule.parameters, of: rule.id, division: division, on: day)
            return Dictionary(used.map { ($0.name, $0.value) }) { _, last in last }
        }
        let defaults = Dictionary(rule.parameters.map { ($0.name, $0.value) }) { $1 }
        var result = [Valuation(parameters: defaults, place: nil)]
        let overrides = files.policy.parameters.filter { $0.rule == rule.id }
        let days = Set(overrides.map { $0.from ?? Day(number: .min) }).sorted()
        var places: [Division?] = []
        for entry in overrides where !places.contains(entry.division) {
            places.append(entry.division)
        }
        for place in places {
            for day in days {
                let values = values(place, day)
                guard !result.contains(where: { $0.parameters == values }) else { continue }
                let isDated = day > Day(number: .min)
                result.append(
                    Valuation(
                        parameters: values,
                        place: Sentence(
                            zh: (place.map { "\($0)" } ?? "全国") + (isDated ? "自\(day)起" : ""),
                            en: (place.map { "\($0)" } ?? "the nation")
                                + (isDated ? " from \(day)" : ""))))
            }
        }
        return result
    }

    /// Parameters nothing reads, and such whose name or value makes no sense.
    mutating func checkParameters(_ rule: some CheckedRule) {
        guard let node = RuleCheck.child("params", of: rule.node),
            case .mapping(let entries) = node.kind
        else { return }
        var read: Set<String> = []
        for condition in rule.conditions {
            read.formUnion(condition.examined.root.all.compactMap(\.parameterName))
        }
        for placeholder in placeholders(of: rule) {
            read.formUnion(placeholder.examined.root.all.compactMap(\.parameterName))
        }
        for (entry, parameter) in zip(entries, rule.parameters) {
            guard read.contains(parameter.name) else {
                report(
                    .warning, .unused, rule.id, Finding.Place(entry.key),
                    Sentence(
                        zh: "参数“\(parameter.name)”没有用到。",
                        en: "The parameter '\(parameter.name)' is never used."),
                    do: Sentence(
                        zh: "在条件中写 param.\(parameter.name)，或删去它。",
                        en: "Write param.\(parameter.name) in a condition, or leave it out."))
                continue
            }
            checkValue(of: parameter.name, parameter.value, rule.id, entry)
        }
    }

    private mutating func checkValue(
        of name: String, _ value: Int64, _ id: String, _ entry: (key: YAMLNode, value: YAMLNode)
    ) {
        guard let unit = Measure.Unit(parameter: name) else {
            return report(
                .warning, .unnamed, id, Finding.Place(entry.key),
                Sentence(
                    zh: "参数“\(name)”的名称没有说明单位。",
                    en: "The name of the parameter '\(name)' does not say its unit."),
                do: Sentence(
                    zh: "让名称以 Days、Fen、Percent、Age 或 Count 结尾。",
                    en: "Let it end in Days, Fen, Percent, Age or Count."))
        }
        if unit == .yuan {
            return report(
                .error, .unit, id, Finding.Place(entry.key),
                Sentence(
                    zh: "参数“\(name)”以元计，而金额一律以分计。",
                    en: "The parameter '\(name)' is in yuan, but amounts are fen."),
                do: Sentence(
                    zh: "改名为 \(name.dropLast(4))Fen，数值写成\(value)00。",
                    en: "Call it \(name.dropLast(4))Fen and write \(value)00."))
        }
        guard !unit.sensible.contains(value) else { return }
        outOfRange(name, value, unit, id, Finding.Place(entry.value))
    }

    private mutating func outOfRange(
        _ name: String, _ value: Int64, _ unit: Measure.Unit, _ id: String, _ place: Finding.Place
    ) {
        let range = unit.sensible
        report(
            .error, .parameterValue, id, place,
            Sentence(
                zh: "“\(name)”是\(unit.zh)，\(value)不在\(range.lowerBound)至\(range.upperBound)之间。",
                en: "'\(name)' is \(unit.en); \(value) is not from \(range.lowerBound) to "
                    + "\(range.upperBound)."),
            do: Sentence(zh: "改成范围内的数。", en: "Give a number within."))
    }

    /// Overrides of rules, parameters and divisions that are there.
    mutating func checkOverrides() {
        guard let root = files.parameters, case .sequence(let entries) = root.kind else { return }
        for entry in entries {
            guard let ruleNode = RuleCheck.child("rule", of: entry),
                let nameNode = RuleCheck.child("name", of: entry),
                let id = try? ruleNode.string(), let name = try? nameNode.string()
            else { continue }
            guard let rule = allRules.first(where: { $0.id == id }) else {
                if !ids.contains(id) {
                    unknown("规则", "rule", id, Spelling.closest(to: id, in: ids), ruleNode)
                }
                continue
            }
            let names = rule.parameters.map(\.name)
            guard names.contains(name) else {
                unknown(
                    "规则 \(id) 的参数", "parameter of \(id)", name,
                    Spelling.closest(to: name, in: names), nameNode)
                continue
            }
            if let node = RuleCheck.child("division", of: entry), let code = try? node.string(),
                let division = Division(code), !files.policy.knows(division)
            {
                unknown("divisions.yaml 所列的地区", "division of divisions.yaml", code, nil, node)
            }
            if let node = RuleCheck.child("value", of: entry), let value = try? node.int(),
                let unit = Measure.Unit(parameter: name), !unit.sensible.contains(Int64(value))
            {
                outOfRange(name, Int64(value), unit, id, Finding.Place(node))
            }
        }
    }

    private mutating func unknown(
        _ zh: String, _ en: String, _ name: String, _ near: String?, _ node: YAMLNode
    ) {
        report(
            .error, .override, nil, Finding.Place(node),
            Sentence(zh: "“\(name)”不是\(zh)。", en: "'\(name)' is no \(en)."),
            do: near.map { Sentence(zh: "是否想写“\($0)”？", en: "Did you mean '\($0)'?") }
                ?? Sentence(
                    zh: "改正名称，或删去这一行：它不起作用。",
                    en: "Mend the name or leave the line out: it has no effect."))
    }

    /// Divisions and years for which a figure the rules read is not set.
    mutating func checkFigures() {
        let read = Set(
            rules.flatMap(\.conditions).flatMap { $0.examined.root.all }.compactMap {
                term -> String? in
                guard case .name(let name) = term.kind else { return nil }
                return name
            })
        let policy = files.policy
        if read.contains("line") {
            checkFigure(
                policy.lineYears, Sentence(zh: "监测线", en: "The monitoring line"),
                files.lines
            ) { policy.line($0, year: $1) != nil }
        }
        if read.contains("disposable") {
            checkFigure(
                policy.disposableYears,
                Sentence(zh: "人均可支配收入", en: "The disposable income"), files.disposable
            ) { policy.disposableIncome($0, year: $1) != nil }
        }
    }

    private mutating func checkFigure(
        _ years: [Int], _ name: Sentence, _ file: String, _ isSet: (Division, Int) -> Bool
    ) {
        let villages = files.policy.divisions.keys.filter { $0.digits == 12 }.sorted {
            $0.code < $1.code
        }
        // Years in which the same villages have none are one finding.
        var gaps: [(villages: [Division], years: [Int])] = []
        for year in years {
            let without = villages.filter { !isSet($0, year) }
            guard !without.isEmpty else { continue }
            if let known = gaps.firstIndex(where: { $0.villages == without }) {
                gaps[known].years.append(year)
            } else {
                gaps.append((without, [year]))
            }
        }
        for gap in gaps {
            let first = gap.villages[0]
            let called = files.policy.divisions[first]
            let said = gap.years.map(String.init)
            report(
                .warning, .undefined, nil, Finding.Place(file: file, line: 0, column: 0),
                Sentence(
                    zh: "\(said.joined(separator: "、"))年的\(name.zh)有\(gap.villages.count)个村没有，"
                        + "例如\(called?.zh ?? "")（\(first)）：那里相关规则无法判断。",
                    en: "\(name.en) of \(said.joined(separator: ", ")) is not set for "
                        + "\(gap.villages.count) village(s), such as \(called?.en ?? "") "
                        + "(\(first)): rules that ask for it cannot judge there."),
                do: Sentence(
                    zh: "补上数字；尚未公布时填上年数并加 provisional: true。",
                    en: "Add the figure; while unpublished, last year's with provisional: true."))
        }
    }
}
