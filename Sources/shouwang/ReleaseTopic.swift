import Households
import Kafka
import Workers

/// What lies in the topic `rulesets` (docs/FORMATS.md, "Rule releases").
struct ReleaseTopic {
    /// A release, with where and when it was published.
    struct Entry {
        let release: PublishedRelease
        let place: PartitionOffset
        /// Milliseconds since 1970.
        let at: Int64

        var address: Pseudonym { release.files.address }
    }

    /// The last order of its kind.
    struct Standing {
        let order: StandingOrder
        let at: Int64
    }

    /// In the order they were published.
    private(set) var entries: [Entry] = []
    private(set) var activation: Standing?
    private(set) var shadow: Standing?

    /// Reads the topic to its end.
    static func read(_ settings: ClientSettings) throws -> ReleaseTopic {
        var content = ReleaseTopic()
        try PublicTopics.readAll(settings, Topics.rulesets) { content.take($0) }
        content.entries.sort { ($0.at, $0.place.offset) < ($1.at, $1.place.offset) }
        return content
    }

    private mutating func take(_ record: RecordView) {
        switch ReleaseRecord(record) {
        case .release(let release)?:
            entries.removeAll { $0.address == release.files.address }
            entries.append(
                Entry(
                    release: release,
                    place: PartitionOffset(record.topic, record.partition, record.offset),
                    at: record.timestamp))
        case .order(let order)?:
            let standing = Standing(order: order, at: record.timestamp)
            switch order.order {
            case .activate: activation = standing
            case .shadow: shadow = standing
            }
        case nil: break
        }
    }

    /// The release in force, by what was ordered last; `nil` when nothing was.
    var active: Pseudonym? { activation?.order.order.release }
    /// The shadow release; `nil` for none.
    var shadowed: Pseudonym? { shadow?.order.order.release }

    /// The shadow release, or the last one that was; `nil` when none ever was.
    var latestShadow: Pseudonym? { shadowed ?? shadow?.order.before }

    /// The release that an address, or the beginning of one, names. Throws when there is none, or
    /// more than one.
    func find(_ word: String) throws(CommandError) -> Entry {
        let found = entries.filter { $0.address.description.hasPrefix(word) }
        guard let first = found.first, !word.isEmpty else {
            throw .failed(
                "there is no release \(word) in the topic \(Topics.rulesets): publish it first "
                    + "(shouwang rules publish; shouwang rules releases lists them)")
        }
        guard found.count == 1 else {
            throw .failed("\(found.count) releases begin with \(word): name more of the address")
        }
        return first
    }
}
