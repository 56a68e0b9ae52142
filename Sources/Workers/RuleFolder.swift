import Households
package import Rules
package import YAML

/// Reads the rules, their tests and the policy beside them for `RuleCheck`: a file that cannot be
/// read is a finding too, and the others are checked all the same.
package enum RuleFolder {
    /// Everything found in `<pipelines>/monitor`, `<pipelines>/area` and the policy folder. Reads
    /// files; throws nothing.
    package static func findings(pipelines: String, policy folder: String) -> [Finding] {
        var findings: [Finding] = []
        func read(_ path: String) -> YAMLNode? {
            do throws(YAMLError) {
                return try YAMLNode.parse(file: path)
            } catch {
                findings.append(Finding(error))
                return nil
            }
        }
        let monitor = "\(pipelines)/monitor"
        let names = FileBytes.names(in: monitor)
        var policy = Policy(lines: [], disposable: [], divisions: [:])
        do throws(YAMLError) {
            policy = try PolicyFolder.load(folder)
        } catch {
            findings.append(Finding(error))
        }
        let rules = names.filter { $0.hasSuffix(".rules.yaml") }.compactMap {
            read("\(monitor)/\($0)")
        }
        let tests = testFiles(pipelines).compactMap(read)
        let overrides = "\(folder)/parameters.yaml"
        let hasOverrides = FileBytes.names(in: folder).contains("parameters.yaml")
        let area = "\(pipelines)/area/village.rules.yaml"
        let hasArea = FileBytes.names(in: "\(pipelines)/area").contains("village.rules.yaml")
        findings += RuleCheck.findings(
            in: RuleCheck.Files(
                rules: rules, tests: tests, policy: policy,
                parameters: hasOverrides ? read(overrides) : nil,
                lines: "\(folder)/lines.yaml", disposable: "\(folder)/disposable.yaml",
                area: hasArea ? read(area) : nil))
        // What only reading them all together finds, such as a mistake among the diseases.
        if !findings.contains(where: { $0.weight == .error }) {
            do throws(RuleError) {
                _ = try County.rules(folder: monitor, policy: policy)
                _ = try County.areaRules(folder: "\(pipelines)/area", policy: policy)
            } catch {
                findings.append(Finding(error))
            }
        }
        return findings
    }

    /// The files `*.tests.yaml` of `<pipelines>/monitor` and `<pipelines>/area`, in order of their
    /// names. Throws what is wrong with one.
    package static func tests(pipelines: String) throws(YAMLError) -> [YAMLNode] {
        var files: [YAMLNode] = []
        for path in testFiles(pipelines) { files.append(try YAMLNode.parse(file: path)) }
        return files
    }

    /// Their paths.
    package static func testFiles(_ pipelines: String) -> [String] {
        ["monitor", "area"].map { "\(pipelines)/\($0)" }.flatMap { folder in
            FileBytes.names(in: folder).filter { $0.hasSuffix(".tests.yaml") }
                .map { "\(folder)/\($0)" }
        }
    }
}
