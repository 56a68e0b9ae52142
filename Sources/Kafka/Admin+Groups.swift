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

    /// Not with rd_kafka_ListConsumerGroupOffsets: should its time run out while librdkafka (up to
    /// 2.15) looks for the coordinator, it ends the process when it finds it (its pull request
    /// 5397). This one asks as a consumer of the group does, without joining it.
    private func committedOffsets(
        _ name: String, _ partitions: [TopicPartition]
    ) throws(KafkaError) -> [(offset: Int64, metadata: String?)?] {
        guard !partitions.isEmpty else { return [] }
        let group = try groupHandles.of(name)
        let list = PartitionList(partitions)
        let doing = "asking for the offsets of group \(name)"
        let code = rd_kafka_committed(group.handle.rk, list.list, timeoutMilliseconds)
        if code.rawValue != 0 { throw KafkaError(code, doing: doing) }
        if let error = list.firstError(doing: doing) { throw error }
        return (0..<partitions.count).map { index in
            let element = list.list.pointee.elems[index]
            guard element.offset >= 0 else { return nil }
            let metadata = UnsafeRawBufferPointer(
                start: element.metadata, count: element.metadata_size)
            return (
                element.offset,
                metadata.isEmpty ? nil : String(decoding: metadata, as: UTF8.self)
            )
        }
    }

    /// The members a group has now, as `describe` tells them but for `instanceID`; none of a group
    /// that is not there. For workers: this way of asking does not end the process when its time
    /// runs out, as `describe` does (librdkafka's pull request 5397).
    package func members(of name: String) throws(KafkaError) -> [GroupDescription.Member] {
        var list: UnsafePointer<rd_kafka_group_list>?
        let code = rd_kafka_list_groups(handle.rk, name, &list, timeoutMilliseconds)
        defer { if let list { rd_kafka_group_list_destroy(list) } }
        let doing = "asking for the members of group \(name)"
        // A node that does not answer coordinates nothing either.
        guard code.rawValue == 0 || code == RD_KAFKA_RESP_ERR__PARTIAL, let list else {
            throw KafkaError(code, doing: doing)
        }
        for index in 0..<Int(list.pointee.group_cnt) {
            let group = list.pointee.groups[index]
            guard String(cString: group.group) == name else { continue }
            if group.err.rawValue != 0 { throw KafkaError(group.err, doing: doing) }
            return (0..<Int(group.member_cnt)).map { member in
                let member = group.members[member]
                let bytes = UnsafeRawBufferPointer(
                    start: member.member_assignment, count: Int(member.member_assignment_size))
                return GroupDescription.Member(
                    clientID: String(cString: member.client_id),
                    memberID: String(cString: member.member_id),
                    host: String(cString: member.client_host),
                    partitions: Self.assignment(bytes).sorted())
            }.sorted { ($0.clientID, $0.memberID) < ($1.clientID, $1.memberID) }
        }
        // Who did not answer may have had it.
        if code.rawValue != 0 { throw KafkaError(code, doing: doing) }
        return []
    }

    /// The partitions of a member as the group's leader wrote them (Kafka's
    /// ConsumerProtocolAssignment): version, then topics with their partitions, then what else there
    /// is. Numbers are big-endian. None where it cannot be read, such as of a member that has none.
    static func assignment(_ bytes: UnsafeRawBufferPointer) -> [TopicPartition] {
        var rest = bytes[...]
        func number<Number: FixedWidthInteger>(_ type: Number.Type) -> Number? {
            let size = MemoryLayout<Number>.size
            guard rest.count >= size else { return nil }
            defer { rest = rest.dropFirst(size) }
            return rest.prefix(size).reduce(0) { $0 << 8 | Number(truncatingIfNeeded: $1) }
        }
        guard number(Int16.self) != nil, let topics = number(Int32.self), topics > 0 else {
            return []
        }
        var found: [TopicPartition] = []
        for _ in 0..<topics {
            guard let size = number(Int16.self), size >= 0, rest.count >= Int(size) else { return [] }
            let topic = String(decoding: rest.prefix(Int(size)), as: UTF8.self)
            rest = rest.dropFirst(Int(size))
            guard let count = number(Int32.self), count >= 0 else { return [] }
            for _ in 0..<count {
                guard let partition = number(Int32.self) else { return [] }
                found.append(TopicPartition(topic, partition))
            }
        }
        return found
    }
}
