import Glibc

/// The committed states of one partition: key → the records of the changelog, each key's in a
/// block of its own outside the table. 62 to 118 bytes a key above the state's own bytes (the
/// table doubles). Confined to the lane's thread.
struct StateStore: ~Copyable {
    /// A block is the length of the whole record and of the tail's, 4 bytes each, then both.
    private var blocks: [Key: UnsafeMutableRawPointer] = [:]
    private static let head = 8
    /// Bytes of all states, envelopes included.
    private(set) var byteCount = 0

    init() {}

    deinit {
        for block in blocks.values { free(block) }
    }

    var count: Int { blocks.count }

    var keys: some Sequence<Key> { blocks.keys }

    /// The state of a key: valid until the store is next changed.
    subscript(key: Key) -> StoredState? {
        blocks[key].map(StateStore.state)
    }

    /// Keeps a state written whole, which ends its tail.
    mutating func set(_ key: Key, whole: UnsafeRawBufferPointer) {
        let block = resize(blocks[key], StateStore.head + whole.count)
        block.storeBytes(of: UInt32(whole.count), as: UInt32.self)
        block.storeBytes(of: 0, toByteOffset: 4, as: UInt32.self)
        block.advanced(by: StateStore.head).copyMemory(
            from: whole.baseAddress!, byteCount: whole.count)
        blocks[key] = block
    }

    /// Keeps the tail of a state. False, and nothing is done, when the whole that it continues is
    /// not here.
    mutating func set(_ key: Key, tail: UnsafeRawBufferPointer) -> Bool {
        guard let old = blocks[key] else { return false }
        let state = StateStore.state(old)
        guard Envelope(sound: state.whole).edition == Envelope(sound: tail).edition else {
            return false
        }
        let offset = StateStore.head + state.whole.count
        let block = resize(old, offset + tail.count)
        block.storeBytes(of: UInt32(tail.count), toByteOffset: 4, as: UInt32.self)
        block.advanced(by: offset).copyMemory(from: tail.baseAddress!, byteCount: tail.count)
        if block != old { blocks[key] = block }
        return true
    }

    mutating func remove(_ key: Key) {
        guard let old = blocks.removeValue(forKey: key) else { return }
        byteCount -= StateStore.size(old) - StateStore.head
        free(old)
    }

    func forEach<Failure: Error>(
        _ body: (Key, StoredState) throws(Failure) -> Void
    ) throws(Failure) {
        for (key, block) in blocks { try body(key, StateStore.state(block)) }
    }

    /// Makes room for so many bytes; what lies there stays. A block that keeps its size stays.
    private mutating func resize(
        _ old: UnsafeMutableRawPointer?, _ size: Int
    ) -> UnsafeMutableRawPointer {
        let oldSize = old.map(StateStore.size) ?? StateStore.head
        byteCount += size - oldSize
        if let old, oldSize == size { return old }
        guard let block = realloc(old, size) else { fatalError("out of memory for states") }
        return block
    }

    private static func size(_ block: UnsafeMutableRawPointer) -> Int {
        head + Int(block.load(as: UInt32.self))
            + Int(block.load(fromByteOffset: 4, as: UInt32.self))
    }

    private static func state(_ block: UnsafeMutableRawPointer) -> StoredState {
        let whole = Int(block.load(as: UInt32.self))
        return StoredState(
            whole: UnsafeRawBufferPointer(start: block.advanced(by: head), count: whole),
            tail: UnsafeRawBufferPointer(
                start: block.advanced(by: head + whole),
                count: Int(block.load(fromByteOffset: 4, as: UInt32.self))))
    }
}

/// Takes the records of a changelog, in log order.
extension StateStore {
    /// One key's record; `nil` for a tombstone. Throws when it cannot be ours.
    mutating func restore(_ key: Key, whole: UnsafeRawBufferPointer?) throws(DamagedBytes) {
        guard let whole else { return remove(key) }
        _ = try Envelope(whole)
        set(key, whole: whole)
    }

    /// One key's tail; `nil` for a tombstone. False when the whole that it continues is not here:
    /// it must follow, or compaction has left the tail of a state that is gone or was written
    /// anew.
    mutating func restore(_ key: Key, tail: UnsafeRawBufferPointer?) throws(DamagedBytes) -> Bool {
        guard let tail else { return true }
        _ = try Envelope(tail)
        guard tail.count >= Envelope.tailSize else { throw DamagedBytes() }
        let kept = UInt32(littleEndian: tail.loadUnaligned(fromByteOffset: 17, as: UInt32.self))
        if let state = self[key],
            Envelope(sound: state.whole).edition == Envelope(sound: tail).edition,
            Int(kept) > state.payload.count
        {
            throw DamagedBytes()
        }
        return set(key, tail: tail)
    }
}
