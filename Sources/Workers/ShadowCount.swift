import Households
import JSON
import Rules
import Streams

/// What one asking of a household would have come to under the shadow release, beside what it came
/// to: a record for each opening, without the household (docs/FORMATS.md, "Rule releases").
struct ShadowCount {
    /// Whose an opening is.
    enum Overlap: String {
        /// The other one's alert of the rule is open too, from before or from now.
        case both
        case onlyLive
        case onlyShadow
    }

    /// By the release in force, and by the shadow.
    let live: Watch
    let shadow: Watch

    func publish(_ effects: inout Effects) {
        let rules = Set(live.opened + shadow.opened).sorted()
        for rule in rules {
            let overlap: Overlap =
                switch (live.isOpen(rule), shadow.isOpen(rule)) {
                case (true, true): .both
                case (true, false): .onlyLive
                default: .onlyShadow
                }
            effects.emit(
                to: Monitor.Output.shadowCounts, key: Key(rule),
                headers: [("content-type", "application/json")]
            ) { bytes in
                JSONWriter.write(into: &bytes) { json in
                    json.beginObject()
                    json.field("shadow", shadow.rules.digest)
                    json.field("live", live.rules.digest)
                    json.field("rule", rule)
                    json.field("division", live.division?.description ?? "000000000000")
                    json.field("day", live.day.description)
                    json.field("overlap", overlap.rawValue)
                    json.endObject()
                }
            }
        }
    }
}
