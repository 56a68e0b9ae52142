import Kafka
import Workers

/// `topics plan` and `topics apply`: what the broker must hold, and making it so.
enum TopicsCommand {
    static let plan = CommandSpec(
        name: "topics plan",
        about: "print the topics that must be there, and how the broker's differ",
        discussion: "Changes nothing. Without a broker that answers, only the plan is printed.",
        arguments: [], options: options + [.flag("--offline", "do not ask the broker")],
        examples: [
            .init(line: "shouwang topics plan --offline", about: "the table, without a broker")
        ],
        run: { try show($0) })

    static let apply = CommandSpec(
        name: "topics apply", about: "create missing topics and set the others up",
        discussion: """
            Creates what is missing and sets retention, compaction and timestamp type of what is
            there. Never deletes a topic and never changes a number of partitions: keys would
            move, and the workers' state would no longer be where their records are.
            """,
        arguments: [], options: options,
        examples: [
            .init(
                line: "shouwang topics apply --time records",
                about: "for history, demo and tests: nothing is forgotten by time")
        ],
        run: { try make($0) })

    private static let options: [OptionSpec] = [
        .value("--servers", "HOST:PORT", "brokers", setting: "kafka.servers"),
        .value(
            "--time", "MODE", "who moves time", kind: .choice(["wall", "records"]),
            setting: "time"),
    ]

    /// The plan that the configuration asks for.
    static func plans(_ configuration: Configuration) throws -> [TopicPlan] {
        let time = TimeMode(rawValue: try configuration.required("time")) ?? .wall
        var partitions: [String: Int32] = [:]
        for (name, value) in configuration.group("partitions") {
            partitions[name] = Int32(value)
        }
        return try Topics.plan(time: time, partitions: partitions)
    }

    private static func show(_ invocation: Invocation) throws -> Int32 {
        let plans = try plans(invocation.configuration)
        var found: [String: TopicDescription] = [:]
        var isAnswering = false
        if !invocation.arguments.has("--offline") {
            do {
                let admin = try Admin(
                    try Clients.settings(invocation.configuration), timeoutMilliseconds: 5_000)
                for topic in try admin.topics() { found[topic.name] = topic }
                isAnswering = true
            } catch let error as KafkaError {
                invocation.err("topics: the broker does not answer: \(error)\n")
            }
        }
        var table = Table(["topic", "#partitions", "key", "retention", "time", "broker"])
        for plan in plans {
            table.add([
                plan.name, "\(plan.partitions)", plan.key, retention(plan), stamps(plan),
                isAnswering ? difference(plan, found[plan.name]) : "-",
            ])
        }
        invocation.out(table.text)
        return 0
    }

    private static func difference(_ plan: TopicPlan, _ found: TopicDescription?) -> String {
        guard let found else { return "missing" }
        return found.partitions == plan.partitions ? "there" : "\(found.partitions) partitions!"
    }

    private static func retention(_ plan: TopicPlan) -> String {
        if plan.role == .state || plan.role == .release { return "last of each key" }
        let value = plan.settings.first { $0.name == "retention.ms" }?.value
        guard let milliseconds = value.flatMap(Int64.init), milliseconds >= 0 else {
            return "for ever"
        }
        return "\(milliseconds / 86_400_000) days"
    }

    private static func stamps(_ plan: TopicPlan) -> String {
        plan.settings.contains { $0.value == "LogAppendTime" } ? "broker's" : "writer's"
    }

    private static func make(_ invocation: Invocation) throws -> Int32 {
        let configuration = invocation.configuration
        let plans = try plans(configuration)
        let admin = try Admin(try Clients.settings(configuration))
        let there = try admin.topics()
        let replication = Int32(configuration.number("kafka.replication") ?? -1)
        var failures = 0
        func report(_ plan: TopicPlan, _ text: String) {
            failures += 1
            invocation.err("topics: \(plan.name): \(text)\n")
        }
        let missing = plans.filter { plan in !there.contains { $0.name == plan.name } }
        let made = try create(missing, replication, admin)
        for (plan, error) in zip(missing, made) {
            if let error { report(plan, "\(error)") }
        }
        try waitUntilReady(zip(missing, made).filter { $0.1 == nil }.map(\.0), admin)
        var changed = 0
        for plan in plans {
            guard let found = there.first(where: { $0.name == plan.name }) else { continue }
            if found.partitions != plan.partitions {
                report(
                    plan,
                    "has \(found.partitions) partitions, the configuration says "
                        + "\(plan.partitions); they cannot be changed, so set "
                        + "partitions.\(plan.name) or empty the installation")
                continue
            }
            do {
                if try setUp(plan, admin) { changed += 1 }
            } catch {
                report(plan, "\(error)")
            }
        }
        let created = made.count { $0 == nil }
        let same = plans.count - created - changed - failures
        invocation.out(
            "topics: \(created) created, \(changed) set up, \(same) as they must be"
                + (failures > 0 ? ", \(failures) not done" : "") + "\n")
        return failures == 0 ? 0 : 1
    }

    /// Settings that brokers before Kafka 3.6, and stand-ins, do not know; without them such a
    /// broker has no such limit anyway.
    private static let lenient = ["message.timestamp.after.max.ms"]

    private static func create(
        _ plans: [TopicPlan], _ replication: Int32, _ admin: borrowing Admin
    ) throws -> [KafkaError?] {
        func topics(_ plans: [TopicPlan], without names: [String]) -> [NewTopic] {
            plans.map { plan in
                NewTopic(
                    plan.name, partitions: plan.partitions, replicationFactor: replication,
                    settings: pairs(plan, without: names))
            }
        }
        var results = try admin.createTopics(topics(plans, without: []))
        let refused = results.indices.filter { results[$0]?.code == .invalidConfig }
        if !refused.isEmpty {
            let again = try admin.createTopics(
                topics(refused.map { plans[$0] }, without: lenient))
            for (index, result) in zip(refused, again) { results[index] = result }
        }
        return results
    }

    /// A topic just made has no leader for a moment; whoever comes next must not stumble on that.
    private static func waitUntilReady(_ plans: [TopicPlan], _ admin: borrowing Admin) throws {
        let deadline = Clock.now() + 30_000
        for plan in plans {
            let partitions = (0..<plan.partitions).map { TopicPartition(plan.name, $0) }
            while true {
                do {
                    _ = try admin.ends(partitions)
                    break
                } catch {
                    guard Clock.now() < deadline else { throw error }
                    Clock.sleep(milliseconds: 20)
                }
            }
        }
    }

    private static func pairs(
        _ plan: TopicPlan, without names: [String]
    ) -> [(name: String, value: String)] {
        plan.settings.filter { !names.contains($0.name) }.map { ($0.name, $0.value) }
    }

    /// Sets the topic up where it differs; true when it did. What an operator set beside the plan
    /// stays; what the plan set under the other time does not.
    private static func setUp(_ plan: TopicPlan, _ admin: borrowing Admin) throws -> Bool {
        let now = try admin.settings(ofTopic: plan.name)
        func value(_ name: String) -> String? { now.first { $0.name == name }?.value }
        let wanted = pairs(plan, without: lenient.filter { value($0) == nil })
        let besides = now.filter { setting in
            !setting.isDefault && !wanted.contains { $0.name == setting.name }
        }
        let others = besides.filter { !plan.ownSettings.contains($0.name) }
        guard
            others.count < besides.count
                || wanted.contains(where: { value($0.name) != $0.value })
        else { return false }
        try admin.replaceSettings(
            ofTopic: plan.name, with: wanted + others.map { ($0.name, $0.value) })
        return true
    }
}

extension KafkaError.Code {
    /// The broker knows no such setting, or refuses its value.
    fileprivate static let invalidConfig = KafkaError.Code(rawValue: 40)
}
