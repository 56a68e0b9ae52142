import Glibc
import Households
import Kafka
import Replay
import Rules
import Streams
import Workers

/// `rules backtest`: what other rules would have done with the same history (design, section 5).
enum BacktestCommand {
    static let spec = CommandSpec(
        name: "rules backtest", about: "run other rules over the same history, and compare",
        discussion: """
            Runs the rules in force and a candidate over one history, on all cores, and prints per
            rule and village: alerts, households gained and lost, days of lead gained, and visits
            against what a village can make in a month; where officers' answers lie in the history,
            also precision and recall. Publishes nothing. The history is a folder of feeds as
            'replay' reads it, or 'topic' for all that household.facts holds. Everything before
            --from is run too, so that windows and open alerts are as they were.

            A household is in need when it got relief in the period, and not when its alerts were only
            dismissed. Officers went where the rules in force sent them: what a candidate finds
            elsewhere has no answer yet.
            """,
        arguments: [],
        options: [
            .value("--candidate", "DIR", "the folder of the candidate's *.rules.yaml (needed)"),
            .value("--history", "DIR|topic", "a folder of feeds, or the topic (needed)"),
            .value("--actions", "FILE", "officers' actions, merged with a folder's feeds"),
            .value("--from", "DATE", "count alerts from this day on (default: the first)", kind: .day),
            .value("--to", "DATE", "the last day (default: that of the last record)", kind: .day),
            .value("--budget", "N", "visits a village can make in a month", kind: .number(1...10_000)),
            .value(
                "--format", "FORMAT", "table, json, or html (one file with charts)",
                kind: .choice(["table", "json", "html"])),
            .value("--threads", "N", "threads (default: the cores)", kind: .number(1...256)),
            .value(
                "--candidate-policy", "DIR", "the candidate's lines and parameters (default: as in force)"),
            .value(
                "--pipelines", "DIR", "the pipelines' folder", setting: "folders.pipelines"),
            .value("--policy", "DIR", "lines, incomes, divisions...", setting: "folders.policy"),
            .value(
                "--key-file", "FILE", "the key of the pseudonyms; for a folder of feeds",
                setting: "pseudonyms.keyFile"),
            .value("--servers", "HOST:PORT", "brokers; for the topic", setting: "kafka.servers"),
        ],
        examples: [
            .init(
                line: "shouwang rules backtest --candidate new --history topic --from 2026-01-01 "
                    + "--budget 12",
                about: "what the rules in new would have done since January"),
            .init(
                line: "shouwang rules backtest --candidate new --history Pipelines --format html > b.html",
                about: "over the samples, as a page"),
        ],
        run: { try run($0) })

    private static func run(_ invocation: Invocation) throws -> Int32 {
        let arguments = invocation.arguments
        guard let folder = arguments.value("--candidate"),
            let source = arguments.value("--history")
        else {
            throw CommandError.usage("'rules backtest' needs --candidate DIR and --history DIR|topic")
        }
        let isTopic = source == "topic"
        let county = try Loading.county(
            invocation.configuration, key: isTopic ? Loading.keyOfNobody : nil)
        let candidate = try County.rules(
            folder: folder,
            policy: try arguments.value("--candidate-policy").map { try PolicyFolder.load($0) }
                ?? county.policy)
        let history =
            isTopic
            ? try read(topic: "household.facts", invocation)
            : try read(feeds: source, county, invocation)
        guard let days = history.days else {
            throw CommandError.failed("the history holds no records")
        }
        let from = try arguments.day("--from") ?? days.lowerBound
        let to = try arguments.day("--to") ?? days.upperBound
        guard from <= to else { throw CommandError.usage("--from \(from) is after --to \(to)") }

        let threads = arguments.number("--threads") ?? max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        let began = Clock.now()
        func alerts(_ rules: RuleSet, _ name: String) throws -> [AlertSpan] {
            var bar = ProgressBar(
                name, total: history.count, isInteractive: Terminal.isInteractive,
                err: invocation.err)
            defer { bar.end() }
            let spans = try Backtest.alerts(
                history, rules: rules, until: to, threads: threads
            ) { bar.show($0) }
            bar.show(history.count)
            return spans
        }
        let comparison = Comparison(
            live: try alerts(county.rules, "backtest: in force"),
            candidate: try alerts(candidate, "backtest: candidate"),
            outcomes: history.outcomes(from: from, to: to), period: from...to,
            budget: arguments.number("--budget"))
        let seconds = Double(max(1, Clock.now() - began)) / 1_000
        invocation.err(
            "backtest: \(history.count) records twice in \((seconds * 10).rounded() / 10) s, "
                + "\(Int(Double(2 * history.count) / seconds)) a second on \(threads) threads\n")
        let report = BacktestReport(
            comparison: comparison, policy: county.policy, live: county.rules.digest,
            candidate: candidate.digest)
        switch arguments.value("--format") ?? "table" {
        case "json": invocation.out(report.json)
        case "html": invocation.out(report.html)
        default: invocation.out(report.table)
        }
        return 0
    }

    private static func read(
        feeds: String, _ county: County, _ invocation: Invocation
    ) throws -> History {
        let lines = try FeedFolder.read(feeds, actions: invocation.arguments.value("--actions"))
        var bar = ProgressBar(
            "backtest: history", total: lines.count, isInteractive: Terminal.isInteractive,
            err: invocation.err)
        defer { bar.end() }
        let history = try History(of: lines, county) { bar.show($0) }
        bar.show(lines.count)
        return history
    }

    /// All there is now; what comes later belongs to another backtest.
    private static func read(topic: String, _ invocation: Invocation) throws -> History {
        let settings = try Clients.settings(
            invocation.configuration, clientID: "shouwang-backtest")
        let marks = try PublicTopics.marks(of: topic, try Admin(settings))
        var bar = ProgressBar(
            "backtest: history", total: marks.reduce(0) { $0 + $1.offsets.count },
            isInteractive: Terminal.isInteractive, err: invocation.err)
        defer { bar.end() }
        var history = History()
        try PublicTopics.read(
            settings, from: marks.map { PartitionOffset($0.partition, $0.offsets.lowerBound) },
            stop: { $0 }
        ) { record in
            history.append(record)
            if history.count % 10_000 == 0 { bar.show(history.count) }
            return true
        }
        return history
    }
}
