package import Kafka

/// What one call of a processor wants written: outgoing records and dead letters, in order. The
/// bytes lie in one buffer that is used again for the next call, so emitting allocates nothing
/// once warm. Confined to the lane's thread.
///
/// The runtime adds to every output: the header `shouwang-cause`, the input record's
/// `traceparent` where it has one, and the timestamp (the time the call was given).
package struct Effects {
    /// One outgoing record; ranges point into `bytes`.
    package struct Output {
        /// Index into `Processor.outputs`; -1 for the pipeline's dead letters.
        package let topic: Int
        /// Where the record must go; `nil` lets the key decide (murmur2).
        package let partition: Int32?
        package let key: Range<Int>?
        package let value: Range<Int>?
        package let headers: Range<Int>
    }

    package struct Header {
        package let name: Range<Int>
        package let value: Range<Int>?
    }

    package private(set) var outputs: [Output] = []
    package private(set) var headers: [Header] = []
    package private(set) var bytes: [UInt8] = []
    /// What was noted, and how often.
    package private(set) var notes: [String: Int] = [:]
    /// How many partitions each of `Processor.outputs` has; for records that go to all of them.
    package let partitionCounts: [Int32]
    /// The consumer group, which dead letters name.
    package let group: String
    private var open: (topic: Int, key: Range<Int>?, headers: Int)?

    package init(partitionCounts: [Int32], group: String = "") {
        self.partitionCounts = partitionCounts
        self.group = group
    }

    /// Forgets everything, keeping capacity.
    package mutating func removeAll() {
        outputs.removeAll(keepingCapacity: true)
        headers.removeAll(keepingCapacity: true)
        bytes.removeAll(keepingCapacity: true)
        if !notes.isEmpty { notes = [:] }
    }

    /// Counts something that operations should hear of and that is no fault (`TaskCounters.notes`).
    /// The name is a word of ours, such as `item.unknown`, never anything of the record.
    package mutating func note(_ name: StaticString) {
        notes["\(name)", default: 0] += 1
    }

    /// What was noted since the last time.
    mutating func takeNotes() -> [String: Int] {
        defer { notes = [:] }
        return notes
    }

    /// Adds an outgoing record. `value` appends the value's bytes; `headers` are written as given.
    package mutating func emit(
        to topic: Int, partition: Int32? = nil, key: Key?,
        headers: [(name: StaticString, value: String)] = [],
        value: (inout [UInt8]) -> Void
    ) {
        let keyRange = key.map { key in
            let start = bytes.count
            key.withBytes { bytes.append(contentsOf: $0) }
            return start..<bytes.count
        }
        let first = self.headers.count
        for header in headers {
            let start = bytes.count
            header.name.withUTF8Buffer { bytes.append(contentsOf: $0) }
            let middle = bytes.count
            bytes.append(contentsOf: header.value.utf8)
            self.headers.append(Header(name: start..<middle, value: middle..<bytes.count))
        }
        let start = bytes.count
        value(&bytes)
        outputs.append(
            Output(
                topic: topic, partition: partition, key: keyRange, value: start..<bytes.count,
                headers: first..<self.headers.count))
    }

    /// Adds a dead letter for a record kept from earlier (one that waited and ran out of time):
    /// its key, value and headers as they came, then the headers of formats, section 9, which
    /// `DeadLetter` writes.
    package mutating func deadLetter(_ record: OwnedRecord, _ failure: RecordFailure) {
        record.withView { view in
            DeadLetter.write(view, failure, attempts: 1, into: &self)
        }
    }

    /// The lowest level: key, value and header bytes as they are; a `nil` value is a null value.
    package mutating func append(
        topic: Int, partition: Int32? = nil, key: UnsafeRawBufferPointer?,
        value: UnsafeRawBufferPointer?,
        headers list: [(name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer?)]
    ) {
        beginOutput(to: topic, key: key)
        for header in list { appendHeader(header.name, header.value) }
        endOutput(partition: partition, value: value)
    }
}

/// The same in steps, for writers that put headers together one by one.
extension Effects {
    mutating func beginOutput(to topic: Int, key: UnsafeRawBufferPointer?) {
        precondition(open == nil, "an output is open already")
        open = (topic, key.map { copy($0) }, headers.count)
    }

    mutating func appendHeader(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer?) {
        headers.append(Header(name: copy(name), value: value.map { copy($0) }))
    }

    mutating func appendHeader(_ name: StaticString, _ value: String) {
        var value = value
        value.withUTF8 { appendHeader(UnsafeRawBufferPointer(name), UnsafeRawBufferPointer($0)) }
    }

    mutating func appendHeader<Number: FixedWidthInteger>(
        _ name: StaticString, bigEndian value: Number
    ) {
        withUnsafeBytes(of: value.bigEndian) { appendHeader(UnsafeRawBufferPointer(name), $0) }
    }

    mutating func endOutput(partition: Int32? = nil, value: UnsafeRawBufferPointer?) {
        guard let open else { preconditionFailure("no output is open") }
        self.open = nil
        outputs.append(
            Output(
                topic: open.topic, partition: partition, key: open.key,
                value: value.map { copy($0) }, headers: open.headers..<headers.count))
    }

    private mutating func copy(_ source: UnsafeRawBufferPointer) -> Range<Int> {
        let start = bytes.count
        bytes.append(contentsOf: source)
        return start..<bytes.count
    }
}

extension UnsafeRawBufferPointer {
    /// The bytes of a literal, which live for ever.
    init(_ text: StaticString) {
        self.init(start: text.utf8Start, count: text.utf8CodeUnitCount)
    }
}
