import Households
package import Kafka
import Streams

/// What the worker `area` keeps of a village: each household's share of its figures, and the latest
/// episode of each rule.
package struct VillageState: StateRecord, Equatable {
    /// A household's share, and the day it left.
    struct Household: Equatable {
        let id: Pseudonym
        var share: VillageShare
        var left: Day?
    }

    /// An area alert from opening to end.
    struct Episode: Equatable {
        let rule: String
        /// 1, 2, 3… for the rule and village.
        var number: Int64
        var openedOn: Day
        /// The day as of which its ground is asked for again when the condition no longer holds:
        /// the day it opened, or one on which rules that came later found it to hold.
        var groundedOn: Day
        /// `nil` while open.
        var endedOn: Day?

        var isOpen: Bool { endedOn == nil }
    }

    /// In order of id.
    private(set) var households: [Household] = []
    /// One a rule, the latest, in the order they first opened.
    var episodes: [Episode] = []
    package var wakeAt: Instant?

    private static let version: UInt8 = 2

    package init() {}

    package init(decoding bytes: UnsafeRawBufferPointer) throws {
        var reader = ByteReader(bytes)
        guard try reader.byte() == VillageState.version else { throw ByteReader.Damaged() }
        for _ in 0..<(try reader.unsigned()) {
            let id = try reader.pseudonym()
            let left = try reader.optionalDay()
            households.append(
                Household(id: id, share: try VillageShare(from: &reader), left: left))
        }
        for _ in 0..<(try reader.unsigned()) {
            episodes.append(
                Episode(
                    rule: try reader.text(), number: try reader.signed(),
                    openedOn: try reader.day(), groundedOn: try reader.day(),
                    endedOn: try reader.optionalDay()))
        }
        let wake = try reader.signed()
        wakeAt = wake == 0 ? nil : wake
        guard reader.isAtEnd else { throw ByteReader.Damaged() }
    }

    package func encode(into bytes: inout [UInt8]) {
        bytes.append(VillageState.version)
        bytes.appendUnsigned(UInt64(households.count))
        for household in households {
            bytes.appendPseudonym(household.id)
            bytes.append(household.left)
            household.share.encode(into: &bytes)
        }
        bytes.appendUnsigned(UInt64(episodes.count))
        for episode in episodes {
            bytes.appendSpan(episode.rule)
            bytes.appendSigned(episode.number)
            bytes.appendSigned(Int64(episode.openedOn.number))
            bytes.appendSigned(Int64(episode.groundedOn.number))
            bytes.append(episode.endedOn)
        }
        bytes.appendSigned(wakeAt ?? 0)
    }

    package var isEmpty: Bool { households.isEmpty && episodes.isEmpty }

    /// The latest word of a household.
    mutating func put(_ id: Pseudonym, _ share: VillageShare) {
        let place = households.firstIndex { $0.id >= id } ?? households.endIndex
        let made = Household(id: id, share: share, left: nil)
        if place < households.endIndex, households[place].id == id {
            households[place] = made
        } else {
            households.insert(made, at: place)
        }
    }

    /// A household has left: its share counts up to the day before.
    mutating func leave(_ id: Pseudonym, on day: Day) {
        guard let place = households.firstIndex(where: { $0.id == id && $0.left == nil }) else {
            return
        }
        households[place].left = day
    }

    /// Drops households that left so long ago that no open alert looks back at them.
    mutating func prune(before day: Day) {
        let oldest = episodes.filter(\.isOpen).map(\.groundedOn).min() ?? day
        households.removeAll { $0.left.map { $0 <= min(day, oldest) } ?? false }
    }

    /// The shares of the households that live here on a day.
    func shares(on day: Day) -> [VillageShare] {
        households.compactMap { $0.left.map { $0 > day } ?? true ? $0.share : nil }
    }

    /// The latest day on which something happened that a window may hold.
    var latest: Day? {
        households.compactMap { household in
            [household.share.alerts.last, household.share.losses.last?.day, household.left]
                .compactMap { $0 }.max()
        }.max()
    }
}

extension [UInt8] {
    /// A day, or none.
    fileprivate mutating func append(_ day: Day?) {
        appendSigned(day.map { Int64($0.number) } ?? Int64(Int32.min))
    }
}

extension ByteReader {
    fileprivate mutating func day() throws(Damaged) -> Day {
        Day(number: Int32(truncatingIfNeeded: try signed()))
    }

    fileprivate mutating func optionalDay() throws(Damaged) -> Day? {
        let number = try signed()
        return number == Int64(Int32.min) ? nil : Day(number: Int32(truncatingIfNeeded: number))
    }
}
