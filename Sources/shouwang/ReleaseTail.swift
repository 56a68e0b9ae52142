import Kafka
import Streams
import Synchronization
import Workers

/// Follows the topic `rulesets` while workers run: every process reads it whole, outside any group,
/// from its beginning on, so that a task that waits for a release goes on when it comes. A broker
/// that is away is waited for.
final class ReleaseTail: Sendable {
    private let settings: ClientSettings
    private let releases: ReleaseShelf
    private let log: Log
    private let isEnding = Atomic<Bool>(false)

    /// `releases` learns of what comes.
    init(_ settings: ClientSettings, _ releases: ReleaseShelf, _ log: Log) {
        self.settings = settings
        self.releases = releases
        self.log = log
    }

    /// Between two tries to reach a broker, or to find the topic. Milliseconds.
    private static let pause: UInt32 = 500

    /// Ends the thread soon.
    func stop() { isEnding.store(true, ordering: .relaxed) }

    /// The thread's body: until `stop`.
    func run() {
        var said = ""
        while !isEnding.load(ordering: .relaxed) {
            do {
                try follow()
            } catch {
                if said != "\(error)" {
                    said = "\(error)"
                    log.write(.warning, "rulesets: \(error)", [])
                }
                Clock.sleep(milliseconds: Self.pause)
            }
        }
    }

    private func follow() throws {
        let admin = try Admin(settings)
        let consumer = try Consumer(
            ConsumerSettings(client: settings, group: "shouwang.rulesets"))
        try consumer.start(
            try PublicTopics.marks(of: Topics.rulesets, admin)
                .map { PartitionOffset($0.partition, $0.offsets.lowerBound) })
        while !isEnding.load(ordering: .relaxed) {
            let result = consumer.poll(timeoutMilliseconds: 200) { record in
                guard case .release(let release)? = ReleaseRecord(record) else { return }
                releases.add(release.files)
                log.write(
                    .info, "a release is known", [("release", "\(release.files.address)")])
            }
            if case .failed(let error, _) = result, error.recovery != .retriable { throw error }
        }
    }
}
