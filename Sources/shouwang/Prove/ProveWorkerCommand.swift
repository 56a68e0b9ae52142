import Glibc
import Kafka
import Streams

/// `prove-worker`: one worker process of a proof, started by `prove`.
enum ProveWorkerCommand {
    static let spec = CommandSpec(
        name: "prove-worker", about: "a worker of 'shouwang prove' (internal)",
        discussion: """
            Internal: 'shouwang prove' starts these processes, and ends them. It runs the proof's
            own pipeline on the topics of one proof, as 'run' runs the real ones, and ends when
            the process that started it does. Exit codes as of 'run'.
            """,
        arguments: [.init("run", "the proof, as 'prove' names it")],
        options: [
            .value("--servers", "HOST:PORT", "brokers", setting: "kafka.servers"),
            .value("--ordinal", "NAME", "names this process's transactions"),
            .value(
                "--tick", "N", "milliseconds after which idle partitions are ticked; 0 for never",
                kind: .number(0...3_600_000)),
            .value(
                "--relay", "PORT", "a relay on this machine that all connections go through",
                kind: .number(1...65_535)),
            .value(
                "--parent", "PID", "the process that started it",
                kind: .number(1...Int(Int32.max))),
        ],
        examples: [
            .init(
                line: "shouwang prove-worker k3f9 --ordinal 0 --tick 1000",
                about: "the first worker of proof k3f9")
        ],
        isInternal: true,
        run: { try run($0) })

    /// The command line that starts a worker; `relay` is a port, `shared` are options of the
    /// configuration.
    static func words(
        _ topics: ProofTopics, name: String, tickMilliseconds: Int, relay: UInt16?,
        shared: [String]
    ) -> [String] {
        ["prove-worker", topics.run, "--ordinal", name, "--tick", "\(tickMilliseconds)"]
            + ["--parent", "\(getpid())"] + (relay.map { ["--relay", "\($0)"] } ?? []) + shared
    }

    private static func run(_ invocation: Invocation) throws -> Int32 {
        let arguments = invocation.arguments
        let run = arguments.arguments[0]
        guard !run.isEmpty, run.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) }) else {
            throw CommandError.usage("a proof's name is letters and digits, found '\(run)'")
        }
        if let parent = arguments.number("--parent") { endWith(Int32(parent)) }
        // Partition counts are the broker's to say.
        let topics = ProofTopics(run: run, partitions: 1)
        var settings = try WorkerSettings(
            invocation.configuration, pipeline: "proof", group: topics.group,
            ordinal: arguments.value("--ordinal") ?? "0")
        if let port = arguments.number("--relay") {
            settings.client.relay = Relay(
                port: UInt16(port), client: topics.networkName(of: settings.ordinal))
        }
        let tick = arguments.number("--tick") ?? 0
        settings.tickIntervalMilliseconds = tick == 0 ? nil : Int64(tick)
        let log = try Log(invocation.configuration)
        return Supervisor([("proof", Worker(topics.topology, settings))], log).run()
    }

    /// A worker must not outlive the proof that its topics are deleted with.
    private static func endWith(_ parent: Int32) {
        var thread = pthread_t()
        let number = UnsafeMutableRawPointer(bitPattern: Int(parent))
        pthread_create(
            &thread, nil,
            { parent in
                // Signals are the supervisor's to take, not this thread's to die of.
                var all = sigset_t()
                sigfillset(&all)
                pthread_sigmask(SIG_BLOCK, &all, nil)
                while getppid() == Int32(Int(bitPattern: parent)) { usleep(200_000) }
                _exit(128 + SIGHUP)
            }, number)
        pthread_detach(thread)
    }
}
