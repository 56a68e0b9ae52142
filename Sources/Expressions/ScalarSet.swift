/// A set of characters for regular expressions.
struct ScalarSet: Sendable {
    /// Sorted, without overlaps.
    private var ranges: [ClosedRange<UInt32>] = []
    /// The ranges below 128, as bits.
    private var ascii: (UInt64, UInt64) = (0, 0)
    /// Whole categories besides the ranges.
    private var categories: [CategoryTest] = []
    private var isNegated = false

    /// A general category, or a class of them, of Unicode.
    struct CategoryTest: Sendable {
        let categories: Set<Unicode.GeneralCategory>
        let isNegated: Bool
    }

    static let all = ScalarSet([0...0x10FFFF])
    static let allButNewline = ScalarSet([0...9, 11...0x10FFFF])

    init(_ ranges: [ClosedRange<UInt32>] = []) {
        for range in ranges { insert(range) }
        seal()
    }

    mutating func insert(_ range: ClosedRange<UInt32>) {
        ranges.append(range)
    }

    mutating func insert(_ other: ScalarSet) {
        precondition(!other.isNegated)
        ranges += other.ranges
        categories += other.categories
    }

    mutating func insert(_ test: CategoryTest) {
        categories.append(test)
    }

    mutating func negate() {
        isNegated.toggle()
    }

    /// Everything but these ranges.
    var complement: ScalarSet {
        var result = ScalarSet()
        var start: UInt32 = 0
        for range in ranges {
            if range.lowerBound > start { result.insert(start...(range.lowerBound - 1)) }
            start = range.upperBound + 1
        }
        if start <= 0x10FFFF { result.insert(start...0x10FFFF) }
        result.seal()
        return result
    }

    /// Adds the other cases of every letter. Only ranges of up to a few thousand characters are
    /// gone through; larger ones hold both cases anyway.
    mutating func addCases() {
        for range in ranges where range.count <= 4_096 {
            for value in range {
                guard let scalar = Unicode.Scalar(value) else { continue }
                for mapped in [
                    scalar.properties.lowercaseMapping, scalar.properties.uppercaseMapping,
                ] where mapped.unicodeScalars.count == 1 {
                    let other = mapped.unicodeScalars.first!.value
                    if other != value { ranges.append(other...other) }
                }
            }
        }
    }

    /// Sorts and merges; needed once after the last insertion.
    mutating func seal() {
        var merged: [ClosedRange<UInt32>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = merged.last, range.lowerBound <= last.upperBound &+ 1 {
                let upper = max(last.upperBound, range.upperBound)
                merged[merged.count - 1] = last.lowerBound...upper
            } else {
                merged.append(range)
            }
        }
        ranges = merged
        ascii = (0, 0)
        for range in ranges where range.lowerBound < 128 {
            for value in range.lowerBound...min(range.upperBound, 127) {
                if value < 64 { ascii.0 |= 1 << value } else { ascii.1 |= 1 << (value - 64) }
            }
        }
    }

    func contains(_ scalar: Unicode.Scalar) -> Bool {
        holds(scalar) != isNegated
    }

    private func holds(_ scalar: Unicode.Scalar) -> Bool {
        let value = scalar.value
        if value < 64, ascii.0 >> value & 1 == 1 { return true }
        if value >= 64, value < 128, ascii.1 >> (value - 64) & 1 == 1 { return true }
        if value >= 128, search(value) { return true }
        for test in categories
        where test.categories.contains(scalar.properties.generalCategory) != test.isNegated {
            return true
        }
        return false
    }

    private func search(_ value: UInt32) -> Bool {
        var low = 0
        var high = ranges.count
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound < value {
                low = middle + 1
            } else if ranges[middle].lowerBound > value {
                high = middle
            } else {
                return true
            }
        }
        return false
    }
}
