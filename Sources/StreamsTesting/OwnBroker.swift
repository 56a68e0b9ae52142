package import Kafka
internal import Glibc

/// A broker that belongs to one test, which may kill it and bring it back on the same data and
/// port. Stopped when the value is let go, or the process is gone.
package final class OwnBroker {
    package let bootstrapServers: String
    private let folder: String
    private let port: Int

    /// Starts it; `nil` when that is not possible.
    package init?(_ name: String) {
        folder = "\(TestBroker.environment("TMPDIR") ?? "/tmp")/\(TestBroker.unique(name))"
        port = TestBroker.freePort(11)
        TestBroker.stopWithProcess(folder)
        guard let line = TestBroker.start(folder, port: port) else { return nil }
        bootstrapServers = line
    }

    deinit {
        _ = run("'\(TestBroker.script)' stop --dir '\(folder)'; rm -rf '\(folder)'")
    }

    package func client(_ name: String) -> ClientSettings {
        ClientSettings(bootstrapServers: bootstrapServers, clientID: name)
    }

    /// SIGKILL: what was acknowledged is on disk or in the page cache, nothing is tidied up.
    package func kill() {
        _ = run("kill -9 \"$(sed -n 2p '\(folder)/running')\"")
    }

    /// Starts it again. False when that is not possible.
    package func comeBack() -> Bool {
        TestBroker.start(folder, port: port) != nil
    }

    private func run(_ script: String) -> Int32 {
        var status: Int32 = 0
        waitpid(TestBroker.spawn(script), &status, 0)
        return status
    }
}
