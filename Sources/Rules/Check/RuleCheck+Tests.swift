import YAML

extension RuleCheck {
    /// What the tests of a rule must show.
    private enum Proof: CaseIterable {
        case fires, staysSilent, clears, isWithdrawn

        var what: Sentence {
            switch self {
            case .fires: Sentence(zh: "应当发出（opened）", en: "must fire (opened)")
            case .staysSilent: Sentence(zh: "不得发出（never）", en: "must not fire (never)")
            case .clears: Sentence(zh: "应当解除（cleared）", en: "must clear (cleared)")
            case .isWithdrawn:
                Sentence(zh: "更正后应当撤回（withdrawn）", en: "must be withdrawn (withdrawn)")
            }
        }
    }

    /// Each rule has tests in which it fires, stays silent, clears, and is withdrawn by a
    /// correction; and no test names a rule there is not.
    mutating func checkTests() {
        guard let files = files.tests else { return }
        var proofs: [String: Set<Proof>] = [:]
        for test in files.flatMap({ RuleCheck.items(of: "tests", in: $0) }) {
            for entry in RuleCheck.items(of: "expect", in: test) {
                guard let node = RuleCheck.child("rule", of: entry), let id = try? node.string()
                else { continue }
                checkIsRule(id, node)
                switch RuleCheck.text(of: "event", in: entry) {
                case "opened": proofs[id, default: []].insert(.fires)
                case "cleared": proofs[id, default: []].insert(.clears)
                case "withdrawn": proofs[id, default: []].insert(.isWithdrawn)
                default: break
                }
            }
            for node in RuleCheck.items(of: "never", in: test) {
                guard let id = try? node.string() else { continue }
                checkIsRule(id, node)
                proofs[id, default: []].insert(.staysSilent)
            }
        }
        for rule in allRules {
            let missing = Proof.allCases.filter { proofs[rule.id]?.contains($0) != true }
            guard !missing.isEmpty else { continue }
            report(
                .error, .test, rule.id, rule.place,
                Sentence(
                    zh: "没有测试说明它\(missing.map(\.what.zh).joined(separator: "、"))。",
                    en: "No test shows that it \(missing.map(\.what.en).joined(separator: ", "))."),
                do: Sentence(
                    zh: "在旁边的 *.tests.yaml 中补上这样的经过，再运行 shouwang rules test。",
                    en: "Add such a history to the *.tests.yaml beside it and run shouwang rules "
                        + "test."))
        }
    }

    private mutating func checkIsRule(_ id: String, _ node: YAMLNode) {
        guard !ids.contains(id) else { return }
        let near = Spelling.closest(to: id, in: ids)
        report(
            .warning, .test, nil, Finding.Place(node),
            Sentence(zh: "测试提到的 \(id) 不是规则。", en: "The test names \(id), which is no rule."),
            do: near.map { Sentence(zh: "是否想写 \($0)？", en: "Did you mean \($0)?") }
                ?? Sentence(zh: "改正编号，或删去这一处。", en: "Mend it or leave it out."))
    }
}
