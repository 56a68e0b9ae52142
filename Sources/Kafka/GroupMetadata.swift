internal import CRdKafka

/// A member's place in its group, as of one assignment: the fence of the offsets that a
/// transaction carries. Take it when partitions are assigned, drop it when they are revoked.
package struct GroupMetadata: ~Copyable {
    /// Shared with a call under way, which may outlive the value.
    final class Owner: @unchecked Sendable {
        // Never changed, and librdkafka only reads it.
        let pointer: OpaquePointer
        init(_ pointer: OpaquePointer) { self.pointer = pointer }
        deinit { rd_kafka_consumer_group_metadata_destroy(pointer) }
    }

    let owner: Owner
    private var pointer: OpaquePointer { owner.pointer }

    init(owning pointer: OpaquePointer) { owner = Owner(pointer) }

    /// A place by its parts, for whoever stands in for a consumer.
    package init(group: String, generation: Int32, member: String) {
        self.init(
            owning: rd_kafka_consumer_group_metadata_new_with_genid(
                group, generation, member, nil))
    }

    /// False when the member has no place: a negative generation or an empty member id. The
    /// broker would take such offsets without a fence, so they must not be sent (design D4.2).
    /// Known from the serialized form (`CGMDv2:`, generation in host order, group, member);
    /// a form not known counts as no place.
    package var isMember: Bool { (parsed()?.generation ?? -1) >= 0 && parsed()?.member != "" }

    /// Generation and member id, for logs.
    package func parsed() -> (generation: Int32, member: String)? {
        var buffer: UnsafeMutableRawPointer?
        var size = 0
        if let error = rd_kafka_consumer_group_metadata_write(pointer, &buffer, &size) {
            rd_kafka_error_destroy(error)
            return nil
        }
        guard let buffer else { return nil }
        defer { rd_kafka_mem_free(nil, buffer) }
        let bytes = UnsafeRawBufferPointer(start: buffer, count: size)
        guard size > 11, bytes.prefix(7).elementsEqual("CGMDv2:".utf8) else { return nil }
        let generation = bytes.loadUnaligned(fromByteOffset: 7, as: Int32.self)
        guard let groupEnd = bytes[11...].firstIndex(of: 0),
            let memberEnd = bytes[(groupEnd + 1)...].firstIndex(of: 0)
        else { return nil }
        return (generation, String(decoding: bytes[(groupEnd + 1)..<memberEnd], as: UTF8.self))
    }
}
