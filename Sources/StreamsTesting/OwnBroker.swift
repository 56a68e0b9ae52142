package import Kafka
internal import Glibc

/// A broker of one node or three that belongs to one test, which may kill nodes and bring them
/// back on the same data and ports. Stopped when the value is let go, or the process is gone.
package final class OwnBroker {
    package let bootstrapServers: String
    private let folder: String
    private let port: Int

    /// Starts it; `nil` when that is not possible. `nodes` is 1 or 3.
    package init?(_ name: String, nodes: Int = 1) {
        folder = "\(TestBroker.environment("TMPDIR") ?? "/tmp")/\(TestBroker.unique(name))"
        port = TestBroker.freePort(11)
        TestBroker.stopWithProcess(folder)
        guard let line = TestBroker.start(folder, port: port, nodes: nodes) else {
            return nil
        }
        bootstrapServers = line
    }

    deinit {
        _ = run("'\(TestBroker.script)' stop --dir '\(folder)'; rm -rf '\(folder)'")
    }

    package func client(_ name: String) -> ClientSettings {
        ClientSettings(bootstrapServers: bootstrapServers, clientID: name)
    }

    /// SIGKILL to one node, from 1, or to all: what was acknowledged is on disk or in the page
    /// cache, nothing is tidied up.
    package func kill(node: Int? = nil) {
        signal("kill", node)
    }

    /// SIGSTOP to one node, from 1, or to all: connections stay and nothing is answered. For less
    /// than 9 s (`broker.session.timeout.ms`): then its controller would take it for gone.
    package func pause(node: Int? = nil) { signal("pause", node) }

    /// SIGCONT to what was paused.
    package func resume(node: Int? = nil) { signal("resume", node) }

    /// A shell command of `scripts/broker` for one node, which `{node}` stands for: `kill` or
    /// `start`.
    package func command(_ verb: String) -> String {
        let home = TestBroker.environment("KAFKA_HOME") ?? ""
        return "KAFKA_HOME='\(home)' BROKER_HEAP=384m '\(TestBroker.script)' \(verb) "
            + "--dir '\(folder)' --node {node}"
    }

    private func signal(_ verb: String, _ node: Int?) {
        let which = node.map { " --node \($0)" } ?? ""
        _ = run("'\(TestBroker.script)' \(verb) --dir '\(folder)'\(which)")
    }

    /// Stops all nodes in order, with their data kept.
    package func stop() {
        _ = run("'\(TestBroker.script)' stop --dir '\(folder)'")
    }

    /// Starts the nodes that do not run. False when that is not possible.
    package func comeBack() -> Bool {
        TestBroker.start(folder, port: port) != nil
    }

    private func run(_ script: String) -> Int32 {
        var status: Int32 = 0
        waitpid(TestBroker.spawn(script), &status, 0)
        return status
    }
}
