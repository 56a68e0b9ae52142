import Streams
import StreamsTesting

/// `simulate-fleet`: the real runtime on a simulated broker, with faults (docs/TESTING.md).
enum SimulateFleetCommand {
    /// After so many failing seeds there is enough to look at.
    private static let failuresMax = 10

    static let spec = CommandSpec(
        name: "simulate-fleet", about: "run the workers' runtime in simulated fleets with faults",
        discussion: """
            Each seed is a fleet of two to four workers in virtual time, on a broker in memory, with
            faults drawn from the seed: workers die, stand still, lose the network, requests come
            late... In the end what they have written must be what one perfect worker writes. Each
            seed runs twice and must end alike. A failing seed is printed with the line that runs
            it again; exit code 1 when there is one. See docs/TESTING.md.
            """,
        arguments: [],
        options: [
            .value("--seeds", "A..B", "the seeds to run, or one (default 1..1000)"),
            .value(
                "--faults", "LIST",
                "only these faults of those a seed has, with commas between: \(faults)"),
            .value(
                "--bug", "NAME", "plant a mistake, which some seed must find",
                kind: .choice(PlantedFault.allCases.map(\.rawValue))),
            .flag("--trace", "print what happens, in virtual milliseconds; for one seed"),
        ],
        examples: [
            .init(line: "shouwang simulate-fleet --seeds 1..10000", about: "a longer search"),
            .init(
                line: "shouwang simulate-fleet --seeds 17 --faults kill,late --trace",
                about: "what happens in one seed, with fewer faults"),
            .init(
                line: "shouwang simulate-fleet --bug skip-rewind",
                about: "which seed finds a mistake"),
        ],
        run: { try run($0) })

    private static let faults = FleetFault.allCases.map(\.rawValue).joined(separator: ", ")

    private static func run(_ invocation: Invocation) throws -> Int32 {
        let arguments = invocation.arguments
        let seeds = try seeds(arguments.value("--seeds") ?? "1..1000")
        var only: Set<FleetFault>?
        if let text = arguments.value("--faults") {
            only = FleetFault.list(text)
            guard only != nil else {
                throw CommandError.usage(
                    "--faults expects some of \(faults), with commas between; found '\(text)'")
            }
        }
        var options = FleetOptions(seed: seeds.lowerBound, faults: only)
        options.planted = arguments.value("--bug").flatMap(PlantedFault.init)
        if arguments.has("--trace") {
            guard seeds.count == 1 else { throw CommandError.usage("--trace needs one seed") }
            let print = Terminal.output
            options.trace = { print($0 + "\n") }
            let outcome = Fleet.run(options)
            report(outcome, options, arguments, invocation)
            return outcome.problems.isEmpty ? 0 : 1
        }
        var bar = ProgressBar(
            "simulate-fleet", total: seeds.count, isInteractive: Terminal.isInteractive,
            err: invocation.err)
        var failed = 0
        var done = 0
        var sum = FleetTally()
        var fingerprint: UInt64 = 0
        for seed in seeds {
            options.seed = seed
            let outcome = FleetRun.twice(options)
            sum.add(outcome.tally)
            fingerprint = fingerprint &* 31 &+ outcome.fingerprint
            done += 1
            if !outcome.problems.isEmpty {
                failed += 1
                report(outcome, options, arguments, invocation)
                if options.planted != nil || failed == failuresMax { break }
            }
            bar.show(done)
        }
        bar.end()
        invocation.out(
            """
            simulate-fleet: \(done) seeds, \(failed) failed
                \(sum.virtualMilliseconds / 1_000) s of virtual time, \(sum.faults) faults
                \(sum.inputs) records in, \(sum.outputs) out
                \(sum.commits) transactions committed, \(sum.aborts) aborted
                \(sum.starts) workers started, \(sum.generations) rebalances, \(sum.fenced) fenced
                fingerprint \(String(fingerprint, radix: 16)), the same wherever these seeds run

            """)
        return failed == 0 ? 0 : 1
    }

    private static func report(
        _ outcome: FleetOutcome, _ options: FleetOptions, _ arguments: ParsedArguments,
        _ invocation: Invocation
    ) {
        guard !outcome.problems.isEmpty else { return }
        invocation.out("seed \(outcome.seed):\n")
        for problem in outcome.problems.prefix(8) { invocation.out("    \(problem)\n") }
        if outcome.problems.count > 8 {
            invocation.out("    and \(outcome.problems.count - 8) more\n")
        }
        var line = "shouwang simulate-fleet --seeds \(outcome.seed)"
        if let faults = arguments.value("--faults") { line += " --faults \(faults)" }
        if let planted = options.planted { line += " --bug \(planted.rawValue)" }
        invocation.out("again: \(line) --trace\n")
    }

    private static func seeds(_ text: String) throws(CommandError) -> ClosedRange<UInt64> {
        let parts = text.split(separator: "..", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { UInt64($0) }
        guard numbers.count == parts.count, (1...2).contains(numbers.count),
            numbers[0] <= numbers[numbers.count - 1]
        else { throw .usage("--seeds expects A..B or one number, found '\(text)'") }
        return numbers[0]...numbers[numbers.count - 1]
    }
}
