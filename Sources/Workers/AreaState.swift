import Households
package import Kafka
import Streams

/// What a partition's broadcasts have said: area events in force, and the version that the last
/// one replaced, whose area was told something too.
package struct AreaState: StateRecord, Equatable {
    var events = AreaEvents()
    var replaced: Fact?

    private static let version: UInt8 = 1

    package init() {}

    package init(decoding bytes: UnsafeRawBufferPointer) throws {
        var reader = ByteReader(bytes)
        guard try reader.byte() == AreaState.version else { throw ByteReader.Damaged() }
        replaced = try reader.byte() == 1 ? try Fact(from: &reader) : nil
        var facts: [Fact] = []
        for _ in 0..<(try reader.unsigned()) { facts.append(try Fact(from: &reader)) }
        events = AreaEvents(facts: facts)
    }

    package func encode(into bytes: inout [UInt8]) {
        bytes.append(AreaState.version)
        bytes.append(replaced == nil ? 0 : 1)
        replaced?.encode(into: &bytes)
        bytes.appendUnsigned(UInt64(events.facts.count))
        for fact in events.facts { fact.encode(into: &bytes) }
    }

    package var isEmpty: Bool { events.facts.isEmpty }
    package var wakeAt: Instant? { nil }

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
