import Households
package import Kafka
import Rules
import Streams

/// What the monitor keeps of a household: its facts of 48 months and the latest episode of each
/// rule.
package struct HouseholdState: StateRecord, Equatable {
    /// The standing version of each fact; reversed ones from intakes too.
    var list = FactList()
    /// One a rule, the latest, in order of rule id.
    var episodes: [Episode] = []
    /// Counts the visits asked for; all open alerts share one.
    var visits: Int64 = 0
    /// The episodes of the shadow release, likewise; empty while there is none.
    var shadow: [Episode] = []
    package var wakeAt: Instant?
    /// What casework was told last of how it stands with the register; `nil`: nothing yet.
    var told: HouseholdNotice?
    /// What its village was told last; `nil`: nothing yet, or it has left.
    var village: VillageTelling?
    /// What the last asking found out, for as long as the state stays decoded; not written. `nil`
    /// makes the next asking a whole one.
    var asked: Asked?

    /// Stands while every rule would answer as when it was asked last, until time alone changes an
    /// answer.
    struct Asked {
        /// The first day on which time alone could change an answer, whatever the episodes.
        var horizon: Day
        /// False when nobody was there to ask about.
        let hasMembers: Bool
    }

    var facts: [Fact] { list.facts }

    package static func == (left: HouseholdState, right: HouseholdState) -> Bool {
        left.list == right.list && left.episodes == right.episodes
            && left.visits == right.visits && left.shadow == right.shadow
            && left.wakeAt == right.wakeAt && left.told == right.told
            && left.village == right.village
    }

    /// One alert, from opening to end.
    struct Episode: Equatable {
        var rule: String
        /// 1, 2, 3… for the rule and household.
        var number: Int64
        var revision: Int64
        var openedOn: Day
        /// The day as of which its ground is asked for again when the condition no longer holds:
        /// the day it opened, or one on which rules that came later found it to hold.
        var groundedOn: Day
        /// The rules have changed since, and those in force have not found it right yet.
        var isInherited = false
        /// `nil` while open.
        var endedOn: Day?
        var visit: Int64
        var baseLevel: Level
        var level: Level
        /// Why `level` is not `baseLevel`, as published last.
        var reasons: LevelReasons
        var subject: Pseudonym?
        var supersededBy: Pseudonym?
        /// It ended because its ground was never there.
        var isWithdrawn = false
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

    private static let version: UInt8 = 4

    package init() {}

    package init(decoding bytes: UnsafeRawBufferPointer) throws {
        var reader = ByteReader(bytes)
        guard try reader.byte() == HouseholdState.version else { throw ByteReader.Damaged() }
        list = try FactList(from: &reader)
        let wake = try reader.signed()
        wakeAt = wake == 0 ? nil : wake
        visits = try reader.signed()
        told = try reader.byte() == 1 ? try HouseholdNotice(from: &reader) : nil
        if try reader.byte() == 1 {
            guard let division = Division(code: try reader.signed()) else {
                throw ByteReader.Damaged()
            }
            village = VillageTelling(
                division: division, digest: UInt64(bitPattern: try reader.signed()))
        }
        for _ in 0..<(try reader.unsigned()) { episodes.append(try Episode(from: &reader)) }
        for _ in 0..<(try reader.unsigned()) { shadow.append(try Episode(from: &reader)) }
    }

    package func encode(into bytes: inout [UInt8]) {
        bytes.append(HouseholdState.version)
        // First what mostly only grows: then a commit writes what follows (`Envelope`).
        list.encode(into: &bytes)
        bytes.appendSigned(wakeAt ?? 0)
        bytes.appendSigned(visits)
        bytes.append(told == nil ? 0 : 1)
        told?.encode(into: &bytes)
        bytes.append(village == nil ? 0 : 1)
        if let village {
            bytes.appendSigned(village.division.code)
            bytes.appendSigned(Int64(bitPattern: village.digest))
        }
        bytes.appendUnsigned(UInt64(episodes.count))
        for episode in episodes { episode.encode(into: &bytes) }
        bytes.appendUnsigned(UInt64(shadow.count))
        for episode in shadow { episode.encode(into: &bytes) }
    }

    package var isEmpty: Bool { facts.isEmpty && episodes.isEmpty }
}

extension HouseholdState {
    /// Takes account of a changed fact in what the last asking found out: it stands if the rules
    /// the fact can decide are asked next.
    mutating func note(_ change: FactList.Change, on day: Day, _ horizon: Horizon) {
        guard let known = asked else { return }
        asked = nil
        switch change.kind.scope {
        case .membership, .area: return  // bears on other facts
        case .ofTheDay, .along, .household: break
        }
        guard known.horizon > day, change.kind != .incomeDeclared, !horizon.asksEnd(of: change.kind)
        else { return }
        var next = known.horizon
        if let old = change.old, old != change.new,
            horizon.next(after: day, change.kind, on: old) <= next
        {
            return  // the day may have been this fact's
        }
        if let new = change.new { next = min(next, horizon.next(after: day, change.kind, on: new)) }
        asked = Asked(horizon: next, hasMembers: known.hasMembers)
    }

    /// The 00:00 at which to ask again: the first day on which an answer could change, a clear
    /// condition could have held long enough, or a cool-down could be over. Only after an asking.
    /// `episodes` are those of the rules.
    func nextWake(after day: Day, _ rules: RuleSet, _ episodes: [Episode]) -> Instant {
        guard var next = asked?.horizon else { return (day + 1).start }
        for episode in episodes {
            guard let rule = rules.rule(episode.rule) else { continue }
            if episode.isOpen,
                let due = rules.horizon.turn(ofAlertOpenedOn: episode.openedOn, after: day)
            {
                next = min(next, due)
            }
            let due =
                episode.endedOn.map { $0 + rule.cooldownDays }
                ?? episode.clearSince.map { $0 + rule.clearDays }
                ?? rules.horizon.turn(of: rule, openedOn: episode.openedOn, after: day)
            if let due, due > day, due < next { next = due }
        }
        return next.start
    }
}

extension HouseholdState.Episode {
    /// The bit beside the base level that says so.
    private static let withdrawn: UInt8 = 0x80
    private static let inherited: UInt8 = 0x40

    func encode(into bytes: inout [UInt8]) {
        bytes.appendSpan(rule)
        bytes.appendSigned(number)
        bytes.appendSigned(revision)
        bytes.appendSigned(Int64(openedOn.number))
        bytes.appendSigned(Int64(groundedOn - openedOn))
        bytes.appendDay(endedOn)
        bytes.appendSigned(visit)
        bytes.append(
            UInt8(baseLevel.rawValue) | (isWithdrawn ? Self.withdrawn : 0)
                | (isInherited ? Self.inherited : 0))
        bytes.append(UInt8(level.rawValue) | reasons.rawValue << 4)
        bytes.appendOptional(subject)
        bytes.appendOptional(supersededBy)
        bytes.appendDay(clearSince)
        bytes.appendUnsigned(UInt64(shown.count))
        for number in shown { bytes.appendUnsigned(number) }
    }

    init(from reader: inout ByteReader) throws {
        rule = try reader.text()
        number = try reader.signed()
        revision = try reader.signed()
        openedOn = Day(number: Int32(truncatingIfNeeded: try reader.signed()))
        groundedOn = openedOn + Int(truncatingIfNeeded: try reader.signed())
        endedOn = try reader.day()
        visit = try reader.signed()
        let baseByte = try reader.byte()
        isWithdrawn = baseByte & Self.withdrawn != 0
        isInherited = baseByte & Self.inherited != 0
        guard let base = Level(rawValue: Int(baseByte & ~(Self.withdrawn | Self.inherited))),
            case let levelByte = try reader.byte(),
            let level = Level(rawValue: Int(levelByte & 0x0f))
        else { throw ByteReader.Damaged() }
        baseLevel = base
        self.level = level
        reasons = LevelReasons(rawValue: levelByte >> 4)
        subject = try reader.optionalPseudonym()
        supersededBy = try reader.optionalPseudonym()
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
