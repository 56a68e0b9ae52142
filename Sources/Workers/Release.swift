package import Casework
package import Households
package import Rules
internal import Synchronization
import YAML

/// A release, read and planned: what monitor, area and casework decide by. Shared between threads.
package final class Release: Sendable {
    package let address: Pseudonym
    /// With the policy; its digest is the address.
    package let rules: RuleSet
    /// Likewise.
    package let areaRules: AreaRules
    package let plan: CasePlan

    /// Plans the files. Throws at the first mistake, with its place.
    package init(_ files: ReleaseFiles) throws(RuleError) {
        do {
            let policy = try PolicyFolder.read { files.file("policy/\($0)") }
            rules = try files.rules(policy: policy, digest: files.address.description)
            areaRules = try files.areaRules(policy: policy, digest: files.address.description)
            let measures = try MeasureCatalogue.read(files.node("casework/measures.yaml"))
            let process = try Process.read(files.node("casework/process.yaml"), measures)
            plan = CasePlan(process: process, measures: measures, policy: policy)
            address = files.address
        } catch let error as RuleError {
            throw error
        } catch let error as YAMLError {
            throw .yaml(error)
        } catch {
            preconditionFailure("rules and YAML throw nothing else: \(error)")
        }
    }
}

extension ReleaseFiles {
    /// Plans the rules of `monitor/`: every `*.rules.yaml`, and `diseases.yaml`. Throws at the first
    /// mistake, with its place.
    package func rules(policy: Policy, digest: String) throws(RuleError) -> RuleSet {
        var nodes: [YAMLNode] = []
        let diseases: YAMLNode
        do throws(YAMLError) {
            for file in files
            where file.path.hasPrefix("monitor/") && file.path.hasSuffix(".rules.yaml") {
                nodes.append(try node(file.path))
            }
            guard !nodes.isEmpty else {
                throw YAMLError(
                    file: "monitor", line: 0, column: 0, message: "expected files *.rules.yaml")
            }
            diseases = try node("monitor/diseases.yaml")
        } catch {
            throw .yaml(error)
        }
        return try RuleSet(ruleFiles: nodes, diseases: diseases, policy: policy, digest: digest)
    }

    /// Plans the rules about villages, `area/village.rules.yaml`. Throws at the first mistake, with its
    /// place.
    package func areaRules(policy: Policy, digest: String) throws(RuleError) -> AreaRules {
        let node: YAMLNode
        do throws(YAMLError) {
            node = try self.node("area/village.rules.yaml")
        } catch {
            throw .yaml(error)
        }
        return try AreaRules(node, policy: policy, digest: digest)
    }
}

/// The releases that a process knows, by address. They come from the topic `rulesets` while workers
/// run; a task that has to decide by one that is not here yet waits (`Processor.missing`). A release
/// is planned when it is first asked for, once a process. Shared between threads.
package final class ReleaseShelf: Sendable {
    private struct Content {
        var files: [Pseudonym: ReleaseFiles] = [:]
        var planned: [Pseudonym: Release] = [:]
        /// Why one cannot be planned.
        var faults: [Pseudonym: String] = [:]
    }

    private let content = Mutex(Content())

    package init() {}

    /// Learns of a release.
    package func add(_ files: ReleaseFiles) {
        content.withLock { $0.files[files.address] = files }
    }

    /// What is missing to decide by a release, in words; `nil` when it is here and planned.
    package func missing(_ address: Pseudonym) -> String? {
        content.withLock { content in
            if content.planned[address] != nil { return nil }
            if let fault = content.faults[address] { return fault }
            guard let files = content.files[address] else {
                return "the release \(address) to come in the topic rulesets"
            }
            do throws(RuleError) {
                content.planned[address] = try Release(files)
                return nil
            } catch {
                let fault = "a version of shouwang that can read the release \(address): \(error)"
                content.faults[address] = fault
                return fault
            }
        }
    }

    /// A release of which nothing is missing.
    package subscript(_ address: Pseudonym) -> Release {
        guard let release = content.withLock({ $0.planned[address] }) else {
            preconditionFailure("the runtime asks what is missing before it goes on")
        }
        return release
    }
}
