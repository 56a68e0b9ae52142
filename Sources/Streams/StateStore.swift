import Glibc

/// The committed states of one partition: key → the records of the changelog, each key's whole
/// record in a block of its own outside the table, its tail in another, so that a whole stays where
/// it is while tails come and grow. 70 to 126 bytes a key above the state's own bytes (the table
/// doubles), 16 more with a tail. Confined to the lane's thread.
struct StateStore: ~Copyable {
    /// In front of the whole record's bytes.
    private struct Head {
        var whole: UInt32
        var tail: UInt32
        var tailBlock: UnsafeMutableRawPointer?
    }

    private var blocks: [Key: UnsafeMutableRawPointer] = [:]
    /// Bytes of all states, envelopes included.
    private(set) var byteCount = 0

    init() {}

    deinit {
        for block in blocks.values { StateStore.free(block) }
    }

    var count: Int { blocks.count }

    var keys: some Sequence<Key> { blocks.keys }

    /// The state of a key: valid until the store is next changed.
    subscript(key: Key) -> StoredState? {
        blocks[key].map(StateStore.state)
    }

    /// Keeps a state written whole, which ends its tail.
    mutating func set(_ key: Key, whole: UnsafeRawBufferPointer) {
        var block = blocks[key]
        var head = block.map(StateStore.head) ?? Head(whole: 0, tail: 0, tailBlock: nil)
        byteCount += whole.count - Int(head.whole) - Int(head.tail)
        Glibc.free(head.tailBlock)
        if block == nil || Int(head.whole) != whole.count {
            Glibc.free(block)
            block = StateStore.allocate(MemoryLayout<Head>.size + whole.count)
            blocks[key] = block
        }
        head = Head(whole: UInt32(whole.count), tail: 0, tailBlock: nil)
        block!.storeBytes(of: head, as: Head.self)
        block!.advanced(by: MemoryLayout<Head>.size).copyMemory(
            from: whole.baseAddress!, byteCount: whole.count)
    }

    /// Keeps the tail of a state. False, and nothing is done, when the whole that it continues is
    /// not here.
    mutating func set(_ key: Key, tail: UnsafeRawBufferPointer) -> Bool {
        guard let block = blocks[key],
            Envelope(sound: StateStore.state(block).whole).edition == Envelope(sound: tail).edition
        else { return false }
        var head = StateStore.head(block)
        byteCount += tail.count - Int(head.tail)
        if Int(head.tail) != tail.count {
            Glibc.free(head.tailBlock)
            head.tailBlock = StateStore.allocate(tail.count)
            head.tail = UInt32(tail.count)
            block.storeBytes(of: head, as: Head.self)
        }
        head.tailBlock!.copyMemory(from: tail.baseAddress!, byteCount: tail.count)
        return true
    }

    mutating func remove(_ key: Key) {
        guard let block = blocks.removeValue(forKey: key) else { return }
        let head = StateStore.head(block)
        byteCount -= Int(head.whole) + Int(head.tail)
        StateStore.free(block)
    }

    func forEach<Failure: Error>(
        _ body: (Key, StoredState) throws(Failure) -> Void
    ) throws(Failure) {
        for (key, block) in blocks { try body(key, StateStore.state(block)) }
    }

    private static func allocate(_ size: Int) -> UnsafeMutableRawPointer {
        guard let block = malloc(size) else { fatalError("out of memory for states") }
        return block
    }

    private static func free(_ block: UnsafeMutableRawPointer) {
        Glibc.free(head(block).tailBlock)
        Glibc.free(block)
    }

    private static func head(_ block: UnsafeMutableRawPointer) -> Head {
        block.load(as: Head.self)
    }

    private static func state(_ block: UnsafeMutableRawPointer) -> StoredState {
        let head = head(block)
        return StoredState(
            whole: UnsafeRawBufferPointer(
                start: block.advanced(by: MemoryLayout<Head>.size), count: Int(head.whole)),
            tail: UnsafeRawBufferPointer(start: head.tailBlock, count: Int(head.tail)))
    }
}

/// Takes the records of a changelog, in log order.
extension StateStore {
    /// One key's record; `nil` for a tombstone. Throws when it cannot be ours.
    mutating func restore(
        _ key: Key, whole: UnsafeRawBufferPointer?
    ) throws(DamagedBytes) {
        guard let whole else { return remove(key) }
        _ = try Envelope(whole)
        set(key, whole: whole)
    }

    /// One key's tail; `nil` for a tombstone. False when the whole that it continues is not here:
    /// it must follow, or compaction has left the tail of a state that is gone or was written
    /// anew. A key that came back counts its editions anew, so a whole of its first life may have
    /// the edition; one too short is not the whole that is meant.
    mutating func restore(_ key: Key, tail: UnsafeRawBufferPointer?) throws(DamagedBytes) -> Bool {
        guard let tail else { return true }
        _ = try Envelope(tail)
        guard tail.count >= Envelope.tailSize else { throw DamagedBytes() }
        let kept = UInt32(littleEndian: tail.loadUnaligned(fromByteOffset: 17, as: UInt32.self))
        guard let state = self[key], Int(kept) <= state.payload.count else { return false }
        return set(key, tail: tail)
    }
}
