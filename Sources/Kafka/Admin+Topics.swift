internal import CRdKafka
internal import Glibc

/// A topic to be made.
package struct NewTopic: Sendable {
    package var name: String
    package var partitions: Int32
    /// -1 for the broker's default.
    package var replicationFactor: Int32
    /// In Kafka's names, such as `cleanup.policy`.
    package var settings: [(name: String, value: String)]

    package init(
        _ name: String, partitions: Int32, replicationFactor: Int32 = -1,
        settings: [(name: String, value: String)] = []
    ) {
        self.name = name
        self.partitions = partitions
        self.replicationFactor = replicationFactor
        self.settings = settings
    }
}

/// A topic as it is.
package struct TopicDescription: Equatable, Sendable {
    package let name: String
    package let partitions: Int32
    package let replicationFactor: Int32
}

/// One setting of a topic.
package struct TopicSetting: Equatable, Sendable {
    package let name: String
    package let value: String
    /// True when nobody set it for this topic: it is Kafka's default, or the broker's own.
    package let isDefault: Bool

    package init(name: String, value: String, isDefault: Bool) {
        self.name = name
        self.value = value
        self.isDefault = isDefault
    }
}

extension Admin {
    /// Makes topics. Answers for each, in the order given: `nil` or why not (`topicExists`).
    package func createTopics(_ topics: [NewTopic]) throws(KafkaError) -> [KafkaError?] {
        guard !topics.isEmpty else { return [] }
        var text = [CChar](repeating: 0, count: 256)
        var list: [OpaquePointer?] = []
        defer { for topic in list { rd_kafka_NewTopic_destroy(topic) } }
        for topic in topics {
            guard
                let made = rd_kafka_NewTopic_new(
                    topic.name, topic.partitions, topic.replicationFactor, &text, text.count)
            else {
                let words = text.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
                throw KafkaError(
                    code: .invalidArgument, message: "creating topic \(topic.name): \(words)")
            }
            for setting in topic.settings {
                rd_kafka_NewTopic_set_config(made, setting.name, setting.value)
            }
            list.append(made)
        }
        return try ask(RD_KAFKA_ADMIN_OP_CREATETOPICS, doing: "creating topics") {
            rd_kafka_CreateTopics(handle.rk, &list, list.count, $0, $1)
        } read: { event throws(KafkaError) in
            var count = 0
            let results = rd_kafka_CreateTopics_result_topics(
                rd_kafka_event_CreateTopics_result(event), &count)
            return inOrder(of: topics.map(\.name), results, count, doing: "creating topic")
        }
    }

    /// Deletes topics. Answers as `createTopics`.
    package func deleteTopics(_ names: [String]) throws(KafkaError) -> [KafkaError?] {
        guard !names.isEmpty else { return [] }
        var list = names.map { rd_kafka_DeleteTopic_new($0) }
        defer { for topic in list { rd_kafka_DeleteTopic_destroy(topic) } }
        return try ask(RD_KAFKA_ADMIN_OP_DELETETOPICS, doing: "deleting topics") {
            rd_kafka_DeleteTopics(handle.rk, &list, list.count, $0, $1)
        } read: { event throws(KafkaError) in
            var count = 0
            let results = rd_kafka_DeleteTopics_result_topics(
                rd_kafka_event_DeleteTopics_result(event), &count)
            return inOrder(of: names, results, count, doing: "deleting topic")
        }
    }

    private func inOrder(
        of names: [String], _ results: UnsafeMutablePointer<OpaquePointer?>?, _ count: Int,
        doing: String
    ) -> [KafkaError?] {
        var found: [String: KafkaError] = [:]
        for index in 0..<count {
            let result = results![index]
            let code = rd_kafka_topic_result_error(result)
            guard code.rawValue != 0 else { continue }
            let name = String(cString: rd_kafka_topic_result_name(result))
            let words = rd_kafka_topic_result_error_string(result).map { String(cString: $0) }
            found[name] = KafkaError(
                code: .init(rawValue: code.rawValue), message: "\(doing) \(name): \(words ?? "")")
        }
        return names.map { found[$0] }
    }

    /// Every topic there is, by name; the broker's own (`__...`) left out.
    package func topics() throws(KafkaError) -> [TopicDescription] {
        try withMetadata { metadata in
            var topics: [TopicDescription] = []
            for index in 0..<Int(metadata.topic_cnt) {
                let topic = metadata.topics[index]
                let name = String(cString: topic.topic)
                guard topic.err.rawValue == 0, !name.hasPrefix("__") else { continue }
                topics.append(
                    TopicDescription(
                        name: name, partitions: topic.partition_cnt,
                        replicationFactor: topic.partition_cnt > 0
                            ? topic.partitions[0].replica_cnt : 0))
            }
            return topics.sorted { $0.name < $1.name }
        }
    }

    /// The ids of the nodes that are there, sorted.
    package func nodes() throws(KafkaError) -> [Int32] {
        try withMetadata { metadata in
            (0..<Int(metadata.broker_cnt)).map { metadata.brokers[$0].id }.sorted()
        }
    }

    /// True when there are so many nodes and each partition of these topics has a leader and all
    /// its copies in step.
    package func isWhole(_ topics: [String], nodes: Int) throws(KafkaError) -> Bool {
        let topics = Set(topics)
        return try withMetadata { metadata in
            guard metadata.broker_cnt >= nodes else { return false }
            return (0..<Int(metadata.topic_cnt)).allSatisfy { index in
                let topic = metadata.topics[index]
                guard topics.contains(String(cString: topic.topic)) else { return true }
                return topic.err.rawValue == 0
                    && (0..<Int(topic.partition_cnt)).allSatisfy {
                        let partition = topic.partitions[$0]
                        return partition.leader >= 0
                            && partition.isr_cnt == partition.replica_cnt
                    }
            }
        }
    }

    /// Asks for everything the cluster says of nodes and topics.
    private func withMetadata<Answer>(
        _ read: (rd_kafka_metadata_t) -> Answer
    ) throws(KafkaError) -> Answer {
        var metadata: UnsafePointer<rd_kafka_metadata_t>?
        let code = rd_kafka_metadata(handle.rk, 1, nil, &metadata, timeoutMilliseconds)
        guard code.rawValue == 0, let metadata else {
            throw KafkaError(code, doing: "asking for topics")
        }
        defer { rd_kafka_metadata_destroy(metadata) }
        return read(metadata.pointee)
    }

    /// How many partitions a topic has. Throws `unknownTopicOrPartition` when it is not there.
    package func partitionCount(of topic: String) throws(KafkaError) -> Int32 {
        try queryPartitionCount(handle.rk, topic, timeoutMilliseconds)
    }

    /// The settings of a topic, by name.
    package func settings(ofTopic name: String) throws(KafkaError) -> [TopicSetting] {
        var list = [rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, name)]
        defer { for resource in list { rd_kafka_ConfigResource_destroy(resource) } }
        let doing = "asking for the settings of topic \(name)"
        return try ask(RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, doing: doing) {
            rd_kafka_DescribeConfigs(handle.rk, &list, list.count, $0, $1)
        } read: { event throws(KafkaError) in
            var count = 0
            let results = rd_kafka_DescribeConfigs_result_resources(
                rd_kafka_event_DescribeConfigs_result(event), &count)
            guard count == 1, let resource = results?[0] else { return [] }
            let code = rd_kafka_ConfigResource_error(resource)
            guard code.rawValue == 0 else { throw KafkaError(code, doing: doing) }
            var entryCount = 0
            let entries = rd_kafka_ConfigResource_configs(resource, &entryCount)
            return (0..<entryCount).map { index in
                let entry = entries![index]
                return TopicSetting(
                    name: String(cString: rd_kafka_ConfigEntry_name(entry)),
                    value: rd_kafka_ConfigEntry_value(entry).map { String(cString: $0) } ?? "",
                    isDefault: Admin.isDefault(entry))
            }.sorted { $0.name < $1.name }
        }
    }

    /// librdkafka calls only Kafka's default one, not what is set for a whole broker. Brokers too
    /// old to say where a setting comes from say whether it is the default.
    private static func isDefault(_ entry: OpaquePointer?) -> Bool {
        switch rd_kafka_ConfigEntry_source(entry) {
        case RD_KAFKA_CONFIG_SOURCE_UNKNOWN_CONFIG: rd_kafka_ConfigEntry_is_default(entry) != 0
        case let source: source != RD_KAFKA_CONFIG_SOURCE_DYNAMIC_TOPIC_CONFIG
        }
    }

    /// Sets all settings of a topic: those not named go back to the broker's defaults. Returns
    /// once the broker that is asked tells the new ones: the controller takes a change, brokers
    /// hear of it a moment later, and who reads the old ones may take a change for done.
    package func replaceSettings(
        ofTopic name: String, with settings: [(name: String, value: String)]
    ) throws(KafkaError) {
        try alterSettings(ofTopic: name, to: settings)
        let pause: Int32 = 10
        for _ in 0..<(timeoutMilliseconds / pause) {
            if try tells(ofTopic: name, just: settings) { return }
            usleep(UInt32(pause) * 1_000)
        }
        throw KafkaError(
            code: .timedOut,
            message: "setting up topic \(name): the broker took it and goes on telling the old "
                + "settings")
    }

    /// True when the broker asked knows the topic with these settings and no others of its own.
    private func tells(
        ofTopic name: String, just settings: [(name: String, value: String)]
    ) throws(KafkaError) -> Bool {
        let found: [TopicSetting]
        do throws(KafkaError) {
            found = try self.settings(ofTopic: name)
        } catch {
            // It may have heard of a topic just made as little as of its settings.
            guard error.code == .unknownTopicOrPartition else { throw error }
            return false
        }
        return settings.allSatisfy { wanted in
            found.contains { $0.name == wanted.name && $0.value == wanted.value }
        }
            && found.allSatisfy { setting in
                setting.isDefault || settings.contains { $0.name == setting.name }
            }
    }

    private func alterSettings(
        ofTopic name: String, to settings: [(name: String, value: String)]
    ) throws(KafkaError) {
        var list = [rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, name)]
        defer { for resource in list { rd_kafka_ConfigResource_destroy(resource) } }
        for setting in settings {
            rd_kafka_ConfigResource_set_config(list[0], setting.name, setting.value)
        }
        let doing = "setting up topic \(name)"
        try ask(RD_KAFKA_ADMIN_OP_ALTERCONFIGS, doing: doing) {
            rd_kafka_AlterConfigs(handle.rk, &list, list.count, $0, $1)
        } read: { event throws(KafkaError) in
            var count = 0
            let results = rd_kafka_AlterConfigs_result_resources(
                rd_kafka_event_AlterConfigs_result(event), &count)
            guard count == 1, let resource = results?[0] else { return }
            let code = rd_kafka_ConfigResource_error(resource)
            if code.rawValue != 0 { throw KafkaError(code, doing: doing) }
        }
    }

    /// Deletes the records before these offsets, for good.
    package func deleteRecords(before offsets: [PartitionOffset]) throws(KafkaError) {
        let partitions = PartitionList(offsets)
        var list = [rd_kafka_DeleteRecords_new(partitions.list)]
        defer { for item in list { rd_kafka_DeleteRecords_destroy(item) } }
        try ask(RD_KAFKA_ADMIN_OP_DELETERECORDS, doing: "deleting records") {
            rd_kafka_DeleteRecords(handle.rk, &list, list.count, $0, $1)
        } read: { event throws(KafkaError) in
            let results = rd_kafka_DeleteRecords_result_offsets(
                rd_kafka_event_DeleteRecords_result(event))
            guard let results else { return }
            for index in 0..<Int(results.pointee.cnt)
            where results.pointee.elems[index].err.rawValue != 0 {
                let place = readPartitions(results)[index]
                throw KafkaError(
                    results.pointee.elems[index].err, doing: "deleting records of \(place)")
            }
        }
    }
}
