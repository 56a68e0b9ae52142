/// A set of kinds of facts, for questions asked of every household: a bit for each raw value, so
/// that asking costs two operations and no allocation.
public struct FactKindSet: Sendable {
    private var low: UInt64 = 0
    private var high: UInt64 = 0

    /// A set of these kinds.
    public init(_ kinds: some Sequence<FactKind> = EmptyCollection<FactKind>()) {
        for kind in kinds { insert(kind) }
    }

    /// True when no kind is in it.
    public var isEmpty: Bool { low | high == 0 }

    /// Adds a kind.
    @inline(__always)
    public mutating func insert(_ kind: FactKind) {
        if kind.rawValue < 64 {
            low |= 1 << UInt64(kind.rawValue)
        } else {
            high |= 1 << UInt64(kind.rawValue - 64)
        }
    }

    /// True when some kind is in both.
    @inline(__always)
    public func intersects(_ other: FactKindSet) -> Bool {
        low & other.low | high & other.high != 0
    }
}
