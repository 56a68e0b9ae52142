import Foundation
import Households
import Kafka
import Streams
import StreamsTesting
import Synchronization
import YAML

/// `prove`: exactly once, shown on the cluster that is to be relied on.
enum ProveCommand {
    static let spec = CommandSpec(
        name: "prove", about: "show on your own cluster that workers are exactly once",
        discussion: """
            Runs real worker processes on topics of its own (prove.<run>.*, deleted at the end) over
            made-up records, while it kills, pauses and restarts them, forces rebalances, and cuts
            them off: their connections go through a relay of the proof's own, on this machine. No
            topic of the installation is touched, and no process but its own. With --kill-node and
            --start-node, which are commands of yours, it kills the cluster's nodes too, one at a
            time.

            Then everything is read and compared with a replay of the input: every output of every
            record must be there exactly once, in order for each key, every state must be what
            follows from the input, and no transaction may be open. The workers take the settings of
            the configuration (section 'worker'), so timeouts are proved as they are set.

            Exit codes: 0 it passed, 1 something is wrong (each finding is printed, and the workers'
            logs are kept), 2 it could not be carried out.
            """,
        arguments: [],
        options: [
            .value("--servers", "HOST:PORT", "brokers", setting: "kafka.servers"),
            .value(
                "--duration", "SECONDS", "how long records are sent (default 180)",
                kind: .number(5...86_400)),
            .value(
                "--faults", "LIST",
                "what is done, by commas, or 'none' (default "
                    + Fault.allCases.map(\.rawValue).joined(separator: ",")
                    + "; node only with --kill-node)"),
            .value(
                "--interval", "MS",
                "between two faults, on average (default: the session timeout)",
                kind: .number(100...3_600_000)),
            .value(
                "--kill-node", "COMMAND",
                "kills a node of the cluster, by sh; {node} stands for its id"),
            .value("--start-node", "COMMAND", "starts it again, by sh"),
            .value(
                "--seed", "N", "makes records and faults follow (default: another each time)",
                kind: .number(0...Int(UInt32.max))),
            .value(
                "--groups", "N",
                "groups of workers with topics of their own, side by side (default 1)",
                kind: .number(1...16)),
            .value(
                "--workers", "N", "worker processes of a group (default 3)",
                kind: .number(1...32)),
            .value(
                "--partitions", "N", "partitions of each group's topics (default 3)",
                kind: .number(1...64)),
            .value(
                "--rate", "N", "records a second of all groups, but for lulls (default 200)",
                kind: .number(1...10_000)),
            .flag("--keep", "leave the topics and the workers' logs where they are"),
        ],
        examples: [
            .init(
                line: "shouwang prove", about: "three minutes on the cluster of the configuration"),
            .init(
                line: "shouwang prove --duration 600 --faults kill --workers 6 --partitions 6",
                about: "ten minutes of kill -9 alone"),
            .init(
                line: "shouwang prove --kill-node 'docker kill k{node}' "
                    + "--start-node 'docker start k{node}'",
                about: "with nodes killed, which are containers named k1, k2, k3"),
            .init(
                line: "shouwang prove --seed 42", about: "the records and faults of seed 42 again"),
        ],
        run: { try run($0) })

    /// Most records of one proof: a byte is kept of each.
    private static let recordsMost = 100_000_000

    /// SIGTERM or SIGINT came: the proof is given up in order.
    private static let isAsked = Atomic<Bool>(false)

    private static func run(_ invocation: Invocation) throws -> Int32 {
        let order = try order(invocation)
        do {
            let settings = try Clients.settings(
                invocation.configuration, clientID: "shouwang-prove")
            try checkReachable(settings)
            StopSignals.watch { _ in isAsked.store(true, ordering: .relaxed) }
            let outcome = try prove(order, settings, invocation)
            let report = ProofReport(order, outcome, repeating: repeating(order, invocation))
            invocation.out(report.text)
            return outcome.problems.isEmpty ? 0 : 1
        } catch {
            let reason = if case CommandError.failed(let text) = error { text } else { "\(error)" }
            invocation.err("prove: \(reason)\n")
            return 2
        }
    }

    // MARK: What is asked for

    private static func order(_ invocation: Invocation) throws(CommandError) -> ProofRun.Order {
        let arguments = invocation.arguments
        let seconds = arguments.number("--duration") ?? 180
        let rate = arguments.number("--rate") ?? 200
        guard seconds * rate <= recordsMost else {
            throw .usage(
                "\(seconds) s of \(rate) records are more than \(recordsMost), the most that can "
                    + "be judged: give a smaller --rate")
        }
        let run = String(UInt32.random(in: 60_466_176...UInt32.max), radix: 36)
        let groups = arguments.number("--groups") ?? 1
        let partitions = Int32(arguments.number("--partitions") ?? 3)
        let configuration = invocation.configuration
        let session = configuration.number("worker.sessionTimeoutMilliseconds") ?? 6_000
        return ProofRun.Order(
            topics: (1...groups).map {
                ProofTopics(run: groups == 1 ? run : "\(run)g\($0)", partitions: partitions)
            },
            seed: UInt64(arguments.number("--seed") ?? Int(UInt32.random(in: 0...UInt32.max))),
            seconds: seconds, workers: arguments.number("--workers") ?? 3, rate: rate,
            faults: try faults(
                arguments.value("--faults"), nodes: try nodeCommands(arguments) != nil),
            intervalMilliseconds: arguments.number("--interval") ?? session,
            sessionMilliseconds: session,
            transactionMilliseconds:
                configuration.number("worker.transactionTimeoutMilliseconds") ?? 15_000)
    }

    private static func nodeCommands(
        _ arguments: ParsedArguments
    ) throws(CommandError) -> Nodes.Commands? {
        switch (arguments.value("--kill-node"), arguments.value("--start-node")) {
        case (nil, nil): return nil
        case (let kill?, let start?): return Nodes.Commands(kill: kill, start: start)
        default: throw .usage("--kill-node and --start-node are given together")
        }
    }

    /// `kill,pause`; `nil` for all of them. `nodes` says that nodes can be killed.
    static func faults(_ text: String?, nodes: Bool) throws(CommandError) -> [Fault] {
        guard let text else { return Fault.allCases.filter { nodes || $0 != .node } }
        if text == "none" { return [] }
        var faults: [Fault] = []
        for word in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let fault = Fault(rawValue: String(word)) else {
                let known = Fault.allCases.map(\.rawValue)
                let closest = Spelling.closest(to: String(word), in: known)
                throw .usage(
                    "--faults: there is no fault '\(word)'"
                        + (closest.map { "; did you mean '\($0)'?" } ?? "")
                        + "; known are \(known.joined(separator: ", ")), and none")
            }
            if !faults.contains(fault) { faults.append(fault) }
        }
        if faults.contains(.node), !nodes {
            throw .usage("--faults: 'node' needs --kill-node and --start-node")
        }
        return faults
    }

    /// The options that name the cluster and the settings, as they were given.
    private static func shared(_ arguments: ParsedArguments) -> [String] {
        ["--config", "--set", "--servers"].flatMap { name in
            (arguments.options[name] ?? []).flatMap { [name, $0] }
        }
    }

    /// The command line that does the same again.
    private static func repeating(_ order: ProofRun.Order, _ invocation: Invocation) -> String {
        let faults = order.faults.map(\.rawValue).joined(separator: ",")
        var words = ["shouwang", "prove", "--seed", "\(order.seed)"]
        words += ["--duration", "\(order.seconds)", "--workers", "\(order.workers)"]
        words += ["--groups", "\(order.topics.count)"]
        words += ["--partitions", "\(order.topics[0].partitions)", "--rate", "\(order.rate)"]
        words += ["--faults", faults.isEmpty ? "none" : faults]
        words += ["--interval", "\(order.intervalMilliseconds)"]
        for name in ["--kill-node", "--start-node"] {
            if let command = invocation.arguments.value(name) { words += [name, "'\(command)'"] }
        }
        for name in ["--config", "--servers"] {
            words += (invocation.arguments.options[name] ?? []).flatMap { [name, $0] }
        }
        // Some are secret.
        if invocation.arguments.has("--set") { words.append("--set ...") }
        return words.joined(separator: " ")
    }

    // MARK: Around the proof

    private static func checkReachable(_ settings: ClientSettings) throws {
        let admin = try Admin(settings, timeoutMilliseconds: 10_000)
        do throws(KafkaError) {
            _ = try admin.topics()
        } catch {
            throw CommandError.failed(
                "no broker answers at \(settings.bootstrapServers) (\(error.code.name)). Does it "
                    + "run, and can it be reached from here? The brokers are named by --servers "
                    + "HOST:PORT or the setting kafka.servers, how to speak to them by "
                    + "kafka.settings; 'scripts/broker start' gives one to try with")
        }
    }

    /// Makes the topics, proves, and takes everything back, however the proof ends.
    private static func prove(
        _ order: ProofRun.Order, _ settings: ClientSettings, _ invocation: Invocation
    ) throws -> ProofRun.Outcome {
        let nodes = try nodeCommands(invocation.arguments)
        let names = order.topics.map { "\($0.prefix)*" }.joined(separator: " ")
        let isKept = invocation.arguments.has("--keep")
        let folder = try temporaryFolder()
        var isWorthKeeping = true
        var settings = settings
        if nodes != nil {
            // Nodes that are away make a client talk all the time.
            let log = TimedLog("\(folder)/clients.log")
            settings.log = { log.write("\($0) \($1): \($2)") }
        }
        defer {
            if isKept {
                invocation.err("prove: left are the topics \(names) and \(folder)\n")
            } else {
                if let error = order.topics.lazy.compactMap({ $0.delete(settings) }).first {
                    invocation.err(
                        "prove: topics \(names) could not be deleted (\(error)); delete them by "
                            + "hand\n")
                }
                if isWorthKeeping, !isAsked.load(ordering: .relaxed) {
                    invocation.err("prove: logs of the faults and workers are in \(folder)\n")
                } else {
                    try? FileManager.default.removeItem(atPath: folder)
                }
            }
        }
        invocation.err(
            "prove: run \(order.topics[0].run), seed \(order.seed), on "
                + "\(settings.bootstrapServers)\n")
        let replication = Int32(invocation.configuration.number("kafka.replication") ?? -1)
        for topics in order.topics { try topics.make(settings, replication: replication) }
        let network =
            order.faults.contains(where: Fault.ofNetwork.contains) ? try FaultyNetwork() : nil
        defer { network?.close() }
        let groups = try order.topics.enumerated().map { number, topics in
            try group(number, topics, order, settings, network?.port, folder, invocation)
        }
        // Before the topics go: workers whose topics vanish have much to say.
        defer { for group in groups { group.workers.killAll() } }
        let log = TimedLog("\(folder)/faults.log")
        let run = ProofRun(
            order, settings, groups, network: network,
            nodes: try order.faults.contains(.node)
                ? nodes.map {
                    try Nodes(
                        $0, settings, log: "\(folder)/nodes.log",
                        environment: ProcessInfo.processInfo.environment)
                } : nil,
            isAsked: { isAsked.load(ordering: .relaxed) }, err: invocation.err, log: log.write)
        let outcome = try run.run()
        isWorthKeeping = !outcome.problems.isEmpty
        return outcome
    }

    private static func group(
        _ number: Int, _ topics: ProofTopics, _ order: ProofRun.Order, _ settings: ClientSettings,
        _ relay: UInt16?, _ folder: String, _ invocation: Invocation
    ) throws -> ProofGroup {
        let folder = "\(folder)/group-\(number + 1)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        let shared =
            shared(invocation.arguments) + [
                "--set", "folders.state=\(folder)/state", "--set", "log.level=info",
                "--set", "worker.snapshotSeconds=\(snapshotSeconds)",
            ]
        let workers = ProofWorkers(
            folder: folder, environment: ProcessInfo.processInfo.environment
        ) { name, ticks in
            [binary]
                + ProveWorkerCommand.words(
                    topics, name: name, tickMilliseconds: ticks ? tickMilliseconds : 0,
                    relay: relay, shared: shared)
        }
        return try ProofGroup(
            topics, settings, workers, seed: order.seed &+ UInt64(number),
            sessionMilliseconds: order.sessionMilliseconds)
    }

    /// Often enough that killed workers come back to one. Seconds.
    private static let snapshotSeconds = 5
    /// Often enough that partitions are ticked while their workers are being changed. Milliseconds.
    private static let tickMilliseconds = 1_000

    /// The program that runs now, even when its file has been replaced meanwhile.
    private static let binary = "/proc/self/exe"

    private static func temporaryFolder() throws(CommandError) -> String {
        let base = FileManager.default.temporaryDirectory.path
        var template = Array("\(base)/shouwang-prove-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw .failed("no folder can be made in \(base) (TMPDIR): error \(errno)")
        }
        return String(
            decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

/// A file of lines, each with the time. May be used from any thread: the C library has a lock for
/// each file.
private final class TimedLog: @unchecked Sendable {
    private let file: UnsafeMutablePointer<FILE>?

    init(_ path: String) { file = fopen(path, "a") }

    deinit { if let file { fclose(file) } }

    func write(_ line: String) {
        guard let file else { return }
        fputs("\(InstantText.text(Clock.now())) \(line)\n", file)
        fflush(file)
    }
}
