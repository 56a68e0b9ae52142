import Glibc
import Streams
import StreamsTesting
import Testing

/// Seeds to run: `SHOUWANG_SEED` alone, or the first `SHOUWANG_FLEET_SEEDS` (500).
private let seeds: [UInt64] = {
    func number(_ name: String) -> UInt64? {
        getenv(name).flatMap { UInt64(String(cString: $0)) }
    }
    if let seed = number("SHOUWANG_SEED") { return [seed] }
    return Array(1...max(1, number("SHOUWANG_FLEET_SEEDS") ?? 500))
}()

@Suite("A simulated fleet")
struct FleetTests {
    @Test(arguments: seeds)
    func `writes what one perfect worker would, twice alike`(seed: UInt64) {
        let outcome = FleetRun.twice(FleetOptions(seed: seed))
        #expect(outcome.problems == [], "shouwang simulate-fleet --seeds \(seed) --trace")
    }

    /// Mistakes, each with a seed that finds it. When the simulation has changed so that it does
    /// not any more, `shouwang simulate-fleet --bug NAME` finds another.
    static let planted: [(fault: PlantedFault, seed: UInt64)] = [
        (.skipRewind, 1), (.keepOverlay, 1), (.loseWakeUps, 7), (.commitBeforeFlush, 1),
        (.reuseAfterUnknown, 140), (.reuseAfterRepeat, 424), (.rewindAfterUnknown, 1),
        (.stopRestoreEarly, 11), (.endBeforeOffsets, 891), (.restoreUncommitted, 2),
        (.unfencedOffsets, 39), (.trustKept, 39), (.trustKeptEnd, 77), (.ignoreFailedRead, 7),
        (.trustOutdatedOffset, 138), (.broadcastEarly, 136), (.snapshotWithoutTails, 7),
        (.leaveOutOffsets, 1),
    ]

    @Test(arguments: planted)
    func `finds a planted mistake`(fault: PlantedFault, seed: UInt64) throws {
        let outcome =
            FleetRun.firstFailure(seed...seed, planted: fault)
            ?? FleetRun.firstFailure(1...1_000, planted: fault)
        let found = try #require(outcome, "no seed up to 1,000 finds \(fault.rawValue)")
        // Without the mistake nothing is wrong with the seed.
        #expect(Fleet.run(FleetOptions(seed: found.seed)).problems == [])
    }

    @Test func `each mistake that can be planted is looked for`() {
        #expect(Self.planted.map(\.fault) == PlantedFault.allCases)
    }

    @Test func `faults can be taken away from a seed, and it goes on being one`() {
        let calm = Fleet.run(FleetOptions(seed: 5, faults: []))
        #expect(calm.problems == [])
        #expect(calm.tally.faults == 0)
        #expect(Fleet.run(FleetOptions(seed: 5, faults: [])).fingerprint == calm.fingerprint)
        #expect(Fleet.run(FleetOptions(seed: 6, faults: [])).fingerprint != calm.fingerprint)
    }
}
