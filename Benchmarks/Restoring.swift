import Glibc
import Households
import Kafka
import Replay
import Streams
import StreamsTesting
import Workers

/// (h): how fast the monitor's states come back, from a changelog's records and from a snapshot,
/// and how long the lane stands still while a snapshot is written. One core, no broker: what a
/// broker adds is its network.
struct Restoring {
    let county: County
    let load: Load

    func measure() throws {
        ProcessMemory.keepFreed()  // as workers do
        let replay = Replay(county, only: ["monitor"])
        try load.forEach { household, value, timestamp in
            try replay.driver.feed(
                OwnedRecord(
                    topic: "household.facts", timestamp: timestamp,
                    key: Array(household.description.utf8), value: value))
        }
        let states = try replay.driver.states(of: "monitor")
        let committed = states.lazy.compactMap { record in
            record.key == ReservedKey.task
                ? record.value?.withUnsafeBytes { try? TaskRecord(decoding: $0) } : nil
        }.first?.nextOffset
        var template = Array("/tmp/shouwang-bench-XXXXXX".utf8CString)
        guard let folder = mkdtemp(&template).map({ String(cString: $0) }) else { return }
        defer { rmdir(folder) }

        let first = task()
        var before = cpuSeconds()
        for record in states { try restore(record, into: first) }
        try first.finishRestore(committed: committed)
        rate("(h) restore from a changelog's records", first, since: before)

        let disk = StateFolder(folder)
        let place = TopicPartition("household.facts", 0)
        let writer = SnapshotWriter(
            disk: disk, group: "bench", intervalMilliseconds: 1, clock: .system,
            log: { _, _, _ in }, changelogEnd: { _ in 2 })
        writer.add(first, place, knownEnd: 2)
        var whole = 0.0
        var longest = 0.0
        while writer.isWriting {
            let start = wallSeconds()
            _ = writer.advance()
            let took = wallSeconds() - start
            whole += took
            longest = max(longest, took)
            usleep(500)  // the lane's other work
        }
        show(
            "    pauses of the lane for a snapshot, per 100,000 households",
            whole * 1_000 / Double(first.keyCount) * 100_000, "ms")
        show("    the longest of them", longest * 1_000, "ms")

        guard let source = disk.snapshot(group: "bench", place: place) else {
            print("no snapshot was written")
            return
        }
        let second = task()
        before = cpuSeconds()
        var reader = try SnapshotReader(source)
        while !reader.isAtEnd {
            try reader.block { try second.restore(key: $0, value: $1) }
        }
        try second.finishRestore(committed: committed)
        rate("    restore from a snapshot", second, since: before)
        unlink("\(folder)/bench.household.facts.0.snapshot")
    }

    private func task() -> any AnyTask {
        county.topology("monitor")!.task(
            partition: 0, inputPartitions: 1, outputPartitions: [1, 1], group: "bench",
            writer: "bench")
    }

    private func restore(_ record: OwnedRecord, into task: any AnyTask) throws {
        try record.withView { try task.restore(key: $0.key, value: $0.value) }
    }

    private func rate(_ name: String, _ task: any AnyTask, since before: Double) {
        show(name, Double(task.keyCount) / (cpuSeconds() - before), "households per CPU-second")
    }
}
