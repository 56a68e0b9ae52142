internal import Kafka

/// Ends the transactions of processes that are gone (design, section 4, item 9).
///
/// A process killed within a transaction leaves it open until the broker's transaction timeout, and
/// nobody sees what others write behind it. Whoever takes its partitions over can end it at once,
/// by taking its transactional id for a moment. The id is told by the offset committed last
/// (`TransactionalProducer.sendOffsets`).
///
/// A live lane must not be disturbed by that, also not one that merely handed a partition over. So
/// an id is fenced only when no member of the group has it as its client id, and a transaction is
/// seen to be open that does not move for a moment: a process that has just been started again has
/// ended its own by then. Confined to the lane's thread.
final class DeadWriters {
    private let reader: any LogConsumer
    private let admin: any LogAdmin
    private let logClient: any LogClient
    private let settings: WorkerSettings
    private let ownID: String
    /// Where the pipeline's transactions write.
    private let outputs: [TopicPartition]
    /// Some partition taken over waits for its committed offset, because a transaction is pending.
    private let isWaiting: () -> Bool

    /// Partitions taken over whose writers are still to be asked for.
    private var taken: [TopicPartition] = []
    /// Ids that may have left a transaction open.
    private var suspects: [String] = []
    /// Where the stable end is before the end: the stable end, and since when.
    private var stuck: [TopicPartition: (stable: Int64, since: Int64)] = [:]
    private var waitingSince: Int64?
    private var looked: Int64 = 0
    /// Ids being taken, and until when that may last.
    private var fences: [(id: String, producer: any LogTransactionalProducer, until: Int64)] = []

    /// `reader` must be a read_committed one.
    init(
        reader: any LogConsumer, admin: any LogAdmin, settings: WorkerSettings, ownID: String,
        outputs: [TopicPartition], isWaiting: @escaping () -> Bool
    ) {
        self.reader = reader
        self.admin = admin
        logClient = settings.logClient
        self.settings = settings
        self.ownID = ownID
        self.outputs = outputs
        self.isWaiting = isWaiting
    }

    /// Partitions have come from elsewhere.
    func add(_ partitions: [TopicPartition]) { taken += partitions }

    /// All partitions are given away.
    func cancel() {
        taken = []
        fences = []
        forget()
    }

    private func forget() {
        suspects = []
        stuck = [:]
        waitingSince = nil
    }

    /// Looks now and then, while there is a suspect. A broker that does not answer is asked again.
    func turn() {
        guard !taken.isEmpty || !suspects.isEmpty || !fences.isEmpty else { return }
        let now = settings.clock.monotonic()
        advanceFences(now)
        guard now - looked >= Limits.deadWriterLookMilliseconds else { return }
        looked = now
        do throws(KafkaError) {
            if !taken.isEmpty {
                suspects += try dead(
                    Set(admin.committedBy(group: settings.group, taken).compactMap { $0 })
                        .subtracting(suspects).sorted())
                taken = []
            }
            guard !suspects.isEmpty else { return }
            let since = try oldestStanding(now)
            guard let since else { return forget() }
            guard now - since >= Limits.deadWriterMilliseconds else { return }
            suspects = try dead(suspects)
            for id in suspects where !fences.contains(where: { $0.id == id }) {
                try begin(id, now)
            }
            advanceFences(now)
        } catch {
            settings.log(.info, "looking for the transactions of dead workers: \(error)", [])
        }
    }

    /// Those of the ids that no live member of the group has.
    private func dead(_ ids: [String]) throws(KafkaError) -> [String] {
        let ids = ids.filter { $0 != ownID && $0.hasPrefix("\(settings.group)-") }
        guard !ids.isEmpty else { return [] }
        let living = Set(try admin.members(of: settings.group).map(\.clientID))
        return ids.filter { !living.contains($0) }
    }

    /// Since when an open transaction has been seen to stand; `nil` when none is open.
    private func oldestStanding(_ now: Int64) throws(KafkaError) -> Int64? {
        // In this order: what is written between the two questions must not look stuck.
        let ends = try admin.ends(outputs)
        let stable = try reader.ends(
            outputs, timeoutMilliseconds: Limits.restoreAnswerMilliseconds)
        var found: [TopicPartition: (stable: Int64, since: Int64)] = [:]
        for (index, place) in outputs.enumerated() where stable[index] < ends[index] {
            let known = stuck[place]
            found[place] = (
                stable[index], known?.stable == stable[index] ? known!.since : now
            )
        }
        stuck = found
        waitingSince = isWaiting() ? waitingSince ?? now : nil
        return (found.values.map(\.since) + [waitingSince].compactMap { $0 }).min()
    }

    /// Begins to take an id for a moment: the coordinator ends what is open under it.
    private func begin(_ id: String, _ now: Int64) throws(KafkaError) {
        var client = settings.client
        client.clientID = "\(ownID)-fence"
        let producer = try logClient.transactionalProducer(
            TransactionalProducerSettings(
                client: client, transactionalID: id,
                transactionTimeoutMilliseconds: settings.transactionTimeoutMilliseconds))
        fences.append((id, producer, now + Int64(Limits.callMilliseconds)))
    }

    /// Goes on with the fences begun. It is the first request that ends the transaction. The
    /// coordinator's answer to it is "not yet", and librdkafka asks again after half a second: the
    /// lane need not stand still for that.
    private func advanceFences(_ now: Int64) {
        fences.removeAll { fence in
            let error = fence.producer.initialize(
                timeoutMilliseconds: Limits.fenceSliceMilliseconds)
            if let error {
                if error.recovery == .retriable || error.code == .timedOut, now < fence.until {
                    return false
                }
                settings.log(
                    .info, "ending what a dead worker had left open: \(error)",
                    [("writer", fence.id)])
            } else {
                suspects.removeAll { $0 == fence.id }
                settings.log(
                    .notice, "ended what a dead worker had left open", [("writer", fence.id)])
            }
            return true
        }
    }
}
