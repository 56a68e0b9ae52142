import Glibc
import Households
import Kafka
import Replay
import Streams
import Workers

/// The monitor in a process of its own, which can be stopped and killed: this program again, with
/// other arguments.
enum MonitorProcess {
    /// The first argument that asks for it.
    static let word = "monitor-process"

    /// The arguments after `word`.
    static func arguments(
        servers: String, ordinal: String, standby: Int, sessionMilliseconds: Int
    ) -> [String] {
        [servers, ordinal, "\(standby)", "\(sessionMilliseconds)", "\(getpid())"]
    }

    /// Runs until SIGTERM. What it says goes to standard output, a line each, after milliseconds
    /// since 1970.
    static func run(_ arguments: [String]) throws -> Int32 {
        guard arguments.count == 5, let standby = Int(arguments[2]),
            let session = Int(arguments[3]), let parent = Int32(arguments[4])
        else { return 2 }
        let key = PseudonymKey(Array("a key for made-up people of a benchmark".utf8))!
        let county = try County(pipelines: "Pipelines", policy: "config/policy", key: key)
        var settings = WorkerSettings(
            client: ClientSettings(bootstrapServers: arguments[0], clientID: "bench"),
            group: "shouwang.monitor", ordinal: arguments[1])
        settings.sessionTimeoutMilliseconds = session
        settings.standbyCopies = standby
        settings.log = { level, message, fields in
            guard level <= .info else { return }
            let fields = fields.map { " \($0)=\($1)" }.joined()
            print("\(TakeOvers.now()) \(message)\(fields)")
            fflush(nil)
        }
        let worker = Worker(county.topology("monitor")!, settings)
        // The thread that waits for the signal must be the only one that it can meet.
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGTERM)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        worker.start()
        var wait = timespec(tv_sec: 0, tv_nsec: 100_000_000)
        while sigtimedwait(&signals, nil, &wait) != SIGTERM {
            // It must not outlive the benchmark.
            if getppid() != parent { _exit(1) }
            if worker.status.exit != nil { break }
        }
        worker.requestStop()
        return worker.wait().exit.rawValue
    }
}
