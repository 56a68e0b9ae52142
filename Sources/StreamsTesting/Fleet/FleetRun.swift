package import Streams

/// Seeds, each run twice.
package enum FleetRun {
    /// Runs a seed twice; that both runs end alike belongs to what must hold.
    package static func twice(_ options: FleetOptions) -> FleetOutcome {
        var first = Fleet.run(options)
        let second = Fleet.run(options)
        if first.fingerprint != second.fingerprint {
            first.problems.append(
                "two runs of the seed differ: fingerprints \(first.fingerprint) and "
                    + "\(second.fingerprint)")
        }
        return first
    }

    /// The first seed of a range at which something is wrong.
    package static func firstFailure(
        _ seeds: ClosedRange<UInt64>, planted: PlantedFault?, faults: Set<FleetFault>? = nil
    ) -> FleetOutcome? {
        for seed in seeds {
            let outcome = Fleet.run(FleetOptions(seed: seed, faults: faults, planted: planted))
            if !outcome.problems.isEmpty { return outcome }
        }
        return nil
    }
}
