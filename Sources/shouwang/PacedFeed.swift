import Households
import Kafka
import Replay
import Streams
import Workers

/// `feed --feeds`: a folder of feeds merged by time and sent at a pace, with ticks, so that the
/// workers see the days as they would have seen them (design, section 4, item 10).
enum PacedFeed {
    enum Pace: String {
        case day, week, month

        /// The first day of the next stretch after `day`.
        func next(after day: Day) -> Day {
            switch self {
            case .day: return day + 1
            case .week: return day + 7
            case .month: return Day.first(ofMonth: day.month + 1)
            }
        }
    }

    static func run(_ invocation: Invocation) throws -> Int32 {
        let arguments = invocation.arguments
        guard try invocation.configuration.required("time") == "records" else {
            throw CommandError.failed(
                "--feeds sends records with their own times, so it needs the setting "
                    + "'time: records' (--set time=records), also when topics are applied")
        }
        let lines = try FeedFolder.read(
            arguments.value("--feeds") ?? "", actions: arguments.value("--actions"))
        try FeedSender.refuseUntimed(lines)
        let firstDay = Day(ofInstant: lines[0].timestamp)
        let lastDay = Day(ofInstant: lines[lines.count - 1].timestamp)
        let until = max(lastDay, try arguments.day("--until") ?? lastDay)
        let pace = arguments.value("--pace").flatMap(Pace.init)
        let history = arguments.value("--history").flatMap(Pace.init) ?? pace
        let slowFrom = arguments.number("--last").map {
            lastDay - ($0 - 1)
        }
        let settings = try Clients.settings(
            invocation.configuration, clientID: "shouwang-feed")
        var sender = try FeedSender.open(settings, topics: Set(lines.map(\.topic)))
        let pacer = try pace.map { _ in try Pacer(settings) }
        var bar = ProgressBar(
            "feed", total: lines.count, isInteractive: Terminal.isInteractive,
            err: invocation.err)
        var index = 0
        var day = firstDay
        while day <= until {
            let isSlow = slowFrom.map { day >= $0 } ?? true
            var next = (isSlow ? pace : history)?.next(after: day) ?? until + 1
            if !isSlow, let slowFrom { next = min(next, slowFrom) }
            while index < lines.count, lines[index].timestamp < next.start {
                try sender.send(
                    lines[index], timestamp: lines[index].timestamp, number: index + 1)
                index += 1
                if index % 5_000 == 0 { try sender.settle() }
            }
            try sender.settle()
            bar.show(index, day.description)
            try pacer?.pass(to: next <= until ? next.start : nil)
            day = next
        }
        bar.end()
        invocation.out(
            "feed: \(sender.acknowledged) records from \(firstDay) to "
                + "\(until) are on the broker\n")
        return 0
    }
}

/// Lets the workers catch up, then lets time pass.
final class Pacer {
    private let watch: CatchUp
    private let producer: Producer
    private let stateful: [(plan: PipelinePlan, topic: ProducerTopic, partitions: Int32)]

    init(_ settings: ClientSettings) throws {
        watch = try CatchUp(settings, PipelinePlan.all)
        producer = try Producer(settings, lingerMilliseconds: 0)
        let admin = try Admin(settings)
        var stateful: [(plan: PipelinePlan, topic: ProducerTopic, partitions: Int32)] = []
        for plan in PipelinePlan.all where plan.isStateful {
            stateful.append(
                (plan, try producer.topic(plan.input), try admin.partitionCount(of: plan.input)))
        }
        self.stateful = stateful
    }

    /// Waits for every group in the order of the path, then ticks each stateful input, from the
    /// first to the last, each followed by everything that comes of it.
    func pass(to instant: Int64?) throws {
        for plan in PipelinePlan.all { try watch.wait(for: plan) }
        guard let instant else { return }
        for entry in stateful {
            for partition in 0..<entry.partitions {
                let headers = HeaderList(capacity: 1)
                headers.add(Tick.header, nil)
                let error = producer.produce(
                    to: entry.topic, partition: partition, key: nil, value: nil,
                    headers: headers, timestamp: instant)
                if let error { throw error }
            }
            if let error = producer.flush(timeoutMilliseconds: 60_000) { throw error }
            try watch.wait(for: entry.plan)
        }
    }
}
