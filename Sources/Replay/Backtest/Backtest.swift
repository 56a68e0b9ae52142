import Glibc
package import Households
import Kafka
package import Rules
package import Streams
import StreamsTesting
import Synchronization
import Workers

/// Runs a rule set over a history, household by household on as many threads as there are cores. What
/// comes out does not depend on how many: a household's alerts follow from its own records and the
/// area events alone, and every thread reads all of those.
package enum Backtest {
    /// The alerts of a rule set, ordered by day, household and rule. Time passes until the 00:00
    /// that ends `until`; later records are left out. `progress` is told now and then, on the
    /// caller's thread, how many records are done. Throws what a task refuses to go on with.
    package static func alerts(
        _ history: History, rules: RuleSet, until: Day, threads: Int,
        progress: (Int) -> Void = { _ in }
    ) throws(TaskError) -> [AlertSpan] {
        precondition(threads > 0)
        let gathering = Gathering()
        let workers = (0..<threads).map { thread in
            LaneThread {
                let result = Result<[AlertSpan], TaskError> { () throws(TaskError) in
                    try part(
                        history, rules: rules, until: until, number: thread, of: threads
                    ) { gathering.done.add($0, ordering: .relaxed) }
                }
                gathering.results.withLock { $0.append(result) }
            }
        }
        while gathering.results.withLock({ $0.count }) < threads {
            usleep(20_000)
            progress(min(history.count, gathering.done.load(ordering: .relaxed)))
        }
        for worker in workers { worker.join() }
        var spans: [AlertSpan] = []
        for result in gathering.results.withLock({ $0 }) { spans += try result.get() }
        return spans.sorted {
            ($0.openedOn, $0.household, $0.rule, $0.alert)
                < ($1.openedOn, $1.household, $1.rule, $1.alert)
        }
    }

    /// The households whose keys fall to one thread.
    private static func part(
        _ history: History, rules: RuleSet, until: Day, number: Int, of threads: Int,
        progress: (Int) -> Void
    ) throws(TaskError) -> [AlertSpan] {
        let end = (until + 1).start
        var spans: [AlertSpan] = []
        for partition in history.partitions {
            let driver = ReplayDriver()
            driver.add(
                Topology(
                    name: "monitor", input: "household.facts", processor: Monitor(rules: rules)))
            let reader = Reading()
            driver.onOutput(of: "alerts") { reader.spans.take($0) }
            var taken = 0
            for record in partition where record.timestamp < end {
                guard isOf(number, threads, record) else { continue }
                try driver.feed(record)
                taken += 1
                if taken % 1_000 == 0 { progress(1_000) }
            }
            progress(taken % 1_000)
            try driver.advance(to: end)
            spans += reader.spans.spans
        }
        return spans
    }

    /// A household's record belongs to one thread; area events and ticks to all.
    private static func isOf(_ number: Int, _ threads: Int, _ record: OwnedRecord) -> Bool {
        guard let key = record.key,
            !record.headers.contains(where: { $0.name == "shouwang-broadcast" })
        else { return true }
        return Int(FNV1a.hash(key) % UInt64(threads)) == number
    }

    private final class Gathering: Sendable {
        let done = Atomic<Int>(0)
        let results = Mutex<[Result<[AlertSpan], TaskError>]>([])
    }

    private final class Reading {
        var spans = AlertSpan.Reader()
    }
}
