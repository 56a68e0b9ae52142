import Households
package import Kafka
import Rules
import Streams

/// What the monitor keeps of a household: its facts of 48 months and the latest episode of each
/// rule.
package struct HouseholdState: StateRecord, Equatable {
    /// The standing version of each fact; reversed ones from intakes too.
    var facts: [Fact] = []
    /// One a rule, the latest, in order of rule id.
    var episodes: [Episode] = []
    /// Counts the visits asked for; all open alerts share one.
    var visits: Int64 = 0
    package var wakeAt: Instant?

    /// One alert, from opening to end.
    struct Episode: Equatable {
        var rule: String
        /// 1, 2, 3… for the rule and household.
        var number: Int64
        var revision: Int64
        var openedOn: Day
        /// `nil` while open.
        var endedOn: Day?
        var visit: Int64
        var baseLevel: Level
        var level: Level
        /// Why `level` is not `baseLevel`, as published last.
        var reasons: LevelReasons
        var subject: Pseudonym?
        var supersededBy: Pseudonym?
        /// The first asking since which the clear condition has held.
        var clearSince: Day?
        /// What was shown last, one number a fact and amount, ascending.
        var shown: [UInt64]

        var isOpen: Bool { endedOn == nil }

        /// The same rule, household and episode always give the same id.
        func id(of household: Pseudonym) -> Pseudonym {
            Pseudonym.digest("alert:\(rule):\(household):\(number)")
        }
    }

    private static let version: UInt8 = 1

    package init() {}

    package init(decoding bytes: UnsafeRawBufferPointer) throws {
        var reader = ByteReader(bytes)
        guard try reader.byte() == HouseholdState.version else { throw ByteReader.Damaged() }
        let wake = try reader.signed()
        wakeAt = wake == 0 ? nil : wake
        visits = try reader.signed()
        let count = Int(try reader.unsigned())
        facts.reserveCapacity(count)
        for _ in 0..<count { facts.append(try Fact(from: &reader)) }
        for _ in 0..<(try reader.unsigned()) { episodes.append(try Episode(from: &reader)) }
    }

    package func encode(into bytes: inout [UInt8]) {
        bytes.append(HouseholdState.version)
        bytes.appendSigned(wakeAt ?? 0)
        bytes.appendSigned(visits)
        bytes.appendUnsigned(UInt64(facts.count))
        for fact in facts { fact.encode(into: &bytes) }
        bytes.appendUnsigned(UInt64(episodes.count))
        for episode in episodes { episode.encode(into: &bytes) }
    }

    package var isEmpty: Bool { facts.isEmpty && episodes.isEmpty }

    /// Keeps a version from an intake if it stands over the known one. Returns whether it did.
    mutating func put(_ fact: Fact) -> Bool {
        if let index = place(of: fact) {
            guard fact.supersedes(facts[index]) else { return false }
            facts[index] = fact
        } else {
            facts.append(fact)
        }
        return true
    }

    /// True when a version of the fact stands that is not a reversal.
    func stands(_ fact: Fact) -> Bool {
        place(of: fact).map { !facts[$0].isReversed } ?? false
    }

    /// Membership says this version stands.
    mutating func set(_ fact: Fact) {
        if let index = place(of: fact) {
            facts[index] = fact
        } else {
            facts.append(fact)
        }
    }

    mutating func drop(_ identity: FactIdentity) {
        if let index = place(of: identity) { facts.remove(at: index) }
    }

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
        facts.firstIndex { $0.key == identity.key && $0.identity == identity }
    }

    /// Drops amounts older than 48 months (formats, section 2).
    mutating func prune(asOf day: Day) {
        let oldest = day.adding(months: -Fact.amountMonths)
        facts.removeAll { !$0.kind.isKeptForGood && $0.occurred < oldest }
    }
}

extension HouseholdState.Episode {
    func encode(into bytes: inout [UInt8]) {
        bytes.appendSpan(rule)
        bytes.appendSigned(number)
        bytes.appendSigned(revision)
        bytes.appendSigned(Int64(openedOn.number))
        bytes.appendDay(endedOn)
        bytes.appendSigned(visit)
        bytes.append(UInt8(baseLevel.rawValue))
        bytes.append(UInt8(level.rawValue) | reasons.rawValue << 4)
        for pseudonym in [subject, supersededBy] {
            bytes.append(pseudonym == nil ? 0 : 1)
            if let pseudonym { bytes.appendPseudonym(pseudonym) }
        }
        bytes.appendDay(clearSince)
        bytes.appendUnsigned(UInt64(shown.count))
        for number in shown { bytes.appendUnsigned(number) }
    }

    init(from reader: inout ByteReader) throws {
        rule = try reader.text()
        number = try reader.signed()
        revision = try reader.signed()
        openedOn = Day(number: Int32(truncatingIfNeeded: try reader.signed()))
        endedOn = try reader.day()
        visit = try reader.signed()
        guard let base = Level(rawValue: Int(try reader.byte())),
            case let levelByte = try reader.byte(),
            let level = Level(rawValue: Int(levelByte & 0x0f))
        else { throw ByteReader.Damaged() }
        baseLevel = base
        self.level = level
        reasons = LevelReasons(rawValue: levelByte >> 4)
        subject = try reader.byte() == 1 ? try reader.pseudonym() : nil
        supersededBy = try reader.byte() == 1 ? try reader.pseudonym() : nil
        clearSince = try reader.day()
        shown = []
        for _ in 0..<(try reader.unsigned()) { shown.append(try reader.unsigned()) }
    }
}

extension [UInt8] {
    /// A day, or none.
    fileprivate mutating func appendDay(_ day: Day?) {
        appendSigned(day.map { Int64($0.number) } ?? Int64(Int32.min))
    }
}

extension ByteReader {
    fileprivate mutating func day() throws(Damaged) -> Day? {
        let number = try signed()
        return number == Int64(Int32.min) ? nil : Day(number: Int32(truncatingIfNeeded: number))
    }
}
