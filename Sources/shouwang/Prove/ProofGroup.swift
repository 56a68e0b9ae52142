import Kafka

/// One consumer group of a proof, with topics, records and workers of its own. Groups know nothing
/// of each other; faults that hit one leave the others at work. Confined to one thread.
final class ProofGroup {
    let topics: ProofTopics
    let workers: ProofWorkers
    let watch: ChangelogWatch
    /// Made when the first record is due.
    private(set) var feed: ProofFeed?
    /// Of which record numbers and keys follow.
    private let seed: UInt64
    private let settings: ClientSettings

    /// Throws when no broker answers.
    init(
        _ topics: ProofTopics, _ settings: ClientSettings, _ workers: ProofWorkers, seed: UInt64,
        sessionMilliseconds: Int
    ) throws {
        self.topics = topics
        self.settings = settings
        self.workers = workers
        self.seed = seed
        watch = try ChangelogWatch(settings, topics, sessionMilliseconds: sessionMilliseconds)
    }

    /// From now on `send` has records to send. Throws when librdkafka refuses a setting.
    func beginFeed(rate: Int) throws {
        feed = try ProofFeed(settings, topics, rate: rate, seed: seed)
    }

    var sent: Int { feed?.sent ?? 0 }

    /// Looks after workers and changelog.
    func look() {
        workers.watch()
        watch.look()
    }
}
