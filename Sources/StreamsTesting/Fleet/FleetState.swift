import Kafka
import Streams

/// What a key of the simulated pipeline has come to. Its digest depends on everything that the key
/// has met and on the order of it, so what is lost, done twice or out of order shows in every later
/// output.
struct FleetState: StateRecord {
    var digest: Int64 = 0
    var count: Int64 = 0
    var wakeAt: Instant?
    var repeats: Int64 = 0
    var step: Int64 = 0

    init() {}

    init(decoding bytes: UnsafeRawBufferPointer) throws {
        guard bytes.count == Preamble.size + 48 else { throw Damaged() }
        func number(_ index: Int) -> Int64 {
            bytes.loadUnaligned(fromByteOffset: Preamble.size + index * 8, as: Int64.self)
        }
        digest = number(0)
        count = number(1)
        wakeAt = number(2) == 0 ? nil : number(3)
        repeats = number(4)
        step = number(5)
    }

    func encode(into bytes: inout [UInt8]) {
        Preamble.encode(count / 4, into: &bytes)
        let numbers: [Int64] = [digest, count, wakeAt == nil ? 0 : 1, wakeAt ?? 0, repeats, step]
        for number in numbers {
            withUnsafeBytes(of: number) { bytes.append(contentsOf: $0) }
        }
    }

    var isEmpty: Bool { count == 0 && wakeAt == nil }

    mutating func meet(_ numbers: Int64...) {
        for number in numbers { digest = (digest ^ number) &* 0x100_0000_01b3 &+ 1 }
        count += 1
    }

    struct Damaged: Error {}
}

/// What the simulated pipeline's broadcasts have said.
struct FleetShared: StateRecord {
    var digest: Int64 = 0

    init() {}

    init(decoding bytes: UnsafeRawBufferPointer) throws {
        guard bytes.count == 8 else { throw FleetState.Damaged() }
        digest = bytes.loadUnaligned(as: Int64.self)
    }

    func encode(into bytes: inout [UInt8]) {
        withUnsafeBytes(of: digest) { bytes.append(contentsOf: $0) }
    }

    var isEmpty: Bool { digest == 0 }
    var wakeAt: Instant? { nil }
}
