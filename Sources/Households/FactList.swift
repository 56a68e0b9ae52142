/// The facts kept of a household, in the order they came, found by identity and by kind. What
/// asking needs (places by kind, people) is made on first use and kept while facts come, so a
/// fact costs what it changes. A value.
public struct FactList: Equatable {
    /// Every version kept, reversed ones too.
    public private(set) var facts: [Fact] = []
    private var order = KindOrder()
    private var people: People?
    /// The first `encodedCount` facts as bytes: what a fact that comes adds to.
    private var encoded = FactSequence()
    private var encodedCount = 0

    /// A change of one fact.
    public struct Change: Sendable {
        /// The kind of both versions.
        public let kind: FactKind
        /// The day of the version that stood before; `nil` for none.
        public let old: Day?
        /// The day of the version that stands now; `nil` for none.
        public let new: Day?
    }

    /// No facts.
    public init() {}

    /// These facts, each known to be the standing version.
    public init(_ facts: [Fact]) {
        self.facts = facts
    }

    public static func == (left: FactList, right: FactList) -> Bool {
        left.facts == right.facts
    }

    // MARK: Changing

    /// Keeps a version if it stands over the known one. `nil` when it does not.
    public mutating func put(_ fact: Fact) -> Change? {
        guard let index = place(of: fact) else { return append(fact) }
        return fact.supersedes(facts[index]) ? replace(index, fact) : nil
    }

    /// Keeps a version in place of the known one.
    @discardableResult
    public mutating func set(_ fact: Fact) -> Change {
        guard let index = place(of: fact) else { return append(fact) }
        return replace(index, fact)
    }

    /// Forgets a fact. `nil` when it is not known.
    @discardableResult
    public mutating func drop(_ identity: FactIdentity) -> Change? {
        guard let index = place(of: identity) else { return nil }
        let old = facts.remove(at: index)
        forgetEncoded()
        forgetOrder(of: old.kind)
        return Change(kind: old.kind, old: old.isReversed ? nil : old.occurred, new: nil)
    }

    /// Reads what `encode` wrote.
    public init(from reader: inout ByteReader) throws(ByteReader.Damaged) {
        // Facts take 40 bytes and more: room for them all, without growing.
        facts.reserveCapacity(min(reader.remaining / 40 + 1, 1_000))
        var sequence = FactSequence.Reader(reader)
        while let fact = try sequence.next() { facts.append(fact) }
        (reader, encoded) = sequence.end()
        encodedCount = facts.count
    }

    /// Appends the facts' bytes, in order, and a zero byte (`FactSequence`). While facts only come,
    /// the bytes of those before stay as they are.
    public func encode(into bytes: inout [UInt8]) {
        if encodedCount == facts.count {
            bytes.append(contentsOf: encoded.bytes)
        } else {
            var copy = self
            copy.encodeRest()
            bytes.append(contentsOf: copy.encoded.bytes)
        }
        bytes.append(0)
    }

    /// Encodes what is not yet, so that a fact is encoded once and not with every commit.
    private mutating func encodeRest() {
        for index in facts.indices.dropFirst(encodedCount) { encoded.append(facts[index]) }
        encodedCount = facts.count
    }

    private mutating func forgetEncoded() {
        encoded = FactSequence()
        encodedCount = 0
    }

    /// Drops amounts older than 48 months (formats, section 2). Returns whether there were any.
    public mutating func prune(asOf day: Day) -> Bool {
        let oldest = day.adding(months: -Fact.amountMonths)
        let first = facts.withUnsafeBufferPointer { facts in
            facts.indices.first { FactList.isOld(facts, $0, oldest) }
        }
        guard first != nil else { return false }
        facts.removeAll { !$0.kind.isKeptForGood && $0.occurred < oldest }
        forgetEncoded()
        order = KindOrder()
        return true
    }

    @inline(__always)
    private static func isOld(
        _ facts: UnsafeBufferPointer<Fact>, _ index: Int, _ oldest: Day
    ) -> Bool {
        facts[index].occurred < oldest && !facts[index].kind.isKeptForGood
    }

    private mutating func append(_ fact: Fact) -> Change {
        facts.append(fact)
        encodeRest()
        if fact.kind.scope == .membership || fact.kind == .incomeDeclared {
            // Who is who may change, and with it which declarations are one.
            forgetOrder(of: fact.kind)
        } else if !fact.isReversed {
            order.append(facts.count - 1, fact.kind)
        }
        return Change(kind: fact.kind, old: nil, new: fact.isReversed ? nil : fact.occurred)
    }

    private mutating func replace(_ index: Int, _ fact: Fact) -> Change {
        let wasReversed = facts[index].isReversed
        let change = Change(
            kind: fact.kind, old: wasReversed ? nil : facts[index].occurred,
            new: fact.isReversed ? nil : fact.occurred)
        facts[index] = fact
        forgetEncoded()
        if wasReversed != fact.isReversed || fact.kind.scope == .membership
            || fact.kind == .incomeDeclared
        {
            forgetOrder(of: fact.kind)
        }
        return change
    }

    private mutating func forgetOrder(of kind: FactKind) {
        order = KindOrder()
        if kind.scope == .membership { people = nil }
    }

    // MARK: Finding

    /// A declared income's person is part of its key (formats, section 3); it stays an attribute,
    /// because identity corrections may still say who that is.
    private func place(of fact: Fact) -> Int? {
        guard fact.kind == .incomeDeclared else { return place(of: fact.identity) }
        let person = fact.pseudonym(.person)
        return facts.firstIndex {
            $0.key == fact.key && $0.identity == fact.identity && $0.pseudonym(.person) == person
        }
    }

    private func place(of identity: FactIdentity) -> Int? {
        facts.withUnsafeBufferPointer { facts in
            for index in facts.indices
            where facts[index].key == identity.key && facts[index].kind == identity.kind {
                if facts[index].identity == identity { return index }
            }
            return nil
        }
    }

    /// True when a version of the fact stands that is not a reversal.
    public func stands(_ fact: Fact) -> Bool {
        place(of: fact).map { !facts[$0].isReversed } ?? false
    }

    /// True when there is a fact that builds membership, also a reversed one.
    public var hasPeople: Bool {
        facts.withUnsafeBufferPointer { facts in
            facts.indices.contains { facts[$0].kind.scope == .membership }
        }
    }

    /// Makes ready what asking needs and returns it.
    mutating func prepared() -> (people: People, order: KindOrder) {
        let people = self.people ?? People(facts)
        self.people = people
        if !order.isMade { order = KindOrder(facts, people) }
        return (people, order)
    }
}

/// The places of a household's facts by kind: those that stand, in the order they are kept.
struct KindOrder: Sendable {
    /// Places, kind by kind.
    private(set) var places: [UInt32] = []
    /// Where each kind, by raw value, starts in `places`; the next one's start is its end.
    private(set) var starts: [UInt32] = []

    /// Raw values of kinds are below this.
    static let kinds = 96

    init() {}

    var isMade: Bool { !starts.isEmpty }

    init(_ facts: [Fact], _ people: People) {
        starts = [UInt32](repeating: 0, count: KindOrder.kinds + 1)
        facts.withUnsafeBufferPointer { facts in
            var count = 0
            for index in facts.indices where !facts[index].isReversed {
                starts[Int(facts[index].kind.rawValue) + 1] += 1
                count += 1
            }
            for kind in 1...KindOrder.kinds { starts[kind] += starts[kind - 1] }
            places = [UInt32](repeating: 0, count: count)
            var next = starts
            for index in facts.indices where !facts[index].isReversed {
                let kind = Int(facts[index].kind.rawValue)
                places[Int(next[kind])] = UInt32(index)
                next[kind] += 1
            }
        }
        if people.hasAliases { uniteDeclarations(facts, people) }
    }

    /// The places of a kind's facts.
    @inline(__always)
    func range(_ kind: FactKind) -> Range<Int> {
        Int(starts[Int(kind.rawValue)])..<Int(starts[Int(kind.rawValue) + 1])
    }

    /// Adds the fact that is last in the list.
    mutating func append(_ place: Int, _ kind: FactKind) {
        guard isMade else { return }
        places.insert(UInt32(place), at: range(kind).upperBound)
        starts.withUnsafeMutableBufferPointer { starts in
            for next in (Int(kind.rawValue) + 1)...KindOrder.kinds { starts[next] += 1 }
        }
    }

    /// Declarations of one person under an old and the right number are versions of one fact,
    /// reversals too: keys are compared after aliases (formats, section 4).
    private mutating func uniteDeclarations(_ facts: [Fact], _ people: People) {
        var united: [Int] = []
        for (place, fact) in facts.enumerated() where fact.kind == .incomeDeclared {
            let person = fact.pseudonym(.person).map(people.resolve)
            let index = united.firstIndex {
                facts[$0].identity == fact.identity
                    && facts[$0].pseudonym(.person).map(people.resolve) == person
            }
            if let index {
                if fact.supersedes(facts[united[index]]) { united[index] = place }
            } else {
                united.append(place)
            }
        }
        let standing = united.filter { !facts[$0].isReversed }.map { UInt32($0) }
        let old = range(.incomeDeclared)
        places.replaceSubrange(old, with: standing)
        let gone = UInt32(old.count - standing.count)
        for next in (Int(FactKind.incomeDeclared.rawValue) + 1)...KindOrder.kinds {
            starts[next] -= gone
        }
    }
}
