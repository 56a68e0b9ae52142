package import Households
package import Kafka
package import Streams
import StreamsTesting
package import Workers

/// What monitors have read: the records of `household.facts`, by partition, each in the order of its
/// log. A backtest runs rule sets over it again and again (design, section 5).
package struct History: Sendable {
    /// Each partition carries its own area events and ticks.
    package private(set) var partitions: [[OwnedRecord]] = []

    package init() {}

    /// Records in all partitions.
    package var count: Int { partitions.reduce(0) { $0 + $1.count } }

    /// The days of the first and the last record; `nil` of an empty history.
    package var days: ClosedRange<Day>? {
        var range: ClosedRange<Int64>?
        for record in partitions.joined() {
            range =
                range.map { min($0.lowerBound, record.timestamp)...max($0.upperBound, record.timestamp) }
                ?? record.timestamp...record.timestamp
        }
        return range.map { Day(ofInstant: $0.lowerBound)...Day(ofInstant: $0.upperBound) }
    }

    /// Appends a copy of a record to its partition.
    package mutating func append(_ record: RecordView) {
        let partition = Int(record.partition)
        while partitions.count <= partition { partitions.append([]) }
        partitions[partition].append(OwnedRecord(copying: record))
    }

    /// What the intakes and membership make of departments' files: everything a replay of them would
    /// ask the monitor. `progress` is told the number of lines done, now and then. Throws what a
    /// pipeline refuses to go on with.
    package init(
        of lines: [FeedLine], _ county: County, progress: (Int) -> Void = { _ in }
    ) throws(TaskError) {
        let replay = Replay(county, only: Set(Topics.feeds + ["fieldwork", "membership"]))
        let collected = Collected()
        replay.driver.onOutput(of: "household.facts") { collected.history.append($0) }
        try replay.feed(lines, progress: progress)
        self = collected.history
    }

    private final class Collected {
        var history = History()
    }
}

extension History {
    /// What officers answered about each household in a period, from the history's own records;
    /// of an answer that was corrected the latest version counts.
    package func outcomes(from: Day, to: Day) -> Outcomes {
        var latest: [FactIdentity: (household: String, fact: Fact)] = [:]
        for record in partitions.joined() {
            record.withView { record in
                guard let key = record.key, let value = record.value,
                    case .put(let fact)? = try? FactMessage(value),
                    fact.kind == .relieved || fact.kind == .dismissed,
                    latest[fact.identity].map({ $0.fact.recorded <= fact.recorded }) ?? true
                else { return }
                latest[fact.identity] = (String(decoding: key, as: UTF8.self), fact)
            }
        }
        var outcomes = Outcomes()
        for (household, fact) in latest.values
        where !fact.isReversed && (from...to).contains(fact.occurred) {
            if fact.kind == .relieved {
                outcomes.relieved(household, on: fact.occurred)
            } else {
                outcomes.dismissed(household)
            }
        }
        return outcomes
    }
}

/// Which households needed help, as far as officers said so: one that got relief did, one whose alerts
/// were only dismissed did not. Of the others nobody knows.
package struct Outcomes: Sendable, Equatable {
    /// The first relief of each household that got any.
    package private(set) var needed: [String: Day] = [:]
    private var dismissed: Set<String> = []

    package init() {}

    /// Households that did not need help.
    package var unfounded: Set<String> { dismissed.subtracting(needed.keys) }

    package mutating func relieved(_ household: String, on day: Day) {
        needed[household] = min(needed[household] ?? day, day)
    }

    package mutating func dismissed(_ household: String) {
        dismissed.insert(household)
    }
}
