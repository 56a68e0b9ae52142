import Glibc
import Households
import Kafka
import Streams
import StreamsTesting
import Testing

/// Everything that needs a real broker and real processes, one test after the other: all of them
/// use the topics' real names.
@Suite(.enabled(if: TestBroker.isAvailable, "\(TestBroker.need)"), .serialized)
enum RealPath {}

/// A number from the environment.
func setting(_ name: String) -> Int? { getenv(name).flatMap { Int(String(cString: $0)) } }

extension RealPath {
    /// Exactly once through all ten workers while they are killed. `SHOUWANG_SEED` repeats a run;
    /// `SHOUWANG_E2E_EVENTS` (100,000) and `SHOUWANG_E2E_KILLS` (20) make it smaller or larger.
    @Suite struct KillTests {
        @Test(.timeLimit(.minutes(30)))
        func `workers killed with -9 at random put out exactly what their input logs say`()
            async throws
        {
            let seed =
                setting("SHOUWANG_SEED").map(UInt64.init)
                ?? UInt64.random(in: 0...UInt64(UInt32.max))
            let count = setting("SHOUWANG_E2E_EVENTS") ?? 100_000
            let wanted = setting("SHOUWANG_E2E_KILLS") ?? 20
            print("kill test: SHOUWANG_SEED=\(seed), \(count) events, at least \(wanted) kills")
            var random = SeededRandom(seed: seed)
            let installation = try Installation(partitions: 3)
            defer { installation.close() }
            installation.workAll()
            let events = MadeUpEvents(
                seed: seed, count: count, households: max(20, count / 40), days: 5)
            events.write(to: "\(installation.folder)/feeds")
            try installation.waitUntilWorking()

            let feed = installation.start([
                "feed", "--feeds", "\(installation.folder)/feeds", "--actions",
                "\(installation.folder)/feeds/actions.jsonl", "--pace", "day", "--until",
                (events.lastDay + 1).description,
            ])
            let kills = try killWhile(feed, installation, atLeast: wanted, &random)
            #expect(feed.wait() == 0, "\(feed.output)")
            let log = try settledLog(installation)
            let check = ExactlyOnce(pipelines: try BrokerLog.pipelines(), log: log)
            let report = await check.check()
            print("kill test: \(kills.count) kills (\(kills.atWork) at work); \(report.summary)")
            for problem in report.problems.prefix(ExactlyOnce.Report.shown) {
                Issue.record("\(problem), SHOUWANG_SEED=\(seed)")
            }
            #expect(report.problems.isEmpty, "SHOUWANG_SEED=\(seed)")
            #expect(report.received == count)
            #expect(kills.count >= wanted)
            #expect(!(log.records["alerts"] ?? []).isEmpty)
            #expect(!(log.records["assignments"] ?? []).isEmpty)
            await tamper(check)
        }

        /// Kills and restarts workers until the feed has ended and enough have died.
        private func killWhile(
            _ feed: ChildProcess, _ installation: Installation, atLeast wanted: Int,
            _ random: inout SeededRandom
        ) throws -> (count: Int, atWork: Int) {
            var (count, atWork) = (0, 0)
            while feed.isRunning || count < wanted {
                // Random moments, not a wait for something: at any of them a kill must be harmless.
                // Once enough have died, seldom: each death costs the others a rebalance.
                let most = count < wanted ? 2_000 : 10_000
                usleep(UInt32(200 + random.below(most)) * 1_000)
                if let dead = installation.ended.first {
                    throw Installation.Failure(description: dead)
                }
                let worker = installation.workers[random.below(installation.workers.count)]
                installation.kill(worker)
                count += 1
                if feed.isRunning { atWork += 1 }
                if random.one(in: 2) { usleep(UInt32(random.below(3_000)) * 1_000) }
                installation.restart(worker)
            }
            return (count, atWork)
        }

        /// What lies on the broker once all broadcasts have met all keys and all have stopped.
        private func settledLog(_ installation: Installation) throws -> BrokerLog {
            for _ in 0..<20 {
                try installation.waitUntilWorking()
                let codes = installation.stop()
                #expect(codes.allSatisfy { $0 == 0 }, "\(codes): \(installation.ended)")
                let log = try BrokerLog.read(installation.plans)
                if log.isSwept { return log }
                for worker in installation.workers { installation.restart(worker) }
                try installation.waitUntilWorking()
                usleep(1_000_000)
            }
            throw Installation.Failure(description: "broadcasts do not come to an end")
        }

        /// The same log with one output dropped, doubled or changed by hand does not pass.
        private func tamper(_ check: ExactlyOnce) async {
            let only = check.pipelines.filter { $0.topology.name == "casework" }
            func problems(_ change: (inout [OwnedRecord]) -> Void) async -> [String] {
                var log = check.log
                for topic in ["alerts", "dead.monitor", "dead.membership"] {
                    log.records[topic] = nil
                }
                change(&log.records["assignments"]!)
                return await ExactlyOnce(pipelines: only, log: log).check().problems
            }
            #expect(await problems { _ in } == [])
            #expect(await problems { $0.remove(at: $0.count / 2) }.count > 0)
            #expect(await problems { $0.insert($0[$0.count / 2], at: $0.count / 2) }.count > 0)
            #expect(await problems { $0[$0.count / 2].value![9] ^= 1 }.count == 1)
        }
    }
}
