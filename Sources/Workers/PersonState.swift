import Households
package import Kafka
import Streams

/// What membership keeps of a person: every fact of 48 months, so that a late or corrected move
/// takes them along, and records that wait for the person to be registered.
package struct PersonState: StateRecord, Equatable {
    /// A fact, and under which number it came when not under the person's own.
    struct Kept: Equatable {
        let origin: Pseudonym?
        var fact: Fact
    }

    struct Waiting: Equatable {
        let origin: Pseudonym?
        let waiting: WaitingRecord
    }

    /// One entry per origin and identity, the version that stands; reversed ones too.
    var kept: [Kept] = []
    /// In order of arrival.
    var waiting: [Waiting] = []
    /// Whom the number stands for, while a correction is in force.
    var target: Pseudonym?

    /// How long the fact of an unknown person waits (formats, section 4), milliseconds.
    package static let waitMilliseconds: Int64 = 180 * Day.milliseconds

    private static let version: UInt8 = 2

    package init() {}

    package init(decoding bytes: UnsafeRawBufferPointer) throws {
        var reader = ByteReader(bytes)
        guard try reader.byte() == PersonState.version else { throw ByteReader.Damaged() }
        var facts = FactSequence.Reader(reader)
        reading: while true {
            switch try facts.byte() {
            case 0: break reading
            case 1: kept.append(Kept(origin: nil, fact: try facts.fact()))
            case 2:
                let origin = try facts.pseudonym()
                kept.append(Kept(origin: origin, fact: try facts.fact()))
            default: throw ByteReader.Damaged()
            }
        }
        reader = facts.end().rest
        target = try reader.byte() == 1 ? try reader.pseudonym() : nil
        for _ in 0..<(try reader.unsigned()) {
            let origin: Pseudonym? = try reader.byte() == 1 ? try reader.pseudonym() : nil
            waiting.append(Waiting(origin: origin, waiting: try WaitingRecord(from: &reader)))
        }
    }

    package func encode(into bytes: inout [UInt8]) {
        func optional(_ pseudonym: Pseudonym?) {
            bytes.append(pseudonym == nil ? 0 : 1)
            if let pseudonym { bytes.appendPseudonym(pseudonym) }
        }
        bytes.append(PersonState.version)
        // First what mostly only grows: then a commit writes what follows (`Envelope`).
        var facts = FactSequence()
        for entry in kept {
            facts.append(UInt8(entry.origin == nil ? 1 : 2))
            if let origin = entry.origin { facts.append(origin) }
            facts.append(entry.fact)
        }
        bytes.append(contentsOf: facts.bytes)
        bytes.append(0)
        optional(target)
        bytes.appendUnsigned(UInt64(waiting.count))
        for entry in waiting {
            optional(entry.origin)
            entry.waiting.encode(into: &bytes)
        }
    }

    package var isEmpty: Bool { kept.isEmpty && waiting.isEmpty && target == nil }

    /// The first waiting record's end; while the number stands for another, that one's owner
    /// counts.
    package var wakeAt: Instant? {
        guard target == nil else { return nil }
        return waiting.map(\.waiting.since).min().map { $0 + PersonState.waitMilliseconds }
    }

    /// True when a version of the fact, reversed or not, has been kept under the origin.
    func hasKept(_ identity: FactIdentity, origin: Pseudonym?) -> Bool {
        kept.contains { $0.origin == origin && $0.fact.identity == identity }
    }

    /// Keeps a version; returns what stood before under the same origin, and whether it changed.
    mutating func keep(_ fact: Fact, origin: Pseudonym?) -> Bool {
        let identity = fact.identity
        if let index = kept.firstIndex(where: {
            $0.origin == origin && $0.fact.key == identity.key && $0.fact.identity == identity
        }) {
            guard fact.supersedes(kept[index].fact) else { return false }
            kept[index].fact = fact
        } else {
            kept.append(Kept(origin: origin, fact: fact))
        }
        return true
    }

    /// Drops amounts older than 48 months.
    mutating func prune(asOf day: Day) {
        let oldest = day.adding(months: -Fact.amountMonths)
        kept.removeAll { !$0.fact.kind.isKeptForGood && $0.fact.occurred < oldest }
    }

    /// The versions that stand, over all numbers the person came under, as facts of `person`:
    /// what households may see. In the order they were first kept.
    func standing(as person: Pseudonym) -> [Fact] {
        var result: [Fact] = []
        var places: [FactIdentity: Int] = [:]
        for entry in kept {
            guard let fact = PersonState.canonical(entry, as: person) else { continue }
            if let place = places[fact.identity] {
                if fact.supersedes(result[place]) { result[place] = fact }
            } else {
                places[fact.identity] = result.count
                result.append(fact)
            }
        }
        return result.filter { !$0.isReversed }
    }

    /// The standing version of one fact, reversed or not.
    func standing(_ identity: FactIdentity, as person: Pseudonym) -> Fact? {
        var best: Fact?
        for entry in kept where entry.fact.key == identity.key && entry.fact.kind == identity.kind {
            guard let fact = PersonState.canonical(entry, as: person), fact.identity == identity
            else { continue }
            if let known = best, !fact.supersedes(known) { continue }
            best = fact
        }
        return best
    }

    /// A kept fact under the number the person has now. An identity correction goes on naming the
    /// old number, and names this one as the right one; the person's own is not passed on.
    static func canonical(_ entry: Kept, as person: Pseudonym) -> Fact? {
        var fact = entry.fact
        if fact.kind == .identityCorrected {
            guard entry.origin != nil else { return nil }
            fact.set(.rightPerson, .pseudonym(person))
            return fact
        }
        switch fact.subject {
        case .person: fact.subject = .person(person)
        case .householdOf: fact.subject = .householdOf(person)
        default: break
        }
        return fact
    }

    /// The correction in force over this very number.
    func correction() -> Pseudonym? {
        var best: Fact?
        for entry in kept where entry.origin == nil && entry.fact.kind == .identityCorrected {
            if let known = best, !entry.fact.supersedes(known) { continue }
            best = entry.fact
        }
        guard let best, !best.isReversed else { return nil }
        return best.pseudonym(.rightPerson)
    }
}
