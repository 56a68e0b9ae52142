package import Streams

/// What a run is given; it follows from this alone.
package struct FleetOptions: Sendable {
    package var seed: UInt64
    /// Only these may befall it; `nil` for all.
    package var faults: Set<FleetFault>?
    /// A mistake to be found.
    package var planted: PlantedFault?
    /// Called with each line of what happens; for looking into one run.
    package var trace: (@Sendable (String) -> Void)?

    package init(seed: UInt64, faults: Set<FleetFault>? = nil, planted: PlantedFault? = nil) {
        self.seed = seed
        self.faults = faults
        self.planted = planted
    }
}
