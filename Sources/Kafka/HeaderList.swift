internal import CRdKafka

/// The headers of one record to be written: bytes in order, no `String` made. Given to `produce`,
/// which takes it over.
package struct HeaderList: ~Copyable {
    private let pointer: OpaquePointer

    package init(capacity: Int) {
        pointer = rd_kafka_headers_new(capacity)
    }

    deinit { rd_kafka_headers_destroy(pointer) }

    /// A copy of a record's headers; `nil` when there are none.
    package init?(copying headers: UnsafeBufferPointer<HeaderView>) {
        guard !headers.isEmpty else { return nil }
        self.init(capacity: headers.count)
        for header in headers { add(name: header.name, value: header.value) }
    }

    /// Appends a header; names may repeat, a `nil` value is a null one. Bytes are copied.
    package borrowing func add(name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer?) {
        let start = name.baseAddress?.assumingMemoryBound(to: CChar.self)
        rd_kafka_header_add(
            pointer, start, name.count, value.map { $0.baseAddress ?? anAddress },
            value?.count ?? 0)
    }

    /// Appends a header with a fixed name.
    package borrowing func add(_ name: StaticString, _ value: UnsafeRawBufferPointer?) {
        add(
            name: UnsafeRawBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount),
            value: value)
    }

    /// Appends a header of text; for where a `String` is at hand anyway.
    package borrowing func add(_ name: StaticString, _ value: String) {
        var value = value
        value.withUTF8 { add(name, UnsafeRawBufferPointer($0)) }
    }

    /// Gives the C list away, which the receiver must free or pass on.
    consuming func take() -> OpaquePointer {
        let pointer = pointer
        discard self
        return pointer
    }
}

/// An address for empty byte strings, whose Swift pointers may be null, which to librdkafka
/// would mean a null key or value.
nonisolated(unsafe) let anAddress = UnsafeRawPointer(
    UnsafeMutableRawPointer.allocate(byteCount: 1, alignment: 1))
