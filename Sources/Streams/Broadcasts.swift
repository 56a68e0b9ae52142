import Kafka

/// A broadcast that has not met every key yet.
struct PendingBroadcast {
    /// From 1, in log order, without gaps.
    let number: UInt64
    /// The stream time at which it was received: the time every key meets it with, however late.
    let time: Instant
    let record: HeldRecord
    /// False when no key can change or emit by it.
    let concernsKeys: Bool
    /// What broadcasts have said, this one included: what a key sees between this and the next.
    let shared: SharedState
}

/// A task's place in its log, with the broadcasts on their way. A value: the committed one is
/// kept beside the open one, and an abort puts it back.
///
/// Broadcasts reach keys late, in slices, but each key must see what it would have seen had it
/// met each broadcast at once. So every pending broadcast keeps the shared state as of itself,
/// and a key that lags is given the shared state of the last broadcast it has met.
struct TaskPosition {
    var nextOffset: Int64?
    var streamTime: Instant?
    /// Broadcasts up to this number have met every key.
    var met: UInt64 = 0
    /// The shared state as of `met`.
    var shared: SharedState
    /// Numbers `met + 1`...
    var pending: [PendingBroadcast] = []
    /// The sweep under way brings every key up to this number.
    var sweepTarget: UInt64?
    /// The last key it has visited.
    var sweepCursor: Key?

    init(shared: SharedState) {
        self.shared = shared
    }

    /// The number of the latest broadcast.
    var received: UInt64 { met + UInt64(pending.count) }

    /// The pending broadcast with this number, if there is one.
    func broadcast(_ number: UInt64) -> PendingBroadcast? {
        guard number > met, number <= received else { return nil }
        return pending[Int(number - met - 1)]
    }

    /// What a key sees that has met the broadcasts up to `number`.
    func shared(asOf number: UInt64) -> SharedState {
        broadcast(number)?.shared ?? shared
    }

    /// How many broadcasts a key has met whose envelope says `stored`.
    func applied(stored: UInt64, key: Key) -> UInt64 {
        var number = max(stored, met)
        if let sweepTarget, let sweepCursor, key <= sweepCursor {
            number = max(number, sweepTarget)
        }
        return number
    }

    /// The sweep is over: its broadcasts have met every key.
    mutating func endSweep() {
        guard let target = sweepTarget else { preconditionFailure("no sweep is under way") }
        shared = shared(asOf: target)
        pending.removeFirst(Int(target - met))
        met = target
        sweepTarget = nil
        sweepCursor = nil
    }
}

/// A kept broadcast in the changelog: version (1 byte, 1), time, offset, timestamp (8 bytes
/// each), stamped by the broker (1 byte), key, value (spans), headers (4-byte count, then name
/// and value spans). Topic and partition are the task's.
enum BroadcastCodec {
    static func encode(_ view: RecordView, time: Instant, into bytes: inout [UInt8]) {
        bytes.append(1)
        bytes.append(number: time)
        bytes.append(number: view.offset)
        bytes.append(number: view.timestamp)
        bytes.append(view.isLogAppendTime ? 1 : 0)
        bytes.append(span: view.key)
        bytes.append(span: view.value)
        bytes.append(number: Int32(view.headers.count))
        for header in view.headers {
            bytes.append(span: header.name)
            bytes.append(span: header.value)
        }
    }

    static func decode(_ bytes: UnsafeRawBufferPointer, topic: String, partition: Int32)
        throws(DamagedBytes) -> (time: Instant, record: OwnedRecord)
    {
        var reader = BytesReader(bytes)
        guard try reader.number(UInt8.self) == 1 else { throw DamagedBytes() }
        let time: Instant = try reader.number()
        var record = OwnedRecord(topic: topic, partition: partition)
        record.offset = try reader.number()
        record.timestamp = try reader.number()
        record.isLogAppendTime = try reader.number(UInt8.self) == 1
        record.key = try reader.span().map(Array.init)
        record.value = try reader.span().map(Array.init)
        for _ in 0..<max(0, try reader.number(Int32.self)) {
            let name = try reader.text()
            record.headers.append(.init(name, try reader.span().map { Array($0) } as [UInt8]?))
        }
        return (time, record)
    }
}
