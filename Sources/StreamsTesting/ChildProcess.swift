internal import Glibc

/// A process of the command, started by a test or by the command itself: its output goes to a file.
/// Whoever starts it waits for it. Confined to one thread.
package final class ChildProcess {
    package let words: [String]
    /// The file of its output.
    package let log: String
    package let pid: Int32
    /// Set once it has been waited for: the exit code, or minus the signal that ended it.
    package private(set) var result: Int32?

    /// Starts `words[0]` with the others as arguments; its output is appended to the file `log`.
    /// `environment` is all it gets; `nil` passes on what names folders and the language. In a
    /// group of its own, signals of a terminal do not reach it.
    package init(
        _ words: [String], log: String, environment: [String: String]? = nil,
        isOwnGroup: Bool = false
    ) {
        self.words = words
        self.log = log
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // Threads of the test process have signals blocked, which a child must not inherit.
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        var flags = POSIX_SPAWN_SETSIGMASK
        if isOwnGroup { flags |= POSIX_SPAWN_SETPGROUP }
        posix_spawnattr_setflags(&attributes, Int16(flags))
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0o644)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        // Connections that it inherited would stay open after we have closed them.
        posix_spawn_file_actions_addclosefrom_np(&actions, 3)
        let environment = (environment ?? ChildProcess.bare).map { "\($0.key)=\($0.value)" }
        let argv = words.map { (word: String) in strdup(word) }
        let envp = environment.map { (word: String) in strdup(word) }
        defer { for word in argv + envp { free(word) } }
        var child: pid_t = -1
        let code = posix_spawn(&child, words[0], &actions, &attributes, argv + [nil], envp + [nil])
        precondition(code == 0, "cannot run \(words[0]): error \(code)")
        pid = child
    }

    /// Nothing of the caller's settings: the command refuses what it does not know.
    private static var bare: [String: String] {
        var environment: [String: String] = [:]
        for name in ["PATH", "HOME", "TMPDIR", "LANG"] {
            environment[name] = getenv(name).map { String(cString: $0) }
        }
        return environment
    }

    package var isRunning: Bool {
        if result == nil { collect(WNOHANG) }
        return result == nil
    }

    /// Sends a signal, unless it has ended.
    package func signal(_ number: Int32) {
        if isRunning { Glibc.kill(pid, number) }
    }

    /// Waits for its end: the exit code, or minus the signal.
    @discardableResult
    package func wait() -> Int32 {
        if result == nil { collect(0) }
        return result ?? -1
    }

    private func collect(_ options: Int32) {
        var status: Int32 = 0
        guard waitpid(pid, &status, options) == pid else { return }
        let signal = status & 0x7f
        result = signal == 0 ? (status >> 8) & 0xff : -signal
    }

    /// What it has written so far, the last part of it.
    package var output: String {
        guard let file = fopen(log, "rb") else { return "" }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = fread(&buffer, 1, buffer.count, file), count > 0 {
            bytes += buffer[0..<count]
        }
        return String(decoding: bytes.suffix(4_000), as: UTF8.self)
    }
}
