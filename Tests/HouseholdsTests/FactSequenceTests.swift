import Foundation
import StreamsTesting
import Testing

@testable import Households

/// Facts behind each other come back as they were, and only add to the bytes before.
struct FactSequenceTests {
    private static let seed =
        ProcessInfo.processInfo.environment["SHOUWANG_SEED"].flatMap { UInt64($0) }
        ?? UInt64.random(in: 0...UInt64.max)

    private static func fact(_ random: inout SeededRandom, spread: Int) -> Fact {
        func pseudonym() -> Pseudonym { Pseudonym.digest("\(random.below(spread))") }
        let values: [(attribute: Attribute, value: Fact.Value)] = [
            (.household, .pseudonym(pseudonym())), (.item, .text("text \(random.below(spread))")),
            (.selfPaidFen, .integer(Int64(bitPattern: random.next()))),
        ]
        let subject: Fact.Subject =
            switch random.below(4) {
            case 0: .person(pseudonym())
            case 1: .household(pseudonym())
            case 2: .householdOf(pseudonym())
            default: .area
            }
        let recorded = Int64(bitPattern: random.next()) >> random.below(60)
        return Fact(
            kind: FactKind.allCases.randomElement(using: &random)!, subject: subject,
            key: pseudonym(), department: "department \(random.below(spread))",
            isReversed: random.one(in: 3),
            occurred: Day(number: Int32(truncatingIfNeeded: random.next() >> random.below(60))),
            recorded: recorded, arrived: recorded &+ Int64(random.below(3)),
            amountFen: random.one(in: 2) ? Int64(bitPattern: random.next()) : nil,
            attributes: Array(values.prefix(random.below(4))))
    }

    private func read(_ bytes: [UInt8]) throws -> (facts: [Fact], sequence: FactSequence) {
        try bytes.withUnsafeBytes { bytes in
            var reader = FactSequence.Reader(ByteReader(bytes))
            var facts: [Fact] = []
            while let fact = try reader.next() { facts.append(fact) }
            let (rest, sequence) = reader.end()
            #expect(rest.isAtEnd)
            return (facts, sequence)
        }
    }

    /// With few different values nearly all is referred to, with many the references run out.
    @Test(arguments: [3, 40, 5_000])
    func factsComeBackAndOnlyAdd(spread: Int) throws {
        print("fact sequences, seed \(Self.seed) (set SHOUWANG_SEED to repeat it)")
        var random = SeededRandom(seed: Self.seed)
        var facts: [Fact] = []
        var sequence = FactSequence()
        for round in 0..<400 {
            let fact = Self.fact(&random, spread: spread)
            let before = sequence.bytes
            facts.append(fact)
            sequence.append(fact)
            #expect(sequence.bytes.starts(with: before), "seed \(Self.seed)")
            guard round % 50 == 49 else { continue }
            let back = try read(sequence.bytes + [0])
            #expect(back.facts == facts, "seed \(Self.seed)")
            // What was read goes on as what was written.
            sequence = back.sequence
        }
        var anew = FactSequence()
        for fact in facts { anew.append(fact) }
        #expect(anew.bytes == sequence.bytes, "seed \(Self.seed)")
    }

    @Test func whatACommonFactTakes() {
        var sequence = FactSequence()
        func wage(_ month: Int32) -> Fact {
            Fact(
                kind: .wagePaid, subject: .person(Pseudonym.digest("a person")),
                key: Pseudonym.digest("wage \(month)"), department: "employment",
                occurred: Day(number: 20_000 + 30 * month),
                recorded: (20_000 + 30 * Int64(month)) * Day.milliseconds,
                arrived: (20_000 + 30 * Int64(month)) * Day.milliseconds + 5, amountFen: 320_000,
                attributes: [(.employerCode, .text("E-100")), (.month, .integer(24_300))])
        }
        sequence.append(wage(1))
        let first = sequence.bytes.count
        sequence.append(wage(2))
        var alone: [UInt8] = []
        wage(2).encode(into: &alone)
        // The key's 16 bytes, and little more: person, department and employer are known.
        #expect(sequence.bytes.count - first == 40)
        #expect(alone.count == 73)
    }

    @Test func damagedBytesAreRefused() throws {
        var random = SeededRandom(seed: Self.seed)
        var sequence = FactSequence()
        for _ in 0..<20 { sequence.append(Self.fact(&random, spread: 6)) }
        let bytes = sequence.bytes + [0]
        for count in 0..<bytes.count {
            #expect(throws: ByteReader.Damaged.self) { try read(Array(bytes[..<count])) }
        }
        for _ in 0..<20_000 {
            var changed = bytes
            changed[random.below(changed.count)] = UInt8(random.below(256))
            // Read as something else or refused, but never a crash.
            _ = try? changed.withUnsafeBytes { bytes in
                var reader = FactSequence.Reader(ByteReader(bytes))
                while try reader.next() != nil {}
            }
        }
    }
}
