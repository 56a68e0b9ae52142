package import Kafka

/// Keys of a changelog that are the runtime's own: they begin with a zero byte, which no key of a
/// state may (such an input record is a dead letter).
package enum ReservedKey {
    /// The task record.
    package static let task = [UInt8]("\u{0}task".utf8)
    /// What broadcasts that have met every key have said (`Processor.Shared`).
    package static let shared = [UInt8]("\u{0}shared".utf8)
    /// One kept broadcast: this, then its number, 8 bytes big-endian.
    package static let broadcast = [UInt8]("\u{0}broadcast/".utf8)

    /// A state's tail: this, then the state's key (see `Envelope`).
    package static let tail = [UInt8]("\u{0}tail/".utf8)

    /// The key of a state's tail.
    static func tail(_ key: Key) -> [UInt8] { tail + key.bytes }

    /// The key whose tail a record holds; `nil` for another record. Throws when no key of ours
    /// follows.
    static func ofTail(_ bytes: UnsafeRawBufferPointer) throws(DamagedBytes) -> Key? {
        guard isReserved(bytes), bytes.starts(with: tail) else { return nil }
        guard let key = Key(UnsafeRawBufferPointer(rebasing: bytes[tail.count...])) else {
            throw DamagedBytes()
        }
        return key
    }

    static func broadcast(_ number: UInt64) -> [UInt8] {
        broadcast + (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * $0)) }
    }

    static func isTask(_ key: UnsafeRawBufferPointer) -> Bool { key.elementsEqual(task) }

    static func isReserved(_ key: UnsafeRawBufferPointer) -> Bool { key.first == 0 }
}

/// Where a task stood when its transaction committed: one record in each changelog partition,
/// under `ReservedKey.task`, written with every transaction (design, section 4, item 7).
///
/// Format, numbers little-endian, spans as a 4-byte length and bytes: version (1 byte, 3), lineage
/// (8), next offset (8), stream time (8), broadcasts every key has met (8), broadcasts received (8),
/// broadcasts the sweep under way brings every key up to, 0 for none (8), the last key it has
/// visited (span, absent before the first), topics (4-byte count, then name and
/// 4-byte partition count each; the input first), writer (span).
package struct TaskRecord: Equatable, Sendable {
    package static let version: UInt8 = 3

    package struct TopicCount: Equatable, Sendable {
        package let topic: String
        package let partitions: Int32
    }

    /// Told apart by it are this changelog and others that had its name: a number that whoever
    /// begins a changelog makes up, and every later record carries on.
    package var lineage: UInt64
    package var nextOffset: Int64
    package var streamTime: Instant
    /// Broadcasts with numbers up to this have met every key.
    package var broadcastsMet: UInt64
    /// The number of the latest broadcast.
    package var broadcastsReceived: UInt64
    /// The sweep under way applies broadcasts up to this; `nil` when there is none.
    package var sweepTarget: UInt64?
    /// The last key it has visited, in key order.
    package var sweepCursor: Key?
    package var partitionCounts: [TopicCount]
    /// The transactional id that wrote it.
    package var writer: String

    /// The record without who wrote it and began it: what two runs of one log must agree on.
    package var withoutWriter: TaskRecord {
        var copy = self
        copy.writer = ""
        copy.lineage = 0
        return copy
    }

    package func encode(into bytes: inout [UInt8]) {
        bytes.append(TaskRecord.version)
        bytes.append(number: lineage)
        bytes.append(number: nextOffset)
        bytes.append(number: streamTime)
        bytes.append(number: broadcastsMet)
        bytes.append(number: broadcastsReceived)
        bytes.append(number: sweepTarget ?? 0)
        if let sweepCursor {
            sweepCursor.withBytes { bytes.append(span: $0) }
        } else {
            bytes.append(span: nil as UnsafeRawBufferPointer?)
        }
        bytes.append(number: Int32(partitionCounts.count))
        for count in partitionCounts {
            bytes.append(span: count.topic)
            bytes.append(number: count.partitions)
        }
        bytes.append(span: writer)
    }

    /// Throws on bytes that `encode` did not write, or a newer version did.
    package init(decoding bytes: UnsafeRawBufferPointer) throws {
        var reader = BytesReader(bytes)
        guard try reader.number(UInt8.self) == TaskRecord.version else { throw DamagedBytes() }
        lineage = try reader.number()
        nextOffset = try reader.number()
        streamTime = try reader.number()
        broadcastsMet = try reader.number()
        broadcastsReceived = try reader.number()
        let target: UInt64 = try reader.number()
        sweepTarget = target == 0 ? nil : target
        if let cursor = try reader.span() {
            guard let key = Key(cursor) else { throw DamagedBytes() }
            sweepCursor = key
        }
        let topics = try reader.number(Int32.self)
        guard (0...1_000).contains(topics) else { throw DamagedBytes() }
        partitionCounts = []
        for _ in 0..<topics {
            partitionCounts.append(
                TopicCount(topic: try reader.text(), partitions: try reader.number()))
        }
        writer = try reader.text()
        guard reader.isAtEnd else { throw DamagedBytes() }
    }

    init(
        lineage: UInt64, nextOffset: Int64, streamTime: Instant, broadcastsMet: UInt64, broadcastsReceived: UInt64,
        sweepTarget: UInt64?, sweepCursor: Key?, partitionCounts: [TopicCount],
        writer: String
    ) {
        self.lineage = lineage
        self.nextOffset = nextOffset
        self.streamTime = streamTime
        self.broadcastsMet = broadcastsMet
        self.broadcastsReceived = broadcastsReceived
        self.sweepTarget = sweepTarget
        self.sweepCursor = sweepCursor
        self.partitionCounts = partitionCounts
        self.writer = writer
    }
}
