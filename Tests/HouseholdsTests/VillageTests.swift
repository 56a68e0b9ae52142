import Households
import Testing

struct VillageTests {
    private func day(_ text: String) -> Day { Day(iso: text)! }

    private func loss(_ day: String, back: String? = nil, migrant: Bool = false) throws
        -> VillageShare
    {
        // A share as it travels: alerts none, one loss.
        var bytes: [UInt8] = [1, 0, 1, (migrant ? 1 : 0) | (back == nil ? 0 : 2)]
        bytes.appendSigned(Int64(self.day(day).number))
        if let back { bytes.appendSigned(Int64(self.day(back).number)) }
        bytes += [0]
        bytes.appendSpan("")
        bytes += [0, 0]
        return try bytes.withUnsafeBytes { raw in
            var reader = ByteReader(raw)
            return try VillageShare(from: &reader)
        }
    }

    private func view(_ shares: [VillageShare], on day: String, _ prices: [Fact] = []) -> VillageView {
        VillageView(
            Division("529901100201")!, on: self.day(day), shares: shares,
            prices: AreaEvents(facts: prices))
    }

    private func price(_ fen: Int64, _ item: String = "apples", on day: String) -> Fact {
        Fact(
            kind: .price, subject: .area, key: Pseudonym.digest("\(item) \(day)"),
            department: "d", occurred: self.day(day), recorded: 0, arrived: 0,
            attributes: [
                (.item, .text(item)), (.divisions, .text("529901")), (.priceFen, .integer(fen)),
                (.meanPriceFen, .integer(1_000)),
            ])
    }

    @Test func `a share is read as it was written, and nothing else is`() throws {
        var share = try loss("2026-03-05", back: "2026-03-20", migrant: true)
        share.alerts = [day("2026-01-01"), day("2026-03-01")]
        share.migrants = 2
        share.produce = "apples"
        share.producePercent = 70
        share.earningsFen = 1_310_720
        var bytes: [UInt8] = []
        share.encode(into: &bytes)
        func read(_ bytes: [UInt8]) throws -> VillageShare {
            try bytes.withUnsafeBytes { raw in
                var reader = ByteReader(raw)
                return try VillageShare(from: &reader)
            }
        }
        #expect(try read(bytes) == share)
        for length in bytes.indices {
            #expect(throws: (any Error).self) { try read(Array(bytes[..<length])) }
        }
        for index in bytes.indices {
            for value in [UInt8(0), 0x7f, 0xff] {
                var changed = bytes
                changed[index] = value
                _ = try? read(changed)
            }
        }
    }

    @Test func `a window holds the days it says, to the day`() throws {
        var share = VillageShare()
        share.alerts = [day("2026-03-05")]
        for (on, count) in [("2026-03-04", 0), ("2026-03-05", 1), ("2026-04-03", 1), ("2026-04-04", 0)] {
            #expect(view([share, VillageShare()], on: on).alerted(days: 30) == count, "\(on)")
        }
        #expect(view([share, VillageShare()], on: "2026-03-05").households == 2)
    }

    @Test func `who works again is no loss from that day on`() throws {
        let shares = [
            try loss("2026-03-05", back: "2026-03-20", migrant: true), try loss("2026-03-10"),
        ]
        for (on, all, migrants) in [
            ("2026-03-09", 1, 1), ("2026-03-19", 2, 1), ("2026-03-20", 1, 0), ("2026-04-09", 0, 0),
        ] {
            #expect(view(shares, on: on).jobLosses(days: 30) == all, "\(on)")
            #expect(view(shares, on: on).jobLosses(days: 30, migrantsOnly: true) == migrants)
        }
    }

    @Test func `produce has its share of all earnings and the latest price of its item`() throws {
        var apples = VillageShare()
        apples.produce = "apples"
        apples.producePercent = 50
        apples.earningsFen = 600_000
        var wages = VillageShare()
        wages.earningsFen = 200_000
        let prices = [
            price(900, on: "2026-02-01"), price(695, on: "2026-03-01"), price(100, "pears", on: "2026-03-02"),
        ]
        let seen = view([apples, wages], on: "2026-03-05", prices).produce
        #expect(seen == [VillageView.Produce(item: "apples", sharePercent: 37, pricePercent: 70)])
        // Before the fall, and when the last price is 90 days old.
        #expect(view([apples], on: "2026-02-28", prices).produce[0].pricePercent == 90)
        #expect(view([apples], on: "2026-05-29", prices).produce[0].pricePercent == 70)
        #expect(view([apples], on: "2026-05-30", prices).produce[0].pricePercent == -1)
        #expect(view([wages], on: "2026-03-05", prices).produce == [])
    }
}
