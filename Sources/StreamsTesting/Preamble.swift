/// Bytes in front of a test's state that change now and then: with them some commits write the whole
/// state and others its tail, as with states that grow.
package enum Preamble {
    /// Bytes.
    package static let size = 192

    /// Appends the preamble of a number.
    package static func encode(_ number: Int64, into bytes: inout [UInt8]) {
        for _ in 0..<Preamble.size / 8 {
            withUnsafeBytes(of: number) { bytes.append(contentsOf: $0) }
        }
    }
}
