/// The committed states of one partition: key → envelope and payload, as in the changelog, each
/// in a block of its own outside the table. 54 to 110 bytes a key above the state's own bytes
/// (the table doubles). Confined to the lane's thread.
struct StateStore: ~Copyable {
    private var blocks: [Key: UnsafeMutableRawPointer] = [:]
    /// Bytes of all states, envelopes included.
    private(set) var byteCount = 0

    init() {}

    deinit {
        for block in blocks.values { block.deallocate() }
    }

    var count: Int { blocks.count }

    var keys: some Sequence<Key> { blocks.keys }

    /// The bytes of a key: valid until the store is next changed.
    subscript(key: Key) -> UnsafeRawBufferPointer? {
        blocks[key].map(StateStore.bytes)
    }

    mutating func set(_ key: Key, _ bytes: UnsafeRawBufferPointer) {
        if let old = blocks[key] {
            let oldCount = StateStore.bytes(old).count
            byteCount += bytes.count - oldCount
            // A state that keeps its size keeps its block.
            if bytes.count == oldCount {
                old.advanced(by: 4).copyMemory(from: bytes.baseAddress!, byteCount: oldCount)
                return
            }
            blocks[key] = StateStore.block(bytes)
            old.deallocate()
        } else {
            byteCount += bytes.count
            blocks[key] = StateStore.block(bytes)
        }
    }

    mutating func remove(_ key: Key) {
        guard let old = blocks.removeValue(forKey: key) else { return }
        byteCount -= StateStore.bytes(old).count
        old.deallocate()
    }

    func forEach<Failure: Error>(
        _ body: (Key, UnsafeRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) {
        for (key, block) in blocks { try body(key, StateStore.bytes(block)) }
    }

    /// A block is the length, 4 bytes, then the bytes.
    private static func block(_ bytes: UnsafeRawBufferPointer) -> UnsafeMutableRawPointer {
        let block = UnsafeMutableRawPointer.allocate(byteCount: 4 + bytes.count, alignment: 4)
        block.storeBytes(of: UInt32(bytes.count), as: UInt32.self)
        if let start = bytes.baseAddress {
            block.advanced(by: 4).copyMemory(from: start, byteCount: bytes.count)
        }
        return block
    }

    private static func bytes(_ block: UnsafeMutableRawPointer) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(
            start: block.advanced(by: 4), count: Int(block.load(as: UInt32.self)))
    }
}
