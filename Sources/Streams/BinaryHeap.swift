/// Elements of which the smallest is at hand: a binary heap in an array. Adding and removing take
/// logarithmic time. Of elements that are equal in order any may come first.
package struct BinaryHeap<Element: Comparable> {
    private var elements: [Element] = []

    package init() {}

    package var count: Int { elements.count }
    /// The smallest.
    package var first: Element? { elements.first }

    package mutating func push(_ element: Element) {
        elements.append(element)
        var child = elements.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard element < elements[parent] else { break }
            elements[child] = elements[parent]
            child = parent
        }
        elements[child] = element
    }

    /// Removes the smallest; there must be one.
    package mutating func removeFirst() {
        let last = elements.removeLast()
        guard !elements.isEmpty else { return }
        sink(last, at: 0)
    }

    /// Replaces everything, in linear time.
    package mutating func rebuild(_ new: [Element]) {
        elements = new
        for index in stride(from: elements.count / 2 - 1, through: 0, by: -1) {
            sink(elements[index], at: index)
        }
    }

    private mutating func sink(_ element: Element, at start: Int) {
        var parent = start
        while true {
            var child = 2 * parent + 1
            guard child < elements.count else { break }
            if child + 1 < elements.count, elements[child + 1] < elements[child] { child += 1 }
            guard elements[child] < element else { break }
            elements[parent] = elements[child]
            parent = child
        }
        elements[parent] = element
    }
}
