/// Milliseconds since 1970-01-01T00:00:00Z, as Kafka stamps records.
package typealias Instant = Int64

/// One header of a record, borrowed: valid only while the record is.
package struct HeaderView {
    /// The name, UTF-8 bytes without a terminator.
    package let name: UnsafeRawBufferPointer
    /// The value; `nil` for a null value, which Kafka allows.
    package let value: UnsafeRawBufferPointer?

    package init(name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer?) {
        self.name = name
        self.value = value
    }
}

/// One record of a topic, borrowed from whoever read it. Nothing is copied: key, value and
/// headers point into memory that is valid only for the duration of the call that received the
/// view. Copy what must be kept. Confined to the thread that polls.
package struct RecordView {
    /// The topic's name.
    package let topic: String
    package let partition: Int32
    package let offset: Int64
    /// The record's timestamp, milliseconds.
    package let timestamp: Instant
    /// True when the broker stamped it (`LogAppendTime`).
    package let isLogAppendTime: Bool
    /// `nil` for a null key, which is normal.
    package let key: UnsafeRawBufferPointer?
    /// `nil` for a null value (a tombstone), which is normal.
    package let value: UnsafeRawBufferPointer?
    package let headers: UnsafeBufferPointer<HeaderView>

    package init(
        topic: String, partition: Int32, offset: Int64, timestamp: Instant,
        isLogAppendTime: Bool = false, key: UnsafeRawBufferPointer?,
        value: UnsafeRawBufferPointer?, headers: UnsafeBufferPointer<HeaderView>
    ) {
        self.topic = topic
        self.partition = partition
        self.offset = offset
        self.timestamp = timestamp
        self.isLogAppendTime = isLogAppendTime
        self.key = key
        self.value = value
        self.headers = headers
    }

    /// The value of the last header with this name, as Kafka's `lastHeader`; `nil` when there is
    /// none or its value is null.
    package func header(_ name: StaticString) -> UnsafeRawBufferPointer? {
        let wanted = UnsafeRawBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
        for header in headers.reversed()
        where header.name.count == wanted.count && header.name.elementsEqual(wanted) {
            return header.value
        }
        return nil
    }
}

/// A copy of a record that may outlive the poll: what tests, the replay driver and waiting
/// records keep.
package struct OwnedRecord: Sendable, Equatable {
    package struct Header: Sendable, Equatable {
        package var name: String
        package var value: [UInt8]?

        package init(_ name: String, _ value: [UInt8]?) {
            self.name = name
            self.value = value
        }

        package init(_ name: String, _ value: String) {
            self.init(name, Array(value.utf8))
        }
    }

    package var topic: String
    package var partition: Int32
    package var offset: Int64
    package var timestamp: Instant
    package var isLogAppendTime: Bool
    package var key: [UInt8]?
    package var value: [UInt8]?
    package var headers: [Header]

    package init(
        topic: String, partition: Int32 = 0, offset: Int64 = 0, timestamp: Instant = 0,
        isLogAppendTime: Bool = false, key: [UInt8]? = nil, value: [UInt8]? = nil,
        headers: [Header] = []
    ) {
        self.topic = topic
        self.partition = partition
        self.offset = offset
        self.timestamp = timestamp
        self.isLogAppendTime = isLogAppendTime
        self.key = key
        self.value = value
        self.headers = headers
    }

    /// Copies a borrowed record.
    package init(copying view: RecordView) {
        self.init(
            topic: view.topic, partition: view.partition, offset: view.offset,
            timestamp: view.timestamp, isLogAppendTime: view.isLogAppendTime,
            key: view.key.map(Array.init), value: view.value.map(Array.init),
            headers: view.headers.map { header in
                Header(String(decoding: header.name, as: UTF8.self), header.value.map(Array.init))
            })
    }

    /// Lends the record as a view for the duration of `body`.
    package func withView<Result, Failure: Error>(
        _ body: (RecordView) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        if headers.isEmpty, key?.isEmpty != true, value?.isEmpty != true {
            return try OwnedRecord.lend(key) { (key) throws(Failure) in
                try OwnedRecord.lend(value) { (value) throws(Failure) in
                    try body(
                        RecordView(
                            topic: topic, partition: partition, offset: offset,
                            timestamp: timestamp, isLogAppendTime: isLogAppendTime, key: key,
                            value: value, headers: UnsafeBufferPointer(start: nil, count: 0)))
                }
            }
        }
        // One flat copy of names and header values keeps every pointer in one allocation.
        var flat: [UInt8] = []
        var spans: [(name: Range<Int>, value: Range<Int>?)] = []
        for header in headers {
            let start = flat.count
            flat.append(contentsOf: header.name.utf8)
            let middle = flat.count
            if let value = header.value { flat.append(contentsOf: value) }
            spans.append((start..<middle, header.value == nil ? nil : middle..<flat.count))
        }
        let keyStart = flat.count
        if let key { flat.append(contentsOf: key) }
        let valueStart = flat.count
        if let value { flat.append(contentsOf: value) }
        flat.append(0)  // an empty value still needs an address
        let storage = UnsafeMutableRawBufferPointer.allocate(byteCount: flat.count, alignment: 16)
        defer { storage.deallocate() }
        storage.copyBytes(from: flat)
        let bytes = UnsafeRawBufferPointer(storage)
        let list = UnsafeMutableBufferPointer<HeaderView>.allocate(capacity: max(1, spans.count))
        defer { list.deallocate() }
        for (index, span) in spans.enumerated() {
            list.initializeElement(
                at: index,
                to: HeaderView(
                    name: UnsafeRawBufferPointer(rebasing: bytes[span.name]),
                    value: span.value.map { UnsafeRawBufferPointer(rebasing: bytes[$0]) }))
        }
        return try body(
            RecordView(
                topic: topic, partition: partition, offset: offset, timestamp: timestamp,
                isLogAppendTime: isLogAppendTime,
                key: key.map { _ in
                    UnsafeRawBufferPointer(rebasing: bytes[keyStart..<valueStart])
                },
                value: value.map {
                    UnsafeRawBufferPointer(rebasing: bytes[valueStart..<(valueStart + $0.count)])
                },
                headers: UnsafeBufferPointer(rebasing: list[0..<spans.count])))
    }

    /// Lends bytes as they lie.
    private static func lend<Result, Failure: Error>(
        _ bytes: [UInt8]?, _ body: (UnsafeRawBufferPointer?) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        guard let bytes else { return try body(nil) }
        let outcome: Swift.Result<Result, Failure> = bytes.withUnsafeBytes { bytes in
            do throws(Failure) {
                return .success(try body(bytes))
            } catch {
                return .failure(error)
            }
        }
        return try outcome.get()
    }
}
