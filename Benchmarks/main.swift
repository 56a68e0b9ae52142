import Glibc
import Households
import Kafka
import Replay
import Rules
import Streams
import StreamsTesting
import Workers

// One run on one machine: ratios between its own figures are what to quote (scripts/bench).

/// CPU seconds this process has used, all threads, and wall seconds.
func cpuSeconds() -> Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
        + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6
}

func wallSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

func show(_ name: String, _ value: Double, _ unit: String) {
    let rounded = value >= 100 ? String(Int64(value.rounded())) : String((value * 100).rounded() / 100)
    print("\(name): \(rounded) \(unit)")
    fflush(nil)  // as they come, also into a file
}

/// Middle and 99th percentile.
func percentiles(_ values: [Double]) -> (Double, Double) {
    let sorted = values.sorted()
    return (sorted[sorted.count / 2], sorted[min(sorted.count - 1, sorted.count * 99 / 100)])
}

let arguments = CommandLine.arguments.dropFirst()
if arguments.first == MonitorProcess.word {
    exit(try MonitorProcess.run(Array(arguments.dropFirst())))
}
let households = arguments.first.flatMap { Int($0) } ?? 10_000
/// Which parts to measure, as letters: all, or those named, such as `c` under a profiler.
let parts = arguments.dropFirst().first ?? "abcdefghijklm"
let key = PseudonymKey(Array("a key for made-up people of a benchmark".utf8))!
let county = try County(pipelines: "Pipelines", policy: "config/policy", key: key)
let load = Load(households: households, factsEach: 12)

// (c), (e), (f), (g): what needs no broker.
try WithoutBroker(county: county, load: load).measure(parts)
if parts.contains("h") { try Restoring(county: county, load: load).measure() }
if parts.contains("l") { try Scale(county: county, kinds: households).measure() }
if parts.contains("m") { try Shares(county: county, households: min(households, 2_000)).measure() }
if !parts.contains(where: "abdijk".contains) { exit(0) }

guard let servers = getenv("SHOUWANG_KAFKA_SERVERS").map({ String(cString: $0) }) else {
    print("no broker: (a), (b), (d) and (i) to (k) are left out; scripts/bench starts one from KAFKA_HOME")
    exit(0)
}
ProcessMemory.keepFreed()  // for the copy loop as for the worker
let client = ClientSettings(bootstrapServers: servers, clientID: "bench")
let partitions: Int32 = 2
do {
    let admin = try Admin(client)
    // The load's records are as old as its made-up year: kept, whatever their age.
    let settings = [(name: "retention.ms", value: "-1")]
    var topics = [NewTopic("bench.copy", partitions: partitions, settings: settings)]
    let names = Set(
        county.topologies.flatMap { [$0.input, $0.deadLetters, $0.changelog ?? $0.input] + $0.outputs })
    topics += names.sorted().map { NewTopic($0, partitions: partitions, settings: settings) }
    _ = try admin.createTopics(topics)
}
let producer = try Producer(client)
do {
    let topic = try producer.topic("household.facts")
    try load.forEach { household, value, timestamp in
        let error = Array(household.description.utf8).withUnsafeBytes { key in
            value.withUnsafeBytes {
                producer.produce(to: topic, key: key, value: $0, timestamp: timestamp)
            }
        }
        if let error { throw error }
        producer.poll()
    }
    if let error = producer.flush(timeoutMilliseconds: 60_000) { throw error }
}

// (b) The bare loop, then (a) the monitor, on the same records.
let copyBefore = cpuSeconds()
let copyStart = wallSeconds()
let copied = try CopyLoop(
    client: client, from: "household.facts", to: "bench.copy", partitions: partitions
).run(total: load.count)
let copyRate = Double(copied) / (cpuSeconds() - copyBefore)
let copyClockRate = Double(copied) / (wallSeconds() - copyStart)
show("(b) bare transactional copy loop", copyRate, "records per CPU-second")
show("    by the clock", copyClockRate, "records per second")

func worker(_ name: String, lanes: Int) throws -> Worker {
    var settings = WorkerSettings(client: client, group: "shouwang.\(name)", ordinal: "0")
    settings.lanes = lanes
    settings.log = { level, message, _ in
        if level <= .warning { print("\(name): \(message)") }
    }
    return Worker(county.topology(name)!, settings)
}

let monitor = try worker("monitor", lanes: 1)
let monitorBefore = cpuSeconds()
let monitorStart = wallSeconds()
monitor.start()
while monitor.status.counters.records < load.count {
    if let message = monitor.status.message { print(message); exit(1) }
    usleep(2_000)
}
let monitorRate = Double(load.count) / (cpuSeconds() - monitorBefore)
show("(a) monitor, state and changelog", monitorRate, "records per CPU-second")
let clockRate = Double(load.count) / (wallSeconds() - monitorStart)
show("    by the clock", clockRate, "records per second")
show("    ratio (a) / (b)", monitorRate / copyRate, "")
show("    by the clock", clockRate / copyClockRate, "")

// (d) From a department's record to a committed alert, hop by hop, when nothing else is to do, and
// while the monitor takes half of what it can.
if parts.contains("d") {
    let intake = try worker("medical", lanes: 1)
    let registry = try worker("household", lanes: 1)
    let membership = try worker("membership", lanes: 1)
    for worker in [intake, registry, membership] { worker.start() }
    let latency = Latency(client: client, key: key)
    try latency.measure("idle", from: 0, rounds: 200)
    let feeder = try Feeder(
        client: client, load: load, recordsPerSecond: clockRate / 2,
        processed: { monitor.status.counters.records })
    try latency.measure("at half load", from: 200, rounds: 200, beside: feeder)
    show("    beside it, asked for \(Int(clockRate / 2)) a second", feeder.achieved, "records a second")
    if let message = monitor.status.message { print(message) }
    for worker in [intake, registry, membership] { worker.requestStop() }
    for worker in [intake, registry, membership] { _ = worker.wait() }
}
monitor.requestStop()
_ = monitor.wait()

// (i), (j), (k): the same group as processes of its own, with the states it has by now.
try TakeOvers(client: client, load: load, partitions: partitions).measure(parts)
