/// What a run had of everything.
package struct FleetTally: Sendable, Equatable {
    package var virtualMilliseconds: Int64 = 0
    package var faults = 0
    /// Workers that ended because another had their name, or because they died at one record
    /// three times.
    package var fenced = 0
    package var suspected = 0
    /// Records of the input, and of the outputs and dead letters, as readers of committed records
    /// find them.
    package var inputs = 0
    package var outputs = 0
    /// Workers started, rebalances, and transactions by how the coordinator ended them.
    package var starts = 0
    package var generations = 0
    package var commits = 0
    package var aborts = 0

    package init() {}

    /// Adds another's numbers.
    package mutating func add(_ other: FleetTally) {
        virtualMilliseconds += other.virtualMilliseconds
        faults += other.faults
        fenced += other.fenced
        suspected += other.suspected
        inputs += other.inputs
        outputs += other.outputs
        starts += other.starts
        generations += other.generations
        commits += other.commits
        aborts += other.aborts
    }
}

/// How a run ended.
package struct FleetOutcome: Sendable {
    package let seed: UInt64
    /// Two runs share it only if the same happened in both, in the same order.
    package let fingerprint: UInt64
    /// What is wrong; empty when everything promised holds.
    package var problems: [String]
    package let tally: FleetTally
}
