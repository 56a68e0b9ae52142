/// What the broker must hold, in one table: every topic with its partitions, how long it keeps
/// what, and who stamps it (design, sections 2 and 4).
package struct TopicPlan: Equatable, Sendable {
    /// What kind of topic it is; decides retention and timestamps.
    package enum Role: String, Sendable {
        /// Written by departments and officers.
        case feed
        /// Between workers.
        case hop
        /// Read by townships and other systems.
        case published
        /// Refused records.
        case dead
        /// Which refused records have been sent back: the last word on each.
        case replayed
        /// A worker's state: the last value of each key.
        case state
        /// The releases of rules, and the last order about them.
        case release
    }

    package struct Setting: Equatable, Sendable {
        /// In Kafka's words, such as `retention.ms`.
        package let name: String
        package let value: String
    }

    package let name: String
    package let role: Role
    package let partitions: Int32
    /// What the records are keyed by, for people.
    package let key: String
    package let settings: [Setting]
    /// Names of the settings that are the plan's to decide, those it leaves to the broker's default
    /// too. All others are an operator's.
    package let ownSettings: Set<String>
}

/// Makes the table of topics.
package enum Topics {
    /// The feeds, in the order that merges records of the same instant (formats, section 3).
    package static let feeds = [
        "household", "medical", "education", "employment", "hazard", "livelihood",
    ]

    /// The eleven pipelines, in the order of the path.
    package static let pipelines =
        feeds + ["fieldwork", "membership", "monitor", "area", "casework"]

    /// Pipelines that keep state, with the topic each reads.
    package static let stateful = [
        ("membership", "person.facts"), ("monitor", "household.facts"), ("area", "area.events"),
        ("casework", "case.events"),
    ]

    /// Those that decide by releases of rules: who runs one learns of releases, and an activation goes
    /// to what each reads.
    package static let deciding = stateful.filter { $0.0 != "membership" }

    /// Partitions of a topic nobody named: enough to spread over a few processes, few enough for
    /// a broker on one machine.
    package static let standardPartitions: Int32 = 3

    /// How long a topic keeps its records under `time: wall`, in days; what is stored elsewhere
    /// (state, the ledger) does not need the log for longer.
    private static let feedDays = 90
    private static let hopDays = 30
    private static let publishedDays = 400
    private static let deadDays = 90
    /// Longer than a dead letter can be there: one whose mark is gone would be sent back again.
    private static let replayedDays = 400

    /// The topic that remembers which dead letters have been replayed.
    package static let replayed = "dead.replayed"

    /// The topic of the releases of rules.
    package static let rulesets = "rulesets"

    /// The topic of what the shadow release would have raised.
    package static let shadowCounts = "shadow.counts"

    /// Every topic. `partitions` holds counts by topic, and `default` for the rest; a state topic
    /// always has as many as its pipeline's input. Throws when a name is no topic.
    package static func plan(
        time: TimeMode, partitions: [String: Int32]
    ) throws(UnknownTopic) -> [TopicPlan] {
        let standard = partitions["default"] ?? standardPartitions
        func count(_ name: String) -> Int32 { partitions[name] ?? standard }
        var table: [TopicPlan] = []
        func add(_ name: String, _ role: TopicPlan.Role, key: String, partitions: Int32? = nil) {
            table.append(
                TopicPlan(
                    name: name, role: role, partitions: partitions ?? count(name), key: key,
                    settings: settings(role, time),
                    ownSettings: Set(
                        TimeMode.allCases.flatMap { settings(role, $0) }.map(\.name))))
        }
        for feed in feeds { add("feed.\(feed)", .feed, key: "any") }
        add("actions", .feed, key: "household")
        add("person.facts", .hop, key: "person")
        add("household.facts", .hop, key: "household")
        add("area.events", .hop, key: "division")
        add("case.events", .hop, key: "household")
        for name in ["alerts", "findings", "assignments", "cases"] { add(name, .published, key: "household") }
        for name in ["area.alerts", "escalations"] { add(name, .published, key: "division") }
        // Few, and in no order that matters.
        add(shadowCounts, .published, key: "rule", partitions: partitions[shadowCounts] ?? 1)
        add(rulesets, .release, key: "release or order", partitions: partitions[rulesets] ?? 1)
        for pipeline in pipelines {
            // Refused records are few and in no order that matters.
            let name = "dead.\(pipeline)"
            add(name, .dead, key: "as it came", partitions: partitions[name] ?? 1)
        }
        add(replayed, .replayed, key: "dead letter", partitions: partitions[replayed] ?? 1)
        for (pipeline, input) in stateful {
            add("state.\(pipeline)", .state, key: "as \(input)", partitions: count(input))
        }
        let known = Set(table.filter { $0.role != .state }.map(\.name))
        for name in partitions.keys.sorted() where name != "default" && !known.contains(name) {
            throw UnknownTopic(name: name, known: table.filter { $0.role != .state }.map(\.name))
        }
        return table
    }

    /// Somebody set the partitions of a topic that is none, or of a state topic.
    package struct UnknownTopic: Error, CustomStringConvertible {
        package let name: String
        package let known: [String]

        package var description: String {
            name.hasPrefix("state.")
                ? "the partitions of \(name) follow its pipeline's input and cannot be set"
                : "there is no topic \(name)"
        }
    }

    private static func settings(_ role: TopicPlan.Role, _ time: TimeMode) -> [TopicPlan.Setting] {
        typealias Setting = TopicPlan.Setting
        func kept(days: Int, _ policy: String = "delete") -> [Setting] {
            let milliseconds = time == .wall ? Int64(days) * 86_400_000 : -1
            return [
                Setting(name: "cleanup.policy", value: policy),
                Setting(name: "retention.ms", value: "\(milliseconds)"),
                Setting(name: "retention.bytes", value: "-1"),
            ]
        }
        // Records stamped by their own time may lie years back or, in a made-up history, ahead.
        let stamps =
            time == .wall
            ? [] : [Setting(name: "message.timestamp.after.max.ms", value: "\(Int64.max)")]
        let created = [Setting(name: "message.timestamp.type", value: "CreateTime")] + stamps
        switch role {
        case .feed:
            guard time == .wall else { return kept(days: feedDays) + created }
            return kept(days: feedDays)
                + [Setting(name: "message.timestamp.type", value: "LogAppendTime")]
        case .hop: return kept(days: hopDays) + created
        case .published: return kept(days: publishedDays) + created
        case .dead: return kept(days: deadDays) + created
        case .replayed: return kept(days: replayedDays, "compact,delete") + created
        case .release: return [Setting(name: "cleanup.policy", value: "compact")] + created
        case .state:
            return [
                Setting(name: "cleanup.policy", value: "compact"),
                // Small segments, so that compaction has closed ones to work on and a restore
                // reads little that is out of date.
                Setting(name: "segment.bytes", value: "67108864"),
                Setting(name: "min.cleanable.dirty.ratio", value: "0.2"),
                // A restore that began before a key went must still see that it went.
                Setting(name: "delete.retention.ms", value: "86400000"),
            ] + created
        }
    }
}
