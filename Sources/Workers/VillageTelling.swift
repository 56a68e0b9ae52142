import Households
import Rules
import Streams

/// What the monitor tells the worker `area` of a household: its share of the village's figures, to
/// the village it lives in, whenever that changes; and to the one it left that it left (formats,
/// section 11, `area.events`).
struct VillageTelling: Equatable {
    /// The village that was told last.
    let division: Division
    /// Hash of what it was told: two shares that follow each other must differ in it.
    let digest: UInt64

    /// Kinds of facts that can change a share without an alert opening or being withdrawn: who works,
    /// and what a household earns by.
    static func bears(_ kind: FactKind) -> Bool {
        switch kind {
        case .jobStarted, .jobEnded, .wagePaid, .subsidyPaid, .allowance, .incomeDeclared,
            .claimPaid:
            true
        default: false
        }
    }

    /// Emits what is new since `told`; gives what is told then, `nil` for a household without people
    /// or place.
    static func tell(
        _ view: HouseholdView, _ episodes: [HouseholdState.Episode], _ rules: RuleSet,
        after told: VillageTelling?, to topic: Int, _ key: Key, _ effects: inout Effects
    ) -> VillageTelling? {
        let division = view.hasMembers ? view.division : nil
        if let told, told.division != division {
            emit(nil, to: topic, told.division, view.facts.household, &effects)
        }
        guard let division else { return nil }
        let alerts = episodes.compactMap { episode -> Day? in
            guard !episode.isWithdrawn, episode.baseLevel >= .yellow,
                rules.rule(episode.rule)?.audit == nil
            else { return nil }
            return episode.openedOn
        }
        let share = VillageShare(view, alerts: alerts)
        var bytes: [UInt8] = []
        share.encode(into: &bytes)
        let now = VillageTelling(division: division, digest: FNV1a.hash(bytes))
        if now != told { emit(bytes, to: topic, division, view.facts.household, &effects) }
        return now
    }

    private static func emit(
        _ share: [UInt8]?, to topic: Int, _ division: Division, _ household: Pseudonym,
        _ effects: inout Effects
    ) {
        effects.emit(to: topic, key: Key(division.description)) {
            VillageMessage.encode(household, share, into: &$0)
        }
    }
}

/// A record of `area.events`: a household's share, or that it has left.
enum VillageMessage {
    case share(Pseudonym, VillageShare)
    case left(Pseudonym)

    private static let version: UInt8 = 1

    static func encode(_ household: Pseudonym, _ share: [UInt8]?, into bytes: inout [UInt8]) {
        bytes.append(version)
        bytes.appendPseudonym(household)
        bytes.append(share == nil ? 0 : 1)
        if let share { bytes.append(contentsOf: share) }
    }

    /// Reads what `encode` wrote; throws on anything else.
    init(_ value: UnsafeRawBufferPointer) throws(ByteReader.Damaged) {
        var reader = ByteReader(value)
        guard try reader.byte() == VillageMessage.version else { throw ByteReader.Damaged() }
        let household = try reader.pseudonym()
        self =
            try reader.byte() == 1
            ? .share(household, try VillageShare(from: &reader)) : .left(household)
        guard reader.isAtEnd else { throw ByteReader.Damaged() }
    }
}
