import Streams

/// Virtual time, and what is to happen in it. One thread: whoever waits lets everything else happen
/// that is due meanwhile, turns of other workers too, and goes on when that is done. So calls of
/// different workers interleave without threads, and a run follows from its seed alone.
final class Scheduler {
    private struct Event: Comparable {
        let time: Int64
        /// Among events of one instant a random one is first.
        let tie: UInt64
        let run: () -> Void

        static func < (left: Event, right: Event) -> Bool {
            left.time != right.time ? left.time < right.time : left.tie < right.tie
        }

        static func == (left: Event, right: Event) -> Bool {
            left.time == right.time && left.tie == right.tie
        }
    }

    /// Milliseconds; only grows.
    private(set) var now: Int64 = 1_000_000
    var random: SeededRandom
    private var heap = BinaryHeap<Event>()

    init(seed: UInt64) { random = SeededRandom(seed: seed) }

    /// Has something happen in so many milliseconds.
    func after(_ milliseconds: Int64, _ run: @escaping () -> Void) {
        heap.push(Event(time: now + max(0, milliseconds), tie: random.next(), run: run))
    }

    /// Lets so many milliseconds pass, and what is due in them happen.
    func wait(_ milliseconds: Int64) {
        let end = now + max(0, milliseconds)
        while let first = heap.first, first.time <= end {
            heap.removeFirst()
            now = max(now, first.time)
            first.run()
        }
        now = max(now, end)
    }

    /// Forgets everything that was to happen, and with it what that refers to.
    func clear() { heap = BinaryHeap() }

    /// A random number of a range.
    func draw(_ range: ClosedRange<Int64>) -> Int64 {
        range.lowerBound + Int64(random.below(Int(range.upperBound - range.lowerBound) + 1))
    }

    /// True once in so many times; never for 0.
    func one(in times: Int) -> Bool { times > 0 && random.one(in: times) }
}

/// A number that two runs share only if the same things happened in the same order.
struct Fingerprint {
    private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

    mutating func mix(_ number: Int64) {
        value = (value ^ UInt64(bitPattern: number)) &* 0x9e37_79b9_7f4a_7c15
        value ^= value >> 29
    }

    mutating func mix(_ bytes: UnsafeRawBufferPointer?) {
        guard let bytes else { return mix(-1) }
        mix(Int64(bytes.count))
        for byte in bytes { value = (value ^ UInt64(byte)) &* 0x100_0000_01b3 }
    }

    mutating func mix(_ text: String) {
        var text = text
        text.withUTF8 { mix(UnsafeRawBufferPointer($0)) }
    }
}
