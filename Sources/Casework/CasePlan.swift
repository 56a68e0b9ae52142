package import Households

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
}
