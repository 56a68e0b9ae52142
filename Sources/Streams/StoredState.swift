/// Reads what lies in a state topic, for tools beside the runtime.
package enum StoredState {
    /// The processor's own bytes in the value of a key of a state topic, without what the runtime
    /// keeps with them; `nil` for a value of another version. Values of reserved keys
    /// (`ReservedKey`) are not wrapped.
    package static func payload(_ value: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        try? Envelope(value).payload
    }
}
