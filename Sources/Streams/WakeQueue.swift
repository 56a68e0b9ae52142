import Kafka

/// Wake-ups in the order (due, key): a binary heap. An entry is a hint: it counts only while its
/// key is still due at that instant, so a key that changes its mind leaves its old entry behind
/// until it comes up, and the task looks at the state before it acts.
struct WakeQueue {
    struct Entry: Comparable {
        let due: Instant
        let key: Key

        static func < (left: Entry, right: Entry) -> Bool {
            left.due != right.due ? left.due < right.due : left.key < right.key
        }
    }

    private var heap: [Entry] = []

    var count: Int { heap.count }
    var first: Entry? { heap.first }

    mutating func push(_ entry: Entry) {
        heap.append(entry)
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard entry < heap[parent] else { break }
            heap[child] = heap[parent]
            child = parent
        }
        heap[child] = entry
    }

    mutating func removeFirst() {
        let last = heap.removeLast()
        guard !heap.isEmpty else { return }
        sink(last, at: 0)
    }

    /// Replaces everything, in linear time.
    mutating func rebuild(_ entries: [Entry]) {
        heap = entries
        for index in stride(from: heap.count / 2 - 1, through: 0, by: -1) {
            sink(heap[index], at: index)
        }
    }

    private mutating func sink(_ entry: Entry, at start: Int) {
        var parent = start
        while true {
            var child = 2 * parent + 1
            guard child < heap.count else { break }
            if child + 1 < heap.count, heap[child + 1] < heap[child] { child += 1 }
            guard heap[child] < entry else { break }
            heap[parent] = heap[child]
            parent = child
        }
        heap[parent] = entry
    }
}
