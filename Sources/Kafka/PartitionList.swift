internal import CRdKafka
internal import Glibc

/// Owns one of librdkafka's lists of partitions and offsets.
struct PartitionList: ~Copyable {
    let list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>

    init(capacity: Int) {
        list = rd_kafka_topic_partition_list_new(Int32(capacity))
    }

    init(_ partitions: [TopicPartition]) {
        self.init(capacity: partitions.count)
        for partition in partitions { add(partition, nil) }
    }

    /// `metadata` goes with each offset that is committed.
    init(_ offsets: [PartitionOffset], metadata: String? = nil) {
        self.init(capacity: offsets.count)
        for offset in offsets {
            add(offset.partition, offset.offset)
            guard let metadata else { continue }
            let element = list.pointee.elems + Int(list.pointee.cnt - 1)
            // The list frees it.
            element.pointee.metadata = UnsafeMutableRawPointer(strdup(metadata))
            element.pointee.metadata_size = metadata.utf8.count
        }
    }

    /// Takes a list over.
    init(owning list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>) {
        self.list = list
    }

    deinit { rd_kafka_topic_partition_list_destroy(list) }

    func add(_ partition: TopicPartition, _ offset: Int64?) {
        let element = rd_kafka_topic_partition_list_add(
            list, partition.topic, partition.partition)
        if let offset { element!.pointee.offset = offset }
    }

    var partitions: [TopicPartition] { readPartitions(list) }

    /// Every element: partition, offset (negative when there is none) and its own error.
    var elements: [(partition: TopicPartition, offset: Int64, error: KafkaError.Code?)] {
        (0..<Int(list.pointee.cnt)).map { index in
            let element = list.pointee.elems[index]
            return (
                TopicPartition(String(cString: element.topic), element.partition),
                element.offset,
                element.err.rawValue == 0 ? nil : .init(rawValue: element.err.rawValue)
            )
        }
    }

    /// The first error of an element, if any.
    func firstError(doing: String) -> KafkaError? {
        for index in 0..<Int(list.pointee.cnt) where list.pointee.elems[index].err.rawValue != 0 {
            let element = list.pointee.elems[index]
            let place = "\(String(cString: element.topic))/\(element.partition)"
            return KafkaError(element.err, doing: "\(doing) \(place)")
        }
        return nil
    }
}

/// The partitions of a list that belongs to someone else.
func readPartitions(
    _ list: UnsafePointer<rd_kafka_topic_partition_list_t>
) -> [TopicPartition] {
    (0..<Int(list.pointee.cnt)).map { index in
        let element = list.pointee.elems[index]
        return TopicPartition(String(cString: element.topic), element.partition)
    }
}
