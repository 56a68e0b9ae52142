import Kafka
import Streams

/// Writes the input: records of few keys, broadcasts and ticks, with times out of order and leaps;
/// some in transactions of their own, which stay open a while and may be aborted.
final class FleetFeed {
    private unowned let fleet: Fleet
    private var left: Int
    private var time: Instant
    private var number: Int64 = 0
    private var identity: ProducerIdentity?
    private var sequences: [TopicPartition: Int32] = [:]
    private var isInTransaction = false

    init(fleet: Fleet) {
        self.fleet = fleet
        left = fleet.plan.records
        time = fleet.broker.epoch
        if case .success(let given) = fleet.broker.initProducerID("feed", timeout: 1_000_000) {
            identity = given
        }
    }

    var isDone: Bool { left == 0 && !isInTransaction }
    private var scheduler: Scheduler { fleet.scheduler }

    /// Writes a few, and comes back until all are written.
    func run() {
        guard left > 0 else { return }
        let count = min(left, 1 + scheduler.random.below(scheduler.one(in: 6) ? 40 : 6))
        let records = (0..<count).map { _ in record() }
        if !isInTransaction, scheduler.one(in: 5) {
            write(inTransaction: records)
        } else {
            for record in records { append(record) }
        }
        left -= count
        // So that the input lasts about as long as the faults.
        var pause = Int64(
            scheduler.random.below(2 * Int(fleet.plan.duration) * count / fleet.plan.records + 2))
        if fleet.plan.hasSilences {
            pause /= 4
            if scheduler.one(in: 6) {
                pause = scheduler.draw(4_000...15_000)
                if fleet.plan.isAboutHandOver { disturb() }
            }
        }
        scheduler.after(pause) { [self] in run() }
    }

    /// Work for a while, under which the offsets stay where they are, and a rebalance in it.
    private func disturb() {
        for partition in 0..<fleet.plan.inputPartitions { append(broadcast(to: partition)) }
        scheduler.after(scheduler.draw(0...1_500)) { [fleet] in fleet.disturb() }
    }

    private func append(_ record: (TopicPartition, HeldRecord)) {
        fleet.broker.partition(record.0).append(record.1, at: fleet.broker.wall)
        fleet.broker.note(.feed, fleet.broker.partition(record.0).end, 0)
    }

    private func write(inTransaction records: [(TopicPartition, HeldRecord)]) {
        let broker = fleet.broker
        let places = records.map(\.0)
        guard let identity, broker.addPartitions(identity, places) == nil else {
            for record in records { append(record) }
            return
        }
        isInTransaction = true
        for (place, record) in records {
            let code = broker.produce(
                identity, to: place, sequence: sequences[place, default: 0], record)
            precondition(code == nil, "the feed's own records are refused")
            sequences[place, default: 0] += 1
        }
        let isCommit = !scheduler.one(in: 4)
        scheduler.after(scheduler.draw(1...1_500)) { [self] in
            _ = broker.endTransaction(identity, isCommit: isCommit)
            isInTransaction = false
        }
    }

    private func record() -> (TopicPartition, HeldRecord) {
        let plan = fleet.plan
        time += scheduler.one(in: 10) ? scheduler.draw(0...6_000) : scheduler.draw(-400...500)
        number = Int64(scheduler.random.below(1_000_000))
        let kind = scheduler.random.below(20)
        if kind < 2 {
            return broadcast(to: Int32(scheduler.random.below(Int(plan.inputPartitions))))
        }
        var record = OwnedRecord(topic: fleet.topology.input, timestamp: time)
        record.partition = Int32(scheduler.random.below(Int(plan.inputPartitions)))
        if kind == 2 {
            record.headers = [.init(Tick.name, "")]
        } else {
            let verbs = FleetProcessor.Verb.ofKeys
            record.value = FleetProcessor.value(
                verbs[scheduler.random.below(verbs.count)], number)
            let key = Array("key-\(scheduler.random.below(plan.keys))".utf8)
            record.key = key
            record.partition = key.withUnsafeBytes {
                Placement.partition(of: $0, count: plan.inputPartitions)
            }
        }
        return (TopicPartition(record.topic, record.partition), HeldRecord(record))
    }

    /// A record for every key of a partition.
    private func broadcast(to partition: Int32) -> (TopicPartition, HeldRecord) {
        let verb = FleetProcessor.Verb.ofAll[scheduler.random.below(6)]
        var record = OwnedRecord(topic: fleet.topology.input, timestamp: time)
        record.partition = partition
        record.value = FleetProcessor.value(verb, Int64(scheduler.random.below(1_000_000)))
        return (TopicPartition(record.topic, partition), HeldRecord(record))
    }
}
