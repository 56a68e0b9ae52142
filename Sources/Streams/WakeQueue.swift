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

    private var heap = BinaryHeap<Entry>()

    var count: Int { heap.count }
    var first: Entry? { heap.first }

    mutating func push(_ entry: Entry) { heap.push(entry) }
    mutating func removeFirst() { heap.removeFirst() }
    /// Replaces everything, in linear time.
    mutating func rebuild(_ entries: [Entry]) { heap.rebuild(entries) }
}
