import Synchronization

@testable import shouwang

/// Runs the command as a person would, without a process: words in, exit code and output back.
struct Program {
    var code: Int32
    var output: String
    var errors: String

    init(_ words: String..., environment: [String: String] = [:]) {
        self.init(words, environment: environment)
    }

    init(_ words: [String], environment: [String: String] = [:]) {
        let output = Mutex("")
        let errors = Mutex("")
        code = CommandLineProgram.run(
            words, commands: Commands.all, environment: environment,
            out: { text in output.withLock { $0 += text } },
            err: { text in errors.withLock { $0 += text } })
        self.output = output.withLock { $0 }
        self.errors = errors.withLock { $0 }
    }
}
