package import Households
import Kafka
package import Streams
package import StreamsTesting
package import Workers

/// The same pipelines over files, without a broker (formats, section 10): each record goes
/// through all hops before the next, and time passes every 00:00. Confined to one thread.
package final class Replay {
    /// Where to look in afterwards: outputs collected, states, counters.
    package let driver: ReplayDriver
    /// Records fed.
    package private(set) var records = 0
    private var day: Day?

    /// All pipelines of a county, or those named.
    package init(_ county: County, only names: Set<String>? = nil, partitions: Int32 = 1) {
        driver = ReplayDriver(partitions: partitions)
        for topology in county.topologies where names?.contains(topology.name) ?? true {
            driver.add(topology)
        }
    }

    /// Feeds lines in the order given (`FeedFiles.merged`). `progress` is called now and then
    /// with the number of lines fed.
    package func feed(
        _ lines: [FeedLine], progress: (Int) -> Void = { _ in }
    ) throws(TaskError) {
        for line in lines {
            try feed(line)
            if records % 10_000 == 0 { progress(records) }
        }
    }

    /// Feeds one line; a day's 00:00 comes before its first record.
    package func feed(_ line: FeedLine) throws(TaskError) {
        try pass(to: Day(ofInstant: line.timestamp))
        records += 1
        try driver.feed(
            OwnedRecord(
                topic: line.topic, timestamp: line.timestamp, value: line.bytes,
                headers: [.init("content-type", "application/cloudevents+json")]),
            refusing: line.failure)
    }

    /// Lets time pass to the 00:00 of a day.
    package func pass(to next: Day) throws(TaskError) {
        guard let now = day else {
            day = next
            return
        }
        guard now < next else { return }
        for number in (now.number + 1)...next.number {
            try driver.advance(to: Day(number: number).start)
        }
        day = next
    }
}
