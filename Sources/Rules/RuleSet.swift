import Expressions
package import Households
package import YAML

/// All rules in force, planned once and shared between threads. A class, because every asking holds
/// it.
package final class RuleSet: Sendable {
    package let rules: [Rule]
    /// Content address of rules and policy: names what an alert was decided by.
    package let digest: String
    package let diseases: MajorDiseases
    package let policy: Policy
    /// When answers can change by time alone.
    package let horizon: Horizon
    let types: Vocabulary.ObjectTypes
    private let places: [String: Int]
    /// Rules with parameters that policy overrides somewhere.
    private let overridden: Set<String>
    /// Places of the rules that a fact can decide, by the raw value of its kind.
    private let deciding: [[Int]]
    /// When the answers of one rule can change by time alone, in the order of `rules`.
    private let horizons: [Horizon]
    /// Places of the rules about alerts, ascending.
    package let aboutAlerts: [Int]

    /// Plans rule files (`*.rules.yaml`) and the disease list. `digest` covers their bytes and
    /// the policy's. Throws at the first mistake, with its place.
    package init(
        ruleFiles: [YAMLNode], diseases: YAMLNode, policy: Policy, digest: String
    ) throws(RuleError) {
        var read: [RuleFile.Read] = []
        for file in ruleFiles { read += try RuleFile.rules(in: file) }
        var ids: Set<String> = []
        for entry in read where !ids.insert(entry.rule.id).inserted {
            throw .yaml(entry.id.error("the rule \(entry.rule.id) stands twice"))
        }
        for entry in read {
            for (other, node) in zip(entry.rule.supersedes, entry.supersedes)
            where !ids.contains(other) {
                throw .yaml(
                    node.error("rule \(entry.rule.id) supersedes \(other), which is no rule"))
            }
        }
        let rules = read.map(\.rule).sorted { $0.id < $1.id }
        var places: [String: Int] = [:]
        for (index, rule) in rules.enumerated() { places[rule.id] = index }
        self.rules = rules
        self.places = places
        self.policy = policy
        self.digest = digest
        horizon = Horizon(rules: rules, policy: policy)
        horizons = rules.map { Horizon(rules: [$0], policy: policy) }
        overridden = Set(policy.parameters.map(\.rule))
        deciding = (UInt8(0)..<128).map { raw in
            guard let kind = FactKind(rawValue: raw) else { return [] }
            return rules.indices.filter {
                !rules[$0].asksAlerts && rules[$0].kinds?.contains(kind) ?? true
            }
        }
        aboutAlerts = rules.indices.filter { rules[$0].asksAlerts }
        do {
            self.diseases = try RuleSet.diseases(in: diseases)
        } catch {
            throw .yaml(error)
        }
        types = Vocabulary(parameters: []).types
    }

    package func rule(_ id: String) -> Rule? {
        places[id].map { rules[$0] }
    }

    /// When the answer of one of its rules can change by time alone.
    func horizon(of rule: Rule) -> Horizon {
        places[rule.id].map { horizons[$0] } ?? horizon
    }

    /// Places in `rules` of those whose answer a fact of this kind may change, ascending. Kinds
    /// that build membership and areas' may change any, and are not listed.
    package func decided(by kind: FactKind) -> [Int] {
        deciding[Int(kind.rawValue)]
    }

    /// The values of a rule's parameters in force.
    func values(of rule: Rule, _ view: HouseholdView) -> [Int64] {
        if overridden.isEmpty || !overridden.contains(rule.id) { return rule.defaultValues }
        return rule.parameters(in: policy, division: view.division, on: view.day).map(\.value)
    }

    private static func diseases(in root: YAMLNode) throws(YAMLError) -> MajorDiseases {
        var file = try root.mapping()
        var groups: [MajorDiseases.Group] = []
        for node in try file.required("groups").sequence() {
            var fields = try node.mapping()
            let zh = try fields.required("zh").string()
            let en = try fields.required("en").string()
            let codesNode = try fields.required("codes")
            var codes: [String] = []
            for code in try codesNode.sequence() { codes.append(try code.string()) }
            try fields.finish()
            guard let group = MajorDiseases.Group(zh: zh, en: en, ranges: codes) else {
                throw codesNode.error("expected ICD-10 categories such as C34, Q20-Q28 or N18.5")
            }
            groups.append(group)
        }
        try file.finish()
        return MajorDiseases(groups: groups)
    }

    /// Questions about one household as of one day.
    package func asking(_ view: HouseholdView) -> Asking {
        Asking(self, HouseholdActivation(view, self))
    }
}
