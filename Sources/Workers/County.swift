import Casework
package import Households
package import Rules
package import Streams
import YAML

/// Everything a county runs, planned once at start: policy, rules and the eleven pipelines, in the
/// order of the path (design, section 2). What `run`, `replay`, `check` and the tests build on.
package struct County: Sendable {
    package let policy: Policy
    package let rules: RuleSet
    /// One per pipeline: six intakes, fieldwork, membership, monitor, area,
    /// casework.
    package let topologies: [Topology]

    /// Reads `pipelines` (the folder `Pipelines`) and `policy` (`config/policy`). Throws where a
    /// file says what it may not, with file, line and column; mend it and start again.
    package init(pipelines: String, policy folder: String, key: PseudonymKey) throws(RuleError) {
        let policy: Policy
        do throws(YAMLError) {
            policy = try PolicyFolder.load(folder)
        } catch {
            throw .yaml(error)
        }
        try self.init(pipelines: pipelines, policy: policy, key: key)
    }

    /// The same with a policy already read. `pace`: see `Monitor`.
    package init(
        pipelines: String, policy: Policy, key: PseudonymKey, pace: Monitor.Pace = .asNeeded
    ) throws(RuleError) {
        do {
            let rules = try County.rules(folder: pipelines + "/monitor", policy: policy)
            var topologies: [Topology] = []
            for feed in Topics.feeds {
                let catalogue = try IntakeCatalogue(file: "\(pipelines)/\(feed)/events.yaml")
                topologies.append(
                    Topology(
                        name: feed, input: "feed.\(feed)",
                        processor: Intake(catalogue: catalogue, policy: policy, key: key)))
            }
            let actions = try IntakeCatalogue(file: "\(pipelines)/fieldwork/events.yaml")
            topologies.append(
                Topology(
                    name: "fieldwork", input: "actions",
                    processor: FieldworkIntake(catalogue: actions, policy: policy, key: key)))
            topologies.append(
                Topology(name: "membership", input: "person.facts", processor: Membership()))
            topologies.append(
                Topology(
                    name: "monitor", input: "household.facts", 
                    processor: Monitor(rules: rules, pace: pace),
                    ruleSet: Array(rules.digest.utf8)))
            let plan = try CasePlan.load(folder: pipelines + "/casework", policy)
            topologies.append(
                Topology(
                    name: "area", input: "area.events",
                    processor: AreaProcessor(
                        rules: try County.areaRules(
                            file: pipelines + "/area/village.rules.yaml", policy: policy),
                        plan: plan)))
            topologies.append(
                Topology(
                    name: "casework", input: "case.events", processor: CaseworkProcessor(plan)))
            self.policy = policy
            self.rules = rules
            self.topologies = topologies
        } catch let error as RuleError {
            throw error
        } catch let error as YAMLError {
            throw .yaml(error)
        } catch {
            throw .yaml(YAMLError(file: pipelines, line: 0, column: 0, message: "\(error)"))
        }
    }

    /// The rules about villages.
    package static func areaRules(
        file: String, policy: Policy
    ) throws(RuleError) -> AreaRules {
        guard let bytes = FileBytes.read(file) else {
            throw .yaml(
                YAMLError(
                    file: file, line: 0, column: 0, message: "expected a file that can be read"))
        }
        let text = String(decoding: bytes, as: UTF8.self)
        let node: YAMLNode
        do throws(YAMLError) {
            node = try YAMLNode.parse(text: text, file: file)
        } catch {
            throw .yaml(error)
        }
        return try AreaRules(
            node, policy: policy,
            digest: Pseudonym.digest("policy \(policy.digest)\n" + text).description)
    }

    /// The rules of a folder: every `*.rules.yaml`, and `diseases.yaml`.
    package static func rules(folder: String, policy: Policy) throws(RuleError) -> RuleSet {
        var files: [YAMLNode] = []
        var digest = "policy \(policy.digest)\n"
        func read(_ path: String) throws(RuleError) -> YAMLNode {
            guard let bytes = FileBytes.read(path) else {
                throw .yaml(
                    YAMLError(
                        file: path, line: 0, column: 0,
                        message: "expected a file that can be read"))
            }
            let text = String(decoding: bytes, as: UTF8.self)
            digest += "\(path.split(separator: "/").last ?? "") \(bytes.count)\n" + text
            do throws(YAMLError) {
                return try YAMLNode.parse(text: text, file: path)
            } catch {
                throw .yaml(error)
            }
        }
        for name in FileBytes.names(in: folder) where name.hasSuffix(".rules.yaml") {
            files.append(try read("\(folder)/\(name)"))
        }
        let diseases = try read("\(folder)/diseases.yaml")
        guard !files.isEmpty else {
            throw .yaml(
                YAMLError(
                    file: folder, line: 0, column: 0, message: "expected files *.rules.yaml"))
        }
        return try RuleSet(
            ruleFiles: files, diseases: diseases, policy: policy,
            digest: Pseudonym.digest(digest).description)
    }

    package func topology(_ name: String) -> Topology? {
        topologies.first { $0.name == name }
    }
}
