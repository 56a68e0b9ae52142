/// The W3C's trace parent: `<version>-<trace id>-<parent id>-<flags>` in 2, 32, 16 and 2 lower-case
/// hexadecimal digits (Trace Context, section 3.2). Only a text of just this form travels from
/// record to record, so that nothing foreign does.
package enum TraceParent {
    /// True for the 55 bytes of a version but `ff`, with ids that are not all zero.
    package static func isValid(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count == 55, bytes[2] == 0x2d, bytes[35] == 0x2d, bytes[52] == 0x2d,
            [0..<2, 3..<35, 36..<52, 53..<55].allSatisfy({ bytes[$0].allSatisfy(isHexadecimal) })
        else { return false }
        return !bytes[0..<2].allSatisfy { $0 == 0x66 }
            && !bytes[3..<35].allSatisfy { $0 == 0x30 }
            && !bytes[36..<52].allSatisfy { $0 == 0x30 }
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte)
    }
}
