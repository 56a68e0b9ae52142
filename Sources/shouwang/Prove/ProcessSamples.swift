import Workers

/// What processes use, sampled now and then: memory, threads, open files. Shows what grows without
/// end in processes that last. Confined to one thread.
struct ProcessSamples {
    /// One look at a process (proc(5)).
    struct Sample: Equatable {
        /// Resident, KiB.
        var memory = 0
        var threads = 0
        /// File descriptors: files, connections, everything.
        var handles = 0
    }

    /// What a process used over its life: medians of the four quarters of its samples.
    struct Growth: Equatable, CustomStringConvertible {
        let name: String
        let seconds: Int
        let quarters: [Sample]

        private var first: Sample { quarters[0] }
        private var last: Sample { quarters[3] }

        /// Memory wanders by what transactions and snapshots hold at a moment, handles and threads
        /// by connections that come and go (librdkafka has a thread and a few connections for each
        /// broker and client). A leak of an hour of faults is above this. Memory that was freed is
        /// kept (`ProcessMemory`), so one long backlog raises it for good: only what still grows in
        /// the last quarter is a leak.
        var isGrowing: Bool {
            last.memory > first.memory + first.memory / 4 + 16 << 10
                && last.memory > quarters[2].memory + 4 << 10
                || last.threads > first.threads + 8 || last.handles > first.handles + 32
        }

        var description: String {
            let memory = quarters.map { sample in
                "\(sample.memory >> 10).\((sample.memory & 1_023) * 10 >> 10)"
            }
            return "worker \(name), \(seconds) s: \(memory.joined(separator: ", ")) MiB, "
                + "\(first.threads) to \(last.threads) threads, "
                + "\(first.handles) to \(last.handles) handles"
        }
    }

    /// Milliseconds between two samples.
    static let interval: Int64 = 2_000
    /// Shorter lives say nothing. Seconds.
    static let secondsLeast = 240

    private struct Life {
        let name: String
        let began: Int64
        var samples: [Sample] = []
    }

    private var lives: [Int32: Life] = [:]
    private var next: Int64 = 0

    /// Looks at these processes if it is time.
    mutating func look(_ processes: [(name: String, pid: Int32)], now: Int64) {
        guard now >= next else { return }
        next = now + ProcessSamples.interval
        for (name, pid) in processes {
            guard let sample = ProcessSamples.sample(pid) else { continue }
            lives[pid, default: Life(name: name, began: now)].samples.append(sample)
        }
    }

    /// Of each process that lasted, the longest-lived first.
    var growths: [Growth] {
        lives.values.compactMap { life in
            let seconds = life.samples.count * Int(ProcessSamples.interval / 1_000)
            guard seconds >= ProcessSamples.secondsLeast else { return nil }
            let count = life.samples.count
            return Growth(
                name: life.name, seconds: seconds,
                quarters: (0..<4).map {
                    ProcessSamples.median(life.samples[count * $0 / 4..<count * ($0 + 1) / 4])
                })
        }
        .sorted { ($1.seconds, $0.name) < ($0.seconds, $1.name) }
    }

    private static func median(_ samples: ArraySlice<Sample>) -> Sample {
        func middle(_ part: (Sample) -> Int) -> Int { samples.map(part).sorted()[samples.count / 2] }
        return Sample(
            memory: middle(\.memory), threads: middle(\.threads), handles: middle(\.handles))
    }

    /// `nil` when there is no such process any more.
    static func sample(_ pid: Int32) -> Sample? {
        guard let bytes = FileBytes.read("/proc/\(pid)/status") else { return nil }
        var sample = Sample(handles: FileBytes.names(in: "/proc/\(pid)/fd").count)
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            let words = line.split { $0 == " " || $0 == "\t" }
            guard words.count > 1, let number = Int(words[1]) else { continue }
            if words[0] == "VmRSS:" { sample.memory = number }
            if words[0] == "Threads:" { sample.threads = number }
        }
        // One that has ended and was not waited for uses nothing.
        return sample.memory > 0 ? sample : nil
    }
}
