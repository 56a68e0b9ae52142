package import Kafka

/// The last values of a state topic's partition, from its records in log order: what the runtime
/// has restored when it has read them. For tools and checks beside the runtime.
package final class StateFold {
    private var store = StateStore()
    private var reserved: [[UInt8]: [UInt8]] = [:]

    package init() {}

    /// Key → value. A state's value is its whole record (see `Envelope`), its tail joined to it and
    /// its edition 0, so that the same state has the same bytes however it was written; the
    /// runtime's own keys (`ReservedKey`) have their values as they are. Made anew with each call.
    package var states: [[UInt8]: [UInt8]] {
        var states = reserved
        states.reserveCapacity(states.count + store.count)
        store.forEach { key, state in states[key.bytes] = StateFold.plain(state) }
        return states
    }

    /// Takes one record; a value of `nil` is a tombstone. Throws when it is not the runtime's.
    package func take(
        key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer?
    ) throws {
        guard let key else { throw DamagedBytes() }
        if let key = try ReservedKey.ofTail(key) {
            _ = try store.restore(key, tail: value)
        } else if ReservedKey.isReserved(key) {
            reserved[Array(key)] = value.map(Array.init)
        } else if let key = Key(key) {
            try store.restore(key, whole: value)
        } else {
            throw DamagedBytes()
        }
    }

    /// The same of a record that is owned.
    package func take(_ record: OwnedRecord) throws {
        try record.withView { try take(key: $0.key, value: $0.value) }
    }

    private static func plain(_ state: StoredState) -> [UInt8] {
        let envelope = state.envelope
        return state.withPayload { payload in
            let count = Envelope.size + payload.count
            return [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
                let bytes = UnsafeMutableRawBufferPointer(buffer)
                Envelope(due: envelope.due, applied: envelope.applied, edition: 0).write(to: bytes)
                UnsafeMutableRawBufferPointer(rebasing: bytes[Envelope.size...])
                    .copyMemory(from: payload)
                filled = count
            }
        }
    }

    // MARK: Values

    /// The processor's own bytes in the value of a key of `states`, without what the runtime keeps
    /// with them; `nil` for a value of another version. Values of reserved keys are not wrapped.
    package static func payload(_ value: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        guard (try? Envelope(value)) != nil else { return nil }
        return UnsafeRawBufferPointer(rebasing: value[Envelope.size...])
    }

    /// The record of a broadcast that has not met every key yet: the value of a key that begins
    /// with `ReservedKey.broadcast`. Its topic and partition are not kept and are empty. `nil` for
    /// a value of another version.
    package static func broadcast(_ value: UnsafeRawBufferPointer) -> OwnedRecord? {
        try? BroadcastCodec.decode(value, topic: "", partition: 0).record
    }
}
