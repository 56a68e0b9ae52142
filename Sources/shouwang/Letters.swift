import Kafka
import Workers

/// Reads the topics of dead letters (read_committed).
enum Letters {
    /// How much a command keeps of the letters it reads.
    enum Limits {
        /// Letters one replay takes: each is kept, without its record, in less than a kilobyte.
        static let selected = 100_000
        /// Records of one transaction: it is written and committed within a second.
        static let batch = 500
        /// Bytes of one transaction, before the record that goes beyond.
        static let batchBytes = 8 << 20
        /// Letters listed that cannot be replayed; the rest is counted.
        static let refusedShown = 20
    }

    /// What else was found where dead letters lie.
    struct Strangers {
        private(set) var count = 0
        private(set) var first: PartitionOffset?

        mutating func add(_ record: RecordView) {
            count += 1
            first = first ?? PartitionOffset(record.topic, record.partition, record.offset)
        }

        /// A line for people; `nil` when there is none.
        var text: String? {
            first.map {
                "dead: \(count) record(s) lie there that are no dead letters, the first at \($0)\n"
            }
        }
    }

    /// Reads every letter of these pipelines that there is, in the order of their addresses within
    /// a partition. Answers what else lies there.
    static func readAll(
        _ settings: ClientSettings, of pipelines: [PipelinePlan],
        _ marks: [LetterAddress: ReplayMark], _ body: (Letter, RecordView) throws -> Void
    ) throws -> Strangers {
        let admin = try Admin(settings)
        let starts = try pipelines.flatMap { pipeline in
            try PublicTopics.marks(of: pipeline.deadLetters, admin)
                .map { PartitionOffset($0.partition, $0.offsets.lowerBound) }
        }
        var strangers = Strangers()
        try PublicTopics.read(settings, from: starts, stop: { $0 }) { record in
            if let letter = Letter(record, marks) {
                try body(letter, record)
            } else {
                strangers.add(record)
            }
            return true
        }
        return strangers
    }

    /// Reads the letters at these addresses, in their order; answers those that are not there.
    static func read(
        _ settings: ClientSettings, at addresses: some Sequence<LetterAddress>,
        _ marks: [LetterAddress: ReplayMark], _ body: (Letter, RecordView) throws -> Void
    ) throws -> [LetterAddress] {
        let admin = try Admin(settings)
        var missing: [LetterAddress] = []
        var rest = addresses.sorted()[...]
        while let first = rest.first {
            let partition = first.place.partition
            let run = rest.prefix { $0.place.partition == partition }
            rest = rest.dropFirst(run.count)
            var open = Set(run)
            let there =
                try PublicTopics.marks(of: partition.topic, admin)
                .first { $0.partition == partition }?.offsets ?? 0..<0
            let start = max(first.place.offset, there.lowerBound)
            let last = (run.last ?? first).place.offset
            if start < there.upperBound {
                let place = PartitionOffset(partition, start)
                try PublicTopics.read(settings, from: [place], stop: { $0 }) { record in
                    if let letter = Letter(record, marks), open.remove(letter.address) != nil {
                        try body(letter, record)
                    }
                    return record.offset < last
                }
            }
            missing += open.sorted()
        }
        return missing
    }
}
