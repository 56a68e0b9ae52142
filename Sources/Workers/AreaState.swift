package import Households
package import Kafka
import Streams

/// What a partition's broadcasts have said: area events in force, and the version that the last
/// one replaced, whose area was told something too; the release in force, the one it took over from,
/// and the one counted beside it.
package struct AreaState: StateRecord, Equatable {
    var events = AreaEvents()
    var replaced: Fact?
    /// The release in force; `nil` before the first activation: then it is what was read at start.
    package private(set) var release: Pseudonym?
    /// What was in force before the last activation, for households that meet it; `nil` also for what
    /// was read at start.
    private(set) var releaseBefore: Pseudonym?
    /// The shadow release, if there is one.
    package private(set) var shadow: Pseudonym?

    private static let version: UInt8 = 2

    package init() {}

    package init(decoding bytes: UnsafeRawBufferPointer) throws {
        var reader = ByteReader(bytes)
        guard try reader.byte() == AreaState.version else { throw ByteReader.Damaged() }
        release = try reader.optionalPseudonym()
        releaseBefore = try reader.optionalPseudonym()
        shadow = try reader.optionalPseudonym()
        replaced = try reader.byte() == 1 ? try Fact(from: &reader) : nil
        var facts: [Fact] = []
        for _ in 0..<(try reader.unsigned()) { facts.append(try Fact(from: &reader)) }
        events = AreaEvents(facts: facts)
    }

    package func encode(into bytes: inout [UInt8]) {
        bytes.append(AreaState.version)
        bytes.appendOptional(release)
        bytes.appendOptional(releaseBefore)
        bytes.appendOptional(shadow)
        bytes.append(replaced == nil ? 0 : 1)
        replaced?.encode(into: &bytes)
        bytes.appendUnsigned(UInt64(events.facts.count))
        for fact in events.facts { fact.encode(into: &bytes) }
    }

    package var isEmpty: Bool { events.facts.isEmpty && release == nil && shadow == nil }
    package var wakeAt: Instant? { nil }

    /// What is missing on the shelf to decide where this holds, in words; `nil` when all is there.
    func missing(on shelf: ReleaseShelf) -> String? {
        for release in [release, releaseBefore, shadow] {
            if let release, let what = shelf.missing(release) { return what }
        }
        return nil
    }

    /// Takes a broadcast. Throws for one that is neither an area event of a kind accepted nor an
    /// order about releases.
    mutating func receive(
        _ broadcast: RecordView, at time: Instant, step: String,
        accepting accepts: (FactKind) -> Bool = { $0.scope == .area }
    ) throws(RecordFailure) {
        switch try ReleaseOrder(broadcast, step: step) {
        case .activate(let next)?:
            releaseBefore = release
            release = next
        case .shadow(let next)?: shadow = next
        case nil:
            guard case .put(let fact) = try broadcast.factMessage(step: step),
                accepts(fact.kind)
            else {
                throw RecordFailure(
                    reason: "record.failed", field: nil, step: step,
                    message: "a broadcast that is neither an area event nor about releases")
            }
            put(fact, on: Day(ofInstant: time))
        }
    }

    /// Keeps the version that stands; drops what is too old to be asked about on the day.
    mutating func put(_ fact: Fact, on day: Day) {
        replaced = events.facts.first { $0.identity == fact.identity }
        events.put(fact)
        events.prune(asOf: day)
    }

    /// True when the fact, before or after its last change, covers the division.
    func concerns(_ fact: Fact, _ division: Division) -> Bool {
        events.covers(fact, division)
            || (replaced.map { old in
                old.identity == fact.identity && old.areas.contains { $0.contains(division) }
            } ?? false)
    }
}

extension [UInt8] {
    mutating func appendOptional(_ pseudonym: Pseudonym?) {
        append(pseudonym == nil ? 0 : 1)
        if let pseudonym { appendPseudonym(pseudonym) }
    }
}

extension ByteReader {
    mutating func optionalPseudonym() throws(Damaged) -> Pseudonym? {
        try byte() == 1 ? try pseudonym() : nil
    }
}
