import Workers

/// What the workers of a proof have said of themselves.
struct ProofEvidence: Equatable {
    /// Milliseconds from being given a partition to its state being there.
    var restores: [Int64] = []
    /// How many of them began with a snapshot.
    var fromSnapshots = 0
    /// The group's generations that gave somebody partitions.
    var generations: Set<String> = []
    /// Transactions of dead workers that were ended before the broker would have.
    var endedEarly = 0

    init() {}

    /// Reads the workers' logs. One that cannot be read counts as empty.
    init(logs: [String]) {
        for log in logs {
            guard let bytes = FileBytes.read(log) else { continue }
            for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") { add(line) }
        }
    }

    /// Takes in one line of a log (`Log.line`).
    mutating func add(_ line: Substring) {
        if line.contains(" \"task "), line.contains(" restored"),
            let time = Self.field("milliseconds", line).flatMap({ Int64($0) })
        {
            restores.append(time)
            if line.contains("from a snapshot") { fromSnapshots += 1 }
        } else if line.contains(" \"assigned ["), !line.contains("assigned []"),
            let generation = Self.field("generation", line)
        {
            generations.insert(generation)
        } else if line.contains("ended what a dead worker had left open") {
            endedEarly += 1
        }
    }

    private static func field(_ name: String, _ line: Substring) -> String? {
        line.split(separator: " ").first { $0.hasPrefix("\(name)=") }
            .map { String($0.dropFirst(name.count + 1)) }
    }

    /// `median 0.04 s, worst 0.32 s`, of milliseconds; `none` of none.
    static func spread(_ times: [Int64]) -> String {
        let sorted = times.sorted()
        guard let worst = sorted.last else { return "none" }
        return "median \(seconds(sorted[sorted.count / 2])), worst \(seconds(worst))"
    }

    private static func seconds(_ milliseconds: Int64) -> String {
        let hundredths = (milliseconds + 5) / 10
        let rest = hundredths % 100
        return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest) s"
    }
}
