package import Kafka

/// A copied record that can be lent any number of times without copying again: a broadcast while
/// it meets every key. `view` is valid as long as the object lives. Confined to one thread.
package final class HeldRecord {
    package let view: RecordView
    private let storage: UnsafeMutableRawBufferPointer
    private let headers: UnsafeMutableBufferPointer<HeaderView>

    package init(_ record: OwnedRecord) {
        var copied: (RecordView, UnsafeMutableRawBufferPointer, UnsafeMutableBufferPointer<HeaderView>)?
        record.withView { copied = HeldRecord.copy($0) }
        (view, storage, headers) = copied!
    }

    package init(_ record: RecordView) {
        (view, storage, headers) = HeldRecord.copy(record)
    }

    deinit {
        storage.deallocate()
        headers.deallocate()
    }

    private static func copy(_ record: RecordView) -> (
        RecordView, UnsafeMutableRawBufferPointer, UnsafeMutableBufferPointer<HeaderView>
    ) {
        var size = 1 + (record.key?.count ?? 0) + (record.value?.count ?? 0)
        for header in record.headers { size += header.name.count + (header.value?.count ?? 0) }
        let storage = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)
        var end = 0
        func keep(_ source: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
            let target = UnsafeMutableRawBufferPointer(
                rebasing: storage[end..<end + source.count])
            target.copyMemory(from: source)
            end += source.count
            return UnsafeRawBufferPointer(
                start: storage.baseAddress! + (end - source.count), count: source.count)
        }
        let headers = UnsafeMutableBufferPointer<HeaderView>.allocate(
            capacity: record.headers.count)
        for (index, header) in record.headers.enumerated() {
            headers.initializeElement(
                at: index, to: HeaderView(name: keep(header.name), value: header.value.map(keep)))
        }
        let view = RecordView(
            topic: record.topic, partition: record.partition, offset: record.offset,
            timestamp: record.timestamp, isLogAppendTime: record.isLogAppendTime,
            key: record.key.map(keep), value: record.value.map(keep),
            headers: UnsafeBufferPointer(headers))
        return (view, storage, headers)
    }
}
