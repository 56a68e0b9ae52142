import Foundation
import Testing

@testable import shouwang

/// What commands say where no broker answers.
@Suite struct AbsentBrokerTests {
    private static let configuration = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("config/shouwang.yaml").path

    // They named a timeout, and nothing to do about it. Port 1 is nobody's.
    @Test(arguments: [
        ["dead", "list"],
        ["rules", "backtest", "--candidate", "Pipelines/monitor", "--history", "topic"],
    ])
    func `they say what to do`(words: [String]) {
        let program = Program(
            words + ["--servers", "127.0.0.1:1", "--config", Self.configuration])
        #expect(program.code == 1)
        #expect(program.errors.contains("no broker answers at 127.0.0.1:1"))
        #expect(program.errors.contains("scripts/broker start"))
        #expect(program.errors.contains("没有消息服务器应答"))
    }
}
