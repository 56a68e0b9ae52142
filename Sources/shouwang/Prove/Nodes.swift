import Foundation
import Kafka
import StreamsTesting

/// Kills and starts the cluster's nodes by the operator's own commands, one node at a time. Confined
/// to one thread; nothing blocks but `bringBack`.
final class Nodes {
    /// Shell commands; `{node}` stands for the node's id.
    struct Commands: Equatable {
        let kill: String
        let start: String
    }

    /// What is not as it was before.
    private(set) var problems: [String] = []
    private let commands: Commands
    private let log: String
    private let environment: [String: String]
    private let admin: Admin
    /// Ids, sorted.
    private let ids: [Int32]
    private var down: (node: Int32, command: ChildProcess, isStarting: Bool)?
    /// When a start that fails is tried again.
    private var retryAt: Int64 = 0
    /// Milliseconds.
    private static let retryMilliseconds: Int64 = 2_000

    /// The commands' words go to the file `log`. Throws when no broker answers.
    init(
        _ commands: Commands, _ settings: ClientSettings, log: String,
        environment: [String: String]
    ) throws {
        self.commands = commands
        self.log = log
        self.environment = environment
        admin = try Admin(settings, timeoutMilliseconds: 5_000)
        ids = try admin.nodes()
        guard ids.count >= 3 else {
            throw CommandError.failed(
                "the cluster has \(ids.count) node(s); nodes are killed where there are 3 or more")
        }
    }

    /// Kills a node: the one at `index` among them. Answers its id; `nil` while another is away, or
    /// its copies have not caught up.
    func kill(_ index: Int, topics: [String]) -> Int32? {
        guard down == nil, (try? admin.isWhole(topics, nodes: ids.count)) == true else {
            return nil
        }
        let node = ids[index % ids.count]
        down = (node, run(commands.kill, node), false)
        return node
    }

    /// Starts the node that was killed.
    func start() {
        guard let (node, command, isStarting) = down, !isStarting else { return }
        let code = command.wait()
        if code != 0 {
            problems.append(
                "the command that kills node \(node) ended with \(code); what it said: \(log)")
        }
        begin(node)
    }

    private func begin(_ node: Int32) {
        retryAt = Clock.now() + Nodes.retryMilliseconds
        down = (node, run(commands.start, node), true)
    }

    /// Looks whether a start is done; one that failed is tried again, because a node may be there
    /// and not yet be ready, or not quite be gone.
    func watch() {
        guard let (node, command, isStarting) = down, isStarting, !command.isRunning else { return }
        if command.wait() == 0 {
            down = nil
        } else if Clock.now() >= retryAt {
            begin(node)
        }
    }

    /// Starts the node that is down, if any, and waits until every copy has caught up: when that does
    /// not happen within three minutes, it is a problem.
    func bringBack(topics: [String], pause: () throws -> Void) throws {
        start()
        let deadline = Clock.now() + 180_000
        while down != nil || (try? admin.isWhole(topics, nodes: ids.count)) != true {
            watch()
            if Clock.now() >= deadline {
                problems.append(
                    "the cluster is not whole three minutes after the last node was started; what "
                        + "the commands said: \(log)")
                return
            }
            try pause()
        }
    }

    private func run(_ command: String, _ node: Int32) -> ChildProcess {
        ChildProcess(
            ["/bin/sh", "-c", command.replacingOccurrences(of: "{node}", with: "\(node)")],
            log: log, environment: environment, isOwnGroup: true)
    }
}
