/// Finds the index of a name from its bytes with one hash and, nearly always, one comparison.
/// Built at start, then only read; allocates nothing when asked.
package struct IntakeNameTable: Sendable, Equatable {
    private let bytes: [UInt8]
    private let ranges: [Range<Int>]
    /// Open addressing: index + 1 of the name, 0 for an empty slot; a power of two of them, at
    /// most half full.
    private let slots: [UInt16]

    /// Names must differ; the caller checks it, because it knows the file's line.
    package init(_ names: [String]) {
        var bytes: [UInt8] = []
        var ranges: [Range<Int>] = []
        var size = 4
        while size < names.count * 2 { size *= 2 }
        var slots = [UInt16](repeating: 0, count: size)
        for (index, name) in names.enumerated() {
            let utf8 = Array(name.utf8)
            ranges.append(bytes.count..<(bytes.count + utf8.count))
            bytes.append(contentsOf: utf8)
            var slot = Int(utf8.withUnsafeBytes(IntakeNameTable.hash)) & (size - 1)
            while slots[slot] != 0 { slot = (slot + 1) & (size - 1) }
            slots[slot] = UInt16(index + 1)
        }
        self.bytes = bytes
        self.ranges = ranges
        self.slots = slots
    }

    /// The index of the name in the list given; `nil` when it is not in it.
    package func index(of name: UnsafeRawBufferPointer) -> Int? {
        let mask = slots.count - 1
        var slot = Int(IntakeNameTable.hash(name)) & mask
        while slots[slot] != 0 {
            let index = Int(slots[slot]) - 1
            let range = ranges[index]
            if range.count == name.count,
                bytes.withUnsafeBytes({ own in
                    UnsafeRawBufferPointer(rebasing: own[range]).elementsEqual(name)
                })
            {
                return index
            }
            slot = (slot + 1) & mask
        }
        return nil
    }

    /// FNV-1a, folded to 31 bits.
    private static func hash(_ name: UnsafeRawBufferPointer) -> UInt32 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in name { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return UInt32(truncatingIfNeeded: hash ^ hash >> 32) & 0x7fff_ffff
    }
}
