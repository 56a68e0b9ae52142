package import Households
package import YAML

/// All that casework knows beside the case: planned once at start, shared, never changed.
package struct CasePlan: Sendable {
    package let process: Process
    package let measures: MeasureCatalogue
    package let policy: Policy

    package init(process: Process, measures: MeasureCatalogue, policy: Policy) {
        self.process = process
        self.measures = measures
        self.policy = policy
    }

    /// Reads `process.yaml` and `measures.yaml` of `Pipelines/casework`. Throws with file, line and
    /// column what is wrong; show it and stop.
    package static func load(folder: String, _ policy: Policy) throws(YAMLError) -> CasePlan {
        let measures = try MeasureCatalogue.load(folder: folder)
        let process = try Process.load(folder: folder, measures)
        return CasePlan(process: process, measures: measures, policy: policy)
    }
}
