import Glibc
import Kafka
import Streams
import StreamsTesting
import Workers

/// A whole installation on the test broker: a configuration, empty topics, and the command's own
/// processes. One at a time: its topics have the names that real ones have.
final class Installation {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// Holds the configuration, logs, and what a test puts there; gone after `close`.
    let folder: String
    let partitions: Int32
    private(set) var workers: [Worker] = []
    /// For readers and writers of the test itself.
    let client: ClientSettings
    private let config: String
    private var started = 0

    /// One worker process with its place in the installation.
    final class Worker {
        let pipelines: [String]
        let ordinal: Int
        let lanes: Int
        fileprivate(set) var process: ChildProcess

        fileprivate init(
            _ pipelines: [String], _ ordinal: Int, _ lanes: Int, _ process: ChildProcess
        ) {
            self.pipelines = pipelines
            self.ordinal = ordinal
            self.lanes = lanes
            self.process = process
        }
    }

    /// The binary under test: `SHOUWANG_BIN`, else the one built beside the tests.
    static let binary: String = {
        if let given = getenv("SHOUWANG_BIN") { return String(cString: given) }
        var buffer = [UInt8](repeating: 0, count: 4_096)
        let count = buffer.withUnsafeMutableBytes { bytes in
            readlink(
                "/proc/self/exe", bytes.baseAddress!.assumingMemoryBound(to: CChar.self), 4_096)
        }
        let own = String(decoding: buffer[0..<max(0, count)], as: UTF8.self)
        let beside =
            own.split(separator: "/", omittingEmptySubsequences: false).dropLast()
            .joined(separator: "/") + "/shouwang"
        return access(beside, X_OK) == 0 ? beside : "\(Repository.root)/.build/debug/shouwang"
    }()

    /// Deletes what an earlier installation left on the broker and applies the topics. `broker` is
    /// one of the test's own instead of the one all tests share, `pipelines` other files than those that
    /// ship.
    init(
        partitions: Int32, time: String = "records", broker: OwnBroker? = nil,
        pipelines: String = "\(Repository.root)/Pipelines"
    ) throws {
        self.partitions = partitions
        client = broker?.client("e2e") ?? TestBroker.client("e2e")
        var template = Array(
            "\(getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp")/shouwang-e2e-XXXXXX"
                .utf8CString)
        guard mkdtemp(&template) != nil else { throw Failure(description: "no temporary folder") }
        folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        config = "\(folder)/shouwang.yaml"
        let text = """
            time: \(time)
            kafka:
              servers: \(client.bootstrapServers)
            partitions:
              default: \(partitions)
            folders:
              pipelines: \(pipelines)
              policy: \(Repository.root)/config/policy
              state: \(folder)/state
            pseudonyms:
              keyFile: \(folder)/key
            worker:
              sessionTimeoutMilliseconds: 2000
              heartbeatMilliseconds: 500
            """
        write(text, to: "shouwang.yaml")
        write(Repository.keyText, to: "key")
        write("", to: "pids")
        mkdir("\(folder)/feeds", 0o755)
        if broker == nil { try Installation.empty() }
        try run("topics", "apply")
        guardProcesses()
    }

    /// Writes a file of the installation's folder.
    func write(_ text: String, to name: String) { write(Array(text.utf8), to: name) }

    func write(_ bytes: [UInt8], to name: String) {
        guard let file = fopen("\(folder)/\(name)", "wb") else {
            preconditionFailure("\(folder)/\(name) cannot be written")
        }
        fwrite(bytes, 1, bytes.count, file)
        fclose(file)
    }

    // MARK: The command

    /// Runs a command to its end and returns what it said. Throws when it fails.
    @discardableResult
    func run(_ words: String...) throws -> String {
        let process = start(words)
        guard process.wait() == 0 else {
            throw Failure(
                description: "shouwang \(words.joined(separator: " ")) ended with "
                    + "\(process.wait()):\n\(process.output)")
        }
        return process.output
    }

    /// Starts a command.
    func start(_ words: [String]) -> ChildProcess {
        started += 1
        let name = words.prefix(2).joined(separator: "-").filter { $0 != "/" }
        return note(
            ChildProcess(
                [Installation.binary] + words + ["--config", config],
                log: "\(folder)/\(name)-\(started).log"))
    }

    // MARK: Workers

    /// Starts a worker process for these pipelines.
    func work(_ pipelines: String..., ordinal: Int = 0, lanes: Int = 2) {
        workers.append(Worker(pipelines, ordinal, lanes, launch(pipelines, ordinal, lanes)))
    }

    /// Every pipeline: the seven intakes one process of two lanes each, the three with state two
    /// processes of one lane each.
    func workAll() {
        for pipeline in Topics.feeds + ["fieldwork"] { work(pipeline) }
        for ordinal in 0..<2 {
            for (pipeline, _) in Topics.stateful { work(pipeline, ordinal: ordinal, lanes: 1) }
        }
    }

    /// Every pipeline, in few processes: for tests that kill none.
    func workSparingly() {
        work(
            "household", "medical", "education", "employment", "hazard", "livelihood", "fieldwork",
            lanes: 1)
        work("membership", "monitor", "area", "casework", lanes: 1)
    }

    private func launch(_ pipelines: [String], _ ordinal: Int, _ lanes: Int) -> ChildProcess {
        start(["run"] + pipelines + ["--ordinal", "\(ordinal)", "--lanes", "\(lanes)"])
    }

    /// kill -9.
    func kill(_ worker: Worker) {
        worker.process.signal(SIGKILL)
        worker.process.wait()
    }

    func restart(_ worker: Worker) {
        worker.process = launch(worker.pipelines, worker.ordinal, worker.lanes)
    }

    /// Workers that have ended by themselves, with what they said.
    var ended: [String] {
        workers.filter { !$0.process.isRunning }.map { worker in
            "\(worker.pipelines) ordinal \(worker.ordinal) ended with "
                + "\(worker.process.wait()):\n\(worker.process.output)"
        }
    }

    /// Waits until every worker says that it has its partitions and their state.
    func waitUntilWorking(seconds: Int = 240) throws {
        let deadline = Installation.now() + Int64(seconds) * 1_000
        for worker in workers {
            while worker.process.output.split(separator: "\n").count(where: {
                $0.contains(" notice ready ")
            }) < worker.pipelines.count {
                if let dead = ended.first { throw Failure(description: dead) }
                guard Installation.now() < deadline else {
                    throw Failure(
                        description: "\(worker.pipelines) is not ready after \(seconds) s:\n"
                            + worker.process.output)
                }
                usleep(100_000)
            }
        }
    }

    /// Every word of the workers' logs, one worker after the other.
    var logs: String {
        workers.compactMap { FileBytes.read($0.process.log) }
            .map { String(decoding: $0, as: UTF8.self) }.joined()
    }

    /// The last lines of each worker's log that are warnings or errors of ours, for a failed test.
    var complaints: String {
        workers.map { worker in
            let lines = String(decoding: FileBytes.read(worker.process.log) ?? [], as: UTF8.self)
                .split(separator: "\n")
                .filter { $0.contains(" warning ") || $0.contains(" error ") }
            return "\(worker.pipelines):\n" + lines.suffix(20).joined(separator: "\n")
        }.joined(separator: "\n")
    }

    /// SIGTERM to all, and their exit codes, 0 each when all is well.
    @discardableResult
    func stop() -> [Int32] {
        for worker in workers { worker.process.signal(SIGTERM) }
        return workers.map { $0.process.wait() }
    }

    /// Ends what still runs and deletes the folder.
    func close() {
        for worker in workers { worker.process.signal(SIGKILL) }
        for worker in workers { worker.process.wait() }
        workers = []
        if getenv("SHOUWANG_E2E_KEEP") == nil {
            ChildProcess(["/bin/rm", "-rf", folder], log: "/dev/null").wait()
        }
    }

    // MARK: Around it

    static func now() -> Int64 { WorkerClock.system.monotonic() }

    /// All topics with their partitions, as `topics apply` made them.
    var plans: [TopicPlan] {
        do {
            return try Topics.plan(time: .records, partitions: ["default": partitions])
        } catch {
            preconditionFailure("\(error)")
        }
    }

    /// Deletes our topics; the broker then forgets what groups committed for them.
    private static func empty() throws {
        let admin = try Admin(TestBroker.client("e2e-admin"))
        let plans = try Topics.plan(time: .records, partitions: [:])
        let names = Set(plans.map(\.name))
        let there = try admin.topics().filter { names.contains($0.name) }
        guard !there.isEmpty else { return }
        for error in try admin.deleteTopics(there.map(\.name)) { if let error { throw error } }
        let deadline = now() + 60_000
        while true {
            let left = try admin.topics().contains { names.contains($0.name) }
            let committed = try PipelinePlan.all.contains { plan in
                let list = (0..<Int32(8)).map { TopicPartition(plan.input, $0) }
                return try admin.committed(group: plan.group, list).contains { $0 != nil }
            }
            if !left, !committed { return }
            guard now() < deadline else {
                throw Failure(description: "the broker does not forget the topics deleted")
            }
            usleep(100_000)
        }
    }

    /// Ends the installation's processes once this one is gone, whatever ended it. The guard is
    /// nobody's child: one that has ended and is not waited for keeps Testing from ever hearing
    /// of the end of its own processes (`processExitsWith`).
    private func guardProcesses() {
        ChildProcess(
            [
                "/bin/sh", "-c",
                """
                (while kill -0 \(getpid()) 2> /dev/null && [ -d '\(folder)' ]; do sleep 1; done
                for pid in $(cat '\(folder)/pids' 2> /dev/null); do
                    tr '\\0' ' ' < /proc/$pid/cmdline 2> /dev/null | grep -q '\(folder)' \
                        && kill -9 $pid
                done) &
                """,
            ], log: "/dev/null"
        ).wait()
    }

    private func note(_ process: ChildProcess) -> ChildProcess {
        if let file = fopen("\(folder)/pids", "ab") {
            fputs("\(process.pid)\n", file)
            fclose(file)
        }
        return process
    }
}
