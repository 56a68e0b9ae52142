import Households

/// The catalogue's blocks in one language.
struct CataloguePage {
    let catalogue: Catalogue
    let language: Language

    private func say(_ zh: String, _ en: String) -> String { language == .zh ? zh : en }
    private func say(_ sentence: Sentence) -> String { sentence.text(language) }
    private var comma: String { say("、", ", ") }

    var title: String { say("预警规则目录", "The catalogue of rules") }

    var blocks: [PageBlock] {
        let rules = catalogue.rules.rules
        let areaRules = catalogue.areaRules.rules
        let head = [
            say("规则", "rule"), say("原因", "cause"), say("级别", "level"),
            say("对干部说的话", "what officers read"),
        ]
        return [
            .heading(1, title),
            .paragraph(
                say(
                    "本页由 `shouwang rules catalogue` 按规则文件生成，共\(rules.count)条家庭规则、\(areaRules.count)条村级规则。数字均为默认值，可按地区和日期在 parameters.yaml 中另设。",
                    "Made from the rule files by `shouwang rules catalogue`: \(rules.count) rules about households and \(areaRules.count) about villages. Numbers are defaults; parameters.yaml sets others by division and date."
                )),
            .table(
                head,
                rules.map { [$0.id, say($0.cause.words), levels($0), sentence($0.zh, $0.en)] }
                    + areaRules.map {
                        [$0.id, say($0.cause.words), say($0.level.words), sentence($0.zh, $0.en)]
                    }),
            .heading(2, say("办理时限", "What must not be late")),
            .paragraph(
                say(
                    "到期未办，逐级提醒（casework/process.yaml）。",
                    "Told to the next office when it is (casework/process.yaml).")),
            .table(
                [
                    say("时钟", "clock"), say("期限", "due"), say("提醒", "told"),
                    say("说的话", "what they read"),
                ],
                catalogue.clocks.map { [$0.id, say($0.due), say($0.ladder), say($0.text)] }),
        ] + rules.flatMap(blocks) + areaRules.flatMap(blocks)
    }

    /// A rule about villages.
    private func blocks(_ rule: AreaRule) -> [PageBlock] {
        let values = rule.parameters.map(\.value)
        var items = ["\(say("句子", "sentence")): \(sentence(rule.zh, rule.en))"]
        if let when = rule.telling.when {
            items.append(
                "\(say("全村条件", "condition on the village")): "
                    + "\(say(when.words.sentence(values))) — `\(when.code)`")
        }
        items.append(
            "\(say("解除", "ends")): \(say("条件不再成立", "when the condition is false"))")
        items.append(coolDown(rule.cooldownDays))
        items.append(say("来源", "source") + ": \(rule.source)")
        let heading = "\(rule.id) \(say(rule.cause.words)) · \(say(rule.level.words))"
        return [.heading(2, heading), .list(items)] + parameters(rule.parameters, of: rule.id)
            + tests(of: rule.id)
    }

    private func coolDown(_ days: Int) -> String {
        say("再次预警间隔", "cool-down") + ": " + say(Measure.Unit.days.text(Int64(days)))
    }

    private func levels(_ rule: Rule) -> String {
        rule.levels.map { say($0.level.words) }.joined(separator: comma)
    }

    /// The sentence; what is put in stands as `…`.
    private func sentence(_ zh: TextTemplate, _ en: TextTemplate) -> String {
        (language == .zh ? zh : en).parts.map {
            if case .literal(let text) = $0 { text } else { "…" }
        }.joined()
    }

    private func blocks(_ rule: Rule) -> [PageBlock] {
        let telling = rule.telling
        let values = rule.parameters.map(\.value)
        func told(_ condition: RuleTelling.Condition) -> String {
            "\(say(condition.words.sentence(values))) — `\(condition.code)`"
        }
        var items = [
            "\(say("句子", "sentence")): \(sentence(rule.zh, rule.en))"
        ]
        if !rule.having.isEmpty {
            items.append(
                say("只问有这些记录的家庭", "asked only of households with") + ": "
                    + rule.having.map { say($0.words) }.joined(separator: comma))
        }
        if !rule.memberHaving.isEmpty {
            items.append(
                say("只看有这些记录的成员", "asked only of members with") + ": "
                    + rule.memberHaving.map { say($0.words) }.joined(separator: comma))
        }
        if let when = telling.when { items.append("\(say("家庭条件", "condition")): \(told(when))") }
        if let member = telling.member {
            items.append("\(say("成员条件", "condition on a member")): \(told(member))")
        }
        for (level, condition) in zip(rule.levels, telling.levels) {
            let name = say(level.level.words)
            items.append(
                "\(say("级别", "level")) \(name)"
                    + (condition.map { ": " + told($0) }
                        ?? (rule.levels.count > 1 ? say("：其余", ": otherwise") : "")))
        }
        items.append("\(say("解除", "ends")): \(ending(rule, values))")
        items.append(coolDown(rule.cooldownDays))
        if !rule.supersedes.isEmpty {
            items.append(
                say("代表这些预警", "speaks for") + ": " + rule.supersedes.joined(separator: comma))
        }
        if !rule.evidence.isEmpty {
            items.append(
                say("出示的记录", "evidence") + ": "
                    + rule.evidence.map(evidence).joined(separator: say("；", "; ")))
        }
        items.append(
            say("建议措施", "proposes") + ": "
                + rule.proposes.map { id in
                    catalogue.measures[id].map { "\(id) \(say($0))" } ?? id
                }.joined(separator: comma))
        items.append(say("来源", "source") + ": \(rule.source)")
        let heading = "\(rule.id) \(say(rule.cause.words)) · \(levels(rule))"
        return [.heading(2, heading), .list(items)] + parameters(rule.parameters, of: rule.id)
            + tests(of: rule.id)
    }

    private func ending(_ rule: Rule, _ values: [Int64]) -> String {
        var text = say("条件不再成立", "when the condition is false")
        if let clear = rule.telling.clear {
            text += say("，并且", ", and ") + say(clear.words.sentence(values)) + " — `\(clear.code)`"
        }
        if rule.clearDays > 0 {
            text += say("，持续\(rule.clearDays)天", ", for \(rule.clearDays) days")
        }
        return text
    }

    private func evidence(_ selector: EvidenceSelector) -> String {
        let span =
            switch selector.span {
            case .days(let days): say("近\(days)天", "of the last \(days) days")
            case .year: say("本年", "of the year")
            case .latest: say("最近一条", "the latest")
            case .inForce: say("生效中", "in force")
            }
        let whose = selector.ofSubject ? say("，本人", ", of the person") : ""
        return say(selector.kind.words) + say("（\(span)\(whose)）", " (\(span)\(whose))")
    }

    private func parameters(_ parameters: [Rule.Parameter], of id: String) -> [PageBlock] {
        guard !parameters.isEmpty else { return [] }
        let overrides = catalogue.rules.policy.parameters.filter { $0.rule == id }
        let rows = parameters.map { parameter -> [String] in
            let unit = Measure.Unit(parameter: parameter.name) ?? .plain
            let set = overrides.filter { $0.name == parameter.name }.map { entry in
                let place = entry.division?.description ?? say("全国", "the nation")
                let since = entry.from.map { say("，\($0)起", ", from \($0)") } ?? ""
                return "\(say(unit.text(entry.value))) (\(place)\(since))"
            }
            return [
                "`\(parameter.name)`", say(unit.text(parameter.value)),
                set.isEmpty ? "–" : set.joined(separator: say("；", "; ")),
            ]
        }
        return [
            .table(
                [say("参数", "parameter"), say("默认", "default"), say("另设", "set otherwise")], rows)
        ]
    }

    private func tests(of id: String) -> [PageBlock] {
        let tests = catalogue.tests[id] ?? Catalogue.Tests()
        return [
            .paragraph(
                say(
                    "测试：发出\(tests.fires)次，不得发出\(tests.staysSilent)例，解除\(tests.clears)次，撤回\(tests.isWithdrawn)次。",
                    "Tests: fires \(tests.fires), must not fire \(tests.staysSilent), clears \(tests.clears), withdrawn \(tests.isWithdrawn)."
                )),
            .list(tests.names),
        ]
    }
}
