internal import CRdKafka
internal import Glibc

/// A consumer group as its coordinator sees it.
package struct GroupDescription: Equatable, Sendable {
    package struct Member: Equatable, Sendable {
        package let clientID: String
        package let memberID: String
        /// The name of a static member; `nil` for a dynamic one.
        package let instanceID: String?
        package let host: String
        package let partitions: [TopicPartition]

        package init(
            clientID: String, memberID: String, instanceID: String? = nil, host: String,
            partitions: [TopicPartition]
        ) {
            self.clientID = clientID
            self.memberID = memberID
            self.instanceID = instanceID
            self.host = host
            self.partitions = partitions
        }
    }

    package let name: String
    /// Kafka's word, such as `Stable` or `Empty`.
    package let state: String
    package let members: [Member]
}

extension Admin {
    /// The names of all consumer groups, sorted.
    package func groups() throws(KafkaError) -> [String] {
        try ask(RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPS, doing: "listing groups") {
            rd_kafka_ListConsumerGroups(handle.rk, $0, $1)
        } read: { event throws(KafkaError) in
            let result = rd_kafka_event_ListConsumerGroups_result(event)
            var count = 0
            let groups = rd_kafka_ListConsumerGroups_result_valid(result, &count)
            return (0..<count).map {
                String(cString: rd_kafka_ConsumerGroupListing_group_id(groups![$0]))
            }.sorted()
        }
    }

    /// State and members of a group; a group never heard of is `Dead` and empty.
    package func describe(group name: String) throws(KafkaError) -> GroupDescription {
        // librdkafka 2.0.2 crashes when it must look for the coordinator a second time, as it
        // does on a broker that never had a group; the list is asked of all brokers instead.
        guard try groups().contains(name) else {
            return GroupDescription(name: name, state: "Dead", members: [])
        }
        let owned = strdup(name)
        defer { free(owned) }
        var names: [UnsafePointer<CChar>?] = [UnsafePointer(owned)]
        return try ask(
            RD_KAFKA_ADMIN_OP_DESCRIBECONSUMERGROUPS, doing: "describing group \(name)"
        ) {
            rd_kafka_DescribeConsumerGroups(handle.rk, &names, 1, $0, $1)
        } read: { event throws(KafkaError) in
            var count = 0
            let groups = rd_kafka_DescribeConsumerGroups_result_groups(
                rd_kafka_event_DescribeConsumerGroups_result(event), &count)
            guard count == 1, let group = groups?[0] else {
                throw KafkaError(code: .groupNotFound, message: "group \(name) is not there")
            }
            return description(of: group, name)
        }
    }

    private func description(of group: OpaquePointer, _ name: String) -> GroupDescription {
        let state = rd_kafka_consumer_group_state_name(
            rd_kafka_ConsumerGroupDescription_state(group))
        let count = rd_kafka_ConsumerGroupDescription_member_count(group)
        let members = (0..<count).map { index in
            let member = rd_kafka_ConsumerGroupDescription_member(group, index)
            let assignment = rd_kafka_MemberDescription_assignment(member)
            let partitions = rd_kafka_MemberAssignment_partitions(assignment)
            return GroupDescription.Member(
                clientID: String(cString: rd_kafka_MemberDescription_client_id(member)),
                memberID: String(cString: rd_kafka_MemberDescription_consumer_id(member)),
                instanceID: rd_kafka_MemberDescription_group_instance_id(member)
                    .map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 },
                host: String(cString: rd_kafka_MemberDescription_host(member)),
                partitions: partitions.map { readPartitions($0).sorted() } ?? [])
        }
        return GroupDescription(
            name: name, state: state.map { String(cString: $0) } ?? "",
            members: members.sorted { ($0.clientID, $0.memberID) < ($1.clientID, $1.memberID) })
    }

    /// A group's committed offsets of these partitions, `nil` where there is none. Does not wait
    /// for open transactions.
    package func committed(
        group name: String, _ partitions: [TopicPartition]
    ) throws(KafkaError) -> [Int64?] {
        try committedOffsets(name, partitions).map { $0?.offset }
    }

    /// The transactional id that each of these offsets was committed by
    /// (`TransactionalProducer.sendOffsets`); `nil` where none was, or not by one of ours. Does not
    /// wait for open transactions.
    package func committedBy(
        group name: String, _ partitions: [TopicPartition]
    ) throws(KafkaError) -> [String?] {
        try committedOffsets(name, partitions).map { $0?.metadata }
    }

    /// Forgets a group with its committed offsets. Throws `KafkaError.Code` 68 (not empty) while it
    /// has members: wait for them to leave. One that is not there is no error.
    package func deleteGroup(_ name: String) throws(KafkaError) {
        // As in `describe`: never ask about a group that is not there.
        guard try groups().contains(name) else { return }
        var list = [rd_kafka_DeleteGroup_new(name)]
        defer { for group in list { rd_kafka_DeleteGroup_destroy(group) } }
        let doing = "deleting group \(name)"
        try ask(RD_KAFKA_ADMIN_OP_DELETEGROUPS, doing: doing) {
            rd_kafka_DeleteGroups(handle.rk, &list, 1, $0, $1)
        } read: { event throws(KafkaError) in
            var count = 0
            let groups = rd_kafka_DeleteGroups_result_groups(
                rd_kafka_event_DeleteGroups_result(event), &count)
            guard count == 1, let error = rd_kafka_group_result_error(groups?[0]) else { return }
            throw KafkaError(
                code: .init(rawValue: rd_kafka_error_code(error).rawValue),
                message: "\(doing): \(String(cString: rd_kafka_error_string(error)))")
        }
    }

    private func committedOffsets(
        _ name: String, _ partitions: [TopicPartition]
    ) throws(KafkaError) -> [(offset: Int64, metadata: String?)?] {
        // As in `describe`: never ask about a group that is not there.
        guard try groups().contains(name) else { return partitions.map { _ in nil } }
        return try offsets(ofKnown: name, partitions)
    }

    /// Offset and metadata of each; the group must be there.
    func offsets(
        ofKnown name: String, _ partitions: [TopicPartition]
    ) throws(KafkaError) -> [(offset: Int64, metadata: String?)?] {
        let wanted = PartitionList(partitions)
        var list = [rd_kafka_ListConsumerGroupOffsets_new(name, wanted.list)]
        defer { for item in list { rd_kafka_ListConsumerGroupOffsets_destroy(item) } }
        let doing = "asking for the offsets of group \(name)"
        return try ask(RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPOFFSETS, doing: doing) {
            rd_kafka_ListConsumerGroupOffsets(handle.rk, &list, 1, $0, $1)
        } read: { event throws(KafkaError) in
            var count = 0
            let groups = rd_kafka_ListConsumerGroupOffsets_result_groups(
                rd_kafka_event_ListConsumerGroupOffsets_result(event), &count)
            guard count == 1, let result = groups?[0] else { return partitions.map { _ in nil } }
            if let error = rd_kafka_group_result_error(result) {
                throw KafkaError(
                    code: .init(rawValue: rd_kafka_error_code(error).rawValue),
                    message: "\(doing): \(String(cString: rd_kafka_error_string(error)))")
            }
            var found: [TopicPartition: (offset: Int64, metadata: String?)] = [:]
            if let offsets = rd_kafka_group_result_partitions(result) {
                let places = readPartitions(offsets)
                for (index, place) in places.enumerated() {
                    let element = offsets.pointee.elems[index]
                    guard element.offset >= 0 else { continue }
                    let metadata = UnsafeRawBufferPointer(
                        start: element.metadata, count: element.metadata_size)
                    found[place] = (
                        element.offset,
                        metadata.isEmpty ? nil : String(decoding: metadata, as: UTF8.self)
                    )
                }
            }
            return partitions.map { found[$0] }
        }
    }
}
