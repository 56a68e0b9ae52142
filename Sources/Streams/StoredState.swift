package import Kafka

/// Reads what lies in a state topic, for tools beside the runtime.
package enum StoredState {
    /// The processor's own bytes in the value of a key of a state topic, without what the runtime
    /// keeps with them; `nil` for a value of another version. Values of reserved keys
    /// (`ReservedKey`) are not wrapped.
    package static func payload(_ value: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        try? Envelope(value).payload
    }

    /// The record of a broadcast that has not met every key yet: the value of a key that begins
    /// with `ReservedKey.broadcast`. Its topic and partition are not kept and are empty. `nil` for
    /// a value of another version.
    package static func broadcast(_ value: UnsafeRawBufferPointer) -> OwnedRecord? {
        try? BroadcastCodec.decode(value, topic: "", partition: 0).record
    }
}
