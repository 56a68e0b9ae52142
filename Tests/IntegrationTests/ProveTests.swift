import Glibc
import Kafka
import StreamsTesting
import Testing

extension RealPath {
    /// `shouwang prove` as a person runs it, on a real broker. Its own check is shown to fail by
    /// `CommandTests/ProveTests`.
    @Suite struct ProveTests {
        /// Starts a proof; its words are in the file `log`.
        private func start(
            _ words: [String], on servers: String = TestBroker.bootstrapServers, log: String
        ) -> ChildProcess {
            ChildProcess(
                [Installation.binary, "prove", "--servers", servers]
                    + ["--set", "worker.sessionTimeoutMilliseconds=2000"]
                    + ["--set", "worker.heartbeatMilliseconds=500"] + words,
                log: log)
        }

        /// What a proof has left on the broker.
        private func remains() throws -> [String] {
            let admin = try Admin(TestBroker.client("prove-test"))
            return try (admin.topics().map(\.name) + admin.groups())
                .filter { $0.hasPrefix("prove.") }
        }

        private func temporaryFile() throws -> String {
            var template = Array("/tmp/shouwang-prove-test-XXXXXX".utf8CString)
            let file = mkstemp(&template)
            try #require(file >= 0)
            close(file)
            return template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
        }

        /// The proof on a real cluster in short: docs/GUARANTEES.md, "Check it yourself".
        @Test(.timeLimit(.minutes(5)))
        func `twenty faults pass on three nodes, which are killed too`() throws {
            let log = try temporaryFile()
            defer { unlink(log) }
            let cluster = try #require(OwnBroker("prove", nodes: 3))
            let seed = setting("SHOUWANG_SEED") ?? 20_260_102
            let proof = start(
                [
                    "--duration", "55", "--interval", "2000", "--groups", "2", "--workers", "2",
                    "--seed", "\(seed)", "--set", "worker.lanes=1",
                    "--kill-node", cluster.command("kill"),
                    "--start-node", cluster.command("start"),
                ], on: cluster.bootstrapServers, log: log)
            #expect(proof.wait() == 0, "\(proof.output)")
            let line = proof.output.split(separator: "\n").last { $0.hasPrefix("faults ") } ?? ""
            for fault in ["kill", "pause", "cut", "late", "deaf", "reset", "node"] {
                #expect(line.contains(" \(fault)"), "\(proof.output)")
            }
            let count = line.split(separator: ":")[0].split(separator: " ").last.flatMap { Int($0) }
            #expect(count ?? 0 >= 20, "\(proof.output)")
        }

        @Test(.timeLimit(.minutes(5)))
        func `half a minute of all faults of workers passes, and nothing is left`() throws {
            let log = try temporaryFile()
            defer { unlink(log) }
            let seed = setting("SHOUWANG_SEED") ?? 20_260_101
            let proof = start(["--duration", "25", "--seed", "\(seed)"], log: log)
            #expect(proof.wait() == 0, "\(proof.output)")
            #expect(proof.output.contains("PASS 通过"), "\(proof.output)")
            // Each kind of fault has come.
            for fault in ["kill", "pause", "restart", "rebalance", "cut", "late", "deaf", "reset"] {
                let faults = proof.output.split(separator: "\n").last { $0.hasPrefix("faults ") }
                #expect(faults?.contains(fault) == true, "\(proof.output)")
            }
            #expect(try remains() == [])
        }

        @Test(.timeLimit(.minutes(3)))
        func `a proof that is ended takes its topics and workers with it`() throws {
            let log = try temporaryFile()
            defer { unlink(log) }
            let proof = start(["--duration", "120"], log: log)
            while !proof.output.contains("records,") {
                try #require(proof.isRunning, "\(proof.output)")
                usleep(50_000)
            }
            #expect(try remains() != [])
            proof.signal(SIGTERM)
            #expect(proof.wait() == 2)
            #expect(proof.output.contains("nothing is proved"), "\(proof.output)")
            #expect(try remains() == [])
        }
    }
}
