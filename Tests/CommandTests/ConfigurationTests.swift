import Foundation
import Testing

@testable import shouwang

@Suite struct ConfigurationTests {
    /// Writes a configuration file and lends its path.
    private func withFile<Result>(
        _ text: String, _ body: (String) throws -> Result
    ) throws -> Result {
        let path = FileManager.default.temporaryDirectory
            .appendingPathComponent("shouwang-\(ProcessInfo.processInfo.globallyUniqueString).yaml")
        try text.write(to: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: path) }
        return try body(path.path)
    }

    private func refusal(
        _ text: String, environment: [String: String] = [:],
        options: [(key: String, value: String)] = []
    ) throws -> String {
        try withFile(text) { path in
            do {
                _ = try Configuration.load(
                    file: path, environment: environment, options: options)
                return "accepted"
            } catch CommandError.failed(let text) {
                return text.replacingOccurrences(of: path, with: "FILE")
            } catch CommandError.usage(let text) {
                return "usage: \(text)"
            }
        }
    }

    @Test func `an option stands over the environment, which stands over the file`() throws {
        try withFile("worker:\n  lanes: 3\n  heartbeatMilliseconds: 300\nkafka:\n  servers: f:1\n") {
            path in
            let configuration = try Configuration.load(
                file: path,
                environment: ["SHOUWANG_WORKER_LANES": "4", "SHOUWANG_KAFKA_SERVERS": "e:1"],
                options: [("kafka.servers", "o:1")])
            #expect(configuration.number("worker.heartbeatMilliseconds") == 300)
            #expect(configuration.number("worker.lanes") == 4)
            #expect(configuration.text("kafka.servers") == "o:1")
            #expect(configuration.text("time") == "wall")
            #expect(configuration.entries["worker.lanes"]?.origin == "SHOUWANG_WORKER_LANES")
            #expect(configuration.entries["worker.heartbeatMilliseconds"]?.origin == "\(path):3")
        }
    }

    @Test func `open groups take any name of their kind`() throws {
        try withFile("partitions:\n  default: 6\n  alerts: 2\nkafka:\n  settings:\n    a.b: c\n") {
            path in
            let configuration = try Configuration.load(file: path, environment: [:], options: [])
            #expect(configuration.group("partitions").map(\.name) == ["alerts", "default"])
            #expect(configuration.group("kafka.settings").first?.name == "a.b")
        }
    }

    @Test func `what is unknown or of another form is refused with its place`() throws {
        #expect(
            try refusal("worker:\n  lane: 3\n")
                == "FILE:2:3: unknown setting 'worker.lane'; did you mean 'worker.lanes'?")
        #expect(try refusal("time: clock\n").hasPrefix("FILE:1:7: time expects one of wall"))
        #expect(try refusal("partitions:\n  alerts: 0\n").hasPrefix("FILE:2:11: partitions.alerts"))
        #expect(try refusal("- a\n") == "FILE:1:1: expected a mapping, found a list")
        #expect(
            try refusal("time: wall\n", environment: ["SHOUWANG_WORKER_LANE": "1"])
                == "unknown environment variable SHOUWANG_WORKER_LANE; "
                + "did you mean SHOUWANG_WORKER_LANES?")
        #expect(
            try refusal("time: wall\n", options: [("wroker.lanes", "1")])
                == "usage: unknown setting 'wroker.lanes'; did you mean 'worker.lanes'?")
    }

    @Test func `a file that was asked for must be there`() {
        let program = Program("check", "--config", "/nonexistent.yaml")
        #expect(program.code == 1)
        #expect(program.errors.contains("/nonexistent.yaml: cannot be read"))
    }

    @Test func `secrets are masked wherever settings are printed`() throws {
        try withFile("kafka:\n  settings:\n    sasl.password: hunter2\n    client.rack: r1\n") {
            path in
            let program = Program(
                "check", "--config", path, "--print-config",
                environment: ["SHOUWANG_PSEUDONYMS_KEY": "correct horse battery staple"])
            #expect(program.code == 0)
            #expect(!program.output.contains("hunter2"))
            #expect(!program.output.contains("horse"))
            #expect(program.output.contains("kafka.settings.sasl.password: ********"))
            #expect(program.output.contains("kafka.settings.client.rack: r1"))
            #expect(program.output.contains("pseudonyms.key: ********"))
        }
    }

    @Test func `environment names follow from the keys`() {
        #expect(
            Setting.named("worker.sessionTimeoutMilliseconds")?.environment
                == "SHOUWANG_WORKER_SESSION_TIMEOUT_MILLISECONDS")
    }
}
