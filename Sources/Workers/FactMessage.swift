package import Households

/// What a record between workers says, as its value (docs/FORMATS.md): one byte, then the rest.
package enum FactMessage {
    /// A version of a fact, straight from an intake: it stands if it supersedes what is known.
    case put(Fact)
    /// From membership: this version stands. `asks` false: the rules are asked at the next 00:00.
    case set(Fact, asks: Bool)
    /// From membership: no version stands here any more.
    case drop(FactIdentity, asks: Bool)
    /// From membership: a record of the household's own changed nothing; the rules are asked.
    case ask
    /// To the person whom a corrected number stands for: what came under `origin`. `hops` counts
    /// numbers passed through; `asks` true for one late record, false for what a correction moves.
    case transfer(
        origin: Pseudonym, hops: Int, asks: Bool, facts: [Fact], waiting: [WaitingRecord])
    /// The correction is undone: forget what came under `origin`.
    case withdrawTransfer(origin: Pseudonym, hops: Int)

    package func encode(into bytes: inout [UInt8]) {
        switch self {
        case .put(let fact):
            bytes.append(0x01)
            fact.encode(into: &bytes)
        case .set(let fact, let asks):
            bytes.append(asks ? 0x11 : 0x12)
            fact.encode(into: &bytes)
        case .drop(let identity, let asks):
            bytes.append(asks ? 0x13 : 0x14)
            // An identity travels as a fact without content.
            Fact(
                kind: identity.kind, subject: identity.subject, key: identity.key,
                department: identity.department, occurred: Day(number: 0), recorded: 0, arrived: 0
            ).encode(into: &bytes)
        case .ask: bytes.append(0x15)
        case .transfer(let origin, let hops, let asks, let facts, let waiting):
            bytes.append(asks ? 0x21 : 0x22)
            bytes.append(UInt8(clamping: hops))
            bytes.appendPseudonym(origin)
            bytes.appendUnsigned(UInt64(facts.count))
            for fact in facts { fact.encode(into: &bytes) }
            bytes.appendUnsigned(UInt64(waiting.count))
            for record in waiting { record.encode(into: &bytes) }
        case .withdrawTransfer(let origin, let hops):
            bytes.append(0x23)
            bytes.append(UInt8(clamping: hops))
            bytes.appendPseudonym(origin)
        }
    }

    package init(_ bytes: UnsafeRawBufferPointer) throws(ByteReader.Damaged) {
        var reader = ByteReader(bytes)
        let type = try reader.byte()
        switch type {
        case 0x01: self = .put(try Fact(from: &reader))
        case 0x11, 0x12: self = .set(try Fact(from: &reader), asks: type == 0x11)
        case 0x13, 0x14: self = .drop(try Fact(from: &reader).identity, asks: type == 0x13)
        case 0x15: self = .ask
        case 0x21, 0x22:
            let hops = Int(try reader.byte())
            let origin = try reader.pseudonym()
            var facts: [Fact] = []
            for _ in 0..<(try reader.unsigned()) { facts.append(try Fact(from: &reader)) }
            var waiting: [WaitingRecord] = []
            for _ in 0..<(try reader.unsigned()) {
                waiting.append(try WaitingRecord(from: &reader))
            }
            self = .transfer(
                origin: origin, hops: hops, asks: type == 0x21, facts: facts, waiting: waiting)
        case 0x23:
            let hops = Int(try reader.byte())
            self = .withdrawTransfer(origin: try reader.pseudonym(), hops: hops)
        default: throw .init()
        }
    }
}
