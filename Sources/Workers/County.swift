import Casework
package import Households
package import Rules
package import Streams
import YAML

/// Everything a county runs, planned once at start: policy, rules and the eleven pipelines, in the
/// order of the path (design, section 2). What `run`, `replay`, `check` and the tests build on.
package struct County: Sendable {
    package let policy: Policy
    /// What tasks decide by that have met no activation.
    package let rules: RuleSet
    /// The releases that activations may name; filled while workers run.
    package let releases = ReleaseShelf()
    /// One per pipeline: six intakes, fieldwork, membership, monitor, area, casework.
    package let topologies: [Topology]

    /// Reads `pipelines` (the folder `Pipelines`) and `policy` (`config/policy`). Throws where a
    /// file says what it may not, with file, line and column; mend it and start again.
    package init(pipelines: String, policy folder: String, key: PseudonymKey) throws(RuleError) {
        let files: ReleaseFiles
        do throws(YAMLError) {
            files = try ReleaseFiles.read(pipelines: pipelines, policy: folder)
        } catch {
            throw .yaml(error)
        }
        let release = try Release(files)
        try self.init(
            pipelines: pipelines, release.rules, release.areaRules, release.plan, key, .asNeeded)
    }

    /// The same with a policy already read. `pace`: see `Monitor`.
    package init(
        pipelines: String, policy: Policy, key: PseudonymKey, pace: Monitor.Pace = .asNeeded
    ) throws(RuleError) {
        let rules = try County.rules(folder: pipelines + "/monitor", policy: policy)
        let areaRules = try County.areaRules(folder: pipelines + "/area", policy: policy)
        let plan: CasePlan
        do throws(YAMLError) {
            plan = try CasePlan.load(folder: pipelines + "/casework", policy)
        } catch {
            throw .yaml(error)
        }
        try self.init(pipelines: pipelines, rules, areaRules, plan, key, pace)
    }

    private init(
        pipelines: String, _ rules: RuleSet, _ areaRules: AreaRules, _ plan: CasePlan,
        _ key: PseudonymKey, _ pace: Monitor.Pace
    ) throws(RuleError) {
        policy = rules.policy
        self.rules = rules
        var topologies: [Topology] = []
        do throws(YAMLError) {
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
        } catch {
            throw .yaml(error)
        }
        topologies.append(
            Topology(name: "membership", input: "person.facts", processor: Membership()))
        topologies.append(
            Topology(
                name: "monitor", input: "household.facts",
                processor: Monitor(rules: rules, releases: releases, pace: pace)))
        topologies.append(
            Topology(
                name: "area", input: "area.events",
                processor: AreaProcessor(rules: areaRules, plan: plan, releases: releases)))
        topologies.append(
            Topology(
                name: "casework", input: "case.events",
                processor: CaseworkProcessor(plan, releases: releases)))
        self.topologies = topologies
    }

    /// The rules of a folder: every `*.rules.yaml`, and `diseases.yaml`, with another policy than
    /// the one beside them.
    package static func rules(folder: String, policy: Policy) throws(RuleError) -> RuleSet {
        let files: ReleaseFiles
        do throws(YAMLError) {
            files = try ReleaseFiles.read(rules: folder)
        } catch {
            throw .yaml(error)
        }
        return try files.rules(policy: policy, digest: digest(of: files, policy))
    }

    /// The rules about villages of a folder, likewise.
    package static func areaRules(folder: String, policy: Policy) throws(RuleError) -> AreaRules {
        let files: ReleaseFiles
        do throws(YAMLError) {
            files = try ReleaseFiles.read(area: folder)
        } catch {
            throw .yaml(error)
        }
        return try files.areaRules(policy: policy, digest: digest(of: files, policy))
    }

    private static func digest(of files: ReleaseFiles, _ policy: Policy) -> String {
        Pseudonym.digest("policy \(policy.digest)\n\(files.address)").description
    }

    package func topology(_ name: String) -> Topology? {
        topologies.first { $0.name == name }
    }
}
