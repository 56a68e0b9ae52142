package import Kafka
package import Streams

/// Memory for records on their way through a replay: handed out in pieces that never move, all
/// taken back at once by `reset`. Confined to one thread.
package final class RecordArena {
    private static let chunkSize = 1 << 20
    private var chunks: [UnsafeMutableRawBufferPointer] = []
    private var chunk = 0
    private var used = 0
    /// Pieces larger than a chunk.
    private var large: [UnsafeMutableRawBufferPointer] = []

    package init() {}

    deinit {
        for memory in chunks + large { memory.deallocate() }
    }

    /// A copy of the record, valid until `reset`.
    package func copy(
        _ record: OutgoingRecord, topic: String, partition: Int32, offset: Int64
    ) -> RecordView {
        let headers = allocate(
            record.headers.count * MemoryLayout<HeaderView>.stride
        ).bindMemory(to: HeaderView.self)
        for (index, header) in record.headers.enumerated() {
            headers.initializeElement(
                at: index, to: HeaderView(name: copy(header.name), value: header.value.map(copy)))
        }
        return RecordView(
            topic: topic, partition: partition, offset: offset, timestamp: record.timestamp,
            key: record.key.map(copy), value: record.value.map(copy),
            headers: UnsafeBufferPointer(headers))
    }

    /// Takes everything back. Chunks are kept for the next records.
    package func reset() {
        chunk = 0
        used = 0
        for memory in large { memory.deallocate() }
        large.removeAll()
    }

    private func copy(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        let target = allocate(bytes.count)
        target.copyMemory(from: bytes)
        return UnsafeRawBufferPointer(target)
    }

    /// 16-byte aligned. Never a null address: an empty value is not a null value.
    private func allocate(_ count: Int) -> UnsafeMutableRawBufferPointer {
        let size = (max(count, 1) + 15) & ~15
        if size > RecordArena.chunkSize {
            large.append(.allocate(byteCount: size, alignment: 16))
            return UnsafeMutableRawBufferPointer(rebasing: large.last![0..<count])
        }
        if chunks.isEmpty || used + size > RecordArena.chunkSize {
            if !chunks.isEmpty { chunk += 1 }
            if chunk == chunks.count {
                chunks.append(.allocate(byteCount: RecordArena.chunkSize, alignment: 16))
            }
            used = 0
        }
        defer { used += size }
        return UnsafeMutableRawBufferPointer(
            start: chunks[chunk].baseAddress! + used, count: count)
    }
}
