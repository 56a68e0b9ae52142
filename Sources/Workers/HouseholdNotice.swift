import Households
import JSON
import Streams

/// What the monitor tells casework when the register of monitored households, or who can work in
/// the household, changes how it stands (formats, section 8, `shouwang.household.changed.v1`).
struct HouseholdNotice: Equatable {
    static let type = "shouwang.household.changed.v1"

    /// `unstable`, `edge`, `sudden`, `eliminated`, or `none` for a household that no longer is in one
    /// of these.
    let householdClass: String
    let division: Division
    let hasLabour: Bool

    /// Kinds of facts that can change what is told, beside those that move people.
    static func bears(_ kind: FactKind) -> Bool { kind == .householdClass }

    /// What there is to tell of a household after what it was told last; `nil` for nothing. Of a
    /// household that never was in a class nothing is told.
    init?(_ view: HouseholdView, after told: HouseholdNotice?) {
        if told == nil, !view.kinds.intersects(FactKindSet([.householdClass])) { return nil }
        guard view.hasMembers, let division = view.division else { return nil }
        let given = view.householdClass?.text(.householdClass) ?? "none"
        self.init(householdClass: given, division: division, hasLabour: view.hasLabour)
        if self == told || (told?.householdClass ?? "none") == "none" && given == "none" {
            return nil
        }
    }

    private init(householdClass: String, division: Division, hasLabour: Bool) {
        self.householdClass = householdClass
        self.division = division
        self.hasLabour = hasLabour
    }

    /// Emits it to `case.events` as a CloudEvent in binary mode; `time` is the instant it was
    /// decided for.
    func emit(to topic: Int, _ key: Key, at time: Int64, _ effects: inout Effects) {
        let headers = PublicRecord.headers(
            id: "\(key.description).\(time)", type: HouseholdNotice.type, subject: key.description,
            division: division.description, worker: "monitor", at: time)
        effects.emit(to: topic, key: key, headers: headers) { bytes in
            JSONWriter.write(into: &bytes) { json in
                json.beginObject()
                json.field("household", key.description)
                json.field("division", division.description)
                json.field("class", householdClass)
                json.field("hasLabour", hasLabour)
                json.endObject()
            }
        }
    }

    func encode(into bytes: inout [UInt8]) {
        bytes.appendSpan(householdClass)
        bytes.appendSigned(division.code)
        bytes.append(hasLabour ? 1 : 0)
    }

    init(from reader: inout ByteReader) throws {
        householdClass = try reader.text()
        guard let division = Division(code: try reader.signed()) else { throw ByteReader.Damaged() }
        self.division = division
        hasLabour = try reader.byte() == 1
    }
}
