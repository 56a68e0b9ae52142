import Testing
import Workers

@Suite struct TopicsTests {
    private func plan(
        _ time: TimeMode, _ partitions: [String: Int32] = [:]
    ) throws -> [String: TopicPlan] {
        Dictionary(
            uniqueKeysWithValues: try Topics.plan(time: time, partitions: partitions)
                .map { ($0.name, $0) })
    }

    private func setting(_ plan: TopicPlan?, _ name: String) -> String? {
        plan?.settings.first { $0.name == name }?.value
    }

    @Test func `every topic a pipeline reads or writes is in the table`() throws {
        let topics = try plan(.wall)
        for pipeline in PipelinePlan.all {
            for name in [pipeline.input, "dead.\(pipeline.name)"] + pipeline.outputs {
                #expect(topics[name] != nil, "\(name)")
            }
            #expect((topics["state.\(pipeline.name)"] != nil) == pipeline.isStateful)
        }
        #expect(topics.count == 35)
    }

    @Test func `under wall time nobody can push time`() throws {
        let topics = try plan(.wall)
        for feed in Topics.feeds.map({ "feed.\($0)" }) + ["actions"] {
            #expect(setting(topics[feed], "message.timestamp.type") == "LogAppendTime")
        }
        #expect(setting(topics["alerts"], "message.timestamp.type") == "CreateTime")
        #expect(setting(topics["alerts"], "retention.ms") == "34560000000")
    }

    @Test func `under records' time nothing is forgotten by time or refused for it`() throws {
        for topic in try plan(.records).values {
            #expect(setting(topic, "message.timestamp.type") == "CreateTime")
            #expect(setting(topic, "message.timestamp.after.max.ms") == "\(Int64.max)")
            let isCompacted = setting(topic, "cleanup.policy") == "compact"
            if !isCompacted { #expect(setting(topic, "retention.ms") == "-1") }
        }
    }

    // Going back to wall time left the limit on timestamps lifted.
    @Test func `a topic's settings of its own are the same under either time`() throws {
        let (wall, records) = (try plan(.wall), try plan(.records))
        for (name, topic) in wall {
            #expect(topic.ownSettings == records[name]?.ownSettings)
            #expect(topic.ownSettings.isSuperset(of: topic.settings.map(\.name)))
        }
        #expect(wall["alerts"]?.ownSettings.contains("message.timestamp.after.max.ms") == true)
        #expect(wall["alerts"]?.ownSettings.contains("max.message.bytes") == false)
    }

    @Test func `state is compacted and follows its input's partitions`() throws {
        let topics = try plan(.wall, ["default": 6, "household.facts": 12])
        #expect(topics["state.monitor"]?.partitions == 12)
        #expect(topics["state.membership"]?.partitions == 6)
        #expect(setting(topics["state.monitor"], "cleanup.policy") == "compact")
        #expect(topics["dead.monitor"]?.partitions == 1)
    }

    // A letter without its mark would be sent back once more.
    @Test func `the marks of replayed letters outlive the letters`() throws {
        let topics = try plan(.wall)
        func kept(_ topic: String) throws -> Int {
            try #require(setting(topics[topic], "retention.ms").flatMap { Int($0) })
        }
        #expect(try kept(Topics.replayed) > 2 * kept("dead.medical"))
        #expect(setting(topics[Topics.replayed], "cleanup.policy") == "compact,delete")
    }

    @Test func `partitions of what is no topic are refused`() {
        #expect(throws: Topics.UnknownTopic.self) { try plan(.wall, ["alrets": 3]) }
        #expect {
            try plan(.wall, ["state.monitor": 3])
        } throws: { "\($0)".contains("follow its pipeline's input") }
    }
}
